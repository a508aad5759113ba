"""What events change in the rows; pure functions from a row's present values to its new ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..events import (
    Event,
    JobAdopted,
    JobEnded,
    JobEvent,
    JobInterrupted,
    JobPlaced,
    JobProgressed,
    JobRecomputed,
    JobReopened,
    JobRetried,
    JobSkipped,
    JobStarted,
)
from ..lifecycle import BatchChange, InvalidTransition, decide_batch, decide_job
from ..models import BatchStatus, JobStatus
from .json_text import json_text, model_text

Values = dict[str, Any]

INTERRUPTED_REASON = "the program that ran the job came to an end before it"

_NOWHERE: Values = {"pid": None, "pid_created": None}
_UNTOUCHED: Values = {
    "stage": "",
    "fraction": 0.0,
    "reason": "",
    "started": None,
    "finished": None,
    "peak_memory_bytes": None,
    "log_tail": "[]",
    "host": "",
    **_NOWHERE,
}


@dataclass(frozen=True, slots=True)
class JobState:
    """What decides how an event changes a job."""

    status: JobStatus
    attempt: int
    retries: int


def is_late(event: JobEvent, state: JobState) -> bool:
    """Whether news of a running attempt arrive after its end; nobody needs them then."""
    if not isinstance(event, JobPlaced | JobProgressed):
        return False
    return state.status is not JobStatus.RUNNING or event.attempt != state.attempt


def job_effects(event: JobEvent, state: JobState) -> Values:
    """New values of a job's columns.

    Raises
    ------
    InvalidTransition
        If the job's state forbids the event, or the event is about another attempt than the present one.
    """
    _check_attempt(event, state)
    if isinstance(event, JobPlaced):
        return {"host": event.host, "pid": event.pid, "pid_created": event.pid_created}
    if isinstance(event, JobProgressed):
        return {"stage": event.stage, "fraction": event.fraction}
    if event.job_change is None:
        return {}
    return {"status": decide_job(state.status, event.job_change).value, **_details(event, state)}


def batch_effects(event: Event, status: BatchStatus, is_first_start: bool) -> Values:
    """New values of a batch's columns.

    Raises
    ------
    InvalidTransition
        If the batch's state forbids the event.
    """
    if event.batch_change is None:
        return {}
    decided = decide_batch(status, event.batch_change)
    values: Values = {"status": decided.value}
    if decided.is_final:
        values["finished"] = event.at
    if event.batch_change is BatchChange.REOPEN:
        values["finished"] = None
    if event.batch_change is BatchChange.START and is_first_start:
        values["started"] = event.at
    return values


def attempt_effects(event: JobEvent, state: JobState) -> Values:
    """New values of the present attempt's columns; :class:`JobStarted` makes a new one instead."""
    if isinstance(event, JobPlaced):
        return {"host": event.host}
    if state.status is not JobStatus.RUNNING or event.job_change is None or isinstance(event, JobStarted):
        return {}
    values: Values = {"outcome": decide_job(state.status, event.job_change).value, "finished": event.at}
    if isinstance(event, JobEnded):
        values |= {"reason": _reason(event), "peak_memory_bytes": event.peak_memory_bytes}
        values["log_tail"] = json_text(event.log_tail)
    if isinstance(event, JobInterrupted):
        values["reason"] = INTERRUPTED_REASON
    return values


def _check_attempt(event: JobEvent, state: JobState) -> None:
    if event.job_change is None:
        return
    if isinstance(event, JobStarted):
        is_right = event.attempt > state.attempt
    elif isinstance(event, JobEnded | JobInterrupted):
        is_right = event.attempt == state.attempt
    else:
        return
    if state.status is _needed_status(event) and not is_right:
        present = f"{state.status} (attempt {state.attempt})"
        raise InvalidTransition("job", present, f"{event.job_change} attempt {event.attempt}")


def _needed_status(event: JobEvent) -> JobStatus:
    return JobStatus.PENDING if isinstance(event, JobStarted) else JobStatus.RUNNING


def _details(event: JobEvent, state: JobState) -> Values:
    match event:
        case JobStarted():
            memory = {"memory_bytes": event.memory_bytes} if event.memory_bytes else {}
            return _UNTOUCHED | {
                "attempt": event.attempt,
                "started": event.at,
                "result": None,
                "not_before": None,
                **memory,
            }
        case JobEnded():
            return {
                "result": model_text(event.result),
                "reason": _reason(event),
                "finished": event.at,
                "peak_memory_bytes": event.peak_memory_bytes,
                "log_tail": json_text(event.log_tail),
                **_NOWHERE,
            }
        case JobInterrupted():
            return {"reason": INTERRUPTED_REASON, "finished": event.at, **_NOWHERE}
        case JobAdopted():
            return {"result": model_text(event.result), "reason": "", "finished": event.at, **_NOWHERE}
        case JobSkipped():
            result = None if event.result is None else model_text(event.result)
            return {"reason": _plain(event.reason), "result": result, "finished": event.at}
        case JobRetried():
            return _UNTOUCHED | {
                "reason": _plain(event.reason),
                "not_before": event.not_before,
                "memory_bytes": event.memory_bytes,
                "runs_alone": event.runs_alone,
                "retries": state.retries + 1 if event.is_automatic else 0,
            }
        case JobReopened():
            return _UNTOUCHED | {
                "reason": _plain(event.reason),
                "result": None,
                "not_before": None,
                "memory_bytes": None,
                "runs_alone": False,
                "retries": 0,
            }
        case JobRecomputed():
            values = {"job": json_text(event.job), "inputs": json_text(event.inputs)}
            return values | {"result": model_text(event.result)}
    return {}


def _reason(event: JobEnded) -> str:
    return _plain(event.result.error_message or "")


def _plain(text: str) -> str:
    # PostgreSQL keeps no NUL; what a dying process wrote may hold one.
    return text.replace("\x00", "\N{REPLACEMENT CHARACTER}")
