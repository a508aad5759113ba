"""Gauged discharges to compare with: from a column of the jobs CSV, from a file by job, or from a record over time."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

from ...domain.errors import IvyError, Problem
from ...domain.units import ENGLISH, METRIC, UnitSystem
from ...formats.cell_numbers import parse_number
from ...formats.csv_text import delimiter_of, read_text, rows_of
from ...formats.stage.stage_record import StageRecord, read_stage_record
from .reported_job import ReportedJob

DEFAULT_COLUMN = "gauged_discharge"
DEFAULT_MAX_GAP_MIN = 30.0

_DISCHARGE_NAME = re.compile(r"discharge|(^|_)flow($|_)|_00060$|^q(_|$)|(^|_)cfs$|abfluss|d[eé]bit", re.IGNORECASE)
_ENGLISH_NAME = re.compile(r"_00060$|cfs|ft3|ft³", re.IGNORECASE)
_METRIC_NAME = re.compile(r"m3_?s|m3/s|m³/s|cms|cumec|m3ps", re.IGNORECASE)
_MOST_SHOWN = 5


class GaugedDischargeError(IvyError):
    """Gauged discharges that cannot be read."""


@dataclass(frozen=True, slots=True)
class GaugedSource:
    """Where gauged discharges come from.

    Parameters
    ----------
    column
        A column of the jobs CSV, or the column of the file that holds the discharge; None looks for one.
    file
        A CSV with ``job_id`` and discharge, or with times and discharge, or a tab file of USGS NWIS.
    timezone
        Zone of the times of measurements, and of times in the file that state none.
    max_gap
        Largest distance between the two readings round a time.
    """

    column: str | None = None
    file: Path | None = None
    timezone: str | None = None
    max_gap: timedelta = timedelta(minutes=DEFAULT_MAX_GAP_MIN)


@dataclass(frozen=True, slots=True)
class GaugedPair:
    """A measured discharge beside a gauged one; SI. ``counts`` is false where the verdict is rejected."""

    job_id: str
    verdict: str
    measured_m3s: float
    gauged_m3s: float
    counts: bool

    @property
    def difference_m3s(self) -> float:
        """Measured less gauged."""
        return self.measured_m3s - self.gauged_m3s

    @property
    def difference_percent(self) -> float:
        """Measured less gauged in percent of gauged; NaN where nothing was gauged."""
        return 100.0 * self.difference_m3s / self.gauged_m3s if self.gauged_m3s else math.nan


@dataclass(frozen=True, slots=True)
class GaugedComparison:
    """All pairs in the order of the jobs, and statistics over those that count; None without any."""

    origin: str
    pairs: tuple[GaugedPair, ...]
    missing: tuple[str, ...]
    bias_percent: float | None
    rmse_percent: float | None
    bias_m3s: float | None
    rmse_m3s: float | None

    @property
    def num_counting(self) -> int:
        """Number of pairs in the statistics."""
        return sum(pair.counts for pair in self.pairs)


def gauged_comparison(jobs: Sequence[ReportedJob], units: UnitSystem, source: GaugedSource) -> GaugedComparison | None:
    """Compare with gauged discharges; None if the batch states none and none were asked for.

    Raises
    ------
    IvyError
        If the file cannot be read, or no job has the column that was asked for.
    """
    measured = [job for job in jobs if job.measurement is not None]
    if source.file is not None:
        return _from_file(measured, units, source, source.file)
    column = source.column or _carried_column(jobs)
    if column is None:
        return None
    if not any(column in job.extra for job in jobs):
        known = sorted({name for job in jobs for name in job.extra})
        what = f"no job carries a column '{column}' (columns carried along: {', '.join(known) or 'none'})"
        raise GaugedDischargeError(what, remedy="Name a column of the jobs CSV, or give a file of gauged discharges")
    cells = {job.job_id: job.extra.get(column, "") for job in measured}
    gauged, problems = _numbers(cells, _units_of(column, units))
    return _comparison(f"column {column} of the jobs", measured, gauged, problems)


def _carried_column(jobs: Sequence[ReportedJob]) -> str | None:
    """The column ``gauged_discharge``, with or without a unit at its end."""
    names = (name for job in jobs for name in job.extra if name.strip().lower().startswith(DEFAULT_COLUMN))
    return next(names, None)


def _from_file(
    measured: Sequence[ReportedJob], units: UnitSystem, source: GaugedSource, path: Path
) -> GaugedComparison:
    text, _ = read_text(path, GaugedDischargeError, "file of gauged discharges")
    header_line = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    delimiter = delimiter_of(header_line)
    header = next((row.cells for row in rows_of(header_line, delimiter, GaugedDischargeError, str(path))), ())
    column = _discharge_column(header, source.column, path)
    in_units = _units_of(column, units)
    if "job_id" in (title.lower() for title in header):
        cells = _cells_by_job(text, delimiter, column, path)
        gauged, problems = _numbers({job.job_id: cells.get(job.job_id, "") for job in measured}, in_units)
    else:
        record = read_stage_record(path, column=column, timezone=source.timezone, max_gap=source.max_gap)
        gauged, problems = _from_record(measured, record, in_units)
        problems += record.warnings
    return _comparison(f"{path.name}, column {column} in {in_units.discharge_label}", measured, gauged, problems)


def _discharge_column(header: Sequence[str], wanted: str | None, path: Path) -> str:
    if wanted is not None and wanted in header:
        return wanted
    listed = ", ".join(header) or "none"
    if wanted is not None:
        what = f"there is no column '{wanted}' (its columns are {listed})"
        raise GaugedDischargeError(what, where=str(path), remedy="Choose one of them")
    found = [title for title in header if _DISCHARGE_NAME.search(title)]
    if len(found) == 1:
        return found[0]
    which = "several columns" if found else "no column"
    what = f"{which} could hold the discharge (its columns are {listed})"
    raise GaugedDischargeError(what, where=str(path), remedy="Say which column holds the gauged discharge")


def _cells_by_job(text: str, delimiter: str, column: str, path: Path) -> dict[str, str]:
    rows = [
        row
        for row in rows_of(text, delimiter, GaugedDischargeError, str(path))
        if not row.is_blank and not row.cells[0].startswith("#")
    ]
    header = rows[0].cells
    job_column, value_column = [title.lower() for title in header].index("job_id"), header.index(column)
    cells: dict[str, str] = {}
    problems = []
    for row in rows[1:]:
        if max(job_column, value_column) >= len(row.cells):
            continue
        job_id = row.cells[job_column]
        if cells.setdefault(job_id, row.cells[value_column]) != row.cells[value_column]:
            problems.append(Problem(f"two discharges for the job '{job_id}'", f"{path}, line {row.line}", "Keep one"))
    if problems:
        raise GaugedDischargeError.from_problems(problems)
    return cells


def _units_of(column: str, units: UnitSystem) -> UnitSystem:
    """The units that the name of a column states, else display units."""
    if _METRIC_NAME.search(column):
        return METRIC
    return ENGLISH if _ENGLISH_NAME.search(column) else units


def _numbers(cells: Mapping[str, str], units: UnitSystem) -> tuple[dict[str, float], tuple[str, ...]]:
    gauged: dict[str, float] = {}
    problems: list[str] = []
    for job_id, cell in cells.items():
        if not cell.strip():
            continue
        try:
            gauged[job_id] = parse_number(cell, decimal_comma=True) / units.discharge
        except ValueError:
            problems.append(f"{job_id}: the gauged discharge '{cell}' is not a number")
    return gauged, tuple(problems)


def _from_record(
    measured: Sequence[ReportedJob], record: StageRecord, units: UnitSystem
) -> tuple[dict[str, float], tuple[str, ...]]:
    gauged: dict[str, float] = {}
    problems: list[str] = []
    for job in measured:
        if job.measured_at is None or not job.has_time_of_day:
            problems.append(f"{job.job_id}: its time is not known, so no gauged discharge can be looked up")
            continue
        try:
            gauged[job.job_id] = record.level_at(job.measured_at) / units.discharge
        except IvyError as error:
            problems.append(f"{job.job_id}: {error.problems[0].what}. {error.remedy}.")
    return gauged, tuple(problems)


def _comparison(
    origin: str, measured: Sequence[ReportedJob], gauged: Mapping[str, float], problems: Sequence[str]
) -> GaugedComparison:
    pairs = tuple(
        GaugedPair(
            job_id=job.job_id,
            verdict=job.measurement.verdict,
            measured_m3s=job.measurement.discharge_m3s,
            gauged_m3s=gauged[job.job_id],
            counts=not job.measurement.is_rejected,
        )
        for job in measured
        if job.measurement is not None and job.job_id in gauged
    )
    difference = np.array([pair.difference_m3s for pair in pairs if pair.counts])
    percent = np.array([pair.difference_percent for pair in pairs if pair.counts])
    percent = percent[np.isfinite(percent)]
    return GaugedComparison(
        origin=origin,
        pairs=pairs,
        missing=_shortened(problems),
        bias_percent=float(percent.mean()) if percent.size else None,
        rmse_percent=float(np.sqrt(np.mean(percent**2))) if percent.size else None,
        bias_m3s=float(difference.mean()) if difference.size else None,
        rmse_m3s=float(np.sqrt(np.mean(difference**2))) if difference.size else None,
    )


def _shortened(sentences: Sequence[str]) -> tuple[str, ...]:
    if len(sentences) <= _MOST_SHOWN + 1:
        return tuple(sentences)
    return (*sentences[:_MOST_SHOWN], f"and {len(sentences) - _MOST_SHOWN} more like these")
