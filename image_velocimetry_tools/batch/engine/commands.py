"""What commands do to a batch: events, and jobs whose attempts must end. Pure; what is not possible is refused.

The owner of a batch applies the commands of its inbox by these rules; where there is no living owner, the process that
gives the command applies it itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from ...domain.errors import IvyError
from ..events import (
    AnyEvent,
    BatchCancelling,
    BatchPausing,
    BatchReopened,
    BatchResumed,
    BatchStarted,
    JobReopened,
    JobRetried,
    JobSkipped,
)
from ..models import BatchStatus, JobStatus
from ..store.records import BatchRecord, JobRecord

CANCELLED_BEFORE = "cancelled before it ran"
RETRYABLE = (
    JobStatus.FAILED,
    JobStatus.TIMED_OUT,
    JobStatus.OUT_OF_MEMORY,
    JobStatus.CANCELLED,
    JobStatus.INTERRUPTED,
)


@dataclass(frozen=True, slots=True)
class Effect:
    """What a command does: events to record at once, and ids of running jobs to cancel."""

    events: tuple[AnyEvent, ...] = ()
    to_cancel: tuple[str, ...] = ()


def pause(batch: BatchRecord) -> Effect:
    """Start no more jobs.

    Raises
    ------
    IvyError
        If the batch does not run.
    """
    if batch.status is not BatchStatus.RUNNING:
        raise _refused(batch, "pause", "Only a running batch can be paused")
    return Effect((BatchPausing(batch_id=batch.batch_id, reason="paused by the user"),))


def resume(batch: BatchRecord, jobs: Sequence[JobRecord], *, host: str = "", pid: int | None = None) -> Effect:
    """Go on with what has not been done: interrupted jobs, and those that were skipped or cancelled with their batch.

    Raises
    ------
    IvyError
        If the batch is being cancelled.
    """
    events: list[AnyEvent] = [_again(job) for job in jobs if _waits_for_resume(batch, job)]
    if batch.status is BatchStatus.CANCELLING:
        raise _refused(batch, "go on", "Wait until it is cancelled")
    if batch.status in (BatchStatus.PAUSED, BatchStatus.PAUSING):
        return Effect((*events, BatchResumed(batch_id=batch.batch_id)))
    has_work = bool(events) or any(job.status is JobStatus.PENDING for job in jobs)
    if batch.status.is_final and has_work:
        events.append(BatchReopened(batch_id=batch.batch_id))
    if batch.status is BatchStatus.CREATED or (batch.status.is_final and has_work):
        events.append(BatchStarted(batch_id=batch.batch_id, host=host, pid=pid))
    return Effect(tuple(events))


def cancel(batch: BatchRecord, jobs: Sequence[JobRecord], job_ids: Collection[str] = ()) -> Effect:
    """Cancel some jobs or the whole batch: those that run end, those that wait are skipped.

    Raises
    ------
    IvyError
        If the batch or a job named is over already, or there is no such job.
    """
    if batch.status.is_final:
        raise _refused(batch, "be cancelled", "It is over already")
    chosen = _chosen(jobs, job_ids)
    over = [job for job in chosen if job.status.is_final] if job_ids else []
    if over:
        what = ", ".join(f"{job.job_id} is {job.status}" for job in over)
        raise IvyError(f"what is over cannot be cancelled: {what}", remedy="Name jobs that wait or run")
    events: list[AnyEvent] = []
    if not job_ids:
        events.append(BatchCancelling(batch_id=batch.batch_id, reason="cancelled by the user"))
    for job in chosen:
        # an interrupted job waits again before it is skipped: it was about to
        events += resume_job(job)
        if job.status in (JobStatus.PENDING, JobStatus.INTERRUPTED):
            events.append(JobSkipped(batch_id=batch.batch_id, job_id=job.job_id, reason=CANCELLED_BEFORE))
    return Effect(tuple(events), tuple(job.job_id for job in chosen if job.status is JobStatus.RUNNING))


def retry(
    batch: BatchRecord, jobs: Sequence[JobRecord], job_ids: Collection[str] = (), *, starts: bool = True
) -> Effect:
    """Run unsuccessful jobs again, all of them or those named.

    Raises
    ------
    IvyError
        If a job named did not fail, or none did.
    """
    chosen = _chosen(jobs, job_ids)
    wrong = [job for job in chosen if job.status not in RETRYABLE]
    if job_ids and wrong:
        what = ", ".join(f"{job.job_id} is {job.status}" for job in wrong)
        raise IvyError(f"only jobs that failed or were cancelled can be retried: {what}", remedy="Leave them out")
    again = [job for job in chosen if job.status in RETRYABLE]
    if not again:
        raise IvyError("no job of the batch failed", where=batch.name, remedy="There is nothing to retry")
    events: list[AnyEvent] = [
        JobRetried(batch_id=batch.batch_id, job_id=job.job_id, reason="retried by the user") for job in again
    ]
    return Effect((*events, *(_reopening(batch) if starts else ())))


def _reopening(batch: BatchRecord) -> Iterable[AnyEvent]:
    if batch.status.is_final:
        return BatchReopened(batch_id=batch.batch_id), BatchStarted(batch_id=batch.batch_id)
    return ()


def reopening(batch: BatchRecord) -> tuple[AnyEvent, ...]:
    """What lets a batch that is over run again; nothing for one that is not."""
    return tuple(_reopening(batch))


def resume_job(job: JobRecord) -> tuple[AnyEvent, ...]:
    """What lets an interrupted job wait again."""
    return (_again(job),) if job.status is JobStatus.INTERRUPTED else ()


def _waits_for_resume(batch: BatchRecord, job: JobRecord) -> bool:
    if job.status is JobStatus.INTERRUPTED:
        return True
    was_cancelled = job.status is JobStatus.CANCELLED or job.reason == CANCELLED_BEFORE
    if was_cancelled:
        # what was cancelled by itself stays so; with its batch it goes on
        return batch.status is BatchStatus.CANCELLED
    return job.status is JobStatus.SKIPPED and job.result is None


def _again(job: JobRecord) -> AnyEvent:
    if job.status is JobStatus.SKIPPED:
        return JobReopened(batch_id=job.batch_id, job_id=job.job_id, reason="resumed")
    return JobRetried(batch_id=job.batch_id, job_id=job.job_id, reason="resumed")


def _chosen(jobs: Sequence[JobRecord], job_ids: Collection[str]) -> list[JobRecord]:
    known = {job.job_id: job for job in jobs}
    unknown = [job_id for job_id in job_ids if job_id not in known]
    if unknown:
        near = get_close_matches(unknown[0], known, n=1)
        remedy = f"Did you mean {near[0]}?" if near else "See 'ivytools-batch status'"
        raise IvyError(f"the batch has no job {', '.join(unknown)}", remedy=remedy.rstrip("?."))
    return [known[job_id] for job_id in job_ids] if job_ids else list(jobs)


def _refused(batch: BatchRecord, verb: str, remedy: str) -> IvyError:
    return IvyError(f"the batch is {batch.status} and cannot {verb}", where=batch.name, remedy=remedy)
