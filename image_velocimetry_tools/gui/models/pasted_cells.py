"""Cells that are copied from tables and pasted into them, as text with tabs: what spreadsheets give and take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from ...domain.errors import IvyError, Problem
from ...domain.typed_quantities import typed_quantity

YES, NO = "Yes", "No"

CellContent = str | float | bool | None

_WORDS = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}
_MOST_ROWS = 20_000


class PasteColumn(Protocol):
    """What must be known of a column: title, unit, and whether its cells are ``text``, ``number`` or ``check``."""

    @property
    def title(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def unit(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PastedCell:
    """A cell with its new content; None if it is emptied. Rows behind the last are new ones."""

    row: int
    column: int
    value: CellContent


@dataclass(frozen=True, slots=True)
class PastedCells:
    """All cells that change, or everything that speaks against it."""

    cells: tuple[PastedCell, ...] = ()
    problems: tuple[Problem, ...] = ()

    def accepted(self) -> tuple[PastedCell, ...]:
        """The cells.

        Raises
        ------
        IvyError
            With every cell that cannot be taken; then none is.
        """
        if self.problems:
            raise IvyError.from_problems(self.problems)
        return self.cells


@dataclass(frozen=True, slots=True)
class PasteTarget:
    """The table into which is pasted.

    ``closed(row, column)`` is the text of a cell that cannot be changed, None for one that can; ``takes_rows`` lets
    rows be added behind the last.
    """

    columns: Sequence[PasteColumn]
    row_count: int
    closed: Callable[[int, int], str | None]
    takes_rows: bool = False

    def read(self, text: str, row: int, column: int) -> PastedCells:
        """The cells of a text that is pasted with its first cell at a row and a column."""
        lines = [line.split("\t") for line in text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")]
        problems = self._room_problems(lines, row, column)
        if problems:
            return PastedCells(problems=tuple(problems))
        cells: list[PastedCell] = []
        for number, line in enumerate(lines, start=row):
            for place, content in enumerate(line, start=column):
                try:
                    cells += self._cell(number, place, content.strip())
                except IvyError as error:
                    where = f"Row {number + 1}, {self.columns[place].title}"
                    problems += [Problem(problem.what, where, problem.remedy) for problem in error.problems]
        return PastedCells(tuple(cells), tuple(problems))

    def _room_problems(self, lines: Sequence[Sequence[str]], row: int, column: int) -> list[Problem]:
        problems = []
        width, room = max(map(len, lines)), len(self.columns) - column
        if width > room:
            what = f"{width} columns were copied, but from {self.columns[column].title} on the table has {room}"
            problems.append(Problem(what, remedy="Copy fewer columns, or paste further to the left"))
        rows = _MOST_ROWS if self.takes_rows else self.row_count - row
        if len(lines) > rows:
            what = f"{len(lines)} rows were copied, but there is room for {rows} from row {row + 1} on"
            problems.append(Problem(what, remedy="Copy fewer rows, or paste further up"))
        return problems

    def _cell(self, row: int, column: int, text: str) -> list[PastedCell]:
        """The new content of a cell, none if the cell is closed and stays as it is."""
        shown = self.closed(row, column)
        if shown is not None:
            if row >= self.row_count or text == shown:
                return []
            raise IvyError("the cell cannot be changed", remedy="Leave this column out of what is copied")
        return [PastedCell(row, column, _content(text, self.columns[column]))]


def _content(text: str, column: PasteColumn) -> CellContent:
    if column.kind == "number":
        return typed_quantity(text, column.unit) if text else None
    if column.kind == "text":
        return text
    try:
        return _WORDS[text.lower()]
    except KeyError:
        raise IvyError(f"'{text}' is neither {YES} nor {NO}", remedy=f"Copy {YES} or {NO}") from None
