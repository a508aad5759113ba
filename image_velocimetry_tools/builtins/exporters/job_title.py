"""A job in one line: what it is called, at which level, and what came out."""

from __future__ import annotations

from ...batch.job.result import JobResult
from ...domain.units import UnitSystem
from ...plugins.exporters import ExportedJob
from .export_run import why_without_result


def job_title(job: ExportedJob, result: JobResult, units: UnitSystem) -> str:
    """Name, level, discharge and verdict, in display units."""
    return "  ·  ".join(
        [
            job.title or job.job_id,
            f"level {result.water_surface_elevation_m * units.length:.2f} {units.length_label}",
            f"Q = {result.discharge_m3s * units.discharge:.4g} {units.discharge_label}",
            result.quality.verdict,
        ]
    )


def failed_title(job: ExportedJob) -> str:
    """Name, and why there is no result."""
    return f"{job.title or job.job_id}  ·  {why_without_result(job) or 'no result that can be read'}"


def card_title(job: ExportedJob) -> str:
    """Name and status, for a card that has room for the reason below."""
    return f"{job.title or job.job_id}  ·  {job.status.replace('_', ' ')}"
