"""What came of a batch, read from its store."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from ...formats.results.batch_summary import FILE_NAME as SUMMARY_NAME
from ...formats.results.errors_log import FILE_NAME as ERRORS_NAME
from ..config import BatchResult, ProcessingResult
from ..failures import outcome
from ..folders.state_folder import StateFolder
from ..job.attempt import result_path
from ..models import JobStatus
from ..store import BatchStore
from ..store.records import BatchRecord, JobRecord


def stored_batch_result(store: BatchStore, state: StateFolder, batch_id: str) -> BatchResult:
    """The results of all jobs up to now, in the order of the batch."""
    summary, errors = (state.output_directory / name for name in (SUMMARY_NAME, ERRORS_NAME))
    return BatchResult(
        video_results=tuple(job_results(store.iter_jobs(batch_id), state)),
        output_directory=state.output_directory,
        summary_path=summary if summary.exists() else None,
        errors_path=errors if errors.exists() else None,
        total_time_s=seconds_taken(store.batch(batch_id)),
    )


def job_results(jobs: Iterable[JobRecord], state: StateFolder) -> list[ProcessingResult]:
    """What came of jobs; the paths are those of this folder, even if it was moved or copied."""
    return [job_result(job, state) for job in jobs]


def job_result(job: JobRecord, state: StateFolder) -> ProcessingResult:
    """What came of a job up to now."""
    if job.result is None:
        return outcome(job.job, job.status, job.reason or None, job.stage)
    # an up-to-date job repeats a result that was completed; a retried one waits with that of its last attempt
    own: dict[str, object] = {"status": job.status}
    if job.result.result_path is not None:
        own["result_path"] = result_path(state.output_directory / "jobs", job.job_id)
    if job.status is JobStatus.SKIPPED:
        own["error_message"] = job.reason
    return job.result.model_copy(update=own)


def seconds_taken(batch: BatchRecord) -> float:
    """Seconds from the first start of a batch to its end, or until now."""
    if batch.started is None:
        return 0.0
    return ((batch.finished or datetime.now(UTC)) - batch.started).total_seconds()
