"""What a project still lacks before it can be measured, in the words of the tabs; no picture is touched."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import IvyError, Problem
from ...domain.project import Calibration, PointLayout, Project, VideoSettings
from ...domain.scaffold import StivParameters
from ...domain.units import unit_system
from ...media.clip_rules import check_clip
from ...numerics.contrast import contrast_problems
from ...numerics.frame_geometry import FrameGeometry
from ...numerics.planar import RectificationMethod
from ...numerics.section import edges_of_water
from ..rectification.picture_geometry import frame_scale
from ..rectification.rectified_view import raster_of, view_of
from .measurement_points import masks_of, measurement_points_px

FloatArray = NDArray[np.float64]

_LINE_TOLERANCE_PX = 1.0

# the ranges that the batch accepts in a scaffold
_SEARCH_LIMITS = (
    ("length of the search line", "num_pixels", 2.0, 10000.0, "px"),
    ("search angle range", "phi_range_deg", 0.0, 180.0, "degrees"),
    ("angle increment", "d_phi_deg", 0.01, 90.0, "degrees"),
    ("velocity limit", "max_velocity_mps", 0.001, 100.0, "m/s"),
    ("Gaussian blur", "blur_sigma_px", 0.0, 100.0, "px"),
)


def missing_for_measurement(project: Project) -> tuple[Problem, ...]:
    """Everything that keeps a project from being measured, in the order of the tabs; empty if nothing does.

    Nothing is read from the disk, and a camera is solved only when the control points changed.
    """
    parts = (_of_video, _of_calibration, _of_frames, _of_water_level, *_PLACES[project.grid.layout], _of_search)
    return tuple(problem for part in parts for problem in part(project))


def _of_video(project: Project) -> list[Problem]:
    video = project.video
    if video.path is None:
        return [Problem("no video is chosen", remedy="Choose a video on the Video tab")]
    problems = _clip_problems(video)
    if video.metadata is None:
        remedy = "Choose it again on the Video tab"
        problems.append(Problem("the video cannot be read or is missing", str(video.path), remedy))
    contrast = contrast_problems(video.preparation.contrast)
    return problems + [Problem(what, remedy="Correct the contrast on the Frames tab") for what in contrast]


def _clip_problems(video: VideoSettings) -> list[Problem]:
    if video.metadata is None:
        return []
    try:
        check_clip(video.clip, video.metadata)
    except IvyError as error:
        return [_on_tab(problem, "Video") for problem in error.problems]
    return []


def _of_calibration(project: Project) -> list[Problem]:
    calibration = project.calibration
    if calibration.image_size is None:
        return [Problem("there is no calibration image", remedy="Choose one on the Orthorectification tab")]
    if not calibration.points.used:
        remedy = "Import the points and digitise them on the Orthorectification tab"
        return [Problem("no ground control point is digitised and marked for rectification", remedy=remedy)]
    try:
        view_of(calibration)
    except IvyError as error:
        return [_on_tab(problem, "Orthorectification") for problem in error.problems]
    return []


def _of_frames(project: Project) -> list[Problem]:
    """Whether the frames of the video have the shape of the calibration image."""
    metadata, expected = project.video.metadata, project.calibration.image_size
    if metadata is None or expected is None:
        return []
    try:
        frames = FrameGeometry(metadata.size, metadata.rotation_tag_deg, project.video.preparation)
        frame_scale(frames.prepared_size, expected)
    except IvyError:
        remedy = "Check rotation and flip on the Video tab, or use a frame of this video as calibration image"
        return [Problem("the frames of the video have another shape than the calibration image", remedy=remedy)]
    return []


def _of_water_level(project: Project) -> list[Problem]:
    if project.calibration.water_surface_elevation_m is not None or not needs_water_level(project):
        return []
    return [Problem("the water surface elevation is not known", remedy="Enter it on the Orthorectification tab")]


def needs_water_level(project: Project) -> bool:
    """Whether the level decides where the points are seen, or their depth."""
    return project.grid.layout is PointLayout.SECTION or not is_flat(project.calibration)


def is_flat(calibration: Calibration) -> bool:
    """Whether the ground is rectified as one plane, for which the water level plays no part."""
    try:
        return view_of(calibration).method is not RectificationMethod.CAMERA_MATRIX
    except IvyError:
        return False


def _of_section(project: Project) -> list[Problem]:
    section, level = project.section, project.calibration.water_surface_elevation_m
    problems = []
    if section.survey is None:
        problems.append(Problem("there is no cross-section", remedy="Import it on the Cross-Section tab"))
    elif level is not None:
        problems += _level_problems(project, level)
    if section.line_px is None:
        remedy = "Draw the section line on the Cross-Section tab"
        problems.append(Problem("the place of the cross-section in the picture is not known", remedy=remedy))
    else:
        problems += _line_problems(section.line_px, project.calibration, "section line", "Cross-Section")
    return problems


def level_problems(project: Project) -> tuple[Problem, ...]:
    """Why the water level of a project cannot be that of its survey; empty if it can, or if one is missing."""
    level_m = project.calibration.water_surface_elevation_m
    return () if level_m is None else tuple(_level_problems(project, level_m))


def _level_problems(project: Project, level_m: float) -> list[Problem]:
    survey, units = project.section.survey, unit_system(project.display_units)
    if survey is None:
        return []
    try:
        edges_of_water(survey, level_m)
    except IvyError:
        bed, top = survey.elevation_m.min(), min(survey.elevation_m[0], survey.elevation_m[-1])
        low, high, level = (f"{value * units.length:.2f}" for value in (bed, top, level_m))
        what = f"the water surface elevation {level} {units.length_label} lies outside the survey ({low} to {high})"
        remedy = "Correct it on the Orthorectification tab, or extend the survey on the Cross-Section tab"
        return [Problem(what, remedy=remedy)]
    return []


def _line_problems(line: FloatArray, calibration: Calibration, name: str, tab: str) -> list[Problem]:
    again = f"Draw the {name} again on the {tab} tab"
    if line.shape != (2, 2) or not np.isfinite(line).all() or np.array_equal(line[0], line[1]):
        return [Problem(f"the {name} has no length", remedy=again)]
    raster = raster_of(calibration)
    if raster is None:
        return []
    last = np.array([raster.width_px, raster.height_px]) - 1 + _LINE_TOLERANCE_PX
    if ((line < -_LINE_TOLERANCE_PX) | (line > last)).any():
        return [Problem(f"an end of the {name} lies outside the rectified image", remedy=again)]
    return []


def _of_count(project: Project) -> list[Problem]:
    if project.grid.count >= 2:
        return []
    remedy = "Choose at least 2 points on the Grid tab"
    return [Problem(f"{project.grid.count} measurement points are too few", remedy=remedy)]


def _of_simple_line(project: Project) -> list[Problem]:
    line = project.grid.line_px
    if line is None:
        return [Problem("there is no line of points", remedy="Draw it on the Grid tab")]
    return _line_problems(line, project.calibration, "line of points", "Grid")


def _of_spacing(project: Project) -> list[Problem]:
    if min(project.grid.spacing_x_px, project.grid.spacing_y_px) >= 1:
        return []
    return [Problem("the spacing of the points is less than a pixel", remedy="Widen it on the Grid tab")]


def _of_masks(project: Project) -> list[Problem]:
    """Whether the masks leave any point; nothing is said while it is not known where the points lie."""
    if not masks_of(project):
        return []
    try:
        _, is_masked = measurement_points_px(project)
    except IvyError:
        return []
    if not is_masked.all():
        return []
    return [Problem("all measurement points lie under masks", remedy="Delete masks on the Grid tab")]


def _of_search(project: Project) -> list[Problem]:
    velocimetry, problems = project.velocimetry, []
    if not velocimetry.is_direction_set:
        remedy = "Set the expected flow direction on the Velocimetry tab"
        problems.append(Problem("the expected flow direction, which decides the sign, is not set", remedy=remedy))
    problems += _search_problems(velocimetry.parameters)
    if not 0.0 < project.discharge.alpha <= 1.0:
        what = f"the surface coefficient is {project.discharge.alpha:g}, outside 0 to 1"
        problems.append(Problem(what, remedy="Correct it on the Discharge tab"))
    return problems


def _search_problems(parameters: StivParameters) -> list[Problem]:
    problems = []
    for title, name, lowest, highest, unit in _SEARCH_LIMITS:
        value = float(getattr(parameters, name))
        if not lowest <= value <= highest:
            what = f"the {title} is {value:g} {unit}, outside {lowest:g} to {highest:g}"
            problems.append(Problem(what, remedy="Correct it on the Velocimetry tab"))
    return problems


def _on_tab(problem: Problem, tab: str) -> Problem:
    remedy = f"{problem.remedy} on the {tab} tab" if problem.remedy else f"Correct it on the {tab} tab"
    return Problem(problem.what, problem.where, remedy)


_PLACES: dict[PointLayout, tuple[Callable[[Project], list[Problem]], ...]] = {
    PointLayout.SECTION: (_of_section, _of_count, _of_masks),
    PointLayout.LINE: (_of_simple_line, _of_count, _of_masks),
    PointLayout.REGULAR: (_of_spacing, _of_masks),
}
