"""From a project file to the settings of a site: every key may be missing, everything wrong is said at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

from ...domain.alpha import USUAL_ALPHA
from ...domain.angles import FloatArray
from ...domain.errors import Problem, ScaffoldError
from ...domain.ground_control import GroundControlPoints
from ...domain.scaffold import Scaffold, StivParameters
from ...domain.section import Bank, CrossSection
from ...domain.video import FramePreparation, FrameSize
from ..project.archive import IvyProject
from ..project.keys import OWN
from ..project.values import ProjectValues
from .control import read_calibration_image, read_calibration_size, read_control_points, read_extent
from .frames import read_frame_step, read_preparation
from .section import (
    is_inside,
    read_display_units,
    read_level,
    read_line,
    read_masks,
    read_section,
    read_start_bank,
)

METHOD = "camera matrix"
DEFAULT_GRID_POINTS = 25

CameraCheck = Callable[[GroundControlPoints], Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class ScaffoldReading:
    """A scaffold and what the user should know about it, as sentences."""

    scaffold: Scaffold
    warnings: tuple[str, ...] = ()


def read_scaffold(
    project: IvyProject,
    *,
    inside: Callable[[CrossSection, float], bool] = is_inside,
    check_camera: CameraCheck | None = None,
) -> ScaffoldReading:
    """Read the settings of a site from an opened project.

    Parameters
    ----------
    project
        The project.
    inside
        Whether a level (metres) lies inside a section.
    check_camera
        What is wrong with the control points for a camera; asked only if there are enough of them.

    Raises
    ------
    ScaffoldError
        With every problem of the project: another rectification method than the camera matrix, control points, extent,
        calibration image, cross-section, line, level, units or parameters that are missing or unusable.
    """
    values = ProjectValues(project.data, str(project.path))
    _check_method(values)
    points = read_control_points(project, values)
    if check_camera is not None and not values.problems:
        values.problems.extend(check_camera(points))
    extent = read_extent(values, points)
    image = read_calibration_image(project, values)
    size = read_calibration_size(values, image, extent, points)
    section, units = read_section(project, values), read_display_units(values)
    line, level = read_line(values, extent, size), read_level(values, section, units, inside)
    settings = _settings(values, size)
    if values.problems or extent is None or size is None or section is None or line is None or level is None:
        raise ScaffoldError.from_problems(dict.fromkeys(values.problems))
    scaffold = Scaffold(
        source_path=project.path,
        rectification_method=METHOD,
        ground_control=points,
        extent=extent,
        calibration_size=size,
        section=section,
        line_px=line,
        water_surface_elevation_m=level,
        display_units=units,
        calibration_image=image,
        project=project.data,
        **settings,
    )
    return ScaffoldReading(scaffold, tuple(dict.fromkeys(values.warnings)))


class _Settings(TypedDict):
    """Fields of a scaffold that stand on their own."""

    flip_x: bool
    flip_y: bool
    preparation: FramePreparation
    frame_step: int
    start_bank: Bank
    grid_points: int
    mask_polygons_px: tuple[FloatArray, ...]
    stiv: StivParameters
    alpha: float
    is_alpha_set: bool
    comments: str
    measured_on: date | None


def _settings(values: ProjectValues, size: FrameSize | None) -> _Settings:
    alpha = _alpha(values)
    return {
        "flip_x": values.flag("is_ortho_flip_x", False),
        "flip_y": values.flag("is_ortho_flip_y", False),
        "preparation": read_preparation(values, size),
        "frame_step": read_frame_step(values),
        "start_bank": read_start_bank(values),
        "grid_points": _grid_points(values),
        "mask_polygons_px": read_masks(values),
        "stiv": read_stiv_parameters(values),
        "alpha": alpha,
        # the window writes an alpha into every project; the usual one is nobody's choice
        "is_alpha_set": alpha != USUAL_ALPHA,
        "comments": _comments(values),
        "measured_on": _measured_on(values),
    }


def _check_method(values: ProjectValues) -> None:
    method = values.text("rectification_method")
    if not method and values.flag("is_camera_matrix", False):
        return
    if not method:
        values.report("Missing required key: 'rectification_method'", _rectify_again())
    elif method.lower() != METHOD:
        values.report(f"Batch processing requires rectification method '{METHOD}', got: '{method}'", _rectify_again())


def _rectify_again() -> str:
    return "Rectify with at least 6 ground control points that are not in one plane and save the project"


def read_stiv_parameters(values: ProjectValues) -> StivParameters:
    """Search parameters; the direction of the flow has no fallback, since it decides the sign of the discharge."""
    if not values.has("stiv_phi_origin"):
        values.report("Missing required STIV parameter: 'stiv_phi_origin'", "Set the expected flow direction and save")
    default = StivParameters()
    parameters = StivParameters(
        num_pixels=values.integer("stiv_num_pixels", default.num_pixels, 2),
        phi_origin_deg=values.number("stiv_phi_origin", default.phi_origin_deg),
        phi_range_deg=_within(values, "stiv_phi_range", default.phi_range_deg, 0.0, 180.0),
        d_phi_deg=_within(values, "stiv_dphi", default.d_phi_deg, 0.01, 90.0),
        max_velocity_mps=_within(values, "stiv_max_vel_threshold_mps", default.max_velocity_mps, 0.001, 100.0),
        blur_sigma_px=_within(values, "stiv_gaussian_blur_sigma", default.blur_sigma_px, 0.0, 100.0),
    )
    for key in ("stiv_num_pixels", "stiv_phi_range", "stiv_dphi", "stiv_max_vel_threshold_mps"):
        if not values.has(key):
            values.warn(f"'{key}' is missing; the default is used")
    return parameters


def _within(values: ProjectValues, key: str, default: float, lowest: float, highest: float) -> float:
    value = values.number(key, default)
    if lowest <= value <= highest:
        return value
    values.report(f"'{key}' is {value:g}, outside {lowest:g} to {highest:g}")
    return default


def _grid_points(values: ProjectValues) -> int:
    key = "number_grid_points_along_xs_line"
    if not values.has(key):
        values.warn(f"'{key}' is missing; {DEFAULT_GRID_POINTS} points are used")
    return values.integer(key, DEFAULT_GRID_POINTS, 2)


def _alpha(values: ProjectValues) -> float:
    """The alpha of the window; the usual one for files of other programs, whose alpha is an old result."""
    kept = values.part(OWN).part("discharge")
    if not kept.data:
        return USUAL_ALPHA
    _warn_of_station_alphas(values, kept.part("stations"))
    stated = kept if kept.has("alpha") else values
    alpha = stated.number("alpha", USUAL_ALPHA)
    if not 0.0 < alpha <= 1.0:
        stated.report(f"'{stated.prefix}alpha' is {alpha:g}, outside 0 to 1")
    return alpha


def _warn_of_station_alphas(values: ProjectValues, stations: ProjectValues) -> None:
    own = sum(isinstance(edit, dict) and edit.get("alpha") is not None for edit in stations.data.values())
    if own:
        count = "1 station has an alpha of its own" if own == 1 else f"{own} stations have alphas of their own"
        values.warn(f"{count}, good at one water level only; jobs use one alpha for all stations")


def _comments(values: ProjectValues) -> str:
    """Comments of the site as lines; projects hold lists of them by category, results of old batches plain text."""
    comments = values.data.get("comments")
    if isinstance(comments, str):
        return comments
    if not isinstance(comments, dict):
        return ""
    entries = [(name, entry) for name, listed in comments.items() if isinstance(listed, list) for entry in listed]
    return "\n".join(f"{name}: {entry}" for name, entry in entries)


def _measured_on(values: ProjectValues) -> date | None:
    reporting = values.data.get("reporting")
    text = reporting.get("meas_date") if isinstance(reporting, dict) else None
    try:
        return datetime.strptime(str(text), "%m/%d/%Y").date() if text else None
    except ValueError:
        return None
