"""The slider of the player: time along a bar, the clip as a coloured range on it."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette
from PyQt5.QtWidgets import QSizePolicy, QWidget

_CLIP = QColor("#2da44e")
_HANDLE_PX = 7.0
_BAR_PX = 6.0


class TimeSlider(QWidget):
    """Moves through a film of ``duration_s``.

    ``dragged(s)`` comes while the mouse moves with the button held, ``released(s)`` when it is let go, ``stepped(n)``
    for keys: Left and Right one frame, Page Up and Page Down one second, Home and End as ``released``.
    """

    dragged = pyqtSignal(float)
    released = pyqtSignal(float)
    stepped = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._duration_s = 0.0
        self._frame_s = 0.0
        self._time_s = 0.0
        self._clip: tuple[float | None, float | None] = (None, None)
        self._is_dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setEnabled(False)

    def sizeHint(self) -> QSize:
        """High enough for the handle."""
        return QSize(200, 24)

    @property
    def time_s(self) -> float:
        """Time at which the handle stands."""
        return self._time_s

    @property
    def clip_s(self) -> tuple[float | None, float | None]:
        """Start and end of the coloured range; None for those of the film."""
        return self._clip

    def show_duration(self, duration_s: float, frame_s: float) -> None:
        """Take the length of the film and of one frame; 0 turns the slider off."""
        self._duration_s, self._frame_s = duration_s, frame_s
        self.setEnabled(duration_s > 0)
        self.update()

    def show_time(self, time_s: float) -> None:
        """Put the handle to a time, unless the user holds it."""
        if not self._is_dragging:
            self._time_s = time_s
            self.update()

    def show_clip(self, start_s: float | None, end_s: float | None) -> None:
        """Colour the clip."""
        self._clip = (start_s, end_s)
        self.update()

    def x_of(self, time_s: float) -> float:
        """Where on the widget a time is, screen pixels."""
        share = min(max(time_s / self._last_s, 0.0), 1.0) if self._last_s > 0 else 0.0
        return _HANDLE_PX + share * (self.width() - 2 * _HANDLE_PX)

    @property
    def _last_s(self) -> float:
        """Time of the last frame."""
        return max(0.0, self._duration_s - self._frame_s)

    def _time_at(self, x: float) -> float:
        share = (x - _HANDLE_PX) / max(1.0, self.width() - 2 * _HANDLE_PX)
        return min(max(share, 0.0), 1.0) * self._last_s

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bar, clip and handle."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        group = QPalette.ColorGroup.Active if self.isEnabled() else QPalette.ColorGroup.Disabled
        text = self.palette().color(group, QPalette.ColorRole.WindowText)
        ground = QColor(text)
        ground.setAlpha(60)
        self._fill(painter, _HANDLE_PX, self.width() - _HANDLE_PX, ground)
        if not self.isEnabled():
            return
        start_s, end_s = self._clip
        if start_s is not None or end_s is not None:
            begin = self.x_of(start_s or 0.0)
            end = self.x_of(self._last_s if end_s is None else end_s)
            if end > begin:
                self._fill(painter, begin, end, _CLIP)
        painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
        painter.setPen(self.palette().color(QPalette.ColorRole.Base))
        painter.drawEllipse(QPointF(self.x_of(self._time_s), self.height() / 2), _HANDLE_PX, _HANDLE_PX)
        if self.hasFocus():
            painter.setPen(text)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(self.x_of(self._time_s), self.height() / 2), _HANDLE_PX + 2, _HANDLE_PX + 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle to the mouse."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._is_dragging = True
            self._drag_to(event.localPos().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the handle."""
        if self._is_dragging:
            self._drag_to(event.localPos().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave the handle where it is."""
        if self._is_dragging and event.button() == Qt.MouseButton.LeftButton:
            self._is_dragging = False
            self._time_s = self._time_at(event.localPos().x())
            self.released.emit(self._time_s)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step through the film."""
        second = max(1, round(1.0 / self._frame_s)) if self._frame_s > 0 else 1
        steps = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_PageUp: -second,
            Qt.Key.Key_PageDown: second,
        }
        if event.key() in steps:
            self.stepped.emit(steps[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Home:
            self.released.emit(0.0)
        elif event.key() == Qt.Key.Key_End:
            self.released.emit(self._last_s)
        else:
            super().keyPressEvent(event)

    def _drag_to(self, x: float) -> None:
        self._time_s = self._time_at(x)
        self.update()
        self.dragged.emit(self._time_s)

    def _fill(self, painter: QPainter, begin: float, end: float, colour: QColor) -> None:
        painter.setBrush(colour)
        painter.drawRoundedRect(QRectF(begin, (self.height() - _BAR_PX) / 2, end - begin, _BAR_PX), 3, 3)
