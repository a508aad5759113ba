"""Results of jobs that nobody measured, in folders like those of real ones: a file with figures, and its manifest."""

from __future__ import annotations

import csv
from pathlib import Path

from image_velocimetry_tools.batch.config import RunSettings
from image_velocimetry_tools.batch.folders.identity import FileStamp, identity_of, sha256_of, stamp
from image_velocimetry_tools.batch.folders.manifest import write_manifest
from image_velocimetry_tools.batch.job.result import JobResult, Provenance, Quality, Timings, Uncertainty
from image_velocimetry_tools.batch.job.velocimetry_choice import velocimetry_choice
from image_velocimetry_tools.batch.models import BatchJob, PlannedJob


def finished(job: BatchJob, discharge_m3s: float, verdict: str = "doubtful") -> JobResult:
    """A result of 4 m² with the given discharge."""
    return JobResult(
        job_id=job.job_id,
        status="completed",
        video_path=str(job.video_path),
        water_surface_elevation_m=job.water_surface_elevation_m,
        alpha=job.alpha,
        discharge_m3s=discharge_m3s,
        area_m2=4.0,
        area_midsection_m2=4.0,
        wetted_width_m=8.0,
        mean_depth_m=0.5,
        max_depth_m=0.75,
        mean_velocity_mps=discharge_m3s / 4.0,
        mean_surface_velocity_mps=discharge_m3s / 4.0 / job.alpha,
        max_surface_velocity_mps=0.9,
        measured_discharge_fraction=0.95,
        interpolated_discharge_fraction=0.03,
        edge_discharge_fraction=0.02,
        uncertainty=Uncertainty(iso_u95=6.5, ive_u95=8.25),
        quality=Quality(verdict=verdict, reasons=("night",) if verdict != "good" else ()),
        points=(),
        edges=(),
        timings_s=Timings(decode=0.1, rectify=0.0, velocimetry=0.1, discharge=0.0, total=0.25),
        provenance=Provenance(version="0", created="2024-06-01T12:00:00Z", parameters={}, inputs={}),
    )


def write_finished(
    folder: Path, result: JobResult, planned: PlannedJob, attempt: int, *, plots: bool, save_project: bool
) -> None:
    """Put a result into a folder as the program does, so that a later run finds it up to date."""
    job = planned.job
    (folder / f"{job.job_id}.json").write_text(result.model_dump_json(indent=1), encoding="utf-8")
    method = velocimetry_choice(RunSettings())
    identity = identity_of(planned, method, plots=plots, save_project=save_project)
    write_manifest(folder, job.job_id, attempt, identity, {"video": _hashed(job)})


def _hashed(job: BatchJob) -> FileStamp:
    found = stamp(job.video_path)
    assert found is not None
    return found.model_copy(update={"path": job.video_source, "sha256": sha256_of(job.video_path)})


def summary_rows(output_directory: Path) -> list[dict[str, str]]:
    """The rows of ``batch_summary.csv``."""
    with (output_directory / "batch_summary.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
