"""What the section says at the water level of a project."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...domain.errors import Problem, SectionError, lengths_told_in
from ...domain.project import Project
from ...domain.units import unit_system
from ...numerics.section import edges_of_water, wetted
from ..rectification.rectified_view import raster_of


@dataclass(frozen=True, slots=True)
class SectionFigures:
    """Wetted geometry at one level, SI; stations from the left bank.

    ``line_length_m`` is the length of the section line in the world and ``line_length_ratio`` the same over the
    surveyed width, as the verdict judges it; None without a line or a rectified image.
    """

    water_surface_elevation_m: float
    left_edge_station_m: float
    right_edge_station_m: float
    area_m2: float
    top_width_m: float
    wetted_perimeter_m: float
    hydraulic_radius_m: float
    mean_depth_m: float
    max_depth_m: float
    line_length_m: float | None
    line_length_ratio: float | None


def section_figures(project: Project) -> SectionFigures:
    """The figures of a project's section.

    Raises
    ------
    SectionError
        If survey or level is missing, or the level lies outside the survey.
    """
    survey, level = project.section.survey, project.calibration.water_surface_elevation_m
    problems = []
    if survey is None:
        problems.append(Problem("there is no cross-section", remedy="Import it on the Cross-Section tab"))
    if level is None:
        remedy = "Enter it on the Orthorectification tab"
        problems.append(Problem("the water surface elevation is not known", remedy=remedy))
    if survey is None or level is None:
        raise SectionError.from_problems(problems)
    with lengths_told_in(unit_system(project.display_units)):
        left, right = edges_of_water(survey, level)
    wet, length = wetted(survey, level), _line_length_m(project)
    return SectionFigures(
        water_surface_elevation_m=level,
        left_edge_station_m=left,
        right_edge_station_m=right,
        area_m2=wet.area_m2,
        top_width_m=wet.top_width_m,
        wetted_perimeter_m=wet.wetted_perimeter_m,
        hydraulic_radius_m=wet.hydraulic_radius_m,
        mean_depth_m=wet.mean_depth_m,
        max_depth_m=wet.max_depth_m,
        line_length_m=length,
        line_length_ratio=None if length is None else length / abs(right - left),
    )


def _line_length_m(project: Project) -> float | None:
    line, raster = project.section.line_px, raster_of(project.calibration)
    if line is None or raster is None:
        return None
    start, end = raster.pixel_to_world(line)
    return float(np.hypot(*(end - start)))
