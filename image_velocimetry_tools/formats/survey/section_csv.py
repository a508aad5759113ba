"""A surveyed section as a table of two columns: station and elevation, in the units of the site."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np

from ...domain.errors import Problem, SectionError
from ...domain.section import CrossSection, SubSurvey
from ...domain.units import DisplayUnits, unit_system
from ..cell_numbers import parse_number
from ..csv_text import DelimitedRow, read_text, split_table

_WHAT = "section CSV"


def read_section_csv(path: str | Path, units: DisplayUnits) -> SubSurvey:
    """Stations from the left bank and elevations (metres inside) of a CSV; a first row of titles is passed over.

    Raises
    ------
    SectionError
        With every row that is not two numbers; or if there are fewer than two rows.
    """
    where = str(path)
    text, _ = read_text(path, SectionError, _WHAT)
    rows, delimiter = split_table(text, SectionError, where)
    pairs, problems = [], []
    for index, row in enumerate(rows):
        try:
            pairs.append(_pair(row, has_decimal_comma=delimiter != ","))
        except ValueError:
            if index > 0 or _has_number(row):
                problems.append(_row_problem(row, where))
    if not problems and len(pairs) < 2:
        problems = [Problem(f"the {_WHAT} has fewer than two points", where, "Give a station and an elevation per row")]
    if problems:
        raise SectionError.from_problems(problems)
    station, elevation = np.array(pairs).T / unit_system(units).length
    return SubSurvey(Path(path).stem, station, elevation)


def section_csv_units(path: str | Path) -> DisplayUnits | None:
    """The units in the titles of a CSV, such as ``Station (ft)``; None where they say nothing.

    Raises
    ------
    SectionError
        If the file cannot be read.
    """
    text, _ = read_text(path, SectionError, _WHAT)
    titles = next((line for line in text.splitlines() if line.strip()), "").lower()
    if re.search(r"[(\[]\s*(ft|feet|foot)\s*[)\]]", titles):
        return DisplayUnits.ENGLISH
    if re.search(r"[(\[]\s*(m|metres?|meters?)\s*[)\]]", titles):
        return DisplayUnits.METRIC
    return None


def format_section_csv(section: CrossSection, units: DisplayUnits) -> str:
    """A merged section as a table of stations and elevations, with the units in the titles."""
    system = unit_system(units)
    lines = [f"Station ({system.length_label}),Elevation ({system.length_label})"]
    lines += [
        f"{station * system.length:.6f},{elevation * system.length:.6f}"
        for station, elevation in zip(section.station_m, section.elevation_m, strict=True)
    ]
    return "\n".join(lines) + "\n"


def _pair(row: DelimitedRow, *, has_decimal_comma: bool) -> tuple[float, float]:
    station, elevation = row.cells[0], row.cells[1] if len(row.cells) > 1 else ""
    return parse_number(station, has_decimal_comma), parse_number(elevation, has_decimal_comma)


def _has_number(row: DelimitedRow) -> bool:
    return any(character.isdigit() for cell in row.cells[:2] for character in cell[:1])


def _row_problem(row: DelimitedRow, where: str) -> Problem:
    what = f"the row is not a station and an elevation: {', '.join(row.cells[:4])}"
    return Problem(what, f"{where}, line {row.line}", "Give two numbers, in the display units of the site")
