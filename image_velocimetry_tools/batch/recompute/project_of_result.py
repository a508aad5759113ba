"""A finished job as a project, made from its stored result where the batch saved no project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from ...domain.angles import FloatArray
from ...domain.errors import IvyError
from ...domain.project import (
    Comment,
    CommentCategory,
    DischargeSettings,
    MeasuredVelocities,
    Project,
    Reporting,
    SectionSettings,
)
from ...numerics.velocity import section_normal
from ...services.project_files import open_project, save_project
from ..folders.identity import MethodChoice
from ..folders.output_folder import prepare_output_directory
from ..folders.state_folder import find_state
from ..job.project_settings import project_of_job
from ..job.result import JobResult, PointResult
from ..job.velocimetry_choice import velocimetry_choice
from ..models import BatchJob
from ..plan.planner import JobPlanner
from ..plan.scaffold_loader import ScaffoldLoader
from ..store import BatchStore
from ..store.records import BatchRecord, JobRecord
from .recomputed_result import stored_figures, stored_velocities
from .stored_measurement import StoredMeasurement, calibration_raster, section_line, stored_measurement

FOLDER_NAME = "projects"
_WITHOUT_IMAGES = "The batch kept no space-time images of this job; they come back when it is measured again"


def project_of_result(output_directory: Path, job_id: str) -> Path:
    """The ``.ivy`` of a job that has a result; written to ``projects`` in the output folder unless it is there.

    A project that somebody may have worked on is never replaced: a newer result gets a file of its own.

    Raises
    ------
    IvyError
        If there is no such batch, job or whole result, the site has changed since, or the file cannot be written.
    """
    state, batch_id = find_state(output_directory)
    with BatchStore.open(state.database_url, read_only=True) as store:
        batch, record = store.batch(batch_id), store.job(batch_id, job_id)
    jobs_directory = state.output_directory / "jobs"
    result_file = jobs_directory / job_id / f"{job_id}.json"
    path, is_there = _place(state.output_directory / FOLDER_NAME, job_id, result_file)
    if not is_there:
        prepare_output_directory(path.parent)
        save_project(path, measured_project(batch, record, jobs_directory), notes_discharge=False)
    return path


def measured_project(batch: BatchRecord, record: JobRecord, jobs_directory: Path) -> Project:
    """The measurement of a job of a batch, from its result in ``jobs_directory``; it has no space-time images.

    Raises
    ------
    IvyError
        If there is no whole result, or the scaffold is gone or has changed since.
    """
    scaffold = ScaffoldLoader().load(batch.scaffold_path)
    planner = JobPlanner(scaffold, batch.settings, velocimetry_choice(batch.settings), jobs_directory)
    try:
        stored = stored_measurement(planner, record)
    except IvyError as error:
        where = f"job {record.job_id}"
        raise IvyError.from_problems(
            replace(one, where=f"{where}, {one.where}" if one.where else where) for one in error.problems
        ) from error
    line = section_line(stored.planned.scaffold, stored.section)
    raster = calibration_raster(stored.planned.scaffold)
    result, site = stored.result, open_project(batch.scaffold_path).project
    edges_px = raster.world_to_pixel(line.edges(stored.section, result.water_surface_elevation_m))
    places_px = raster.world_to_pixel(line.xy_of([point.station_m for point in result.points]))
    made = _settings(stored, record.job, edges_px, site)
    return replace(made, velocities=_velocities(stored, places_px, edges_px, made))


def _settings(stored: StoredMeasurement, job: BatchJob, edges_px: FloatArray, site: Project) -> Project:
    """The project of the job with all but its velocities; what a site's project says beside that comes along."""
    result = stored.result
    made = project_of_job(job, stored.planned.scaffold, edges_px, _method(result), site.section.survey_name)
    return replace(
        made,
        calibration=replace(made.calibration, image_name=site.calibration.image_name),
        section=_section(stored, made.section, site.section),
        discharge=DischargeSettings(
            alpha=result.alpha,
            gap_rule=stored.rules.gap_rule.value,
            least_quality=stored.rules.velocity_filter.least_quality,
            largest_spread=stored.rules.velocity_filter.largest_spread,
            tests_neighbours=stored.rules.velocity_filter.tests_neighbours,
        ),
        reporting=_reporting(made.reporting, site.reporting, job.measurement_date),
        comments=(*site.comments, *_comments(result)),
        carried=MappingProxyType({**site.carried, "job_id": job.job_id}),
        carried_files=site.carried_files,
    )


