from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from store_values import BATCH, a_batch, a_result, a_stored_batch, completed, failed, some_jobs, started

from image_velocimetry_tools.batch.events import (
    AnyEvent,
    BatchCancelled,
    BatchCancelling,
    BatchCompleted,
    BatchFailed,
    BatchInterrupted,
    BatchPaused,
    BatchPausing,
    BatchReopened,
    BatchResumed,
    BatchStarted,
    JobAdopted,
    JobCancelled,
    JobInterrupted,
    JobOutOfMemory,
    JobPlaced,
    JobProgressed,
    JobRecomputed,
    JobReopened,
    JobRetried,
    JobSkipped,
    JobTimedOut,
)
from image_velocimetry_tools.batch.job.job_json import job_json
from image_velocimetry_tools.batch.lifecycle import InvalidTransition
from image_velocimetry_tools.batch.models import BatchJob, BatchStatus, JobStatus
from image_velocimetry_tools.batch.store import BatchStore, JobRecord

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=3)
JOB = {"batch_id": BATCH, "job_id": "job_1"}
PLACED = JobPlaced(**JOB, attempt=1, host="node-3", pid=99, pid_created=12.5)
PROGRESSED = JobProgressed(**JOB, attempt=1, stage="velocimetry", fraction=0.75)


def after(store: BatchStore, events: Sequence[AnyEvent], **job: Any) -> JobRecord:
    store.create_batch(a_batch(), some_jobs(1, **job))
    store.record_all(events)
    return store.job(BATCH, "job_1")


def test_that_a_start_begins_an_attempt_with_nothing_of_the_one_before(store: BatchStore) -> None:
    before = {"retries": 1, "not_before": NOON, "runs_alone": True, "memory_bytes": 5, "result": a_result()}
    job = after(store, [started(at=LATER, attempt=2, memory_bytes=8)], attempt=1, reason="slow", **before)

    assert (job.status, job.attempt, job.started, job.finished) == (JobStatus.RUNNING, 2, LATER, None)
    assert (job.result, job.reason, job.not_before) == (None, "", None)
    assert (job.retries, job.runs_alone, job.memory_bytes) == (1, True, 8)


def test_that_a_start_without_a_reservation_keeps_that_of_the_retry(store: BatchStore) -> None:
    assert after(store, [started()], memory_bytes=5).memory_bytes == 5


def test_that_a_running_job_tells_where_it_runs_and_how_far_it_is(store: BatchStore) -> None:
    job = after(store, [started(), PLACED, PROGRESSED])

    assert (job.host, job.pid, job.pid_created) == ("node-3", 99, 12.5)
    assert (job.stage, job.fraction) == ("velocimetry", 0.75)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (completed, JobStatus.COMPLETED),
        (failed, JobStatus.FAILED),
        (JobTimedOut, JobStatus.TIMED_OUT),
        (JobOutOfMemory, JobStatus.OUT_OF_MEMORY),
        (JobCancelled, JobStatus.CANCELLED),
    ],
)
def test_that_an_end_keeps_what_came_of_the_attempt(store: BatchStore, kind: Any, status: JobStatus) -> None:
    result = a_result(status=status, error_message="why")
    end = kind(**JOB, attempt=1, at=LATER, result=result, peak_memory_bytes=7, log_tail=("a", "b"))
    job = after(store, [started(at=NOON), PLACED, PROGRESSED, end])

    assert (job.status, job.result, job.reason) == (status, result, "why")
    assert (job.started, job.finished, job.peak_memory_bytes, job.log_tail) == (NOON, LATER, 7, ("a", "b"))
    assert (job.host, job.pid, job.pid_created) == ("node-3", None, None)
    assert [attempt.outcome for attempt in store.attempts(BATCH, "job_1")] == [status]


def test_that_an_interrupted_job_says_so(store: BatchStore) -> None:
    job = after(store, [started(), PLACED, JobInterrupted(**JOB, attempt=1, at=LATER)])

    assert (job.status, job.finished, job.pid) == (JobStatus.INTERRUPTED, LATER, None)
    assert "came to an end" in job.reason
    (attempt,) = store.attempts(BATCH, "job_1")
    assert (attempt.outcome, attempt.finished, attempt.reason) == (JobStatus.INTERRUPTED, LATER, job.reason)


def test_that_automatic_retries_are_counted_and_one_by_hand_begins_anew(store: BatchStore) -> None:
    automatic = {"is_automatic": True, "not_before": LATER, "memory_bytes": 9, "runs_alone": True}
    retries = [JobRetried(**JOB, reason="crashed", **automatic), started(attempt=2), failed(attempt=2)]
    job = after(store, [started(), failed(), *retries, JobRetried(**JOB, reason="crashed", **automatic)])

    assert (job.status, job.attempt, job.retries, job.reason) == (JobStatus.PENDING, 2, 2, "crashed")
    assert (job.not_before, job.memory_bytes, job.runs_alone) == (LATER, 9, True)
    assert (job.started, job.finished, job.stage, job.fraction) == (None, None, "", 0.0)
    assert job.result is not None

    store.record_all([started(attempt=3), failed(attempt=3), JobRetried(**JOB)])
    job = store.job(BATCH, "job_1")
    assert (job.retries, job.not_before, job.memory_bytes, job.runs_alone) == (0, None, None, False)
    assert [attempt.number for attempt in store.attempts(BATCH, "job_1")] == [1, 2, 3]


