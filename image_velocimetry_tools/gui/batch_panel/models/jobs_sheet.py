"""The jobs table while it is edited: texts in rows and columns, as they stand in a jobs CSV, right or wrong."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ....domain.errors import JobsCsvError
from ....domain.units import DisplayUnits, unit_system
from ....domain.video_url import is_url
from ....formats.atomic_file import write_bytes
from ....formats.cell_numbers import parse_number
from ....formats.csv_text import delimiter_of, read_text, rows_of
from ....formats.jobs.header import COLUMNS
from ....formats.jobs.job_ids import job_id_key, safe_job_id
from ....formats.jobs.override_columns import ALIASES, PATH_COLUMNS
from .sheet_units import LENGTH_COLUMNS, in_other_unit

Row = tuple[str, ...]

USUAL_COLUMNS = ("job_id", "video_path", "water_surface_elevation", "start_time", "end_time", "alpha", "comments")
_PATHS = frozenset({"video_path", *PATH_COLUMNS})
_MOST_UNDONE = 50


@dataclass(frozen=True, slots=True)
class SheetContent:
    """A table at one moment. Relative paths start at ``base``; ``delimiter`` tells commas in numbers from dots.

    ``units`` are those in which levels were typed. None is those of the scaffold, whichever it is, as in a jobs CSV.
    """

    columns: tuple[str, ...] = USUAL_COLUMNS
    rows: tuple[Row, ...] = ()
    base: Path | None = None
    delimiter: str = ","
    units: DisplayUnits | None = None

    def in_units(self, units: DisplayUnits) -> SheetContent:
        """The same levels in other units; a table that is in those of its scaffold stays as it is."""
        if self.units in (None, units):
            return self
        factor = unit_system(units).length / unit_system(self.units).length
        lengths = {index for index, name in enumerate(self.columns) if name in LENGTH_COLUMNS}
        number = partial(parse_number, decimal_comma=self.delimiter != ",")
        rows = tuple(
            tuple(in_other_unit(text, factor, number) if i in lengths else text for i, text in enumerate(row))
            for row in self.rows
        )
        return replace(self, rows=rows, units=units)

    @property
    def has_levels(self) -> bool:
        """Whether anything stands in the columns of lengths."""
        lengths = [index for index, name in enumerate(self.columns) if name in LENGTH_COLUMNS]
        return any(row[index] for row in self.rows for index in lengths)

    def as_csv(self, folder: Path, default_alpha: str = "") -> tuple[str, list[int]]:
        """Text of a jobs CSV in a folder, and the line on which each row begins.

        Parameters
        ----------
        default_alpha
            Written where a row says nothing of alpha.
        """
        columns = self.columns
        if default_alpha and "alpha" not in columns:
            columns = (*columns, "alpha")
        stream, lines = io.StringIO(newline=""), []
        writer = csv.writer(stream, delimiter=self.delimiter, lineterminator="\n")
        writer.writerow(columns)
        line = 2
        for row in self.rows:
            lines.append(line)
            cells = [self._written(name, text, folder) for name, text in zip(self.columns, row, strict=True)]
            cells += [""] * (len(columns) - len(cells))
            if default_alpha and any(row) and not cells[columns.index("alpha")]:
                cells[columns.index("alpha")] = default_alpha
            writer.writerow(cells)
            line += 1 + sum(text.count("\n") for text in cells)
        return stream.getvalue(), lines

    def write(self, path: Path, default_alpha: str = "") -> None:
        """Write a jobs CSV atomically.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        text, _ = self.as_csv(path.absolute().parent, default_alpha)
        write_bytes(path, text.encode("utf-8"))

    def _written(self, column: str, text: str, folder: Path) -> str:
        if not text or ALIASES.get(column, column) not in _PATHS or is_url(text) or self.base in (None, folder):
            return text
        path = self._absolute(text)
        return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)

    def _absolute(self, text: str) -> Path:
        base = self.base or Path()
        path = Path(os.path.normpath(base / os.path.expanduser(text)))
        if os.sep == "/" and "\\" in text and not path.exists():
            return Path(os.path.normpath(base / text.replace("\\", "/")))
        return path


def read_sheet(path: Path) -> SheetContent:
    """The texts of a jobs CSV; what is wrong in its cells stays as it is.

    Raises
    ------
    JobsCsvError
        If the file is no table at all.
    """
    text, _ = read_text(path, JobsCsvError, "jobs CSV")
    header = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = delimiter_of(header, lambda names: 1000 * sum(name in COLUMNS for name in names) + len(names))
    rows = list(rows_of(text, delimiter, JobsCsvError, str(path)))
    while rows and rows[0].is_blank:
        del rows[0]
    if not rows:
        raise JobsCsvError("the jobs CSV is empty", where=str(path), remedy="Choose a file with one row per video")
    columns = list(rows[0].cells)
    while columns and not columns[-1]:
        columns.pop()
    width = max(len(columns), *(len(row.cells) for row in rows))
    while width > len(columns) and not any(row.cells[width - 1 : width] not in ((), ("",)) for row in rows):
        width -= 1
    columns += [""] * (width - len(columns))
    kept = tuple((*row.cells[:width], *[""] * (width - len(row.cells))) for row in rows[1:])
    return SheetContent(tuple(columns), kept, path.absolute().parent, delimiter)