def _section(stored: StoredMeasurement, made: SectionSettings, site: SectionSettings) -> SectionSettings:
    if stored.replaced is None:
        return replace(made, survey_units=site.survey_units)
    return replace(made, survey=stored.section, survey_name=Path(stored.replaced.path).name)


def _reporting(job: Reporting, site: Reporting, measured_on: str | None) -> Reporting:
    """What the job says, and of its site the names and people."""
    try:
        day = date.fromisoformat(measured_on or "")
    except ValueError:
        day = None
    return replace(
        job,
        station_name=site.station_name,
        station_number=site.station_number,
        party=site.party,
        weather=site.weather,
        description=site.description,
        measured_on=day,
    )


def _comments(result: JobResult) -> list[Comment]:
    created = datetime.fromisoformat(result.provenance.created).astimezone()
    stamp = f"{created:%m/%d/%Y %H:%M:%S}"
    said = [Comment(CommentCategory.OTHER, "batch", stamp, result.comments)] if result.comments else []
    note = result.provenance.recomputed
    if note is not None:
        said.append(Comment(CommentCategory.DISCHARGE, "batch", stamp, f"Recomputed: {'; '.join(note.changes)}"))
    return [*said, Comment(CommentCategory.STIV_REVIEW, "batch", stamp, _WITHOUT_IMAGES)]


def _velocities(
    stored: StoredMeasurement, places_px: FloatArray, edges_px: FloatArray, project: Project
) -> MeasuredVelocities:
    result, parameters = stored.result, stored.result.provenance.parameters
    found = stored_velocities(result)
    return MeasuredVelocities(
        xy_px=places_px,
        station_m=found.station_m,
        speed_mps=found.speed_mps,
        direction_deg=_column(result.points, "direction_deg"),
        normal_mps=found.normal_mps,
        theta_deg=_column(result.points, "streak_angle_deg"),
        quality=found.quality,
        peak=_column(result.points, "peak"),
        ambiguity=_column(result.points, "ambiguity"),
        spread=found.spread,
        dispersion=found.dispersion,
        # what follows from neighbours and the discharge is decided anew, whoever asks
        own_flags=found.flags,
        downstream=section_normal(edges_px, project.velocimetry.parameters.phi_origin_deg),
        pixel_size_m=_number(parameters, "pixel_size_m"),
        interval_s=_number(parameters, "frame_interval_s"),
        frame_count=int(parameters.get("frames") or 0),
        fastest_mps=found.fastest_mps,
        rectification_rmse_m=found.rectification_rmse_m,
        method=project.velocimetry.method,
        basis=project.basis,
        search_line_deg=np.full(len(result.points), np.nan),
        figures=stored_figures(result),
        measured_at=datetime.fromisoformat(result.provenance.created).astimezone().replace(tzinfo=None),
    )


def _method(result: JobResult) -> MethodChoice:
    parameters, usual = result.provenance.parameters, MethodChoice()
    return MethodChoice(
        str(parameters.get("method", usual.name)),
        str(parameters.get("method_version", usual.version)),
        dict(parameters.get("method_settings") or {}),
    )


def _column(points: tuple[PointResult, ...], name: str) -> FloatArray:
    values = [getattr(point, name) for point in points]
    return np.array([np.nan if value is None else value for value in values], dtype=float)


def _number(parameters: Mapping[str, Any], name: str) -> float:
    value = parameters.get(name)
    return float("nan") if value is None else float(value)


def _place(folder: Path, job_id: str, result_file: Path) -> tuple[Path, bool]:
    """Where the project of the present result is or belongs, and whether it is there."""
    try:
        measured_ns = result_file.stat().st_mtime_ns
    except OSError:
        measured_ns = 0
    number, path = 1, folder / f"{job_id}.ivy"
    while path.exists():
        following = folder / f"{job_id} ({number + 1}).ivy"
        if not following.exists() and path.stat().st_mtime_ns >= measured_ns:
            return path, True
        number, path = number + 1, following
    return path, False
