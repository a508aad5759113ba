"""Settings of a site that hold for a time: a section that was surveyed again, an alpha that was determined anew.

A small CSV with a row per period. ``valid_from`` (and ``valid_to``, if there is that column) are dates, both of them
days that belong to the period. A blank ``valid_from`` in the first row means from the beginning; a blank ``valid_to``
until the next row begins, or for good in the last. The other columns are ``alpha`` and those that override a parameter
of the scaffold in a jobs CSV; a blank cell leaves what the scaffold says. ``comments`` are for people.

    valid_from,cross_section_file,alpha,comments
    2016-10-01,section_2016.mat,0.85,
    2019-05-22,section_2019.mat,0.87,after the flood
"""

from __future__ import annotations

import difflib
import itertools
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from ...domain.errors import JobsCsvError, Problem
from ..cell_numbers import with_decimal_point
from ..csv_text import DelimitedRow, read_text, split_table
from .override_columns import ALIASES, OVERRIDE_COLUMNS, PATH_COLUMNS
from .override_values import number

OWN_COLUMNS = ("valid_from", "valid_to", "alpha", "comments")
_WHAT = "table of validity dates"
_DATE_REMEDY = "Write dates as 2024-05-14"


@dataclass(frozen=True, slots=True)
class ValidityPeriod:
    """Settings from ``first_day`` to ``last_day``, both included; None means without beginning or end.

    ``overrides`` are as in :class:`.job_row.JobRow`.
    """

    line: int
    first_day: date | None
    last_day: date | None
    alpha: float | None = None
    overrides: Mapping[str, str] = field(default_factory=dict)

    def holds_on(self, day: date) -> bool:
        """Whether a day lies in the period."""
        return (self.first_day is None or self.first_day <= day) and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True, slots=True)
class ValidityTable:
    """Periods in the order of time; no two of them share a day."""

    path: Path
    periods: tuple[ValidityPeriod, ...]

    def on(self, day: date) -> ValidityPeriod | None:
        """The period in which a day lies."""
        return next((period for period in self.periods if period.holds_on(day)), None)


def read_validity_table(path: str | Path) -> ValidityTable:
    """Read and check a table; relative paths in it start at its folder.

    Raises
    ------
    JobsCsvError
        With every problem at once: columns that are unknown or missing, cells that do not fit, files that do not
        exist, periods that end before they begin or overlap.
    """
    path = Path(path)
    text, _ = read_text(path, JobsCsvError, _WHAT)
    rows, delimiter = split_table(text, JobsCsvError, str(path))
    if len(rows) < 2:
        remedy = "Begin with valid_from,alpha and add one row per period"
        raise JobsCsvError(f"the {_WHAT} contains no periods", where=str(path), remedy=remedy)
    reader = _Reader(path, _names(rows[0], str(path)), decimal_comma=delimiter != ",")
    periods = [reader.period(row) for row in rows[1:]]
    if not reader.problems:
        periods, problems = _in_time(periods, str(path))
        reader.problems.extend(problems)
    if reader.problems:
        raise JobsCsvError.from_problems(reader.problems)
    return ValidityTable(path, tuple(periods))


