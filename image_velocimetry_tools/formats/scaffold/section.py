"""What a project knows of its cross-section: the survey, its line in the rectified image, the level, the masks."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import SectionError
from ...domain.scaffold import RasterExtent
from ...domain.section import Bank, CrossSection
from ...domain.units import DisplayUnits, UnitSystem, unit_system
from ...domain.video import FrameSize
from ...numerics.raster import raster_for_frame
from ...numerics.section import edges_of_water
from ...numerics.section_merge import merge_sub_surveys
from ..project.archive import IvyProject
from ..project.values import ProjectValues
from ..survey.areacomp import read_areacomp

FloatArray = NDArray[np.float64]

#: The desktop application stores this in place of a level of exactly zero, and before any level was entered.
UNSET_LEVEL_M = 1e-5
#: The ends of a line are drawn by hand on the image's border now and then, and half a pixel lies outside its centre.
LINE_TOLERANCE_PX = 1.0

_DRAW_AGAIN = "Draw the cross-section line again in the desktop application and save the project"


def is_inside(section: CrossSection, level_m: float) -> bool:
    """Whether a water level has its edges of water within the survey."""
    try:
        edges_of_water(section, level_m)
    except SectionError:
        return False
    return True


def read_section(project: IvyProject, values: ProjectValues) -> CrossSection | None:
    """The survey of the project's AreaComp file, its parts merged."""
    name = section_member(project)
    if name is None:
        values.report(
            "the project is missing its cross-section geometry file (*.mat)",
            "Load the AreaComp file in the desktop application and save the project",
        )
        return None
    where = f"{values.where}, {name}"

    def read() -> CrossSection:
        survey = read_areacomp(project.read(name), name=where)
        values.warnings.extend(survey.warnings)
        return merge_sub_surveys(survey.sub_surveys, survey.manning_n, survey.subsection_bounds_m)

    return values.attempt(read)


def section_member(project: IvyProject) -> str | None:
    """Name of the cross-section's file: a ``*.mat`` with "cross" in it, first in ``5-discharge/``, then anywhere."""
    names = [n for n in project.names if n.endswith(".mat") and "cross" in n.rpartition("/")[2].lower()]
    return next((name for name in names if name.startswith("5-discharge/")), names[0] if names else None)


def read_line(values: ProjectValues, extent: RasterExtent | None, frame: FrameSize | None) -> FloatArray | None:
    """The two ends of the section line, pixels of the rectified image, shape (2, 2)."""
    line = values.array("cross_section_line")
    if line is None:
        if not values.has("cross_section_line"):
            values.report("Missing required grid parameter: 'cross_section_line'", _DRAW_AGAIN)
        return None
    if line.shape not in ((1, 2, 2), (2, 2)):
        values.report("'cross_section_line' is not one line with two ends", _DRAW_AGAIN)
        return None
    line = line.reshape(2, 2)
    if np.array_equal(line[0], line[1]):
        values.report("the two ends of the cross-section line are one point", _DRAW_AGAIN)
        return None
    if extent is not None and frame is not None:
        _report_ends_outside(values, line, extent, frame)
    return line


def read_start_bank(values: ProjectValues) -> Bank:
    """The bank at which the line starts, left if the project does not say."""
    name = values.text("cross_section_start_bank").lower() or Bank.LEFT
    if name not in tuple(Bank):
        values.report(f"'cross_section_start_bank' is '{name}', neither left nor right")
        return Bank.LEFT
    return Bank(name)


