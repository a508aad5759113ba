"""Rows of a stage record, and what of them can be read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from ...domain.errors import IvyError, Problem, StageRecordError
from ..cell_numbers import parse_number
from ..column_titles import UNIT_NAMES
from ..csv_text import DelimitedRow, delimiter_of, rows_of
from .columns import level_column, refuse_several_sites, time_column, zone_column
from .level_unit import metres_of_level
from .time_zones import is_repeated, is_skipped, parse_timezone
from .times import parse_time

#: NWIS writes numbers far below any level where there is none.
_NO_VALUE_BELOW = -99_000.0
_MOST_PROBLEMS = 20

_FORMAT_CELL = re.compile(r"[0-9]+[sdn]")


@dataclass(slots=True)
class StageTable:
    """Readings in file order: seconds since 1970 UTC, levels and lines.

    ``metres`` is the length of the unit of the levels, None if nothing says it.
    """

    column: str
    metres: float | None = None
    display_zone: tzinfo = UTC
    time_s: list[float] = field(default_factory=list)
    level: list[float] = field(default_factory=list)
    line: list[int] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def unit(self) -> str | None:
        """Name of the unit of the levels."""
        return None if self.metres is None else UNIT_NAMES[self.metres]


def read_stage_table(text: str, name: str, column: str | None, zone: tzinfo | None) -> StageTable:
    """Readings of a record; parameters and errors as those of ``read_stage_record``."""
    header, rows, decimal_comma = _split(text, name)
    times, levels = time_column(header, name), level_column(header, column, name)
    refuse_several_sites(header, rows, name)
    reader = _Reader(header, times, levels, zone_column(header), zone, name, decimal_comma)
    # The hour that occurs twice is told apart by the order of the rows, which some loggers write newest first.
    for row in reversed(rows) if _is_descending(rows, times) else rows:
        reader.add(row)
    table = reader.finished()
    table.metres = metres_of_level(table.column, (line for line in text.splitlines() if line.startswith("#")))
    return table


class _Reader:
    def __init__(
        self,
        header: Sequence[str],
        time_column: tuple[int, ...],
        level_column: int,
        zone_column: int | None,
        zone: tzinfo | None,
        name: str,
        decimal_comma: bool,
    ) -> None:
        self._table = StageTable(header[level_column])
        self._time_column, self._level_column, self._zone_column = time_column, level_column, zone_column
        self._zone, self._name, self._decimal_comma = zone, name, decimal_comma
        self._problems: list[Problem] = []
        self._no_numbers: list[DelimitedRow] = []
        self._skipped: list[DelimitedRow] = []
        self._repeated: list[DelimitedRow] = []
        self._last: datetime | None = None

    def add(self, row: DelimitedRow) -> None:
        try:
            level = parse_number(self._cell(row, self._level_column), self._decimal_comma)
        except ValueError:
            level = _NO_VALUE_BELOW
        try:
            when = self._time(row)
        except IvyError as error:
            self._problems += error.problems
            return
        if level <= _NO_VALUE_BELOW:
            self._no_numbers.append(row)
        elif when is not None:
            self._table.time_s.append(when.timestamp())
            self._table.level.append(level)
            self._table.line.append(row.line)

    def finished(self) -> StageTable:
        if self._problems:
            shown = self._problems[:_MOST_PROBLEMS]
            if len(self._problems) > len(shown):
                shown.append(Problem(f"and {len(self._problems) - len(shown)} more rows", self._name))
            raise StageRecordError.from_problems(shown)
        if not self._table.level:
            what = f"the stage record holds no level in column '{self._table.column}'"
            raise StageRecordError(what, where=self._name, remedy="Check the column and the file")
        self._warn(self._no_numbers, "without a level (such as '{}') left out", self._level_column)
        self._warn(self._skipped, "at times that clocks skip (such as '{}') left out", self._time_column[0])
        self._warn(
            self._repeated, "in an hour that occurs twice (such as '{}') taken in their order", self._time_column[0]
        )
        return self._table

    def _warn(self, rows: list[DelimitedRow], what: str, column: int) -> None:
        if rows:
            lines = f"line {rows[0].line}" if len(rows) == 1 else f"{len(rows)} lines from line {rows[0].line}"
            self._table.warnings.append(f"{self._name}: {lines} {what.format(self._cell(rows[0], column))}")

    def _time(self, row: DelimitedRow) -> datetime | None:
        text = _time_text(row, self._time_column)
        when = parse_time(text)
        where = f"{self._name}, line {row.line}"
        if when is None:
            remedy = "Write times as 2017-06-30 12:05"
            raise StageRecordError(f"the time '{text}' cannot be read", where=where, remedy=remedy)
        if when.tzinfo is None:
            zone = self._zone_of(row, where)
            if is_skipped(when, zone):
                self._skipped.append(row)
                return None
            when = self._in_order(when.replace(tzinfo=zone), row)
        self._table.display_zone = when.tzinfo or UTC
        return when

    def _zone_of(self, row: DelimitedRow, where: str) -> tzinfo:
        code = self._cell(row, self._zone_column) if self._zone_column is not None else ""
        if code:
            try:
                return parse_timezone(code)
            except StageRecordError as error:
                raise StageRecordError(error.problems[0].what, where=where, remedy=error.remedy) from error
        if self._zone is None:
            remedy = "Say in which zone they are (--timezone)"
            raise StageRecordError("the times of the stage record have no time zone", where=where, remedy=remedy)
        return self._zone

    def _in_order(self, when: datetime, row: DelimitedRow) -> datetime:
        """A time that occurs twice: the second of the two once the first would go back behind the row before."""
        zone = when.tzinfo
        if zone is not None and is_repeated(when.replace(tzinfo=None), zone):
            self._repeated.append(row)
            if self._last is not None and when.timestamp() <= self._last.timestamp():
                when = when.replace(fold=1)
        self._last = when
        return when

    @staticmethod
    def _cell(row: DelimitedRow, index: int) -> str:
        return row.cells[index] if index < len(row.cells) else ""


def _time_text(row: DelimitedRow, columns: tuple[int, ...]) -> str:
    return " ".join(row.cells[index] for index in columns if index < len(row.cells))


def _is_descending(rows: Sequence[DelimitedRow], columns: tuple[int, ...]) -> bool:
    first, last = (parse_time(_time_text(row, columns)) for row in (rows[0], rows[-1]))
    return first is not None and last is not None and first.replace(tzinfo=None) > last.replace(tzinfo=None)


def _split(text: str, name: str) -> tuple[tuple[str, ...], list[DelimitedRow], bool]:
    header_line = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    delimiter = delimiter_of(header_line)
    if delimiter == "\t" or text.startswith("#"):
        text = "\n".join("" if line.startswith("#") else line for line in text.splitlines())
    rows = [row for row in rows_of(text, delimiter, StageRecordError, name) if not row.is_blank]
    if not rows:
        raise StageRecordError("the stage record is empty", where=name, remedy="Check the path")
    header, body = rows[0].cells, rows[1:]
    if body and all(_FORMAT_CELL.fullmatch(cell) for cell in body[0].cells if cell):
        body = body[1:]
    if not body:
        raise StageRecordError("the stage record contains no readings", where=name, remedy="Download it again")
    return header, body, delimiter != ","
