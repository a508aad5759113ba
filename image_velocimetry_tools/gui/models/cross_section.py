"""Edits of surveys, and what the Cross-Section tab draws of a section, in display units."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import IvyError
from ...domain.section import Bank, CrossSection, SubSurvey
from ...domain.units import UnitSystem
from ...services.cross_section_service import CrossSectionService

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
    """The section in display units: bed (n,), level and edges of water (left, right), None where unknown."""

    station: FloatArray
    elevation: FloatArray
    level: float | None
    edges: tuple[float, float] | None
    length_label: str


@dataclass(frozen=True, slots=True, eq=False)
class CurveDrawing:
    """A property of the section (n,) against the water surface elevation (n,), display units."""

    values: FloatArray
    elevation: FloatArray
    level: float | None
    title: str
    unit: str
    length_label: str


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
    return SectionDrawing(
        section.station_m * units.length, section.elevation_m * units.length, level, edges, units.length_label
    )


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
    return CurveDrawing(values, table.elevation_m * units.length, level, str(kind), unit, units.length_label)


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


def without_points(survey: SubSurvey, rows: list[int]) -> SubSurvey:
    """The survey with some of its points taken out."""
    return replace(survey, station_m=np.delete(survey.station_m, rows), elevation_m=np.delete(survey.elevation_m, rows))
