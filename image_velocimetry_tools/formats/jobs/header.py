"""The header of a jobs CSV: which column is which, and which is none that we know."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...domain.errors import JobsCsvError, Problem
from ..csv_text import DelimitedRow
from .override_columns import ALIASES

REQUIRED_COLUMNS = ("video_path", "water_surface_elevation")
OPTIONAL_COLUMNS = (
    "start_time", "end_time", "job_id", "alpha", "measurement_number", "measurement_date", "measurement_time",
    "gage_height", "comments",
)  # fmt: skip
COLUMNS = REQUIRED_COLUMNS + OPTIONAL_COLUMNS
CARRIED_COLUMNS = ("gauged_discharge", "gauged_discharge_cfs", "gauged_discharge_m3s")
"""Columns that are carried through to summary and report without being asked for: what a gauge said."""


@dataclass(frozen=True, slots=True)
class JobColumns:
    """Where each column lies: by its own name, or by the parameter that it overrides."""

    names: tuple[str, ...]
    known: Mapping[str, int]
    overrides: Mapping[str, tuple[int, Callable[[str], object]]]
    extra: Mapping[str, int]

    @classmethod
    def of(
        cls, header: DelimitedRow, where: str, allow_unknown: bool, parsers: Mapping[str, Callable[[str], object]]
    ) -> JobColumns:
        """Columns of a header row.

        Raises
        ------
        JobsCsvError
            With everything wrong: columns that are missing, repeated, unknown or without a name.
        """
        names = list(header.cells)
        while names and not names[-1]:
            names.pop()
        problems = _header_problems(names, f"{where}, line {header.line}")
        known = {name: index for index, name in enumerate(names) if name in COLUMNS}
        overrides, extra = {}, {}
        for index, name in enumerate(names):
            key = ALIASES.get(name, name)
            if name in COLUMNS or not name:
                continue
            if key in parsers and key not in overrides:
                overrides[key] = (index, parsers[key])
            elif key in parsers:
                problems.append(Problem(f"the column '{name}' repeats '{key}'", where, "Keep one of them"))
            elif allow_unknown or name in CARRIED_COLUMNS:
                extra[name] = index
            else:
                problems.append(_unknown_column(name, where, parsers))
        if problems:
            raise JobsCsvError.from_problems(problems)
        return cls(tuple(names), known, overrides, extra)


def _header_problems(names: Sequence[str], place: str) -> list[Problem]:
    problems = []
    missing = [name for name in REQUIRED_COLUMNS if name not in names]
    if missing:
        what = f"the jobs CSV is missing required columns: {', '.join(missing)}"
        problems.append(Problem(what, place, f"Required columns are {', '.join(REQUIRED_COLUMNS)}"))
    repeated = sorted({name for name in names if name and names.count(name) > 1})
    problems += [Problem(f"the column '{name}' occurs more than once", place, "Keep one of them") for name in repeated]
    blank = [str(index) for index, name in enumerate(names, start=1) if not name]
    if blank:
        problems.append(Problem(f"column {', '.join(blank)} has no name", place, "Name the column or remove it"))
    return problems


def _unknown_column(name: str, where: str, parsers: Iterable[str]) -> Problem:
    known = [*COLUMNS, *CARRIED_COLUMNS, *parsers, *ALIASES]
    folded = {entry.lower(): entry for entry in known}
    nearest = difflib.get_close_matches(name.lower().replace(" ", "_"), folded, n=1, cutoff=0.5)
    meant = f"Did you mean '{folded[nearest[0]]}'? Otherwise remove" if nearest else "Remove"
    return Problem(f"unknown column '{name}'", where, f"{meant} the column, or allow unknown columns")
