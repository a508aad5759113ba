"""Edits of the table of ground control points; all give a new table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from ...domain.errors import GroundControlError, Problem
from ...domain.ground_control import GroundControlPoint, GroundControlPoints
from .pasted_cells import PastedCell


class PointField(StrEnum):
    """What can be edited of a point in its table."""

    NAME = "name"
    X = "x_m"
    Y = "y_m"
    Z = "z_m"
    X_PX = "x_px"
    Y_PX = "y_px"
    USE = "use_in_rectification"
    VALIDATE = "use_in_validation"

    @property
    def is_length(self) -> bool:
        """Whether it is a coordinate in the world."""
        return self in (PointField.X, PointField.Y, PointField.Z)


def with_point(points: GroundControlPoints, row: int, point: GroundControlPoint) -> GroundControlPoints:
    """The table with another point in a row."""
    return GroundControlPoints((*points.points[:row], point, *points.points[row + 1 :]))


def with_field(points: GroundControlPoints, row: int, field: PointField, value: object) -> GroundControlPoints:
    """The table with one value of a point changed, metres; pixels emptied make the point undigitised.

    A coordinate or an ID that is emptied stays as it was.
    """
    point = points.points[row]
    if field is PointField.NAME and not str(value or "").strip():
        return points
    if value is None and field in (PointField.X_PX, PointField.Y_PX):
        return with_point(points, row, replace(point, x_px=None, y_px=None))
    if value is None or getattr(point, field) == value:
        return points
    changes: dict[str, object] = {str(field): value}
    return with_point(points, row, replace(point, **changes))  # type: ignore[arg-type]


def with_pixel(points: GroundControlPoints, row: int, x_px: float, y_px: float) -> GroundControlPoints:
    """The table with a point digitised at a pixel."""
    return with_point(points, row, replace(points.points[row], x_px=x_px, y_px=y_px))


def without_pixels(points: GroundControlPoints, rows: Sequence[int]) -> GroundControlPoints:
    """The table with points of some rows undigitised."""
    return GroundControlPoints(
        tuple(replace(p, x_px=None, y_px=None) if row in rows else p for row, p in enumerate(points.points))
    )


def with_known_pixels(points: GroundControlPoints, known: GroundControlPoints) -> GroundControlPoints:
    """The table with pixels of known points of the same names where it has none, as after a corrected survey."""
    by_name = {point.name: point for point in known.points if point.is_digitised}

    def placed(point: GroundControlPoint) -> GroundControlPoint:
        if point.is_digitised or point.name not in by_name:
            return point
        return replace(point, x_px=by_name[point.name].x_px, y_px=by_name[point.name].y_px)

    return GroundControlPoints(tuple(placed(point) for point in points.points))


def with_added(points: GroundControlPoints, row: int) -> GroundControlPoints:
    """The table with a new point, not digitised, that becomes a row."""
    point = GroundControlPoint(_free_name(points, "P"), 0.0, 0.0, 0.0)
    return GroundControlPoints((*points.points[:row], point, *points.points[row:]))


def with_cells_pasted(
    points: GroundControlPoints, cells: Sequence[PastedCell], fields: Mapping[int, PointField], length: float
) -> GroundControlPoints:
    """The table with pasted cells, coordinates in display units; rows behind the last are new points.

    Raises
    ------
    GroundControlError
        With every new point that lacks a coordinate.
    """
    known = len(points)
    for row in range(known, max([known, *(cell.row + 1 for cell in cells)])):
        points = with_added(points, row)
    given = set()
    for cell in cells:
        field, value = fields[cell.column], cell.value
        if field.is_length and value is not None:
            value = float(value) / length
        if value is not None and value != "":
            given.add((cell.row, field))
            points = with_field(points, cell.row, field, value)
        elif value is None:
            points = with_field(points, cell.row, field, None)
    problems = [
        Problem(f"the coordinate {str(field)[0].upper()} is missing", f"Row {row + 1}", "Copy X, Y and Z of each point")
        for row in range(known, len(points))
        for field in (PointField.X, PointField.Y, PointField.Z)
        if (row, field) not in given
    ]
    if problems:
        raise GroundControlError.from_problems(problems)
    return points


def with_duplicate(points: GroundControlPoints, row: int) -> GroundControlPoints:
    """The table with a copy of a point behind it, not digitised and of another name."""
    point = points.points[row]
    copy = replace(point, name=_free_name(points, f"{point.name}-", 2), x_px=None, y_px=None)
    return GroundControlPoints((*points.points[: row + 1], copy, *points.points[row + 1 :]))


def without(points: GroundControlPoints, rows: Sequence[int]) -> GroundControlPoints:
    """The table without some rows."""
    return GroundControlPoints(tuple(p for row, p in enumerate(points.points) if row not in rows))


def shifted(points: GroundControlPoints, rows: Sequence[int], step: int) -> tuple[GroundControlPoints, list[int]]:
    """The table with rows moved up (``step`` -1) or down (1) as far as there is room, and where they are then."""
    ordered = sorted(rows, reverse=step > 0)
    table, moved = list(points.points), []
    taken: set[int] = set()
    for row in ordered:
        target = row + step
        if not 0 <= target < len(table) or target in taken:
            target = row
        table[row], table[target] = table[target], table[row]
        taken.add(target)
        moved.append(target)
    return GroundControlPoints(tuple(table)), sorted(moved)


def next_to_digitise(points: GroundControlPoints, after: int) -> int | None:
    """The row that is to be digitised after a row, starting anew at the end; None if all is done."""
    waiting = [
        row
        for row, point in enumerate(points.points)
        if not point.is_digitised and (point.use_in_rectification or point.use_in_validation)
    ]
    return next((row for row in waiting if row > after), waiting[0] if waiting else None)


def _free_name(points: GroundControlPoints, stem: str, first: int = 1) -> str:
    taken = {point.name for point in points.points}
    number = first
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"
