"""The list of frames: number, time, and a small picture once there is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QAbstractListModel, QModelIndex, QSize, Qt
from PyQt5.QtGui import QColor, QPixmap, QResizeEvent
from PyQt5.QtWidgets import QAbstractItemView, QListView, QStyle, QWidget

from .widgets.picture import image_of

ICON_PX = QSize(64, 40)


class FrameRows(QAbstractListModel):
    """Texts of the rows, and pictures of some."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: list[str] = []
        self._pictures: dict[int, QPixmap] = {}
        self._blank = QPixmap(ICON_PX)
        self._blank.fill(QColor(0, 0, 0, 0))

    def rowCount(self, parent: QModelIndex | None = None) -> int:
        """Number of frames."""
        return 0 if parent is not None and parent.isValid() else len(self._texts)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text and picture of a row."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._texts[index.row()]
        if role == Qt.ItemDataRole.DecorationRole:
            return self._pictures.get(index.row(), self._blank)
        return None

    def show_texts(self, texts: Sequence[str]) -> None:
        """List other frames."""
        self.beginResetModel()
        self._texts = list(texts)
        self._pictures.clear()
        self.endResetModel()

    def show_picture(self, row: int, picture: NDArray[np.uint8] | None) -> None:
        """Show a picture in a row, or none."""
        if picture is None:
            self._pictures.pop(row, None)
        elif row < len(self._texts):
            aspect = Qt.AspectRatioMode.KeepAspectRatio
            smooth = Qt.TransformationMode.SmoothTransformation
            self._pictures[row] = QPixmap.fromImage(image_of(picture)).scaled(ICON_PX, aspect, smooth)
        place = self.index(row, 0)
        self.dataChanged.emit(place, place, [Qt.ItemDataRole.DecorationRole])


class FrameList(QListView):
    """Tells which rows are seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heard: Callable[[int, int], None] = _unheard
        self.rows = FrameRows(self)
        self.setModel(self.rows)
        self.setUniformItemSizes(True)  # thousands of rows stay quick
        self.setIconSize(ICON_PX)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        text_px = self.fontMetrics().horizontalAdvance("00000   00:00:00.000")
        bar_px = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent)
        self.setFixedWidth(ICON_PX.width() + text_px + bar_px + 24)

    def report_to(self, heard: Callable[[int, int], None]) -> None:
        """Tell a function the first and the last row that are seen."""
        self._heard = heard
        bar = self.verticalScrollBar()
        assert bar is not None
        bar.valueChanged.connect(lambda _: self.tell_rows())
        self.tell_rows()

    def tell_rows(self) -> None:
        """Tell which rows are seen now."""
        viewport, count = self.viewport(), self.rows.rowCount()
        if viewport is None or not count:
            return
        height_px = max(1, self.sizeHintForRow(0))
        top = self.indexAt(viewport.rect().topLeft()).row()
        first = max(0, top)
        self._heard(first, min(count - 1, first + viewport.height() // height_px + 1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another number of rows is seen."""
        super().resizeEvent(event)
        self.tell_rows()


def _unheard(_first: int, _last: int) -> None: ...
