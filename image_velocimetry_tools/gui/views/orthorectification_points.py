"""The table of control points on the Orthorectification tab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ..models.orthorectification_points import PointField
from .object_names import name_widgets
from .widgets.tables import Cell, CellValue, Column, Row, Table

if TYPE_CHECKING:
    from ..models.orthorectification import PointRow
    from ..presenters.orthorectification import OrthorectificationPresenter
    from ..presenters.orthorectification_points import PointsEditor

_FIELDS = {
    0: PointField.NAME,
    1: PointField.X,
    2: PointField.Y,
    3: PointField.Z,
    4: PointField.X_PX,
    5: PointField.Y_PX,
    9: PointField.USE,
    10: PointField.VALIDATE,
}
_GRADES = {
    "suspect": ("#ffe08a", "The error is larger than those of most points."),
    "large": ("#f2a097", "The error is much larger than those of the other points: check pixels and coordinates."),
}
_PROBLEM = "#f7c6c0"
_USES = 9  # columns of check boxes follow


class PointsPanel(QWidget):
    """The points with their errors, and buttons for rows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.pointsTable = Table(_columns(""), self)
        self.pointsTable.takes_pasted_rows = True
        self.importPointsButton = _button("Import points…", "Import a table of control points, CSV (Ctrl+T)")
        self.savePointsButton = _button("Save points…", "Write the table with pixels and errors (CSV)")
        self.addButton = _button("Add", "Add a point behind the selected one")
        self.duplicateButton = _button("Duplicate", "Add a copy of the selected point")
        self.removeButton = _button("Delete", "Delete the selected points (Delete)")
        self.upButton = _button("▲", "Move the selected points up")
        self.downButton = _button("▼", "Move the selected points down")
        self.clearPixelsButton = _button("Clear pixels", "Let the selected points be digitised anew")
        self._on_rows = (
            self.duplicateButton, self.removeButton, self.upButton, self.downButton, self.clearPixelsButton,
        )  # fmt: skip
        bar = QHBoxLayout()
        bar.setSpacing(4)
        for button in (self.importPointsButton, self.savePointsButton, self.addButton, *self._on_rows):
            bar.addWidget(button)
        bar.addStretch()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(bar)
        layout.addWidget(self.pointsTable, 1)
        name_widgets(self)

    def report_to(self, presenter: OrthorectificationPresenter) -> None:
        """Report what the user does with files."""
        self.importPointsButton.clicked.connect(lambda: presenter.import_points())
        self.savePointsButton.clicked.connect(lambda: presenter.export_points())

    def report_points_to(self, editor: PointsEditor) -> None:
        """Report what the user does to points."""
        self._editor = editor
        self.pointsTable.edited.connect(self._edit)
        self.pointsTable.rows_selected.connect(lambda rows: editor.select(rows))
        self.pointsTable.delete_pressed.connect(lambda: editor.remove())
        self.pointsTable.pasted.connect(lambda pasted: editor.paste(pasted, _FIELDS))
        self.addButton.clicked.connect(lambda: editor.add())
        self.duplicateButton.clicked.connect(lambda: editor.duplicate())
        self.removeButton.clicked.connect(lambda: editor.remove())
        self.upButton.clicked.connect(lambda: editor.shift(-1))
        self.downButton.clicked.connect(lambda: editor.shift(1))
        self.clearPixelsButton.clicked.connect(lambda: editor.clear_pixels())

    def show_units(self, length_label: str) -> None:
        """Name the unit of length in the titles."""
        self.pointsTable.set_columns(_columns(length_label))

    def show_rows(self, rows: Sequence[PointRow]) -> None:
        """List the points."""
        self.pointsTable.show_rows([_cells(row) for row in rows])
        for column in range(_USES):
            needed_px = self.pointsTable.sizeHintForColumn(column)
            self.pointsTable.setColumnWidth(column, max(needed_px, self.pointsTable.columnWidth(column)))
        self.savePointsButton.setEnabled(bool(rows))

    def show_selected(self, rows: Sequence[int]) -> None:
        """Mark the selected rows."""
        if list(rows) != self.pointsTable.selected_rows():
            self.pointsTable.select_rows(rows)
        for button in self._on_rows:
            button.setEnabled(bool(rows))

    def _edit(self, row: int, column: int, value: CellValue) -> None:
        self._editor.edit_field(row, _FIELDS[column], value)


def _cells(row: PointRow) -> Row:
    colour, tip = _GRADES.get(str(row.grade), ("", ""))
    is_idle = not (row.is_used or row.is_validation)

    def plain(value: CellValue) -> Cell:
        return Cell(value, is_grey=is_idle)

    def pixel(value: CellValue) -> Cell:
        lacks = value is None and row.is_used
        return Cell(value, tooltip=row.problem, colour=_PROBLEM if lacks else "", is_grey=is_idle)

    name = Cell(row.name, tooltip=row.problem, colour=_PROBLEM if row.problem else "", is_grey=is_idle, is_bold=True)
    found = (row.error_x_px, row.error_y_px, row.error_px)
    # without the sign of what is shown as zero
    errors = [Cell(None if e is None else round(e, 2) + 0.0, tooltip=tip, colour=colour) for e in found]
    world = [plain(value) for value in (row.x, row.y, row.z)]
    return (name, *world, pixel(row.x_px), pixel(row.y_px), *errors, row.is_used, row.is_validation)


def _columns(unit: str) -> tuple[Column, ...]:
    return (
        Column("ID", is_editable=True, width_px=66),
        *(Column(f"{axis} ({unit})", "number", is_editable=True, width_px=76, unit=unit) for axis in "XYZ"),
        *(Column(f"{axis} (px)", "number", is_editable=True, decimals=2, width_px=74, unit="px") for axis in "XY"),
        *(Column(f"Δ{axis}", "number", decimals=2, tooltip=_ERROR, width_px=56) for axis in "XY"),
        Column("Error (px)", "number", decimals=2, tooltip=_ERROR, width_px=70),
        Column("Use", "check", is_editable=True, tooltip="The point takes part in the rectification", width_px=42),
        Column("Validate", "check", is_editable=True, tooltip=_VALIDATE, width_px=66),
    )


_ERROR = "Where the solution puts the point, less where it was digitised, in pixels of the image"
_VALIDATE = "The point only tests the rectification, unless it is used as well"


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.setFixedWidth(button.fontMetrics().horizontalAdvance(text) + 18)
    return button
