"""A batch as exporters and reports see it, read from its store; also while it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...domain.errors import IvyError
from ...domain.units import DisplayUnits
from ...plugins.exporters import ExportedJob, ExportSource
from ..config import ProcessingResult
from ..folders.state_folder import StateFolder, find_state
from ..following.from_outside import Standing, standing
from ..store.records import JobRecord
from .stored_batch import job_result, seconds_taken


def export_source(output_directory: Path, *, database_url: str | None = None) -> ExportSource:
    """The batch of a folder, with what is finished up to now.

    Raises
    ------
    IvyError
        If the folder holds no batch or its database cannot be read.
    """
    state, _ = find_state(output_directory, database_url=database_url)
    found = standing(output_directory, database_url=database_url)
    batch = found.batch
    return ExportSource(
        batch_id=batch.batch_id,
        name=batch.name,
        output_directory=state.output_directory,
        display_units=DisplayUnits(batch.display_units),
        jobs=tuple(_exported(number, job, state) for number, job in enumerate(found.jobs, start=1)),
        is_finished=batch.status.is_final,
        facts=_batch_facts(found),
    )


def require_results(source: ExportSource) -> None:
    """Refuse a batch of which there is nothing to export yet.

    Raises
    ------
    IvyError
        If no job has a result.
    """
    if all(job.result_path is None for job in source.jobs):
        remedy = "Wait for the first, or see why there is none with 'ivytools-batch status'"
        raise IvyError("no job of the batch has a result", where=str(source.output_directory), remedy=remedy)


def _exported(number: int, job: JobRecord, state: StateFolder) -> ExportedJob:
    result = job_result(job, state)
    has_result = result.success and result.result_path is not None
    return ExportedJob(
        number=number,
        job_id=job.job_id,
        status=str(job.status),
        video_path=job.job.video_path,
        video_url=job.job.video_url,
        title=job.job.title,
        result_path=result.result_path if has_result else None,
        message=result.error_message or job.reason,
        facts=_job_facts(job, result),
    )


def _job_facts(job: JobRecord, result: ProcessingResult) -> dict[str, Any]:
    return {
        "level_m": job.job.water_surface_elevation_m,
        "alpha": job.job.alpha,
        "clip_start_s": job.job.clip.start_s,
        "clip_end_s": job.job.clip.end_s,
        "stage": result.stage,
        "problems": list(result.problems),
        "remedies": list(result.remedies),
        "attempt": job.attempt,
        "processing_time_s": result.processing_time_s,
        "quality": result.quality,
        "quality_reasons": list(result.quality_reasons),
        "extra": dict(job.job.extra),
        "comments": job.job.comments,
    }


def _batch_facts(found: Standing) -> dict[str, Any]:
    batch = found.batch
    return {
        "status": str(batch.status),
        "description": batch.description,
        "created": batch.created,
        "started": batch.started,
        "finished": batch.finished,
        "total_time_s": seconds_taken(batch),
        "settings": batch.settings.model_dump(mode="json"),
        "scaffold_path": str(batch.scaffold_path),
        "warnings": list(batch.warnings),
    }
