"""The line below plots: what is read under the cursor, and how plots are zoomed and moved."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QApplication, QButtonGroup, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget

from image_velocimetry_tools.gui.views.widgets.plot_base import Plot

_HINT = "Point at the plot to read it; a click keeps what is read"


class Readout(QWidget):
    """Shows what is read in any of its plots; what a click kept stays until the next click, and can be copied.

    A new click replaces what was kept; other values in the plot clear it.
    """

    def __init__(self, *plots: Plot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._plots = plots
        self._read = self._kept = ""
        self.readLabel = QLabel(self)
        self.readLabel.setToolTip(_HINT)
        # a long text must not widen the window
        self.readLabel.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.copyReadingButton = _button(self, "Copy", "Copy what the last click kept")
        self.showAllButton = _button(self, "Show all", "Show the whole plot again (right click has it too)")
        self.zoomButton = _button(self, "Zoom", "Drag a rectangle with the left button to zoom; the wheel zooms too")
        self.panButton = _button(self, "Move", "Drag the plot with the left button to move it; the middle one does too")
        for name in ("readLabel", "copyReadingButton", "showAllButton", "zoomButton", "panButton"):
            getattr(self, name).setObjectName(name)
        self._choose_by_buttons()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.readLabel, 1)
        for button in (self.copyReadingButton, self.showAllButton, self.zoomButton, self.panButton):
            layout.addWidget(button)
        for plot in plots:
            plot.pointer.read.connect(self._show_read)
            plot.pointer.kept.connect(self._show_kept)
        self._show()

    def shown_text(self) -> str:
        """What is read now, or else what was kept; in full, however narrow the line is."""
        return self._read or self._kept

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As much of the text as there is room for."""
        super().resizeEvent(event)
        self._show()

    def _choose_by_buttons(self) -> None:
        group = QButtonGroup(self)
        for button in (self.zoomButton, self.panButton):
            button.setCheckable(True)
            group.addButton(button)
        self.zoomButton.setChecked(True)
        self.panButton.toggled.connect(self._drag_moves)
        self.showAllButton.clicked.connect(self._show_all)
        self.copyReadingButton.clicked.connect(lambda: QApplication.clipboard().setText(self._kept))

    def _drag_moves(self, is_on: bool) -> None:
        for plot in self._plots:
            plot.drag_to_move(is_on)

    def _show_all(self) -> None:
        for plot in self._plots:
            plot.home()

    def _show_read(self, text: str) -> None:
        self._read = text
        self._show()

    def _show_kept(self, text: str) -> None:
        self._kept = text
        self._show()

    def _show(self) -> None:
        text = self.shown_text()
        room_px = self.readLabel.width() - 4
        self.readLabel.setText(self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room_px))
        self.readLabel.setToolTip(text or _HINT)
        self.copyReadingButton.setEnabled(bool(self._kept))


def _button(parent: QWidget, text: str, tip: str) -> QToolButton:
    button = QToolButton(parent)
    button.setText(text)
    button.setToolTip(tip)
    button.setAutoRaise(True)
    return button
