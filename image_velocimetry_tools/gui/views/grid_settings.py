"""The right side of the Grid tab: how points are laid out, and the list of masks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QFormLayout, QGroupBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ...domain.project import PointLayout
from .object_names import name_widgets
from .widgets.number_fields import ChoiceField, WholeField
from .widgets.tables import Column, Table

if TYPE_CHECKING:
    from ..models.grid import MaskRow

_LAYOUTS = (
    (str(PointLayout.SECTION), "Along the cross-section"),
    (str(PointLayout.LINE), "Along a line"),
    (str(PointLayout.REGULAR), "On a regular grid"),
)
_EXPLANATIONS = {
    PointLayout.SECTION: "The points are the middles of equal cells between the edges of water. A discharge follows"
    " from them.",
    PointLayout.LINE: "The points lie evenly along the line, its ends included. They give velocities only, no"
    " discharge.",
    PointLayout.REGULAR: "The points cover the rectified image. They give velocities only, no discharge; points whose"
    " search lines leave the picture are left out.",
}


class PointsPanel(QGroupBox):
    """Layout of the points, with the settings that it needs."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Measurement points", parent)
        self.layoutField = ChoiceField(self, _LAYOUTS)
        self.layoutField.setToolTip("How the measurement points lie")
        self.countField = WholeField(self, minimum=1, maximum=500)
        self.countField.setToolTip("Number of points between the edges of water, or along the line")
        self.drawLineButton = QPushButton("Draw line", self)
        self.drawLineButton.setCheckable(True)
        self.drawLineButton.setToolTip("Click both ends of the line in the image; its ends can be dragged later")
        self.spacingXField = WholeField(self, unit="px", minimum=2, maximum=5000)
        self.spacingXField.setToolTip("Distance of the points from left to right, pixels of the rectified image")
        self.spacingYField = WholeField(self, unit="px", minimum=2, maximum=5000)
        self.spacingYField.setToolTip("Distance of the points from top to bottom, pixels of the rectified image")
        self.groundXLabel, self.groundYLabel = QLabel(self), QLabel(self)
        self.explanationLabel, self.summaryLabel = QLabel(self), QLabel(self)
        for label in (self.explanationLabel, self.summaryLabel):
            label.setWordWrap(True)
        name_widgets(self)
        self._form = QFormLayout(self)
        self._form.addRow("Layout", self.layoutField)
        self._form.addRow("Points", self.countField)
        self._form.addRow("", self.drawLineButton)
        self._x_row, self._y_row = (
            _row(self.spacingXField, self.groundXLabel),
            _row(self.spacingYField, self.groundYLabel),
        )
        self._form.addRow("Spacing across", self._x_row)
        self._form.addRow("Spacing down", self._y_row)
        self._form.addRow(self.explanationLabel)
        self._form.addRow(self.summaryLabel)

    def show_layout(self, layout: PointLayout) -> None:
        """Show the settings of a layout."""
        self.layoutField.show_value(str(layout))
        self.explanationLabel.setText(_EXPLANATIONS[layout])
        is_regular, is_line = layout is PointLayout.REGULAR, layout is PointLayout.LINE
        self._show_row(self.countField, not is_regular)
        self._show_row(self.drawLineButton, is_line)
        self._show_row(self._x_row, is_regular)
        self._show_row(self._y_row, is_regular)
        if not is_line:
            self.drawLineButton.setChecked(False)

    def show_spacing(self, x_px: int, y_px: int, on_ground: tuple[str, str]) -> None:
        """Show the spacing with its size on the ground."""
        self.spacingXField.show_value(x_px)
        self.spacingYField.show_value(y_px)
        for label, text in zip((self.groundXLabel, self.groundYLabel), on_ground, strict=True):
            label.setText(f"= {text}" if text else "")

    def _show_row(self, field: QWidget, is_shown: bool) -> None:
        field.setVisible(is_shown)
        label = self._form.labelForField(field)
        if label is not None:
            label.setVisible(is_shown)


class MasksPanel(QGroupBox):
    """Masks: drawing, the list, deleting."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Masks: what is not water, or must not be measured", parent)
        self.drawMaskButton = QPushButton("Draw mask", self)
        self.drawMaskButton.setCheckable(True)
        self.drawMaskButton.setToolTip(
            "Click the corners in the image; a double click or Enter ends the mask, Backspace takes a corner back,"
            " Esc gives it up. Corners can be dragged later"
        )
        self.deleteMaskButton = QPushButton("Delete selected", self)
        self.deleteMaskButton.setToolTip("Delete the masks that are selected in the list (Del)")
        self.deleteAllButton = QPushButton("Delete all", self)
        self.deleteAllButton.setToolTip("Delete all masks")
        self.masksTable = Table(_columns("m²"), self)
        name_widgets(self)
        bar = QHBoxLayout()
        for button in (self.drawMaskButton, self.deleteMaskButton, self.deleteAllButton):
            bar.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addLayout(bar)
        layout.addWidget(self.masksTable, 1)

    def show_units(self, area_label: str) -> None:
        """Name the unit of areas in the titles."""
        self.masksTable.set_columns(_columns(area_label))

    def show_masks(self, rows: Sequence[MaskRow], selected: Sequence[int]) -> None:
        """List the masks."""
        self.masksTable.show_rows([(n + 1, row.vertices, row.area, row.points) for n, row in enumerate(rows)])
        self.masksTable.select_rows(selected)
        self.deleteMaskButton.setEnabled(bool(selected))
        self.deleteAllButton.setEnabled(bool(rows))


def _columns(area_label: str) -> tuple[Column, ...]:
    return (
        Column("Mask", width_px=56),
        Column("Corners", width_px=76),
        Column(f"Area ({area_label})", "number", decimals=2, width_px=100),
        Column("Points", width_px=70, tooltip="How many points it covers"),
    )


def _row(*widgets: QWidget) -> QWidget:
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        layout.addWidget(widget, 1)
    return row