def read_masks(values: ProjectValues) -> tuple[FloatArray, ...]:
    """Polygons (n, 2) in the rectified image that cover what is not measured."""
    stored = values.data.get("mask_polygons")
    if stored is None:
        return ()
    if not isinstance(stored, list):
        values.report("'mask_polygons' is not a list of polygons")
        return ()
    masks = []
    for number, item in enumerate(stored, start=1):
        polygon = ProjectValues({"x": item}, values.where, values.problems, values.warnings).array("x")
        polygon = polygon[0] if polygon is not None and polygon.ndim == 3 and len(polygon) == 1 else polygon
        if polygon is None:
            continue
        if polygon.ndim == 2 and polygon.shape[1] == 2 and len(polygon) >= 3:
            masks.append(polygon)
        elif polygon.size <= 4:
            # A click or two that never became a polygon covers nothing.
            values.warn(f"polygon {number} of 'mask_polygons' has fewer than three corners and is left out")
        else:
            values.report(f"polygon {number} of 'mask_polygons' is not a list of x, y")
    return tuple(masks)


def read_display_units(values: ProjectValues) -> DisplayUnits:
    """Units in which levels come in and results go out; metric if the project does not say."""
    name = values.text("display_units")
    if not name:
        if values.text("units").lower() == "english":
            values.warn("'display_units' is missing; Metric is used although 'units' is English")
        return DisplayUnits.METRIC
    try:
        return unit_system(name).name
    except ValueError:
        values.report(f"'display_units' is '{name}'; known are Metric and English")
        return DisplayUnits.METRIC


def read_level(
    values: ProjectValues,
    section: CrossSection | None,
    units: DisplayUnits,
    inside: Callable[[CrossSection, float], bool] = is_inside,
) -> float | None:
    """The water level for which the line was drawn, metres.

    It is the first of ``rectification_parameters.water_surface_elev``, ``water_surface_elevation`` and
    ``ortho_rectified_wse_m`` that lies inside the section; exactly 1e-5 means that none was entered.
    """
    levels = stored_levels(values)
    remedy = "Enter the water surface elevation in the desktop application, rectify and save the project"
    if not levels:
        values.report("the project holds no water surface elevation", remedy)
        return None
    if section is None:
        return None
    chosen = next((place for place in levels if inside(section, place[1])), None)
    if chosen is None:
        values.report(_outside_message(section, levels, unit_system(units)), remedy)
        return None
    shown = unit_system(units)
    for name, level in levels:
        if abs(level - chosen[1]) > 1e-6:
            one, other = (f"{value * shown.length:.6g} {shown.length_label}" for value in (level, chosen[1]))
            values.warn(f"'{name}' is {one} but '{chosen[0]}' is {other}, which is used")
    return chosen[1]


def stored_levels(values: ProjectValues) -> list[tuple[str, float]]:
    """The water levels that a project holds, metres, with their keys, the one that counts first."""
    rectification = values.part("rectification_parameters")
    places = (
        (rectification, "water_surface_elev"),
        (values, "water_surface_elevation"),
        (values, "ortho_rectified_wse_m"),
    )
    found = [(part.prefix + key, part.number(key, None)) for part, key in places]
    return [(name, level) for name, level in found if level is not None and level != UNSET_LEVEL_M]


def _outside_message(section: CrossSection, levels: list[tuple[str, float]], system: UnitSystem) -> str:
    label = system.length_label
    listed = ", ".join(f"'{name}' {level * system.length:g} {label}" for name, level in levels)
    bottom = section.elevation_m.min() * system.length
    top = min(section.elevation_m[0], section.elevation_m[-1]) * system.length
    survey = f"the section ({bottom:g} to {top:g} {label})"
    return f"no water surface elevation of the project lies inside {survey}: {listed}"


def _report_ends_outside(values: ProjectValues, line: FloatArray, extent: RasterExtent, frame: FrameSize) -> None:
    raster = raster_for_frame(extent, frame)
    last = np.array([raster.width_px, raster.height_px]) - 1 + LINE_TOLERANCE_PX
    for x, y in line[((line < -LINE_TOLERANCE_PX) | (line > last)).any(axis=1)].tolist():
        values.report(
            f"the end ({x:g}, {y:g}) of the cross-section line lies outside the rectified image"
            f" ({raster.width_px}x{raster.height_px} px)",
            _DRAW_AGAIN,
        )
