"""The search of velocities: its parameters, its lines at the points, and what it can measure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...domain.angles import angular_difference_deg, direction_vector, geographic_direction
from ...domain.errors import IvyError
from ...domain.project import PointLayout, Project
from ...domain.scaffold import StivParameters
from ...numerics.stiv import Fan
from ...numerics.stiv.ridge import measurable_px
from ...services.measuring.velocimetry import Velocimetry
from ...services.project_setup.measurement_points import measurement_points_px
from ...services.rectification.rectified_view import raster_of, view_of
from .video import advised_frame_step, displacement_px, prepared_size, problems_of, sampling_of

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

# what half a fan is drawn with; the search itself takes smaller steps
_LINES_DRAWN = 12
_LEAST_MOVED_PX, _MOST_MOVED_PX = 0.5, 10.0
_GOOD_MOVED_PX = 2.0
SPACE_TIME = "stiv"


def _nowhere() -> FloatArray:
    return np.empty((0, 2))


def _none() -> BoolArray:
    return np.empty(0, dtype=bool)


@dataclass(frozen=True, slots=True, eq=False)
class FanShape:
    """A fan of search lines relative to its point, pixels: its middle line (2, 2) and its outline (n, 2)."""

    line_px: FloatArray
    outline_px: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class SearchPlan:
    """Where a measurement would search: points (n, 2), which of them are searched (n,), and the fan at each of those.

    ``problems`` say why there is no fan; why there are no points is told on the tabs where they are chosen.
    """

    points_px: FloatArray = field(default_factory=_nowhere)
    is_searched: BoolArray = field(default_factory=_none)
    fan: FanShape | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchReadings:
    """Scales of a measurement, SI; None where they are not known.

    ``slowest_mps`` and ``fastest_mps`` are what the search can tell, with space-time images only.
    """

    pixel_size_m: float | None = None
    interval_s: float | None = None
    frame_count: int | None = None
    slowest_mps: float | None = None
    fastest_mps: float | None = None


def with_parameters(project: Project, **changes: Any) -> Project:
    """The project with some of the search parameters changed; the same one if nothing does."""
    parameters = replace(project.velocimetry.parameters, **changes)
    if parameters == project.velocimetry.parameters:
        return project
    return replace(project, velocimetry=replace(project.velocimetry, parameters=parameters))


def with_direction(project: Project, direction_deg: float) -> Project:
    """The project with the expected flow direction stated, geographic degrees; the same one if it was."""
    direction = round(direction_deg % 360.0, 1) % 360.0
    settings = project.velocimetry
    if settings.is_direction_set and settings.parameters.phi_origin_deg == direction:
        return project
    parameters = replace(settings.parameters, phi_origin_deg=direction)
    return replace(project, velocimetry=replace(settings, parameters=parameters, is_direction_set=True))


def direction_of_line(line_px: FloatArray) -> float | None:
    """Geographic direction of an arrow (2, 2) in the picture; None if it has no length."""
    x, y = line_px[1] - line_px[0]
    return float(geographic_direction(x, y)) if np.hypot(x, y) > 0.0 else None


def even_pixels(length_m: float, pixel_size_m: float) -> int:
    """The even number of pixels nearest to a length on the ground, at least 8."""
    return max(8, 2 * round(length_m / pixel_size_m / 2.0))


def search_plan(project: Project, method: Callable[[], Velocimetry]) -> SearchPlan:
    """Where a project would search as it stands; ``method`` makes the velocimetry method."""
    points, is_searched = _points(project)
    try:
        fan = fan_shape(method(), project.velocimetry.parameters)
    except IvyError as error:
        return SearchPlan(points, is_searched, problems=tuple(str(problem) for problem in error.problems))
    return SearchPlan(points, is_searched, fan)


def _points(project: Project) -> tuple[FloatArray, BoolArray]:
    """The points of a measurement in its order, and which are searched; a section keeps those that are masked."""
    try:
        points, is_masked = measurement_points_px(project)
    except IvyError:
        return _nowhere(), _none()
    if project.grid.layout is not PointLayout.SECTION:
        points, is_masked = points[~is_masked], is_masked[~is_masked]
    return points, ~is_masked


def fan_shape(method: Velocimetry, parameters: StivParameters) -> FanShape:
    """The fan that a method searches, drawn with few lines.

    Raises
    ------
    VelocimetryError
        If the parameters make no search.
    """
    step_deg = max(parameters.d_phi_deg, parameters.phi_range_deg / _LINES_DRAWN)
    fan = method.line_search(replace(parameters, d_phi_deg=step_deg)).fan
    middle = int(np.abs(angular_difference_deg(fan.angles_deg, parameters.phi_origin_deg)).argmin())
    line = np.stack([fan.x_px[middle, [0, -1]], fan.y_px[middle, [0, -1]]], axis=1)
    return FanShape(line, _outline(fan))


def _outline(fan: Fan) -> FloatArray:
    """Both arcs of a fan, by way of its point."""
    arcs = [np.stack([fan.x_px[:, end], fan.y_px[:, end]], axis=1) for end in (-1, 0)]
    return np.concatenate([np.zeros((1, 2)), arcs[0], np.zeros((1, 2)), arcs[1]])


def direction_arrow(plan: SearchPlan, direction_deg: float, length_px: float) -> FloatArray:
    """An arrow (2, 2) through the middle of the points along a direction."""
    middle = plan.points_px.mean(axis=0)
    half = direction_vector(direction_deg) * length_px / 2.0
    return np.stack([middle - half, middle + half])


def readings_of(project: Project) -> SearchReadings:
    """What can be said of the search before it is carried out."""
    pixel_m, line_m = _scales(project)
    video = project.video
    if video.metadata is None or problems_of(video):
        return SearchReadings(pixel_m)
    sampling = sampling_of(video.metadata, video.clip)
    known = SearchReadings(pixel_m, sampling.interval_s, sampling.frame_count)
    if pixel_m is None or line_m is None or project.velocimetry.method != SPACE_TIME or sampling.frame_count < 1:
        return known
    slowest, fastest = measurable_px(round(line_m / pixel_m), sampling.frame_count)
    mps_per_px = pixel_m / sampling.interval_s
    return replace(known, slowest_mps=slowest * mps_per_px, fastest_mps=fastest * mps_per_px)


def _scales(project: Project) -> tuple[float | None, float | None]:
    """Pixel size of the raster of the video, which may be smaller than the calibration image, and the line's length."""
    calibrated = raster_of(project.calibration)
    if calibrated is None:
        return None, None
    line_m = project.velocimetry.parameters.num_pixels * calibrated.pixel_size_m
    frames = prepared_size(project.video)
    try:
        raster = calibrated if frames is None else view_of(project.calibration).raster_of(frames)
    except IvyError:
        raster = calibrated
    return raster.pixel_size_m, line_m


