"""Which columns a table of ground control points has: by the names of USGS IVyTools, or by those of surveyors."""

from __future__ import annotations

from ...domain.errors import GroundControlError, Problem
from ..cell_numbers import parse_number
from ..column_titles import ColumnTitle, column_title, metres_of_columns
from ..csv_text import DelimitedRow
from .axis_names import EAST, HEIGHT_WORDS, NORTH

COLUMNS = (
    "# ID", "X", "Y", "Z", "X (pixel)", "Y (pixel)",
    "Error X (pixel)", "Error Y (pixel)", "Tot. Error (pixel)", "Use in Rectification", "Use in Validation",
)  # fmt: skip

_ID_WORDS = frozenset({
    "id", "name", "point", "points", "pt", "gcp", "label", "no", "nr", "number", "nombre", "punto", "punkt",
    "punktnummer", "target",
})  # fmt: skip
_X_PIXEL = frozenset({
    "u", "col", "column", "px", "pixel x", "x pixel", "image x", "x image", "img x", "x img", "spalte",
})  # fmt: skip
_Y_PIXEL = frozenset({
    "v", "row", "py", "pixel y", "y pixel", "image y", "y image", "img y", "y img", "zeile",
})  # fmt: skip
_FIXED = {column_title(column).name: column for column in COLUMNS[6:]}
_FIXED |= {"use": COLUMNS[9], "used": COLUMNS[9], "validation": COLUMNS[10]}
_REMARKS = frozenset({
    "code", "codes", "description", "desc", "remark", "remarks", "comment", "comments", "note", "notes", "feature",
    "date", "time",
})  # fmt: skip
_TITLES = "# ID,X (m),Y (m),Z (m)"


def gcp_columns(row: DelimitedRow, where: str) -> tuple[dict[str, int], dict[str, float | None]]:
    """Index of every column that a header has, and the unit of each axis in metres, None where none is named.

    Raises
    ------
    GroundControlError
        If there is no header; with every title that is not known, or stands for a column that is there already; if X,
        Y, or one of the pixels is missing, a unit is not known, or X and Y differ in theirs.
    """
    place = f"{where}, line {row.line}"
    if len(row.cells) > 1 and _is_number(row.cells[1]):
        raise GroundControlError("the table has no header", where=where, remedy=f"Begin with {_TITLES}")
    titles = [column_title(cell) for cell in row.cells]
    columns = _named(titles, place)
    _require_pairs(columns, place)
    axes = [axis for axis in "XYZ" if axis in columns]
    lengths = metres_of_columns([titles[columns[axis]] for axis in axes], GroundControlError, place)
    metres: dict[str, float | None] = dict(zip(axes, lengths, strict=True))
    if metres["X"] != metres["Y"]:
        what = "the header mixes the units of X and Y"
        raise GroundControlError(what, where=place, remedy="Give both coordinates in one unit")
    return columns, metres


def known_columns(names: list[str]) -> int:
    """How many of some titles are known."""
    return sum(_column(column_title(name)) is not None for name in names)


def _named(titles: list[ColumnTitle], place: str) -> dict[str, int]:
    found: dict[str, list[int]] = {}
    unknown = []
    for index, title in enumerate(titles):
        column = _column(title)
        if column is not None:
            found.setdefault(column, []).append(index)
        elif title.text and not _REMARKS & {*title.words}:
            unknown.append(title.text)
    problems = [
        Problem(f"the column '{text}' is not known", place, f"Name the columns as in {','.join(COLUMNS[:6])}")
        for text in unknown
    ]
    problems += [
        Problem(f"several columns could be {column}: {', '.join(titles[i].text for i in many)}", place, "Keep one")
        for column, many in found.items()
        if len(many) > 1
    ]
    if problems:
        raise GroundControlError.from_problems(problems)
    return {column: indices[0] for column, indices in found.items()}


def _column(title: ColumnTitle) -> str | None:
    """The column of :data:`COLUMNS` for which a title stands."""
    name = title.name
    if name in _FIXED:
        return _FIXED[name]
    if title.is_in_pixels or not title.unit:
        if name in _X_PIXEL or (title.is_in_pixels and name == "x"):
            return "X (pixel)"
        if name in _Y_PIXEL or (title.is_in_pixels and name == "y"):
            return "Y (pixel)"
    if title.is_in_pixels:
        return None
    if name in EAST:
        return "X"
    if name in NORTH:
        return "Y"
    if HEIGHT_WORDS & {*title.words}:
        return "Z"
    return "# ID" if _ID_WORDS & {*title.words} else None


def _require_pairs(columns: dict[str, int], place: str) -> None:
    missing = [axis for axis in "XY" if axis not in columns]
    if missing:
        what = f"no column is titled as {' or '.join(missing)}, or as easting and northing"
        raise GroundControlError(what, where=place, remedy=f"Begin with {_TITLES}")
    if ("X (pixel)" in columns) != ("Y (pixel)" in columns):
        what = "the table has one of the two columns of pixels only"
        raise GroundControlError(what, where=place, remedy="Name both, X (pixel) and Y (pixel), or leave both out")


def _is_number(text: str) -> bool:
    try:
        parse_number(text, decimal_comma=True)
    except ValueError:
        return False
    return True
