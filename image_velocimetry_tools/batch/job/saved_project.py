"""A measured job as a project that opens in the desktop application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from ...domain.angles import FloatArray
from ...domain.project import MeasuredVelocities
from ...domain.scaffold import Scaffold
from ...formats.jobs.override_columns import ALIASES
from ...formats.project.archive import IvyProject, read_project
from ...formats.project.job_measurement import JobMeasurement
from ...formats.project.keys import CROSS_SECTION, OWN, SPACE_TIME_IMAGE
from ...formats.project.values import ProjectValues
from ...formats.project_reader.video import base_name
from ...formats.project_writer.files import encoded_image, points_of
from ...formats.project_writer.job_project import write_job_project
from ...formats.project_writer.own import own_keys
from ...formats.project_writer.settings import metadata_table
from ...formats.scaffold.control import TABLE
from ...formats.survey.gcp_csv import format_gcp_csv
from ...services.measured_project.figures import discharge_figures
from ...services.measured_project.kept_velocities import kept_velocities
from ...services.measuring.measured_job import MeasuredJob
from ..folders.identity import MethodChoice
from ..models import BatchJob
from .project_settings import project_of_job, settings_keys

_SURVEY = "bathymetry_ac3_filename"


def save_job_project(
    path: Path, job: BatchJob, scaffold: Scaffold, measured: MeasuredJob, method: MethodChoice | None = None
) -> None:
    """Write the ``.ivy`` of a job: the scaffold with this job's video, level, grid, velocities and discharge.

    Parameters
    ----------
    method
        What measured the velocities; None stands for the program's own.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    site = read_project(scaffold.source_path)
    replaced = {ALIASES.get(name, name): text for name, text in job.overrides.items()}
    geometry, chosen = measured.geometry, method or MethodChoice()
    line_px = geometry.to_calibration_raster(geometry.edges_px)
    project = project_of_job(job, scaffold, line_px, chosen, _survey_name(replaced, site))
    velocities = kept_velocities(
        geometry, measured.velocities, measured.slots, measured.figures, method=chosen.name, basis=project.basis
    )
    own = own_keys(replace(project, velocities=velocities))
    files = _own_files(replaced, scaffold, site)
    for number, image in enumerate(velocities.images):
        files[SPACE_TIME_IMAGE.format(number)] = encoded_image(image, number)
    with_settings = replace(site, data=site.data | settings_keys(site.data, project))
    found = _measurement(job, measured, velocities, line_px, own)
    write_job_project(path, with_settings, found, scaffold.stiv.phi_origin_deg, files)


def _measurement(
    job: BatchJob, measured: MeasuredJob, velocities: MeasuredVelocities, line_px: FloatArray, own: Mapping[str, object]
) -> JobMeasurement:
    geometry, found = measured.geometry, discharge_figures(measured.measurement)
    recorded = measured.video.creation_time
    return JobMeasurement(
        job_id=job.job_id,
        video_path=job.video_path,
        video_url=job.video_url,
        water_surface_elevation_m=job.water_surface_elevation_m,
        alpha=job.alpha,
        line_px=line_px,
        points=points_of(velocities),
        stations=found.stations,
        discharge_m3s=found.discharge_m3s,
        area_m2=found.area_m2,
        iso_u95=found.iso_u95,
        ive_u95=found.ive_u95,
        uncertainties=found.uncertainties,
        rectification_rmse_m=geometry.residuals.rmse_m,
        top_width_m=measured.measurement.wetted.top_width_m,
        pixel_size_m=geometry.calibration_raster.gsd_m,
        start_s=job.clip.start_s,
        end_s=job.clip.end_s,
        frame_step=job.clip.frame_step,
        interval_s=measured.slots.interval_s,
        frames=len(measured.slots.frame),
        video_metadata=metadata_table(measured.video),
        measurement_number=job.measurement_number,
        measurement_date=job.measurement_date or (recorded.date().isoformat() if recorded else None),
        measurement_time=job.measurement_time,
        gage_height=job.gage_height,
        comments=job.comments,
        processed=datetime.now(),
        own=own,
    )


def _survey_name(replaced: Mapping[str, str], site: IvyProject) -> str:
    """The name under which the survey was imported."""
    values = ProjectValues(site.data, str(site.path))
    known = values.part(OWN).part("section").text("survey_name")
    return base_name(replaced.get(_SURVEY) or known or values.text(_SURVEY))


def _own_files(replaced: Mapping[str, str], scaffold: Scaffold, site: IvyProject) -> dict[str, bytes | Path]:
    """Files of the project that an override replaced by others, or that the site's project holds in its state only."""
    files: dict[str, bytes | Path] = {}
    if _SURVEY in replaced:
        files[CROSS_SECTION] = Path(replaced[_SURVEY])
    if "orthotable_file_name" in replaced or TABLE not in site.names:
        files[TABLE] = format_gcp_csv(scaffold.ground_control).encode("utf-8")
    return files
