"""The files about a whole batch, kept up to date while it runs."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from ...domain.errors import OutputError
from ...domain.units import UnitSystem
from ...formats.results.batch_summary import FILE_NAME as SUMMARY_NAME
from ...formats.results.batch_summary import SummaryRow, write_batch_summary
from ...formats.results.errors_log import FILE_NAME as ERRORS_NAME
from ...formats.results.errors_log import ErrorEntry, write_errors_log
from ..config import ProcessingResult
from ..models import BatchJob

_log = logging.getLogger(__name__)


class SummaryFiles:
    """Writes ``batch_summary.csv`` and ``errors.log`` of one batch.

    A file that cannot be written now (because a spreadsheet holds it open, say) is tried again with the next job;
    ``problem`` is what stands in the way, or None.
    """

    def __init__(self, output_directory: Path, units: UnitSystem) -> None:
        self.summary_path = output_directory / SUMMARY_NAME
        self.errors_path = output_directory / ERRORS_NAME
        self.problem: OutputError | None = None
        self._units = units

    def write(self, jobs: Sequence[BatchJob], results: Sequence[ProcessingResult]) -> None:
        """Write both files; ``results`` has one entry per job, in order."""
        rows = [summary_row(job, self._units, result) for job, result in zip(jobs, results, strict=True)]
        entries = [error_entry(result) for result in results if result.status.is_failure]
        self.problem = None
        try:
            write_batch_summary(self.summary_path, rows)
            write_errors_log(self.errors_path, entries)
        except OutputError as error:
            _log.warning("%s", error)
            self.problem = error


def summary_row(job: BatchJob, units: UnitSystem, result: ProcessingResult) -> SummaryRow:
    """What the summary says of a job, in the display units of its site."""
    return SummaryRow(
        job_id=job.job_id,
        status=result.status,
        video_path=job.video_source,
        units=units,
        water_surface_elevation_m=job.water_surface_elevation_m,
        alpha=job.alpha,
        discharge_m3s=result.total_discharge,
        area_m2=result.area_m2,
        mean_velocity_mps=result.mean_velocity_mps,
        max_surface_velocity_mps=result.max_surface_velocity_mps,
        measured_fraction=result.measured_discharge_fraction,
        uncertainty_iso_95pct=result.uncertainty_iso_95pct,
        uncertainty_ive_95pct=result.uncertainty_ive_95pct,
        processing_time_s=result.processing_time_s if result.processing_time_s else None,
        quality=result.quality,
        error_stage=result.stage if result.status.is_failure else "",
        error_message=result.error_message or "",
        measurement_number=job.measurement_number,
        measurement_date=job.measurement_date,
        measurement_time=job.measurement_time,
        gage_height=job.gage_height,
        comments=job.comments,
        extra=job.extra,
    )


def error_entry(result: ProcessingResult) -> ErrorEntry:
    """What the error log says of a failed job."""
    return ErrorEntry(
        job_id=result.job_id,
        video_path=result.video_source,
        stage=result.stage,
        reasons=(result.error_message or "unknown",),
        remedies=result.remedies,
        note=result.note,
    )