def test_that_an_adopted_job_has_the_result_that_was_found(store: BatchStore) -> None:
    result = a_result(total_discharge=2.0)
    job = after(store, [started(), PLACED, JobAdopted(**JOB, at=LATER, result=result)])

    assert (job.status, job.result, job.finished, job.pid) == (JobStatus.COMPLETED, result, LATER, None)
    assert [attempt.outcome for attempt in store.attempts(BATCH, "job_1")] == [JobStatus.COMPLETED]


def test_that_adopting_an_interrupted_job_leaves_its_attempt_as_it_ended(store: BatchStore) -> None:
    job = after(store, [started(), JobInterrupted(**JOB, attempt=1), JobAdopted(**JOB, result=a_result())])

    assert (job.status, job.reason) == (JobStatus.COMPLETED, "")
    assert [attempt.outcome for attempt in store.attempts(BATCH, "job_1")] == [JobStatus.INTERRUPTED]


def test_that_a_reopened_job_has_no_result(store: BatchStore) -> None:
    job = after(store, [started(), completed(), JobReopened(**JOB, reason="the video has changed")], retries=2)

    assert (job.status, job.result, job.reason) == (JobStatus.PENDING, None, "the video has changed")
    assert (job.attempt, job.retries, job.finished) == (1, 0, None)


def test_that_a_skipped_job_says_why(store: BatchStore) -> None:
    job = after(store, [JobSkipped(**JOB, reason="an earlier job failed", at=LATER)])

    assert (job.status, job.reason, job.result) == (JobStatus.SKIPPED, "an earlier job failed", None)
    assert (job.finished, job.attempt) == (LATER, 0)


def test_that_a_batch_keeps_its_first_start_and_its_last_end(store: BatchStore) -> None:
    a_stored_batch(store)
    times = [NOON + timedelta(hours=hour) for hour in range(6)]
    one_round = (BatchStarted, BatchCompleted, BatchReopened)

    store.record_all([kind(batch_id=BATCH, at=time) for kind, time in zip(one_round, times, strict=False)])
    batch = store.batch(BATCH)
    assert (batch.status, batch.started, batch.finished) == (BatchStatus.CREATED, times[0], None)

    store.record_all([BatchStarted(batch_id=BATCH, at=times[3]), BatchFailed(batch_id=BATCH, at=times[4])])
    batch = store.batch(BATCH)
    assert (batch.status, batch.started, batch.finished) == (BatchStatus.FAILED, times[0], times[4])


@pytest.mark.parametrize(
    ("kinds", "status"),
    [
        ((BatchStarted,), BatchStatus.RUNNING),
        ((BatchStarted, BatchPausing), BatchStatus.PAUSING),
        ((BatchStarted, BatchPausing, BatchPaused), BatchStatus.PAUSED),
        ((BatchStarted, BatchPausing, BatchResumed), BatchStatus.RUNNING),
        ((BatchStarted, BatchCancelling), BatchStatus.CANCELLING),
        ((BatchCancelling, BatchInterrupted), BatchStatus.CANCELLING),
        ((BatchStarted, BatchInterrupted), BatchStatus.PAUSED),
    ],
)
def test_that_a_batch_follows_its_events_and_is_not_finished(
    store: BatchStore, kinds: Sequence[Any], status: BatchStatus
) -> None:
    a_stored_batch(store)

    store.record_all([kind(batch_id=BATCH) for kind in kinds])

    assert (store.batch(BATCH).status, store.batch(BATCH).finished) == (status, None)


def test_that_a_cancelled_batch_is_finished(store: BatchStore) -> None:
    a_stored_batch(store)

    store.record_all([BatchCancelling(batch_id=BATCH), BatchCancelled(batch_id=BATCH, at=LATER)])

    assert (store.batch(BATCH).status, store.batch(BATCH).finished) == (BatchStatus.CANCELLED, LATER)


def recomputed_job_1() -> JobRecomputed:
    job = BatchJob("job_1", Path("/data/1.mp4"), 318.2, alpha=0.9)
    result = a_result(total_discharge=2.7)
    return JobRecomputed(**JOB, result=result, job=job_json(job), inputs={"identity": {"velocity": "a"}})


def test_that_a_recomputed_job_stays_completed_with_its_new_result_and_alpha(store: BatchStore) -> None:
    job = after(store, [started(), completed(), recomputed_job_1()])

    assert (job.status, job.attempt) == (JobStatus.COMPLETED, 1)
    assert job.result == a_result(total_discharge=2.7)
    assert job.job.alpha == 0.9
    assert job.inputs == {"identity": {"velocity": "a"}}


def test_that_a_job_without_a_result_cannot_be_recomputed(store: BatchStore) -> None:
    with pytest.raises(InvalidTransition, match="cannot recompute"):
        after(store, [started(), failed(), recomputed_job_1()])

    assert store.job(BATCH, "job_1").result is None
