"""What commands do, state by state, without any engine."""

from __future__ import annotations

from dataclasses import replace

import pytest
from store_values import a_batch, a_result, some_jobs

from image_velocimetry_tools.batch.engine import commands
from image_velocimetry_tools.batch.models import BatchStatus, JobStatus
from image_velocimetry_tools.batch.store.records import BatchRecord, JobRecord
from image_velocimetry_tools.domain.errors import IvyError

FINAL = (BatchStatus.COMPLETED, BatchStatus.FAILED, BatchStatus.CANCELLED)


def batch(status: BatchStatus) -> BatchRecord:
    return a_batch(status=status)


def jobs(*statuses: JobStatus) -> list[JobRecord]:
    return [replace(job, status=status) for job, status in zip(some_jobs(len(statuses)), statuses, strict=True)]


def kinds(effect: commands.Effect) -> list[str]:
    return [event.type for event in effect.events]


@pytest.mark.parametrize("status", [status for status in BatchStatus if status is not BatchStatus.RUNNING])
def test_that_only_a_running_batch_can_be_paused(status: BatchStatus) -> None:
    with pytest.raises(IvyError, match=f"is {status} and cannot pause"):
        commands.pause(batch(status))
    assert kinds(commands.pause(batch(BatchStatus.RUNNING))) == ["batch_pausing"]


def test_that_a_new_batch_starts_and_a_paused_one_goes_on() -> None:
    assert kinds(commands.resume(batch(BatchStatus.CREATED), jobs(JobStatus.PENDING))) == ["batch_started"]
    for status in (BatchStatus.PAUSED, BatchStatus.PAUSING):
        assert kinds(commands.resume(batch(status), jobs(JobStatus.PENDING))) == ["batch_resumed"]
    assert kinds(commands.resume(batch(BatchStatus.RUNNING), jobs(JobStatus.PENDING))) == []


@pytest.mark.parametrize("status", FINAL)
def test_that_a_batch_that_is_over_begins_again_only_if_there_is_something_to_do(status: BatchStatus) -> None:
    assert kinds(commands.resume(batch(status), jobs(JobStatus.COMPLETED, JobStatus.FAILED))) == []
    again = commands.resume(batch(status), jobs(JobStatus.COMPLETED, JobStatus.INTERRUPTED))
    assert kinds(again) == ["job_retried", "batch_reopened", "batch_started"]


def test_that_resuming_takes_back_what_was_skipped_before_it_ran_but_not_what_is_up_to_date() -> None:
    before, current = jobs(JobStatus.SKIPPED, JobStatus.SKIPPED)
    current = replace(current, result=a_result(current.job_id, JobStatus.SKIPPED, total_discharge=1.0))
    effect = commands.resume(batch(BatchStatus.CANCELLED), [before, current])
    assert [getattr(event, "job_id", "") for event in effect.events] == [before.job_id, "", ""]


def test_that_cancelled_jobs_come_back_only_with_a_cancelled_batch() -> None:
    assert "job_retried" in kinds(commands.resume(batch(BatchStatus.CANCELLED), jobs(JobStatus.CANCELLED)))
    assert "job_retried" not in kinds(commands.resume(batch(BatchStatus.PAUSED), jobs(JobStatus.CANCELLED)))


def test_that_a_batch_that_is_being_cancelled_cannot_go_on() -> None:
    with pytest.raises(IvyError, match="Wait until it is cancelled"):
        commands.resume(batch(BatchStatus.CANCELLING), [])


def test_that_cancelling_skips_what_waits_and_names_what_runs() -> None:
    effect = commands.cancel(
        batch(BatchStatus.RUNNING), jobs(JobStatus.PENDING, JobStatus.RUNNING, JobStatus.COMPLETED, JobStatus.RUNNING)
    )
    assert kinds(effect) == ["batch_cancelling", "job_skipped"]
    assert effect.to_cancel == ("job_2", "job_4")


def test_that_single_jobs_are_cancelled_without_their_batch() -> None:
    effect = commands.cancel(batch(BatchStatus.RUNNING), jobs(JobStatus.PENDING, JobStatus.RUNNING), ["job_2"])
    assert kinds(effect) == []
    assert effect.to_cancel == ("job_2",)


@pytest.mark.parametrize("status", FINAL)
def test_that_what_is_over_cannot_be_cancelled(status: BatchStatus) -> None:
    with pytest.raises(IvyError, match="It is over already"):
        commands.cancel(batch(status), [])
    with pytest.raises(IvyError, match="job_1 is completed"):
        commands.cancel(batch(BatchStatus.RUNNING), jobs(JobStatus.COMPLETED), ["job_1"])


@pytest.mark.parametrize("status", commands.RETRYABLE)
def test_that_what_did_not_succeed_can_be_retried(status: JobStatus) -> None:
    effect = commands.retry(batch(BatchStatus.FAILED), jobs(status, JobStatus.COMPLETED))
    assert kinds(effect) == ["job_retried", "batch_reopened", "batch_started"]
    assert kinds(commands.retry(batch(BatchStatus.FAILED), jobs(status), starts=False)) == ["job_retried"]
    assert kinds(commands.retry(batch(BatchStatus.PAUSED), jobs(status))) == ["job_retried"]


def test_that_retrying_what_did_not_fail_is_refused() -> None:
    with pytest.raises(IvyError, match="job_1 is completed"):
        commands.retry(batch(BatchStatus.COMPLETED), jobs(JobStatus.COMPLETED), ["job_1"])
    with pytest.raises(IvyError, match="no job of the batch failed"):
        commands.retry(batch(BatchStatus.COMPLETED), jobs(JobStatus.COMPLETED))


def test_that_a_misspelt_job_is_answered_with_the_nearest() -> None:
    with pytest.raises(IvyError, match=r"no job jb_1.*Did you mean job_1"):
        commands.cancel(batch(BatchStatus.RUNNING), jobs(JobStatus.PENDING), ["jb_1"])
    with pytest.raises(IvyError, match="ivytools-batch status"):
        commands.retry(batch(BatchStatus.RUNNING), jobs(JobStatus.PENDING), ["xyz"])
