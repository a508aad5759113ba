from __future__ import annotations

import itertools

import pytest

from image_velocimetry_tools.batch.lifecycle import (
    BATCH_TRANSITIONS,
    JOB_TRANSITIONS,
    BatchChange,
    InvalidTransition,
    JobChange,
    decide_batch,
    decide_job,
)
from image_velocimetry_tools.batch.models import BatchStatus, JobStatus

# Written out once more, by hand: state, then what each change makes of it; whatever is not here is refused.
JOBS = {
    "pending": {"start": "running", "skip": "skipped", "adopt": "completed"},
    "running": {
        "complete": "completed",
        "fail": "failed",
        "time_out": "timed_out",
        "run_out_of_memory": "out_of_memory",
        "cancel": "cancelled",
        "interrupt": "interrupted",
        "adopt": "completed",
    },
    "completed": {"reopen": "pending", "recompute": "completed"},
    "failed": {"retry": "pending"},
    "timed_out": {"retry": "pending"},
    "out_of_memory": {"retry": "pending"},
    "cancelled": {"retry": "pending"},
    "interrupted": {"retry": "pending", "adopt": "completed"},
    "skipped": {"reopen": "pending", "recompute": "skipped"},
}
BATCHES = {
    "created": {"start": "running", "cancel": "cancelling"},
    "running": {
        "pause": "pausing",
        "cancel": "cancelling",
        "complete": "completed",
        "fail": "failed",
        "interrupt": "paused",
    },
    "pausing": {
        "rest": "paused",
        "resume": "running",
        "cancel": "cancelling",
        "complete": "completed",
        "fail": "failed",
        "interrupt": "paused",
    },
    "paused": {"resume": "running", "cancel": "cancelling"},
    "cancelling": {"stop": "cancelled", "interrupt": "cancelling"},
    "completed": {"reopen": "created"},
    "failed": {"reopen": "created"},
    "cancelled": {"reopen": "created"},
}


@pytest.mark.parametrize(("state", "change"), [*itertools.product(JobStatus, JobChange)])
def test_that_a_job_changes_as_listed_and_in_no_other_way(state: JobStatus, change: JobChange) -> None:
    if change.value in JOBS[state.value]:
        assert decide_job(state, change) is JobStatus(JOBS[state.value][change.value])
    else:
        with pytest.raises(InvalidTransition, match=f"a job that is {state} cannot {change.replace('_', ' ')}"):
            decide_job(state, change)


@pytest.mark.parametrize(("state", "change"), [*itertools.product(BatchStatus, BatchChange)])
def test_that_a_batch_changes_as_listed_and_in_no_other_way(state: BatchStatus, change: BatchChange) -> None:
    if change.value in BATCHES[state.value]:
        assert decide_batch(state, change) is BatchStatus(BATCHES[state.value][change.value])
    else:
        with pytest.raises(InvalidTransition, match=f"a batch that is {state} cannot {change.replace('_', ' ')}"):
            decide_batch(state, change)


def test_that_every_status_of_a_job_can_be_reached_and_left() -> None:
    assert {JobStatus.PENDING, *JOB_TRANSITIONS.values()} == set(JobStatus)
    assert {state for state, _ in JOB_TRANSITIONS} == set(JobStatus)


def test_that_every_status_of_a_batch_can_be_reached_and_left() -> None:
    assert {BatchStatus.CREATED, *BATCH_TRANSITIONS.values()} == set(BatchStatus)
    assert {state for state, _ in BATCH_TRANSITIONS} == set(BatchStatus)


def test_that_a_final_job_leaves_its_state_only_when_somebody_asks() -> None:
    changes = {change for (state, change) in JOB_TRANSITIONS if state.is_final}

    assert changes == {JobChange.RETRY, JobChange.REOPEN, JobChange.RECOMPUTE}


def test_that_a_final_batch_is_only_reopened() -> None:
    assert {change for (state, change) in BATCH_TRANSITIONS if state.is_final} == {BatchChange.REOPEN}
