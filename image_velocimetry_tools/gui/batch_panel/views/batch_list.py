"""The list of batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PyQt5.QtCore import QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtGui import QBrush, QColor
from PyQt5.QtWidgets import QListWidget, QListWidgetItem

from ...views.widgets.notice_looks import WARNING
from ..shown import ShownBatch

_GAP_PX = 3


class BatchList(QListWidget):
    """A line for the name and one for the state of each batch.

    Attributes
    ----------
    chosen
        The key of the batch that the user clicked or walked to.
    """

    chosen = pyqtSignal(str)

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.setObjectName("batchList")
        self.setToolTip("Batches, the newest first; those that run go on without the window")
        self.setTextElideMode(Qt.ElideRight)
        self.setSpacing(_GAP_PX)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        self.currentRowChanged.connect(self._send)

    def show_batches(self, batches: Sequence[ShownBatch], selected: str) -> None:
        """Another list; nothing is sent out for it."""
        with QSignalBlocker(self):
            while self.count() > len(batches):
                self.takeItem(self.count() - 1)
            while self.count() < len(batches):
                self.addItem(QListWidgetItem())
            for row, batch in enumerate(batches):
                self._show(row, batch)
                if batch.key == selected:
                    self.setCurrentRow(row)

    def _show(self, row: int, batch: ShownBatch) -> None:
        item = self.item(row)
        assert item is not None
        share = "" if batch.fraction is None or batch.fraction >= 1.0 else f", {100 * batch.fraction:.0f} %"
        text = f"{batch.name}\n{batch.state}{share}".rstrip()
        if item.text() != text:
            item.setText(text)
        item.setToolTip(f"{batch.name}: {batch.state}{share}\n{batch.key}" if batch.key else "Set a new batch up")
        item.setData(Qt.UserRole, batch.key)
        item.setBackground(QColor(WARNING.ground) if batch.is_warning else QBrush())
        item.setForeground(QColor(WARNING.text) if batch.is_warning else QBrush())

    def _send(self, row: int) -> None:
        item = self.item(row)
        if item is not None:
            self.chosen.emit(item.data(Qt.UserRole))
