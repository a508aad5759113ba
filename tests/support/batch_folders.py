"""Output folders of batches with results and a state, as a run leaves them, made without measuring anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from store_values import BATCH, a_batch

from image_velocimetry_tools.batch.config import ProcessingResult
from image_velocimetry_tools.batch.folders.state_folder import state_folder
from image_velocimetry_tools.batch.job.result import JobResult
from image_velocimetry_tools.batch.models import BatchJob, BatchStatus, JobStatus
from image_velocimetry_tools.batch.store import BatchStore, JobRecord
from image_velocimetry_tools.plugins.exporters import ExportedJob
from image_velocimetry_tools.testing.exporter_batch import write_example_batch

Change = Callable[[JobResult], JobResult]


def batch_folder(
    folder: Path,
    jobs: int = 4,
    *,
    status: BatchStatus = BatchStatus.COMPLETED,
    name: str = "Boneyard, May",
    change: Change = lambda result: result,
) -> Path:
    """A batch of generated results, of which job_003 failed; ``change`` is made to each result."""
    folder.mkdir(exist_ok=True)
    source = write_example_batch(folder, jobs)
    output = source.output_directory
    state = state_folder(output)
    state.prepare()
    records = [_record(job, change) for job in source.jobs]
    with BatchStore.open(state.database_url) as store:
        store.create_batch(a_batch(name=name, output_directory=output, status=status), records)
    state.point_to(BATCH)
    return output


def _record(job: ExportedJob, change: Change) -> JobRecord:
    status = JobStatus(job.status)
    measured = None
    if job.result_path is not None:
        measured = change(JobResult.model_validate(job.result()))
        job.result_path.write_text(measured.model_dump_json(), encoding="utf-8")
    result = ProcessingResult(
        job_id=job.job_id,
        video_path=job.video_path,
        status=status,
        result_path=job.result_path,
        total_discharge=None if measured is None else measured.discharge_m3s,
        error_message=job.message or None,
    )
    planned = BatchJob(job.job_id, job.video_path, 2.5)
    return JobRecord(BATCH, planned, job.number - 1, status=status, attempt=1, result=result)
