"""A project as the settings of a site: what a batch would read from it once it is saved."""

from __future__ import annotations

from pathlib import Path

from ...domain.errors import ScaffoldError
from ...domain.project import Calibration, Project
from ...domain.scaffold import RasterExtent, Scaffold
from ...numerics.raster import extent_of_points
from ..rectification.rectified_view import view_of
from .measurement_points import masks_of
from .problems import missing_for_measurement as missing_for_measurement


def scaffold_of(project: Project) -> Scaffold:
    """The settings of the site of a project whose points lie along its section.

    Raises
    ------
    ScaffoldError
        With everything that is missing or unusable.
    """
    require_complete(project)
    calibration, section, video = project.calibration, project.section, project.video
    size, survey, line = calibration.image_size, section.survey, section.line_px
    level = calibration.water_surface_elevation_m
    if size is None or survey is None or line is None or level is None:
        raise ScaffoldError("the points do not lie along a cross-section", remedy="Choose them so on the Grid tab")
    return Scaffold(
        source_path=Path(),
        rectification_method=view_of(calibration).method.value,
        ground_control=calibration.points,
        extent=extent_of(calibration),
        flip_x=calibration.flip_x,
        flip_y=calibration.flip_y,
        calibration_size=size,
        preparation=video.preparation,
        frame_step=video.clip.frame_step,
        section=survey,
        line_px=line,
        start_bank=section.start_bank,
        grid_points=project.grid.count,
        mask_polygons_px=masks_of(project),
        stiv=project.velocimetry.parameters,
        water_surface_elevation_m=level,
        display_units=project.display_units,
        calibration_image=calibration.image,
        alpha=project.discharge.alpha,
        comments="\n".join(f"{comment.category}: {comment.text}" for comment in project.comments),
        measured_on=project.reporting.measured_on,
    )


def require_complete(project: Project) -> None:
    """Refuse to measure a project that lacks something.

    Raises
    ------
    ScaffoldError
        With all that is missing or unusable.
    """
    problems = missing_for_measurement(project)
    if problems:
        raise ScaffoldError.from_problems(problems)


def extent_of(calibration: Calibration) -> RasterExtent:
    """The extent of the rectified image on the ground; IvyError if the points span none."""
    return calibration.extent or extent_of_points(calibration.points.world_m)
