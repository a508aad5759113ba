"""A sketch of the quadrangle PQRS with the letters of its distances."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRectF, QSize, Qt
from PyQt5.QtGui import QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import QWidget

_CORNERS = {"P": (0.12, 0.85), "Q": (0.88, 0.85), "R": (0.80, 0.15), "S": (0.20, 0.15)}
_DISTANCES = {"p": "PQ", "q": "QR", "r": "RS", "s": "SP", "t": "PR", "u": "QS"}
_ALONG = {"t": 0.32, "u": 0.32}
_LETTER_PX = 18.0


class FourPointSketch(QWidget):
    """Sides p, q, r, s as lines, diagonals t, u dashed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(QSize(260, 200))
        self.setToolTip("P and Q stand on the near bank, R and S on the far one")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sketch."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self.palette().windowText().color()
        for letter, ends in _DISTANCES.items():
            style = Qt.PenStyle.DashLine if letter in _ALONG else Qt.PenStyle.SolidLine
            painter.setPen(QPen(colour, 1.2, style))
            a, b = self._corner(ends[0]), self._corner(ends[1])
            painter.drawLine(a, b)
            self._write(painter, a + (b - a) * _ALONG.get(letter, 0.5), letter)
        font = painter.font()
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(colour)
        for name in _CORNERS:
            self._write(painter, self._corner(name), name)
        painter.end()

    def _corner(self, name: str) -> QPointF:
        x, y = _CORNERS[name]
        return QPointF(x * self.width(), y * self.height())

    def _write(self, painter: QPainter, at: QPointF, text: str) -> None:
        box = QRectF(at.x() - _LETTER_PX / 2, at.y() - _LETTER_PX / 2, _LETTER_PX, _LETTER_PX)
        painter.fillRect(box, self.palette().window())
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