class JobsSheet:
    """The table that is edited; every edit can be taken back.

    Attributes
    ----------
    revision
        Grows with every change.
    """

    def __init__(self) -> None:
        self.revision = 0
        self._content = SheetContent()
        self._past: list[SheetContent] = []

    @property
    def content(self) -> SheetContent:
        """The table as it stands."""
        return self._content

    def replace(self, content: SheetContent) -> None:
        """Take another table over."""
        self._become(content.columns, content.rows)
        base = content.base or self._content.base
        self._content = replace(self._content, base=base, delimiter=content.delimiter, units=content.units)

    def type_in(self, units: DisplayUnits) -> None:
        """Levels of the table are in these units from now on, whatever the scaffold is. Undo does not count it."""
        self._content = _typed_in(self._content, units)
        self._past = [_typed_in(content, units) for content in self._past]

    def show_in(self, units: DisplayUnits) -> bool:
        """Bring levels that were typed in other units into these; whether any text changed. Undo does not count it."""
        before, self._content = self._content, self._content.in_units(units)
        return self._content.rows != before.rows

    def undo(self) -> bool:
        """Take the last edit back; whether there was one."""
        if not self._past:
            return False
        self._content = self._past.pop()
        self.revision += 1
        return True

    def set_cells(self, cells: Mapping[tuple[int, int], str]) -> list[int]:
        """Write texts into cells (row, column); the answer are the rows that changed."""
        rows = list(self._content.rows)
        changed: dict[int, None] = {}
        for (row, column), text in cells.items():
            if rows[row][column] != text.strip():
                before = rows[row]
                rows[row] = (*before[:column], text.strip(), *before[column + 1 :])
                changed[row] = None
        if changed:
            self._become(self._content.columns, rows)
        return list(changed)

    def add(self, rows: Iterable[Mapping[str, str]]) -> None:
        """Append rows, given by column; columns that the table lacks are added."""
        given = list(rows)
        further = dict.fromkeys(name for row in given for name, text in row.items() if text)
        columns = (*self._content.columns, *(name for name in further if name not in self._content.columns))
        blank = ("",) * (len(columns) - len(self._content.columns))
        kept = [(*row, *blank) for row in self._content.rows] if blank else list(self._content.rows)
        kept += [tuple(row.get(name, "") for name in columns) for row in given]
        self._become(columns, kept)

    def add_column(self, name: str) -> None:
        """Append a column, unless there is one of that name."""
        if name and name not in self._content.columns:
            self._become((*self._content.columns, name), [(*row, "") for row in self._content.rows])

    def remove_column(self, column: int) -> None:
        """Take a column out."""
        content = self._content
        columns = (*content.columns[:column], *content.columns[column + 1 :])
        self._become(columns, [(*row[:column], *row[column + 1 :]) for row in content.rows])

    def remove(self, rows: Iterable[int]) -> None:
        """Take rows out."""
        gone = set(rows)
        self._become(self._content.columns, [row for i, row in enumerate(self._content.rows) if i not in gone])

    def duplicate(self, rows: Sequence[int]) -> list[int]:
        """Put a copy behind the last of some rows, with ids of their own; the answer are the new rows."""
        if not rows:
            return []
        ids = self.free_ids(self.column_of("job_id", rows))
        copies = [self._with_id(self._content.rows[row], new) for row, new in zip(sorted(rows), ids, strict=True)]
        at = max(rows) + 1
        self._become(self._content.columns, [*self._content.rows[:at], *copies, *self._content.rows[at:]])
        return list(range(at, at + len(copies)))

    def move(self, rows: Sequence[int], by: int) -> list[int]:
        """Move rows up (negative) or down by one place as a block; the answer is where they are then."""
        order, chosen = list(range(len(self._content.rows))), sorted(rows, reverse=by > 0)
        edge = 0 if by < 0 else len(order) - 1
        if not chosen or chosen[0] == edge:
            return sorted(rows)
        for row in chosen:
            order[row], order[row + by] = order[row + by], order[row]
        self._become(self._content.columns, [self._content.rows[i] for i in order])
        return sorted(row + by for row in rows)

    def column_of(self, name: str, rows: Sequence[int]) -> list[str]:
        """Texts of a column in some rows, in the order of the table; blank if there is no such column."""
        if name not in self._content.columns:
            return [""] * len(rows)
        index = self._content.columns.index(name)
        return [self._content.rows[row][index] for row in sorted(rows)]

    def free_ids(self, wanted: Iterable[str]) -> list[str]:
        """Ids like those wanted that no row has yet; blank ones stay blank."""
        taken = {job_id_key(text) for text in self.column_of("job_id", range(len(self._content.rows)))}
        found = []
        for text in wanted:
            stem = safe_job_id(text) if text else ""
            job_id, number = stem, 2
            while job_id and job_id_key(job_id) in taken:
                job_id, number = f"{stem}_{number}", number + 1
            taken.add(job_id_key(job_id))
            found.append(job_id)
        return found

    def _with_id(self, row: Row, job_id: str) -> Row:
        if "job_id" not in self._content.columns:
            return row
        index = self._content.columns.index("job_id")
        return (*row[:index], job_id, *row[index + 1 :])

    def _become(self, columns: Sequence[str], rows: Sequence[Row]) -> None:
        self._past.append(self._content)
        del self._past[:-_MOST_UNDONE]
        self._content = replace(self._content, columns=tuple(columns), rows=tuple(rows))
        self.revision += 1


def _typed_in(content: SheetContent, units: DisplayUnits) -> SheetContent:
    return replace(content, units=units) if content.units is None else content
