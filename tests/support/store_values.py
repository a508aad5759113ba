"""Batches, jobs, results and events to put into a store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from image_velocimetry_tools.batch.config import ProcessingResult, RunSettings
from image_velocimetry_tools.batch.events import JobCompleted, JobFailed, JobStarted
from image_velocimetry_tools.batch.models import BatchJob, JobStatus
from image_velocimetry_tools.batch.store import BatchRecord, BatchStore, JobRecord

BATCH = "batch_001"


def a_batch(batch_id: str = BATCH, **values: Any) -> BatchRecord:
    return BatchRecord(
        **{
            "batch_id": batch_id,
            "name": "Boneyard, May",
            "output_directory": Path("/data/out"),
            "scaffold_path": Path("/data/site.ivy"),
            "settings": RunSettings(),
        }
        | values
    )


def some_jobs(count: int, batch_id: str = BATCH, first: int = 1, **values: Any) -> list[JobRecord]:
    numbers = range(first, first + count)
    return [
        JobRecord(batch_id, BatchJob(f"job_{n}", Path(f"/data/{n}.mp4"), 318.2), n - first, **values) for n in numbers
    ]


def a_stored_batch(store: BatchStore, jobs: int = 1, batch_id: str = BATCH) -> str:
    store.create_batch(a_batch(batch_id), some_jobs(jobs, batch_id))
    return batch_id


def a_result(job_id: str = "job_1", status: JobStatus = JobStatus.COMPLETED, **values: Any) -> ProcessingResult:
    return ProcessingResult(job_id=job_id, video_path=Path(f"/data/{job_id}.mp4"), status=status, **values)


def started(job_id: str = "job_1", attempt: int = 1, batch_id: str = BATCH, **values: Any) -> JobStarted:
    return JobStarted(batch_id=batch_id, job_id=job_id, attempt=attempt, **values)


def completed(job_id: str = "job_1", attempt: int = 1, batch_id: str = BATCH, **values: Any) -> JobCompleted:
    result = a_result(job_id, total_discharge=2.5)
    return JobCompleted(**_of_attempt(job_id, attempt, batch_id, result) | values)


def failed(job_id: str = "job_1", attempt: int = 1, batch_id: str = BATCH, **values: Any) -> JobFailed:
    result = a_result(job_id, JobStatus.FAILED, error_message="the clip is empty")
    return JobFailed(**_of_attempt(job_id, attempt, batch_id, result) | values)


def _of_attempt(job_id: str, attempt: int, batch_id: str, result: ProcessingResult) -> dict[str, Any]:
    return {"batch_id": batch_id, "job_id": job_id, "attempt": attempt, "result": result}
