"""Stage records: times and water levels of a gauge, as USGS NWIS tab files or as CSV.

A record is only worth something with its time zone and its datum: an hour's or a foot's mistake is another flood. So
times need a zone (the column ``tz_cd``, an offset in the time itself, or the caller's word), nothing is extrapolated,
and no level is made up inside a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import StageRecordError
from ...domain.units import UnitSystem
from ..csv_text import read_text
from .readings import StageTable, read_stage_table
from .time_zones import is_repeated, is_skipped, parse_timezone

FloatArray = NDArray[np.float64]

DEFAULT_MAX_GAP = timedelta(minutes=30)


@dataclass(frozen=True, slots=True, eq=False)
class StageRecord:
    """Levels over time, ascending.

    ``time_s`` are seconds since 1970-01-01 UTC, shape (n,); ``level`` are (n,) in the units that were asked for,
    else in those of the record, the datum offset added. ``unit`` is that which the record itself states. ``zone`` is
    the one in which times without a zone are understood; ``warnings`` are for the user.
    """

    name: str
    time_s: FloatArray
    level: FloatArray
    column: str
    max_gap: timedelta = DEFAULT_MAX_GAP
    zone: tzinfo | None = None
    display_zone: tzinfo = UTC
    warnings: tuple[str, ...] = ()
    unit: str | None = None

    def level_at(self, when: datetime) -> float:
        """Level at a time, interpolated linearly between the neighbouring readings.

        Raises
        ------
        StageRecordError
            If the time has no zone and none was given, does not occur or occurs twice on that day's clocks, lies
            outside the record, or between readings further apart than ``max_gap``.
        """
        second = self._aware(when).timestamp()
        shown = when.strftime("%Y-%m-%d %H:%M:%S")
        after = int(np.searchsorted(self.time_s, second))
        if after < len(self.time_s) and self.time_s[after] == second:
            return float(self.level[after])
        if after == 0 or after == len(self.time_s):
            word, reading = ("before", 0) if after == 0 else ("after", -1)
            what = f"{shown} is {word} all readings of the record, the nearest of which is {self._reading(reading)}"
            raise StageRecordError(what, where=self.name, remedy="Use a record that covers the time; check time zones")
        gap_s = self.time_s[after] - self.time_s[after - 1]
        if gap_s > self.max_gap.total_seconds():
            what = (
                f"{shown} lies in a gap of {gap_s / 60:g} min between {self._reading(after - 1)} and"
                f" {self._reading(after)}; the largest gap is {self.max_gap.total_seconds() / 60:g} min"
            )
            raise StageRecordError(what, where=self.name, remedy="Allow a larger gap, or give the level by hand")
        share = (second - self.time_s[after - 1]) / gap_s
        return float((1.0 - share) * self.level[after - 1] + share * self.level[after])

    def _aware(self, when: datetime) -> datetime:
        if when.tzinfo is not None:
            return when
        shown = when.strftime("%Y-%m-%d %H:%M:%S")
        if self.zone is None:
            what, remedy = f"the time {shown} has no time zone", "Say in which zone it is (--timezone)"
            raise StageRecordError(what, where=self.name, remedy=remedy)
        remedy = "Give the time with its offset from UTC, such as -06:00"
        if is_skipped(when, self.zone):
            what = f"{shown} does not occur in {self.zone}: clocks skip it"
            raise StageRecordError(what, where=self.name, remedy=remedy)
        if is_repeated(when, self.zone):
            what = f"{shown} occurs twice in {self.zone}: clocks go back"
            raise StageRecordError(what, where=self.name, remedy=remedy)
        return when.replace(tzinfo=self.zone)

    def _reading(self, index: int) -> str:
        when = datetime.fromtimestamp(float(self.time_s[index]), self.display_zone)
        return f"{self.level[index]:.8g} at {when:%Y-%m-%d %H:%M %Z}"


def read_stage_record(
    path: str | Path,
    *,
    column: str | None = None,
    timezone: str | tzinfo | None = None,
    datum_offset: float = 0.0,
    max_gap: timedelta = DEFAULT_MAX_GAP,
    units: UnitSystem | None = None,
) -> StageRecord:
    """Read a stage record.

    Parameters
    ----------
    path
        A tab file of USGS NWIS, or a CSV with a time column and a level column.
    column
        The level column, if there are several.
    timezone
        Zone of times that carry none, in the record and of videos. A ``tz_cd`` column counts more for the record, but
        times of videos are never taken to be in it: gauges keep standard time when cameras do not.
    datum_offset
        Added to every level, in the units of the levels that result: gauge datum to that of the control points.
    max_gap
        Largest distance between the readings on both sides of a time.
    units
        Units in which the levels are wanted; those of a record that says nothing of its unit are taken to be in them.
        None leaves the levels as they are.

    Raises
    ------
    StageRecordError
        If the record is missing, empty, of several sites, without a time or level column (or with several level columns
        and no choice), without a time zone; for times that cannot be read; for two levels at one time.
    """
    zone = parse_timezone(timezone) if isinstance(timezone, str) else timezone
    name = str(path)
    text, _ = read_text(path, StageRecordError, "stage record")
    table = read_stage_table(text, name, column, zone)
    times, levels = _sorted(table, name)
    factor, remarks = _conversion(table, name, units)
    return StageRecord(
        name=name,
        time_s=times,
        level=levels * factor + datum_offset,
        column=table.column,
        max_gap=max_gap,
        zone=zone,
        display_zone=table.display_zone,
        warnings=(*table.warnings, *remarks),
        unit=table.unit,
    )


def _conversion(table: StageTable, name: str, units: UnitSystem | None) -> tuple[float, tuple[str, ...]]:
    """The factor from the record's unit to the wanted one, and what people should know of it."""
    if units is None or table.unit == units.length_label:
        return 1.0, ()
    if table.metres is None:
        what = f"nothing says the unit of the levels in column '{table.column}'"
        return 1.0, (f"{name}: {what}; they are taken to be in {units.length_label}, the display unit of the scaffold",)
    what = f"the levels in column '{table.column}' are in {table.unit}, as the record says"
    return table.metres * units.length, (f"{name}: {what}; they were converted to {units.length_label}",)


def _sorted(table: StageTable, name: str) -> tuple[FloatArray, FloatArray]:
    order = np.argsort(table.time_s, kind="stable")
    times, levels, lines = (np.asarray(values)[order] for values in (table.time_s, table.level, table.line))
    again = np.flatnonzero(np.diff(times) == 0.0)
    clash = again[levels[again] != levels[again + 1]]
    if clash.size:
        first = int(clash[0])
        what = f"lines {lines[first]} and {lines[first + 1]} give two levels for one time:"
        both = f"{levels[first]:g} and {levels[first + 1]:g}"
        raise StageRecordError(f"{what} {both}", where=name, remedy="Remove one of them, or check the time zone")
    keep = np.ones(len(times), dtype=bool)
    keep[again + 1] = False
    return times[keep], levels[keep]
