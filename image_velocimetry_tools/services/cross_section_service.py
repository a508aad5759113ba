"""Use cases of the cross-section: put surveys together, ask for edges of water, depths and wetted geometry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from ..domain.angles import FloatArray
from ..domain.errors import Problem, SectionError
from ..domain.section import Bank, CrossSection, SubSurvey
from ..domain.units import DisplayUnits
from ..formats.survey.areacomp import read_areacomp
from ..formats.survey.section_csv import SurveyTable, read_survey_table
from ..numerics.section import WettedSection, depths_at, edges_of_water, find_crossings, wetted
from ..numerics.section_line import LineStations, line_stations
from ..numerics.section_merge import merge_sub_surveys
from ..numerics.section_table import SectionTable, section_table
from ..numerics.subsections import Subsection, subsections_at


@dataclass(frozen=True, slots=True, eq=False)
class ImportedSurvey:
    """What a file of surveys holds, metres; ``warnings`` are sentences for the user."""

    sub_surveys: tuple[SubSurvey, ...]
    units: DisplayUnits
    manning_n: tuple[float, ...] = ()
    subsection_bounds_m: tuple[float, ...] = ()
    warnings: tuple[str, ...] = ()


class CrossSectionService:
    """Everything that the program asks of a surveyed section; SI, stations from the left bank.

    Examples
    --------
    >>> import numpy as np
    >>> service = CrossSectionService()
    >>> survey = SubSurvey("bridge", np.array([0.0, 10.0, 20.0]), np.array([10.0, 5.0, 10.0]))
    >>> service.edges_of_water(service.merge([survey]), 7.5)
    (5.0, 15.0)
    """

    def merge(
        self,
        sub_surveys: Sequence[SubSurvey],
        manning_n: Sequence[float] = (),
        subsection_bounds_m: Sequence[float] = (),
    ) -> CrossSection:
        """One section from surveys of its parts, offsets and start edges applied.

        Raises
        ------
        SectionError
            With every survey and row that is not usable.
        """
        return merge_sub_surveys(tuple(sub_surveys), tuple(manning_n), tuple(subsection_bounds_m))

    def load(self, path: str | Path) -> CrossSection:
        """The section of an AreaComp ``.mat`` file; SectionError if the file or a survey in it is not usable."""
        source = read_areacomp(path)
        return self.merge(source.sub_surveys, source.manning_n, source.subsection_bounds_m)

    def read_file(self, path: str | Path, csv_units: DisplayUnits = DisplayUnits.METRIC) -> ImportedSurvey:
        """The surveys of an AreaComp ``.mat`` file, or of a CSV, in the given units if its titles name none.

        Raises
        ------
        SectionError
            With everything that is wrong with the file.
        """
        if Path(path).suffix.lower() == ".csv":
            table = self.read_table(path)
            return ImportedSurvey((table.survey(csv_units),), table.units or csv_units, warnings=table.notes)
        source = read_areacomp(path)
        return ImportedSurvey(
            source.sub_surveys, source.units, source.manning_n, source.subsection_bounds_m, source.warnings
        )

    def read_table(self, path: str | Path) -> SurveyTable:
        """The table of a CSV, checked, before anybody says what it does not say itself; SectionError if it is wrong."""
        return read_survey_table(path)

    def placed(
        self,
        section: CrossSection,
        index: int,
        *,
        station_offset_m: float | None = None,
        stage_offset_m: float | None = None,
        start_edge: Bank | None = None,
    ) -> CrossSection:
        """The section with one of its sub-surveys (by index) shifted, raised or flipped; what is None stays."""
        survey = section.sub_surveys[index]
        moved = replace(
            survey,
            station_offset_m=survey.station_offset_m if station_offset_m is None else station_offset_m,
            stage_offset_m=survey.stage_offset_m if stage_offset_m is None else stage_offset_m,
            start_edge=survey.start_edge if start_edge is None else start_edge,
        )
        surveys = [moved if i == index % len(section.sub_surveys) else s for i, s in enumerate(section.sub_surveys)]
        return self.merge(surveys, section.manning_n, section.subsection_bounds_m)

    def crossings(
        self, section: CrossSection, elevation_m: float, mode: Literal["all", "firstlast"] = "all"
    ) -> FloatArray:
        """Stations (k,), metres, at which the section meets a level."""
        return find_crossings(section, elevation_m, mode)

    def edges_of_water(self, section: CrossSection, elevation_m: float) -> tuple[float, float]:
        """Stations of the left and right edge of water, metres; SectionError if the level is outside the survey."""
        return edges_of_water(section, elevation_m)

    def wetted(self, section: CrossSection, elevation_m: float) -> WettedSection:
        """Area, widths, perimeter and depths at a water level; SectionError if it is below the bed."""
        return wetted(section, elevation_m)

    def depths(self, section: CrossSection, stations_m: ArrayLike, elevation_m: float) -> FloatArray:
        """Depths (n,) at stations (n,), metres, never negative."""
        return depths_at(section, stations_m, elevation_m)

    def table(self, section: CrossSection, count: int = 100) -> SectionTable:
        """Wetted geometry at evenly spaced levels from the lowest point of the bed to the lower end of the survey."""
        lowest, highest = section.elevation_m.min(), min(section.elevation_m[0], section.elevation_m[-1])
        return section_table(section, np.linspace(lowest, highest, count))

    def subsections(self, section: CrossSection, elevation_m: float) -> tuple[Subsection, ...]:
        """Geometry, roughness and conveyance of each subsection at a water level, from left to right."""
        return subsections_at(section, elevation_m)

    def line(
        self, line_world_m: ArrayLike, section: CrossSection, water_surface_elevation_m: float, start_bank: Bank
    ) -> LineStations:
        """Fix the map between the line (2, 2) in world metres, drawn at a water level, and the stations.

        Raises
        ------
        SectionError
            If the line has no length or the level is outside the survey.
        """
        return line_stations(line_world_m, section, water_surface_elevation_m, start_bank)

    def first_level_inside(self, section: CrossSection, levels_m: Sequence[float | None]) -> float:
        """The first of several water levels, metres, that lies inside the survey; None and NaN are passed over.

        Raises
        ------
        SectionError
            If none does, with the reason of each.
        """
        problems: list[Problem] = []
        for level in levels_m:
            if level is None or not np.isfinite(level):
                continue
            try:
                edges_of_water(section, level)
            except SectionError as error:
                problems.extend(error.problems)
            else:
                return float(level)
        if not problems:
            raise SectionError("no water level is given for the section", remedy="Enter the water surface elevation")
        raise SectionError.from_problems(problems)
