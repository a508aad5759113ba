"""The list of points with their space-time images."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QModelIndex, QRectF
from PyQt5.QtGui import QImage, QPainter
from PyQt5.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from .widgets.tables import Cell, Column, Row, Table

if TYPE_CHECKING:
    from ..models.sti_review import ReviewRow

_ROW_HEIGHT_PX = 44
_IMAGE = 1
COMMENT = 8


class _ImageDelegate(QStyledItemDelegate):
    """Paints the image of a row; only those in sight cost anything."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.images: Sequence[NDArray[np.uint8]] = ()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Draw the image over the ground of the cell."""
        super().paint(painter, option, index)
        if index.row() >= len(self.images):
            return
        image = self.images[index.row()]
        if not image.size:
            return
        height, width = image.shape
        picture = QImage(image.tobytes(), width, height, width, QImage.Format_Grayscale8)
        painter.drawImage(QRectF(option.rect.adjusted(2, 2, -2, -2)), picture)


class StiList(Table):
    """Points with image, angle, velocities, quality, remarks and comment."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_columns("m/s"), parent)
        self._delegate = _ImageDelegate(self)
        self.setItemDelegateForColumn(_IMAGE, self._delegate)
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT_PX)
        self.horizontalHeader().setStretchLastSection(True)

    def show_units(self, velocity_label: str) -> None:
        """Name the unit of velocity in the titles."""
        self.set_columns(_columns(velocity_label))

    def show_points(self, rows: Sequence[ReviewRow], images: Sequence[NDArray[np.uint8]]) -> None:
        """Show the rows, each with its image."""
        self._delegate.images = images
        self.show_rows([_cells(row) for row in rows])
        self.viewport().update()


def _columns(unit: str) -> tuple[Column, ...]:
    return (
        Column("Point", "number", decimals=0, width_px=50),
        Column("Space-time\nimage", width_px=110),
        Column("Angle\n(°)", "number", decimals=1, tooltip="Of the streak, from the time axis"),
        Column(f"Measured\n({unit})", "number"),
        Column(f"Reviewed\n({unit})", "number"),
        Column("Quality", "number", decimals=2),
        Column("Direction\n(°)", "number", decimals=0, tooltip="Of motion, clockwise from image up"),
        Column("Remarks", width_px=120),
        Column("Comment", is_editable=True, width_px=80),
    )


def _cells(row: ReviewRow) -> Row:
    return [
        row.point + 1,
        "",
        row.angle_deg,
        Cell(row.measured, is_grey=row.is_rejected and not row.is_reviewed),
        Cell(row.reviewed, is_bold=True),
        row.quality,
        row.direction_deg,
        Cell(row.flags, tooltip=row.flags),
        Cell(row.comment, tooltip=row.comment),
    ]
