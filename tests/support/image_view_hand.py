"""A user's hand on an image view: real mouse and key events at image positions."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt, pyqtBoundSignal
from PyQt5.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from image_velocimetry_tools.gui.views.widgets.image_view import ImageView

GREY = 90


class Hand:
    """Presses, moves and clicks on a view of a grey picture."""

    def __init__(self, view: ImageView) -> None:
        self.view = view
        self._held: Qt.MouseButton = Qt.NoButton

    def at(self, x: float, y: float) -> QPoint:
        """Screen pixel over an image position."""
        place = self.view.screen_position(x, y)
        return QPoint(int(np.floor(place.x())), int(np.floor(place.y())))

    def click(self, x: float, y: float, button: Qt.MouseButton = Qt.LeftButton) -> None:
        self.press(x, y, button)
        self.release(x, y, button)

    def double_click(self, x: float, y: float, button: Qt.MouseButton = Qt.LeftButton) -> None:
        """A click, then what Qt makes of a second one."""
        target = self.at(x, y)
        self._send(QEvent.MouseButtonPress, target, button)
        self._send(QEvent.MouseButtonRelease, target, button)
        self._send(QEvent.MouseButtonDblClick, target, button)
        self._send(QEvent.MouseButtonRelease, target, button)

    def press(self, x: float, y: float, button: Qt.MouseButton = Qt.LeftButton) -> None:
        self._send(QEvent.MouseButtonPress, self.at(x, y), button)

    def move(self, x: float, y: float) -> None:
        self._send(QEvent.MouseMove, self.at(x, y))

    def release(self, x: float, y: float, button: Qt.MouseButton = Qt.LeftButton) -> None:
        self._send(QEvent.MouseButtonRelease, self.at(x, y), button)

    def drag(
        self, start: tuple[float, float], end: tuple[float, float], button: Qt.MouseButton = Qt.LeftButton
    ) -> None:
        """Press, move by way of the middle, release; the picture may follow."""
        first, last = self.at(*start), self.at(*end)
        self._send(QEvent.MouseButtonPress, first, button)
        for target in ((first + last) / 2, last):
            self._send(QEvent.MouseMove, target)
        self._send(QEvent.MouseButtonRelease, last, button)

    def _send(self, kind: QEvent.Type, place: QPoint, button: Qt.MouseButton = Qt.NoButton) -> None:
        """The moves of QTest go by way of the system's pointer and know of no button that is held."""
        if kind in (QEvent.MouseButtonPress, QEvent.MouseButtonDblClick):
            self._held = button
        elif kind == QEvent.MouseButtonRelease:
            self._held = Qt.NoButton
        viewport = self.view.viewport()
        event = QMouseEvent(
            kind, QPointF(place), QPointF(viewport.mapToGlobal(place)), button, self._held, Qt.NoModifier
        )
        QApplication.sendEvent(viewport, event)

    def key(self, key: Qt.Key) -> None:
        QTest.keyClick(self.view, key)

    def wheel(self, x: float, y: float, notches: int) -> None:
        place = QPointF(self.at(x, y))
        turn = QPoint(0, 120 * notches)
        event = QWheelEvent(
            place,
            QPointF(self.view.viewport().mapToGlobal(place.toPoint())),
            QPoint(),
            turn,
            Qt.NoButton,
            Qt.NoModifier,
            Qt.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(self.view.viewport(), event)

    def picture(self) -> QImage:
        """What is seen now."""
        QApplication.processEvents()
        return self.view.grab().toImage()

    def colour(self, x: float, y: float) -> QColor:
        """Colour seen at an image position."""
        return QColor(self.picture().pixel(self.at(x, y)))


def grey_picture(width: int = 400, height: int = 300) -> np.ndarray:
    """A picture without anything in it."""
    return np.full((height, width), GREY, dtype=np.uint8)


def collected(signal: pyqtBoundSignal) -> list[tuple]:
    """Everything that a signal says from now on."""
    said: list[tuple] = []
    signal.connect(lambda *args: said.append(args))
    return said
