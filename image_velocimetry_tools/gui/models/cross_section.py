"""Edits of surveys, and what the Cross-Section tab draws of a section, in display units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import IvyError, Problem, SectionError
from ...domain.section import Bank, CrossSection, SubSurvey
from ...domain.units import UnitSystem
from ...services.cross_section_service import CrossSectionService
from .editable_columns import SurveyedPointColumn
from .pasted_cells import PastedCell
from .readings import Figure, Readings

FloatArray = NDArray[np.float64]


class PlotKind(StrEnum):
    """What the plot shows: the section itself, or one of its properties against the water surface elevation."""

    SECTION = "Section"
    AREA = "Area"
    TOP_WIDTH = "Top width"
    PERIMETER = "Wetted perimeter"
    RADIUS = "Hydraulic radius"
    CONVEYANCE = "Conveyance"


@dataclass(frozen=True, slots=True, eq=False)
class SectionDrawing:
    """The section in display units: bed (n,), level and edges of water (left, right), None where unknown.

    ``bounds`` are the stations between subsections.
    """

    station: FloatArray
    elevation: FloatArray
    level: float | None
    edges: tuple[float, float] | None
    length_label: str
    bounds: tuple[float, ...] = ()
    readings: Readings | None = None


@dataclass(frozen=True, slots=True, eq=False)
class CurveDrawing:
    """A property of the section (n,) against the water surface elevation (n,), display units."""

    values: FloatArray
    elevation: FloatArray
    level: float | None
    title: str
    unit: str
    length_label: str
    readings: Readings | None = None


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One sub-survey as its table shows it, display units; stations are those after its offset."""

    name: str
    kind: str
    first_station: float
    last_station: float
    station_offset: float
    stage_offset: float
    start_edge: Bank


def section_drawing(section: CrossSection, level_m: float | None, units: UnitSystem) -> SectionDrawing:
    """What the plot of the section shows."""
    edges = None
    if level_m is not None:
        try:
            left, right = CrossSectionService().edges_of_water(section, level_m)
            edges = (left * units.length, right * units.length)
        except IvyError:
            edges = None  # the tab tells the reason beside the plot
    level = None if level_m is None else level_m * units.length
    station, elevation = section.station_m * units.length, section.elevation_m * units.length
    bounds = tuple(bound * units.length for bound in section.subsection_bounds_m)
    readings = _bed_readings(station, elevation, level, units)
    return SectionDrawing(station, elevation, level, edges, units.length_label, bounds, readings)


def curve_drawing(section: CrossSection, kind: PlotKind, level_m: float | None, units: UnitSystem) -> CurveDrawing:
    """One property of the section against the level."""
    table = CrossSectionService().table(section)
    values, unit = {
        PlotKind.AREA: (table.area_m2 * units.area, units.area_label),
        PlotKind.TOP_WIDTH: (table.top_width_m * units.length, units.length_label),
        PlotKind.PERIMETER: (table.wetted_perimeter_m * units.length, units.length_label),
        PlotKind.RADIUS: (table.hydraulic_radius_m * units.length, units.length_label),
        PlotKind.CONVEYANCE: (table.conveyance_m3s * units.discharge, units.discharge_label),
    }[kind]
    level = None if level_m is None else level_m * units.length
    elevation = table.elevation_m * units.length
    read = Figure(str(kind), values, unit), Figure("water surface elevation", elevation, units.length_label)
    readings = Readings(values, elevation, read, by_level=True)
    return CurveDrawing(values, elevation, level, str(kind), unit, units.length_label, readings)


def _bed_readings(station: FloatArray, elevation: FloatArray, level: float | None, units: UnitSystem) -> Readings:
    depth = np.full_like(elevation, np.nan) if level is None else level - elevation
    label = units.length_label
    figures = (
        Figure("Station", station, label),
        Figure("elevation", elevation, label),
        Figure("depth", np.where(depth > 0.0, depth, np.nan), label),
    )
    return Readings(station, elevation, figures)


def survey_rows(section: CrossSection | None, units: UnitSystem) -> list[SurveyRow]:
    """The rows of the table of sub-surveys."""
    surveys = () if section is None else section.sub_surveys
    return [
        SurveyRow(
            survey.name,
            survey.survey_type,
            float(survey.station_m[0] + survey.station_offset_m) * units.length,
            float(survey.station_m[-1] + survey.station_offset_m) * units.length,
            survey.station_offset_m * units.length,
            survey.stage_offset_m * units.length,
            survey.start_edge,
        )
        for survey in surveys
    ]


def with_point_moved(survey: SubSurvey, row: int, station_m: float, elevation_m: float) -> SubSurvey:
    """The survey with one of its points elsewhere."""
    stations, elevations = survey.station_m.copy(), survey.elevation_m.copy()
    stations[row], elevations[row] = station_m, elevation_m
    return replace(survey, station_m=stations, elevation_m=elevations)


def with_point_added(survey: SubSurvey, row: int) -> SubSurvey:
    """The survey with a point half-way between one of its points and the next; after the last, a little further on."""
    following = min(row + 1, len(survey.station_m) - 1)
    station = (survey.station_m[row] + survey.station_m[following]) / 2.0
    if following == row:
        station = survey.station_m[row] + 1.0
    elevation = (survey.elevation_m[row] + survey.elevation_m[following]) / 2.0
    return replace(
        survey,
        station_m=np.insert(survey.station_m, row + 1, station),
        elevation_m=np.insert(survey.elevation_m, row + 1, elevation),
    )


def with_points_pasted(survey: SubSurvey, cells: Sequence[PastedCell], length: float) -> SubSurvey:
    """The survey with pasted stations and elevations in display units; further rows are added.

    Raises
    ------
    SectionError
        With every cell that is empty: a point needs both.
    """
    count = len(survey.station_m)
    rows = max([count, *(cell.row + 1 for cell in cells)])
    table = np.full((rows, 2), np.nan)
    table[:count] = np.column_stack([survey.station_m, survey.elevation_m])
    for cell in cells:
        table[cell.row, cell.column - SurveyedPointColumn.STATION] = (
            np.nan if cell.value is None else float(cell.value) / length
        )
    problems = [
        Problem(f"the {name} is missing", f"Row {row + 1}", "Copy station and elevation of each point")
        for row in range(rows)
        for name, value in zip(("station", "elevation"), table[row], strict=True)
        if np.isnan(value)
    ]
    if problems:
        raise SectionError.from_problems(problems)
    return replace(survey, station_m=table[:, 0], elevation_m=table[:, 1])


def without_points(survey: SubSurvey, rows: list[int]) -> SubSurvey:
    """The survey with some of its points taken out."""
    return replace(survey, station_m=np.delete(survey.station_m, rows), elevation_m=np.delete(survey.elevation_m, rows))
