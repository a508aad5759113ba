"""Dated settings applied to jobs: the date of a job picks its section, its alpha and whatever else has dates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path

from ...domain.alpha import AlphaSource
from ...domain.errors import IvyError, JobsCsvError, Problem
from ...domain.scaffold import Scaffold
from ...formats.jobs.job_row import JobRow
from ...formats.jobs.validity_table import ValidityPeriod, ValidityTable, read_validity_table
from ...formats.stage.time_zones import parse_timezone
from ...media.creation_time import UNKNOWN_YEAR, find_time
from ..plan.overrides import apply_overrides
from .folder_jobs import Probe, recording_time

_REMEDY = "Give the date of the job in the column 'measurement_date', such as 2024-05-14"
# Local time is at most so far from UTC.
_BEHIND_UTC, _AHEAD_OF_UTC = timedelta(hours=12), timedelta(hours=14)


class DatedSettings:
    """Gives every job the settings that hold on its date.

    The date is that of the row (``measurement_date``), else that in the name of the video, else that of its metadata.
    What the row itself says goes before the table, the table before the scaffold.

    Parameters
    ----------
    table
        The periods.
    timezone
        Zone in which the days of the periods are counted, for videos whose metadata tell the time in another.
    probe
        What reads the metadata of a video; :func:`media.probing.probe` if None.
    """

    def __init__(
        self, table: ValidityTable, *, timezone: str | tzinfo | None = None, probe: Probe | None = None
    ) -> None:
        self._table = table
        self._zone = parse_timezone(timezone) if isinstance(timezone, str) else timezone
        self._probe = probe

    @classmethod
    def read(cls, path: Path, scaffold: Scaffold, *, timezone: str | None = None) -> DatedSettings:
        """Read a table and try every row of it on the scaffold.

        Raises
        ------
        JobsCsvError
            With every problem of the table, also of the files that it names.
        """
        table = read_validity_table(path)
        problems: list[Problem] = []
        for period in table.periods:
            try:
                apply_overrides(scaffold, period.overrides, f"{path}, line {period.line}")
            except IvyError as error:
                problems += error.problems
        if problems:
            raise JobsCsvError.from_problems(problems)
        return cls(table, timezone=timezone)

    def applied(self, row: JobRow, where: str) -> tuple[JobRow, list[Problem]]:
        """The row with the settings of its date; the row as it was and the reason if there are none for it."""
        try:
            period = self._period(row, where)
        except IvyError as error:
            return row, list(error.problems)
        dated = replace(row, overrides={**period.overrides, **row.overrides})
        if row.alpha is None and period.alpha is not None:
            dated = replace(dated, alpha=period.alpha, alpha_source=AlphaSource.DATED)
        return dated, []

    def _period(self, row: JobRow, where: str) -> ValidityPeriod:
        days = self._days(row, where)
        found = [self._table.on(day) for day in days]
        if any(period is not found[0] for period in found):
            what = (
                f"the video {row.video_path.name} was recorded on {days[0]} or {days[-1]}, depending on the time zone,"
                f" and other settings hold on these days"
            )
            raise JobsCsvError(what, where=where, remedy=_REMEDY)
        if found[0] is None:
            what = f"no settings hold on {days[0]}, the date of the job"
            remedy = f"Add a row for that date to {self._table.path}, or correct the date"
            raise JobsCsvError(what, where=where, remedy=remedy)
        return found[0]

    def _days(self, row: JobRow, where: str) -> tuple[date, ...]:
        """The day of a job; two days if it depends on a time zone that nobody told."""
        if row.measurement_date:
            return (_day_of_text(row.measurement_date, where),)
        named = find_time(row.video_path.stem)
        moment = named.moment if named is not None and named.moment.year != UNKNOWN_YEAR else None
        if moment is None:
            moment = self._recorded(row, where)
        if moment.tzinfo is None:
            return (moment.date(),)
        if self._zone is not None:
            return (moment.astimezone(self._zone).date(),)
        return (moment - _BEHIND_UTC).date(), (moment + _AHEAD_OF_UTC).date()

    def _recorded(self, row: JobRow, where: str) -> datetime:
        if row.video_url is not None:
            what = f"the job has no date: the name of {row.video_url} tells none"
            raise JobsCsvError(what, where=where, remedy=_REMEDY)
        try:
            return recording_time(row.video_path, self._probe or _default_probe())
        except IvyError as error:
            what = f"the job has no date: {error.problems[0].what}"
            raise JobsCsvError(what, where=where, remedy=_REMEDY) from error


def _day_of_text(text: str, where: str) -> date:
    """A date with the year first; days and months in other orders are mistaken for each other."""
    try:
        return date.fromisoformat(text.strip().split("T")[0].replace("/", "-"))
    except ValueError:
        what = f"'{text}' is not a date by which settings can be chosen"
        raise JobsCsvError(what, where=f"{where}, column 'measurement_date'", remedy="Write it as 2024-05-14") from None


def _default_probe() -> Probe:
    from ...media.probing import probe

    return probe
