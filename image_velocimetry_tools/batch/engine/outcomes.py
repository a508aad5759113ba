"""What the end of an attempt means for its job. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ...plugins.executors import AttemptEnded, ExitCause
from ..config import ProcessingResult
from ..events import JobCancelled, JobCompleted, JobFailed, JobInterrupted, JobOutOfMemory, JobTimedOut
from ..failures import outcome
from ..models import BatchJob, JobStatus
from .retry_policy import may_pass
from .work import WorkValue

_LOG_REMEDY = "Look into the log of the attempt; if it happens again, report it"


class Intent(StrEnum):
    """Why the engine itself ends an attempt."""

    CANCEL = "cancel"
    TIME_OUT = "time_out"
    STALL = "stall"
    FREE_MEMORY = "free_memory"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Ending:
    """The engine's wish that an attempt end, and the reason in words."""

    intent: Intent
    reason: str = ""


EndEvent = JobCompleted | JobFailed | JobTimedOut | JobOutOfMemory | JobCancelled | JobInterrupted


@dataclass(frozen=True, slots=True)
class Outcome:
    """The event that ends an attempt, and what follows from it.

    ``can_pass``: another attempt may succeed. ``is_disk_full``: the batch must wait for space.
    """

    event: EndEvent
    can_pass: bool = False
    is_disk_full: bool = False


def outcome_of(
    batch_id: str,
    job: BatchJob,
    attempt: int,
    stage: str,
    ended: AttemptEnded,
    wish: Ending | None,
    found: ProcessingResult | None,
) -> Outcome:
    """The meaning of an end.

    Parameters
    ----------
    stage
        Stage that the attempt had reached.
    wish
        Why the engine ended it, if it did; evidence that the job was done before goes before it.
    found
        The whole result that lies in the job's folder although the attempt could not say so.
    """
    facts: dict[str, Any] = {"batch_id": batch_id, "job_id": job.job_id, "attempt": attempt}
    facts |= {"peak_memory_bytes": ended.peak_memory_bytes, "log_tail": ended.log_tail}
    value = WorkValue.model_validate(ended.value) if ended.cause is ExitCause.FINISHED else None
    result = value.result if value is not None else found
    if result is not None and result.success:
        return Outcome(JobCompleted(**facts, result=result))
    if wish is not None and (value is None or value.result.status is JobStatus.CANCELLED):
        return _ended_by_us(facts, job, stage, wish)
    if value is not None:
        return _failed_by_itself(facts, value)
    return _died(facts, job, stage, ended)


def _failed_by_itself(facts: dict[str, Any], value: WorkValue) -> Outcome:
    if value.result.status is JobStatus.CANCELLED:
        return Outcome(JobCancelled(**facts, result=value.result))
    if value.is_out_of_memory:
        result = value.result.model_copy(update={"status": JobStatus.OUT_OF_MEMORY})
        return Outcome(JobOutOfMemory(**facts, result=result), can_pass=True)
    return Outcome(JobFailed(**facts, result=value.result), value.can_pass, value.is_disk_full)


def _ended_by_us(facts: dict[str, Any], job: BatchJob, stage: str, wish: Ending) -> Outcome:
    if wish.intent is Intent.STOP:
        few = {key: facts[key] for key in ("batch_id", "job_id", "attempt")}
        return Outcome(JobInterrupted(**few))
    if wish.intent is Intent.CANCEL:
        return Outcome(JobCancelled(**facts, result=outcome(job, JobStatus.CANCELLED, wish.reason, stage)))
    if wish.intent is Intent.FREE_MEMORY:
        result = _explained(job, JobStatus.OUT_OF_MEMORY, wish.reason, stage, "Run fewer jobs at a time")
        return Outcome(JobOutOfMemory(**facts, result=result), can_pass=True)
    remedy = "Raise the time limit, or shorten the clip"
    if wish.intent is Intent.STALL:
        remedy = "Check that the video and the output folder can be reached, then retry"
    result = _explained(job, JobStatus.TIMED_OUT, wish.reason, stage, remedy)
    return Outcome(JobTimedOut(**facts, result=result), can_pass=wish.intent is Intent.STALL)


def _died(facts: dict[str, Any], job: BatchJob, stage: str, ended: AttemptEnded) -> Outcome:
    can_pass = may_pass(ended.cause)
    detail = ended.detail or f"the attempt was {ended.cause}"
    if ended.cause is ExitCause.OUT_OF_MEMORY:
        result = _explained(
            job, JobStatus.OUT_OF_MEMORY, detail, stage, "Run fewer jobs at a time, or shorten the clip"
        )
        return Outcome(JobOutOfMemory(**facts, result=result), can_pass)
    if ended.cause is ExitCause.CANCELLED:
        return Outcome(JobCancelled(**facts, result=outcome(job, JobStatus.CANCELLED, detail, stage)))
    result = _explained(job, JobStatus.FAILED, detail, stage, _LOG_REMEDY)
    return Outcome(JobFailed(**facts, result=result, cause=str(ended.cause)), can_pass)


def _explained(job: BatchJob, status: JobStatus, reason: str, stage: str, remedy: str) -> ProcessingResult:
    sentence = f"{reason}. {remedy}."
    update = {"problems": (sentence,), "remedy": remedy, "remedies": (remedy,)}
    return outcome(job, status, reason, stage).model_copy(update=update)