class _Reader:
    def __init__(self, path: Path, names: Sequence[str], *, decimal_comma: bool) -> None:
        self.problems: list[Problem] = []
        self._path, self._names, self._decimal_comma = path, names, decimal_comma
        self._folder = path.absolute().parent

    def period(self, row: DelimitedRow) -> ValidityPeriod:
        cells = dict(zip(self._names, row.cells, strict=False))
        if any(row.cells[len(self._names) :]):
            what = f"the row has {len(row.cells)} cells, the header {len(self._names)}"
            self._report(row, "", what, "Put quotes around text that holds the delimiter")
        first, last = (self._day(row, name, cells.get(name, "")) for name in ("valid_from", "valid_to"))
        if first is not None and last is not None and last < first:
            self._report(row, "valid_to", f"{last} is before the beginning ({first})", "Exchange or correct the dates")
        overrides = {}
        for given, text in cells.items():
            name = ALIASES.get(given, given)
            if name in OVERRIDE_COLUMNS and text:
                overrides[name] = self._override(row, given, name, text)
        return ValidityPeriod(row.line, first, last, self._alpha(row, cells.get("alpha", "")), overrides)

    def _day(self, row: DelimitedRow, column: str, text: str) -> date | None:
        try:
            return date.fromisoformat(text.replace("/", "-")) if text else None
        except ValueError:
            self._report(row, column, f"'{text}' is not a date", _DATE_REMEDY)
            return None

    def _alpha(self, row: DelimitedRow, text: str) -> float | None:
        try:
            return number(self._decimal(text), above=0.0, maximum=1.0) if text else None
        except ValueError as error:
            self._report(row, "alpha", f"must be {error}, not '{text}'", "0.85 is usual")
            return None

    def _override(self, row: DelimitedRow, column: str, name: str, text: str) -> str:
        if name in PATH_COLUMNS:
            file = Path(os.path.normpath(self._folder / os.path.expanduser(text)))
            if not file.is_file():
                remedy = f"Check the path; it starts at the {_WHAT}"
                self._report(row, column, f"the file '{file}' does not exist", remedy)
            return str(file)
        text = self._decimal(text)
        try:
            OVERRIDE_COLUMNS[name](text)
        except ValueError as error:
            self._report(row, column, f"must be {error}, not '{text}'", "Correct the cell")
        return text

    def _decimal(self, text: str) -> str:
        return with_decimal_point(text) if self._decimal_comma else text

    def _report(self, row: DelimitedRow, column: str, what: str, remedy: str) -> None:
        place = f"{self._path}, line {row.line}"
        self.problems.append(Problem(what, f"{place}, column '{column}'" if column else place, remedy))


def _names(header: DelimitedRow, where: str) -> tuple[str, ...]:
    names = list(header.cells)
    while names and not names[-1]:
        names.pop()
    place = f"{where}, line {header.line}"
    problems = []
    if "valid_from" not in names:
        problems.append(Problem(f"the {_WHAT} has no column 'valid_from'", place, "Name the column of first days so"))
    keys = [ALIASES.get(name, name) for name in names]
    for name, key in zip(names, keys, strict=True):
        if keys.count(key) > 1:
            problems.append(Problem(f"the column '{key}' occurs more than once", place, "Keep one of them"))
        elif key not in OWN_COLUMNS and key not in OVERRIDE_COLUMNS:
            nearest = difflib.get_close_matches(name.lower(), [*OWN_COLUMNS, *OVERRIDE_COLUMNS, *ALIASES], 1, 0.5)
            remedy = f"Call it '{nearest[0]}' if that is meant, or remove it" if nearest else "Remove it"
            problems.append(Problem(f"unknown column '{name}'", place, remedy))
    if problems:
        raise JobsCsvError.from_problems(dict.fromkeys(problems))
    return tuple(names)


def _in_time(periods: Sequence[ValidityPeriod], where: str) -> tuple[list[ValidityPeriod], list[Problem]]:
    """Periods in order of their first days, the open ends closed by the next beginning; and those that overlap."""
    ordered = sorted(periods, key=lambda period: period.first_day or date.min)
    problems: list[Problem] = []
    for index, (period, after) in enumerate(itertools.pairwise(ordered)):
        begins = after.first_day
        if begins is None or begins == period.first_day:
            what = f"begins on the same day as line {period.line} ({begins or 'without a date'})"
            problems.append(Problem(what, f"{where}, line {after.line}", "Give every period a first day of its own"))
        elif period.last_day is None:
            ordered[index] = replace(period, last_day=begins - timedelta(days=1))
        elif period.last_day >= begins:
            what = f"begins on {begins}, before the period of line {period.line} has ended ({period.last_day})"
            problems.append(Problem(what, f"{where}, line {after.line}", "Let periods follow each other"))
    return ordered, problems
