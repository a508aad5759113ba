"""A surveyed section as a table: stations and elevations, stations and depths, or coordinates of its points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import Problem, SectionError
from ...domain.section import CrossSection, SubSurvey
from ...domain.units import DisplayUnits, unit_system
from ..cell_numbers import parse_number
from ..column_titles import system_of
from ..csv_text import DelimitedRow, read_text, split_table
from .section_columns import UNTITLED, SectionColumns, is_titles, section_columns

FloatArray = NDArray[np.float64]

_WHAT = "section CSV"
# the Earth's circumference in millimetres is less
_FARTHEST = 1e11


@dataclass(frozen=True, slots=True, eq=False)
class SurveyTable:
    """A table that was read and found sound; what it does not say is told when a survey is made of it.

    ``numbers`` (n, 2) or (n, 3) are those of ``columns``, as written.
    """

    path: str
    columns: SectionColumns
    numbers: FloatArray

    @property
    def units(self) -> DisplayUnits | None:
        """The system of the units in its titles, that of the elevations; None where they name none."""
        metres = self.columns.metres[-1]
        return None if metres is None else system_of(metres)

    @property
    def is_falling(self) -> bool:
        """Whether its stations fall from row to row."""
        return self.numbers[-1, 0] < self.numbers[0, 0] and not self.columns.is_plan

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on how it was read."""
        name = Path(self.path).name
        if self.columns.is_plan:
            return (
                f"{name} holds coordinates: its stations are counted along the straight line from its first to its last"
                " point.",
            )
        if self.is_falling:
            return (f"The stations in {name} fall: its rows were taken in the opposite order.",)
        return ()

    def survey(self, units: DisplayUnits | None = None, *, water_surface_elevation_m: float | None = None) -> SubSurvey:
        """The survey, metres, its stations rising.

        Parameters
        ----------
        units
            Those of the numbers where the titles name none.
        water_surface_elevation_m
            The level from which depths were measured.

        Raises
        ------
        SectionError
            If the units or the level are needed and not given.
        """
        metres = self._metres(units)
        numbers = self.numbers * metres
        elevation = numbers[:, -1]
        if self.columns.is_depth:
            elevation = self._level(water_surface_elevation_m) - elevation
        station = _along_line(numbers[:, :2]) if self.columns.is_plan else numbers[:, 0]
        if self.is_falling:
            station, elevation = station[::-1], elevation[::-1]
        return SubSurvey(Path(self.path).stem, station, elevation)

    def _metres(self, units: DisplayUnits | None) -> FloatArray:
        if None not in self.columns.metres:
            return np.array(self.columns.metres, dtype=float)
        if units is None:
            remedy = "Write them in the titles, such as Station (m), Elevation (m)"
            raise SectionError(f"the {_WHAT} does not name its units", where=self.path, remedy=remedy)
        return np.full(len(self.columns.indices), 1.0 / unit_system(units).length)

    def _level(self, water_surface_elevation_m: float | None) -> float:
        if water_surface_elevation_m is None:
            remedy = (
                "Take each depth from the water surface elevation at which it was measured, and name the column"
                " Elevation"
            )
            raise SectionError(f"the {_WHAT} holds depths, not elevations", where=self.path, remedy=remedy)
        return water_surface_elevation_m


def read_survey_table(path: str | Path) -> SurveyTable:
    """Read and check the table of a section, by its titles or else as a station and an elevation per row.

    Raises
    ------
    SectionError
        If the titles do not say what the columns hold or name an unknown unit; with every row that is not numbers or
        is out of order; if there are fewer than two rows; if depths are negative.
    """
    where = str(path)
    text, _ = read_text(path, SectionError, _WHAT)
    rows, delimiter = split_table(text, SectionError, where)
    columns = UNTITLED
    if rows and is_titles(rows[0].cells):
        columns = section_columns(rows[0].cells, f"{where}, line {rows[0].line}")
        rows = rows[1:]
    _require_two_points(rows, where)
    if columns is UNTITLED:
        _require_two_columns(rows[0], where)
    numbers = _numbers(rows, columns, delimiter != ",", where)
    table = SurveyTable(where, columns, numbers)
    problems = [*_depth_problems(table), *_order_problems(table, rows)]
    if problems:
        raise SectionError.from_problems(problems)
    return table


