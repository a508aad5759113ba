"""The settings of a job, its overrides applied: as a project, and under the keys of its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, time

from ...domain.angles import FloatArray
from ...domain.project import (
    Calibration,
    DischargeSettings,
    GridSettings,
    Project,
    Reporting,
    SectionSettings,
    VelocimetrySettings,
    VideoSettings,
)
from ...domain.scaffold import Scaffold
from ...domain.units import unit_system
from ...formats.project.arrays import encode_string_array
from ...formats.project.values import ProjectValues
from ...formats.project_writer.settings import calibration_keys, velocimetry_keys, video_keys
from ...services.measured_project.figures import rectification_figures
from ..folders.identity import MethodChoice
from ..models import BatchJob


def project_of_job(
    job: BatchJob, scaffold: Scaffold, line_px: FloatArray, method: MethodChoice, survey_name: str = ""
) -> Project:
    """The project, still without velocities, that a person would have set up for a job.

    ``line_px`` (2, 2) are the edges of water at the level of the job, pixels of the rectified image.
    """
    return Project(
        video=VideoSettings(path=job.video_path, clip=job.clip, preparation=scaffold.preparation),
        calibration=Calibration(
            image=scaffold.calibration_image,
            image_size=scaffold.calibration_size,
            points=scaffold.ground_control,
            method=scaffold.rectification_method,
            water_surface_elevation_m=job.water_surface_elevation_m,
            extent=scaffold.extent,
            flip_x=scaffold.flip_x,
            flip_y=scaffold.flip_y,
        ),
        section=SectionSettings(
            survey=scaffold.section, survey_name=survey_name, line_px=line_px, start_bank=scaffold.start_bank
        ),
        grid=GridSettings(count=scaffold.grid_points, mask_polygons_px=scaffold.mask_polygons_px),
        velocimetry=VelocimetrySettings(method.name, dict(method.settings), scaffold.stiv, is_direction_set=True),
        discharge=DischargeSettings(alpha=job.alpha),
        reporting=_reporting(job, scaffold),
        display_units=scaffold.display_units,
    )


def settings_keys(site: Mapping[str, object], project: Project) -> dict[str, object]:
    """Every setting of a job, whether its site said it or left it to a default.

    What is kept twice says the same twice: the desktop application reads now one, now the other.
    """
    values = ProjectValues(site, "")
    clip, solved = values.part("ffmpeg_parameters"), rectification_figures(project.calibration)
    video = replace(project.video, strip_audio=clip.flag("strip_audio", values.flag("video_strip_audio", True)))
    keys = (
        video_keys(video, clip.data)
        | calibration_keys(project.calibration, values.part("rectification_parameters").data, solved)
        | velocimetry_keys(project.velocimetry, None if solved is None else solved.gsd_m)
        | {
            "display_units": str(project.display_units),
            "cross_section_start_bank": str(project.section.start_bank),
            "mask_polygons": [encode_string_array(polygon) for polygon in project.grid.mask_polygons_px] or None,
            "number_grid_points_along_xs_line": project.grid.count,
        }
    )
    # a job knows no name of the image but that of its site
    return {key: value for key, value in keys.items() if key != "last_ortho_gcp_image_path"}


def _reporting(job: BatchJob, scaffold: Scaffold) -> Reporting:
    clock, gage_height = _clock(job.measurement_time), job.gage_height
    return Reporting(
        start_time=clock,
        end_time=clock,
        gage_height_m=None if gage_height is None else gage_height / unit_system(scaffold.display_units).length,
        measurement_number=job.measurement_number,
    )


def _clock(text: str | None) -> time | None:
    try:
        return datetime.strptime(text or "", "%H:%M:%S").time()
    except ValueError:
        return None
