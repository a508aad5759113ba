"""The CSV table of ground control points that USGS IVyTools reads and writes.

The header names eleven columns, or some of them, in any order and in the words of surveyors (:mod:`.gcp_columns`).
Coordinates are in the units that the header names, as in ``X (m)`` or ``X (US survey ft)``; without one the caller says
which. Pixels count from the centre of the upper left pixel. A point without ID is called by the number of its row.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from ...domain.errors import GroundControlError, Problem
from ...domain.ground_control import GroundControlPoint, GroundControlPoints
from ...domain.units import METRES_PER_FOOT, DisplayUnits
from ..atomic_file import write_bytes
from ..cell_numbers import parse_number
from ..csv_text import DelimitedRow, decode_text, read_text, split_table
from .gcp_columns import COLUMNS, gcp_columns, known_columns

_WHAT = "ground control table"
_METRES = {DisplayUnits.METRIC: 1.0, DisplayUnits.ENGLISH: METRES_PER_FOOT}
_MISSING = {"", "n/a", "na", "nan", "none"}
_TRUE = {"yes", "true", "t", "y", "1"}
_FALSE = {"no", "false", "f", "n", "0", ""}
_Value = TypeVar("_Value")


def read_gcp_csv(
    source: bytes | str | Path, units: DisplayUnits | None = None, *, name: str = ""
) -> GroundControlPoints:
    """Read a table of ground control points from a file or its content.

    Parameters
    ----------
    source
        The file or its bytes.
    units
        Units of the coordinates when the header names none.
    name
        What error messages call the table; its path by default.

    Returns
    -------
    GroundControlPoints
        In table order, metres. Points without coordinates are left out unless they are marked for use.

    Raises
    ------
    GroundControlError
        If the table is missing or empty, has columns that cannot be told or no unit; and, all together with line and
        column, for cells that are no numbers or neither yes nor no.
    """
    where = name or (f"the {_WHAT}" if isinstance(source, bytes) else str(source))
    if isinstance(source, bytes):
        text, _ = decode_text(source, GroundControlError, _WHAT, where)
    else:
        text, _ = read_text(source, GroundControlError, _WHAT)
    rows, delimiter = split_table(text, GroundControlError, where, known_columns)
    if not rows:
        raise GroundControlError(f"the {_WHAT} is empty", where=where, remedy="Save the points again")
    columns, metres = gcp_columns(rows[0], where)
    if None in metres.values() and units is None:
        raise GroundControlError(
            f"the {_WHAT} does not name the unit of its coordinates",
            where=where,
            remedy="Write X (m) or X (ft) in the header, or say which unit it is",
        )
    standing = _METRES[units or DisplayUnits.METRIC]
    known = {axis: standing if length is None else length for axis, length in metres.items()}
    reader = _RowReader(columns, known, _width(rows[0]), delimiter != ",", where)
    points = [reader.point(row) for row in rows[1:]]
    if reader.problems:
        raise GroundControlError.from_problems(reader.problems)
    return GroundControlPoints(tuple(point for point in points if point is not None))


def points_from_records(records: Sequence[dict[str, object]], where: str) -> GroundControlPoints:
    """Points of rows that are held as ``{column: value}``, metres, such as those of ``orthotable_dataframe``.

    Raises
    ------
    GroundControlError
        As :func:`read_gcp_csv`; the line is the number of the row.
    """
    metres = dict.fromkeys("XYZ", 1.0)
    reader = _RowReader(
        {column: index for index, column in enumerate(COLUMNS)}, metres, len(COLUMNS), False, where, "row"
    )
    points = []
    for number, record in enumerate(records, start=1):
        cells = tuple(_as_text(record.get(column)) for column in COLUMNS)
        points.append(reader.point(DelimitedRow(number, cells)))
    if reader.problems:
        raise GroundControlError.from_problems(reader.problems)
    return GroundControlPoints(tuple(point for point in points if point is not None))


def format_gcp_csv(
    points: GroundControlPoints,
    units: DisplayUnits = DisplayUnits.METRIC,
    errors_px: Sequence[tuple[float, float, float]] | None = None,
) -> str:
    """The table as text, eleven columns, with the unit in the header and numbers that read back exactly.

    Parameters
    ----------
    points
        Points in metres.
    units
        Units of the coordinates in the table.
    errors_px
        Reprojection errors (x, y, total) of every point, if known; NaN where they are not.
    """
    label = "m" if units is DisplayUnits.METRIC else "ft"
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([f"{column} ({label})" if column in ("X", "Y", "Z") else column for column in COLUMNS])
    for index, point in enumerate(points.points):
        world = [value / _METRES[units] for value in (point.x_m, point.y_m, point.z_m)]
        pixels = ["N/A" if value is None else value for value in (point.x_px, point.y_px)]
        known = errors_px[index] if errors_px is not None else (math.nan,) * 3
        errors = ["N/A" if math.isnan(value) else value for value in known]
        uses = ["Yes" if use else "No" for use in (point.use_in_rectification, point.use_in_validation)]
        writer.writerow([point.name, *world, *pixels, *errors, *uses])
    return stream.getvalue()


def write_gcp_csv(
    path: str | Path,
    points: GroundControlPoints,
    units: DisplayUnits = DisplayUnits.METRIC,
    errors_px: Sequence[tuple[float, float, float]] | None = None,
) -> None:
    """Write the table atomically; see :func:`format_gcp_csv`.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    write_bytes(path, format_gcp_csv(points, units, errors_px).encode("utf-8"))


