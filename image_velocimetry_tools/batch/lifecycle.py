"""How jobs and batches may change: two pure tables. Every pair that is not in them is refused.

``skipped`` jobs that never ran (first failure, cancelled before they ran) go back to ``pending`` by REOPEN when the
batch is resumed; by hand only unsuccessful ends are retried. INTERRUPT of a batch is what opening finds: its process is
gone, so nothing runs; what was asked for last is carried to its end.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from .models import BatchStatus, JobStatus


class JobChange(StrEnum):
    """What can happen to a job."""

    START = "start"
    COMPLETE = "complete"
    FAIL = "fail"
    TIME_OUT = "time_out"
    RUN_OUT_OF_MEMORY = "run_out_of_memory"
    CANCEL = "cancel"
    INTERRUPT = "interrupt"
    SKIP = "skip"
    RETRY = "retry"
    ADOPT = "adopt"
    REOPEN = "reopen"
    RECOMPUTE = "recompute"


class BatchChange(StrEnum):
    """What can happen to a batch."""

    START = "start"
    PAUSE = "pause"
    REST = "rest"
    RESUME = "resume"
    CANCEL = "cancel"
    STOP = "stop"
    COMPLETE = "complete"
    FAIL = "fail"
    REOPEN = "reopen"
    INTERRUPT = "interrupt"


class InvalidTransition(Exception):
    """A change that the present state forbids."""

    def __init__(self, what: str, state: str, change: str) -> None:
        self.state, self.change = state, change
        super().__init__(f"a {what} that is {state} cannot {change.replace('_', ' ')}")


_J, _C = JobStatus, JobChange
_UNSUCCESSFUL = (_J.FAILED, _J.TIMED_OUT, _J.OUT_OF_MEMORY, _J.CANCELLED, _J.INTERRUPTED)

JOB_TRANSITIONS: Mapping[tuple[JobStatus, JobChange], JobStatus] = {
    (_J.PENDING, _C.START): _J.RUNNING,
    (_J.PENDING, _C.SKIP): _J.SKIPPED,
    (_J.PENDING, _C.ADOPT): _J.COMPLETED,
    (_J.RUNNING, _C.COMPLETE): _J.COMPLETED,
    (_J.RUNNING, _C.FAIL): _J.FAILED,
    (_J.RUNNING, _C.TIME_OUT): _J.TIMED_OUT,
    (_J.RUNNING, _C.RUN_OUT_OF_MEMORY): _J.OUT_OF_MEMORY,
    (_J.RUNNING, _C.CANCEL): _J.CANCELLED,
    (_J.RUNNING, _C.INTERRUPT): _J.INTERRUPTED,
    (_J.RUNNING, _C.ADOPT): _J.COMPLETED,
    (_J.INTERRUPTED, _C.ADOPT): _J.COMPLETED,
    (_J.SKIPPED, _C.REOPEN): _J.PENDING,
    (_J.COMPLETED, _C.REOPEN): _J.PENDING,
    # what has a discharge, by itself or as up to date, can get another one from its stored velocities
    (_J.COMPLETED, _C.RECOMPUTE): _J.COMPLETED,
    (_J.SKIPPED, _C.RECOMPUTE): _J.SKIPPED,
    **{(state, _C.RETRY): _J.PENDING for state in _UNSUCCESSFUL},
}

_B, _X = BatchStatus, BatchChange
_ACTIVE = (_B.RUNNING, _B.PAUSING, _B.PAUSED)

BATCH_TRANSITIONS: Mapping[tuple[BatchStatus, BatchChange], BatchStatus] = {
    (_B.CREATED, _X.START): _B.RUNNING,
    (_B.CREATED, _X.CANCEL): _B.CANCELLING,
    (_B.RUNNING, _X.PAUSE): _B.PAUSING,
    (_B.PAUSING, _X.REST): _B.PAUSED,
    (_B.PAUSING, _X.RESUME): _B.RUNNING,
    (_B.PAUSED, _X.RESUME): _B.RUNNING,
    **{(state, _X.CANCEL): _B.CANCELLING for state in _ACTIVE},
    (_B.CANCELLING, _X.STOP): _B.CANCELLED,
    (_B.RUNNING, _X.COMPLETE): _B.COMPLETED,
    (_B.RUNNING, _X.FAIL): _B.FAILED,
    # The last running job may end the batch while it is about to pause: there is nothing left to pause then.
    (_B.PAUSING, _X.COMPLETE): _B.COMPLETED,
    (_B.PAUSING, _X.FAIL): _B.FAILED,
    **{(state, _X.REOPEN): _B.CREATED for state in (_B.COMPLETED, _B.FAILED, _B.CANCELLED)},
    (_B.RUNNING, _X.INTERRUPT): _B.PAUSED,
    (_B.PAUSING, _X.INTERRUPT): _B.PAUSED,
    (_B.CANCELLING, _X.INTERRUPT): _B.CANCELLING,
}


def decide_job(state: JobStatus, change: JobChange) -> JobStatus:
    """The state of a job after a change.

    Raises
    ------
    InvalidTransition
        If the state forbids the change.
    """
    if (state, change) not in JOB_TRANSITIONS:
        raise InvalidTransition("job", state, change)
    return JOB_TRANSITIONS[state, change]


def decide_batch(state: BatchStatus, change: BatchChange) -> BatchStatus:
    """The state of a batch after a change.

    Raises
    ------
    InvalidTransition
        If the state forbids the change.
    """
    if (state, change) not in BATCH_TRANSITIONS:
        raise InvalidTransition("batch", state, change)
    return BATCH_TRANSITIONS[state, change]