def advice_of(project: Project, readings: SearchReadings, speed_mps: float) -> tuple[str, bool]:
    """What an expected speed means for the measurement, and whether something should be changed."""
    pixel_m, metadata = readings.pixel_size_m, project.video.metadata
    if pixel_m is None or metadata is None or readings.interval_s is None or speed_mps <= 0.0:
        return "", False
    rate, step = metadata.frame_rate_fps, project.video.clip.frame_step
    moved = displacement_px(step, speed_mps, pixel_m, rate)
    text = f"The water moves {moved:.2g} px from frame to frame"
    advised = advised_frame_step(_GOOD_MOVED_PX, speed_mps, pixel_m, rate)
    if moved < _LEAST_MOVED_PX and advised > step:
        return f"{text}, which is little: frame step {advised} on the Video tab would be better.", True
    if moved > _MOST_MOVED_PX:
        better = f"frame step {advised} on the Video tab" if advised < step else "a higher frame rate"
        return f"{text}, which is much: {better} would be better.", True
    if readings.fastest_mps is not None and speed_mps > readings.fastest_mps:
        needed = even_pixels(2.2 * moved * pixel_m, pixel_m)
        return f"{text}, too fast for this search line: make it at least {needed} px long.", True
    return f"{text}, which is fine.", False