class _RowReader:
    """Turns rows into points and collects what is wrong with them."""

    def __init__(
        self,
        columns: dict[str, int],
        metres: dict[str, float],
        width: int,
        decimal_comma: bool,
        where: str,
        line: str = "line",
    ) -> None:
        self.problems: list[Problem] = []
        self._columns = columns
        self._width = width
        self._rows = 0
        self._metres = metres
        self._decimal_comma = decimal_comma
        self._where = where
        self._line = line

    def point(self, row: DelimitedRow) -> GroundControlPoint | None:
        """The point of a row; None if it has no coordinates and is not used, or if something is wrong with it."""
        self._rows += 1
        # A blank after the last delimiter of a row is no cell of its own.
        extra = row.cells[self._width :]
        if len(row.cells) <= max(self._columns.values()) or any(extra):
            what = f"the row has {len(row.cells)} cells, the header {self._width}"
            self._report(row, "", what, "Give every row as many cells as the header")
            return None
        problems_before = len(self.problems)
        used = self._cell(row, "Use in Rectification", _truth, True)
        validated = self._cell(row, "Use in Validation", _truth, False)
        world = [self._cell(row, name, self._number, None) for name in ("X", "Y")]
        world.append(self._cell(row, "Z", self._number, None) if "Z" in self._columns else 0.0)
        pixels = [self._cell(row, name, self._number, None) for name in ("X (pixel)", "Y (pixel)")]
        if len(self.problems) > problems_before:
            return None
        if any(value is None for value in world):
            if used:
                missing = ("X", "Y", "Z")[world.index(None)]
                self._report(row, missing, "the point is marked for use but has no coordinate", "Survey or unmark it")
            return None
        lengths = (self._metres.get(axis, 1.0) for axis in "XYZ")
        x, y, z = (value * length for value, length in zip(world, lengths, strict=True) if value is not None)
        name = row.cells[self._columns["# ID"]] if "# ID" in self._columns else ""
        return GroundControlPoint(name or str(self._rows), x, y, z, pixels[0], pixels[1], bool(used), bool(validated))

    def _cell(self, row: DelimitedRow, column: str, convert: Callable[[str], _Value], default: _Value) -> _Value:
        if column not in self._columns:
            return default
        text = row.cells[self._columns[column]]
        try:
            return convert(text)
        except ValueError as error:
            self._report(row, column, f"'{text}' is not {error}", "Correct the cell")
            return default

    def _number(self, text: str) -> float | None:
        if text.lower() in _MISSING:
            return None
        return parse_number(text, self._decimal_comma)

    def _report(self, row: DelimitedRow, column: str, what: str, remedy: str) -> None:
        place = f"{self._where}, {self._line} {row.line}"
        self.problems.append(Problem(what, f"{place}, column '{column}'" if column else place, remedy))


def _width(header: DelimitedRow) -> int:
    return max(index for index, title in enumerate(header.cells, start=1) if title)


def _truth(text: str) -> bool:
    word = text.lower()
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise ValueError("yes or no")


def _as_text(value: object) -> str:
    return "" if value is None else str(value).strip()
