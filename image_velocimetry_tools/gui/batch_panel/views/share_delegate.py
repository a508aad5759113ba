"""The share of a job that is done, painted as a bar in its cell."""

from __future__ import annotations

from typing import Any

from PyQt5.QtCore import QModelIndex, QRectF, Qt
from PyQt5.QtGui import QColor, QPainter
from PyQt5.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from .jobs_table_model import SHARE_ROLE

_BAR = QColor(70, 130, 200, 120)
_TROUGH = QColor(128, 128, 128, 45)


class ShareDelegate(QStyledItemDelegate):
    """Paints cells of the kind ``share``; all others are left to the style."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Paint one cell."""
        text = index.data(SHARE_ROLE)
        if text is None:
            super().paint(painter, option, index)
            return
        self._paint_background(painter, option, index)
        share = _share(text)
        if share is None:
            return
        painter.save()
        box = QRectF(option.rect).adjusted(3.0, 4.0, -3.0, -4.0)
        painter.fillRect(box, _TROUGH)
        painter.fillRect(QRectF(box.left(), box.top(), box.width() * share, box.height()), _BAR)
        painter.setPen(option.palette.text().color())
        painter.drawText(box, Qt.AlignCenter, f"{100.0 * share:.0f} %")
        painter.restore()

    def _paint_background(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        own: Any = QStyleOptionViewItem(option)
        self.initStyleOption(own, index)
        own.text = ""
        style = own.widget.style() if own.widget is not None else QApplication.style()
        if style is not None:
            style.drawControl(QStyle.CE_ItemViewItem, own, painter, own.widget)


def _share(text: str) -> float | None:
    return min(1.0, max(0.0, float(text))) if text else None
