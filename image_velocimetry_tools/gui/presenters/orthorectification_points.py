"""The points of the Orthorectification tab: their table, and their pixels in the calibration image."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from ...domain.errors import IvyError
from ...domain.ground_control import GroundControlPoints
from ...domain.units import unit_system
from ...services.project_setup.editing import with_control_points
from ..models.document import Change
from ..models.orthorectification_points import (
    PointField,
    next_to_digitise,
    shifted,
    with_added,
    with_cells_pasted,
    with_duplicate,
    with_field,
    with_pixel,
    without,
    without_pixels,
)
from ..models.pasted_cells import PastedCells
from ..models.workbench import Hint, Workbench


class PointsView(Protocol):
    """What shows which points are selected or being digitised."""

    def bind_points(self, editor: PointsEditor) -> None: ...
    def show_selected(self, rows: Sequence[int]) -> None: ...
    def show_digitising(self, name: str | None) -> None: ...


class PointsEditor:
    """Edits the table, one step of undo each, and leads through digitising it point by point."""

    def __init__(self, view: PointsView, bench: Workbench) -> None:
        self._view = view
        self._bench = bench
        self._rows: list[int] = []
        self._digitised: int | None = None
        view.bind_points(self)
        bench.document.changed.subscribe(self._follow)

    @property
    def selected(self) -> tuple[int, ...]:
        """The selected rows."""
        return tuple(self._rows)

    def select(self, rows: Sequence[int]) -> None:
        """Select rows; while points are digitised, the first of them is next."""
        self._rows = sorted(row for row in rows if row < len(self._points))
        self._view.show_selected(self._rows)
        if self._digitised is not None and self._rows:
            self._digitise(self._rows[0])

    # the table

    def edit_field(self, row: int, field: PointField, value: object) -> None:
        """Change a value of a point, coordinates in display units."""
        if field.is_length and isinstance(value, float):
            value = value / unit_system(self._bench.document.project.display_units).length
        points = with_field(self._points, row, field, value)
        self._edit(f"Edit point {self._name(row)}", points)

    def paste(self, pasted: PastedCells, fields: Mapping[int, PointField]) -> None:
        """Take pasted cells over, all or none; ``fields`` are those of the columns, further rows are new points."""
        length = unit_system(self._bench.document.project.display_units).length
        try:
            points = with_cells_pasted(self._points, pasted.accepted(), fields, length)
        except IvyError as error:
            self._bench.dialogs.show_error("Paste control points", error)
            return
        self._edit("Paste control points", points)

    def add(self) -> None:
        """Add a point behind the selected one."""
        row = self._rows[-1] + 1 if self._rows else len(self._points)
        self._edit("Add a control point", with_added(self._points, row))
        self.select([row])

    def duplicate(self) -> None:
        """Add a copy of the selected point behind it."""
        if self._rows:
            row = self._rows[-1]
            self._edit(f"Duplicate point {self._name(row)}", with_duplicate(self._points, row))
            self.select([row + 1])

    def remove(self) -> None:
        """Take the selected points out of the table."""
        if self._rows:
            label = f"Delete {self._named(self._rows)}"
            points, row = without(self._points, self._rows), self._rows[0]
            self.stop_digitising()
            self._rows = []
            self._edit(label, points)
            self.select([min(row, len(points) - 1)] if len(points) else [])

    def shift(self, step: int) -> None:
        """Move the selected rows up (-1) or down (1)."""
        points, rows = shifted(self._points, self._rows, step)
        if rows != self._rows:
            self._edit("Reorder the control points", points)
            self.select(rows)

    def clear_pixels(self) -> None:
        """Make the selected points undigitised."""
        if self._rows:
            self._edit(f"Clear pixels of {self._named(self._rows)}", without_pixels(self._points, self._rows))

    # pixels in the image

    def place(self, row: int, x_px: float, y_px: float) -> None:
        """Take over where a point was dragged to in the image."""
        self._edit(f"Move point {self._name(row)}", with_pixel(self._points, row, x_px, y_px))

    def nudge(self, dx_px: float, dy_px: float) -> None:
        """Move the selected point a little; moves in a row are one step of undo."""
        if len(self._rows) != 1:
            return
        row = self._rows[0]
        point = self._points.points[row]
        if point.x_px is not None and point.y_px is not None:
            moved = with_pixel(self._points, row, round(point.x_px + dx_px, 6), round(point.y_px + dy_px, 6))
            self._edit(f"Move point {point.name}", moved, merge=f"nudge point {row}")

    def start_digitising(self) -> None:
        """Begin with the selected point, else with the first that has no pixels."""
        row = self._rows[0] if self._rows else next_to_digitise(self._points, -1)
        if not len(self._points):
            self._bench.said.emit(Hint("There is no control point yet. Import the table, or add points"))
            self.stop_digitising()
        elif self._bench.document.project.calibration.image is None:
            self._bench.said.emit(Hint("There is no calibration image yet. Import one, or use a frame of the video"))
            self.stop_digitising()
        else:
            self._digitise(0 if row is None else row)

    def stop_digitising(self) -> None:
        """Leave the points as they are."""
        self._digitised = None
        self._view.show_digitising(None)

    def pick(self, x_px: float, y_px: float) -> None:
        """Digitise the point whose turn it is where the user clicked, and go on to the next."""
        row = self._digitised
        if row is None:
            return
        self._edit(f"Digitise point {self._name(row)}", with_pixel(self._points, row, x_px, y_px))
        following = next_to_digitise(self._points, row)
        if following is None:
            self.stop_digitising()
            self._bench.said.emit("All control points are digitised")
        else:
            self._digitise(following)

    @property
    def _points(self) -> GroundControlPoints:
        return self._bench.document.project.calibration.points

    def _name(self, row: int) -> str:
        return self._points.points[row].name

    def _named(self, rows: Sequence[int]) -> str:
        return f"point {self._name(rows[0])}" if len(rows) == 1 else f"{len(rows)} points"

    def _digitise(self, row: int) -> None:
        self._digitised = row
        if self._rows != [row]:
            self._rows = [row]
            self._view.show_selected(self._rows)
        self._view.show_digitising(self._name(row))

    def _edit(self, label: str, points: GroundControlPoints, merge: str = "") -> None:
        document = self._bench.document
        document.edit(label, with_control_points(document.project, points), merge=merge)

    def _follow(self, change: Change) -> None:
        """Undo or another project may have taken rows, or the image, away."""
        if not change.touches("calibration"):
            return
        calibration = change.after.calibration
        if self._digitised is not None and (
            self._digitised >= len(calibration.points) or calibration.image is not change.before.calibration.image
        ):
            self.stop_digitising()
        kept = [row for row in self._rows if row < len(calibration.points)]
        if kept != self._rows:
            self._rows = kept
            self._view.show_selected(kept)