def read_section_csv(path: str | Path, units: DisplayUnits) -> SubSurvey:
    """Stations from the left bank and elevations of a CSV, metres; ``units`` are those of a table that names none.

    Raises
    ------
    SectionError
        As :func:`read_survey_table`; and for depths, of which nobody says from which level they were measured.
    """
    return read_survey_table(path).survey(units)


def format_section_csv(section: CrossSection, units: DisplayUnits) -> str:
    """A merged section as a table of stations and elevations, with the units in the titles."""
    system = unit_system(units)
    lines = [f"Station ({system.length_label}),Elevation ({system.length_label})"]
    lines += [
        f"{station * system.length:.6f},{elevation * system.length:.6f}"
        for station, elevation in zip(section.station_m, section.elevation_m, strict=True)
    ]
    return "\n".join(lines) + "\n"


def _require_two_points(rows: Sequence[DelimitedRow], where: str) -> None:
    if len(rows) < 2:
        remedy = "Give a station and an elevation per row"
        raise SectionError(f"the {_WHAT} has fewer than two points", where=where, remedy=remedy)


def _require_two_columns(row: DelimitedRow, where: str) -> None:
    more = [cell for cell in row.cells[2:] if cell]
    if more and more[0].lstrip("+-.,")[:1].isdigit():
        remedy = "Write a first row such as Station (m), Elevation (m)"
        what = "the table has more than two columns of numbers and no titles that say what they are"
        raise SectionError(what, where=f"{where}, line {row.line}", remedy=remedy)


def _numbers(rows: Sequence[DelimitedRow], columns: SectionColumns, has_decimal_comma: bool, where: str) -> FloatArray:
    found, problems = [], []
    for row in rows:
        cells = [row.cells[index] if index < len(row.cells) else "" for index in columns.indices]
        try:
            found.append([_bounded(parse_number(cell, has_decimal_comma)) for cell in cells])
        except ValueError:
            what = f"the row does not hold {len(cells)} numbers where they belong: {', '.join(row.cells[:4])}"
            problems.append(Problem(what, f"{where}, line {row.line}", "Correct the row, or delete it"))
    if problems:
        raise SectionError.from_problems(problems)
    return np.array(found, dtype=float)


def _bounded(number: float) -> float:
    if abs(number) > _FARTHEST:
        raise ValueError("a number of a survey")
    return number


def _depth_problems(table: SurveyTable) -> Iterator[Problem]:
    depths = table.numbers[:, -1]
    if table.columns.is_depth and depths.max() <= 0.0 and depths.min() < 0.0:
        yield Problem("the depths are negative", table.path, "Count depths downwards from the water, without a sign")


def _order_problems(table: SurveyTable, rows: Sequence[DelimitedRow]) -> Iterator[Problem]:
    if table.columns.is_plan:
        ends = table.numbers[[0, -1], :2]
        if (ends[0] == ends[1]).all():
            yield Problem("its first and its last point lie at one place", table.path, "Survey from bank to bank")
            return
        stations, name = _along_line(table.numbers[:, :2]), "along the line from the first to the last point, "
    else:
        stations, name = table.numbers[:, 0], ""
    steps = -np.diff(stations) if table.is_falling else np.diff(stations)
    for index in (np.flatnonzero(steps < 0) + 1).tolist():
        what = f"unsorted stations: {name}{stations[index]:.6g} follows {stations[index - 1]:.6g}"
        yield Problem(what, f"{table.path}, line {rows[index].line}", "Sort the points across the channel")


def _along_line(places: FloatArray) -> FloatArray:
    """Stations (n,) of places (n, 2): their distance along the straight line from the first to the last."""
    span = places[-1] - places[0]
    along: FloatArray = (places - places[0]) @ (span / np.hypot(*span))
    return along
