"""A line of text that never makes its window wider: what does not fit is elided, and stands whole in the tooltip."""

from __future__ import annotations

from typing import Any

from PyQt5.QtCore import QSize, Qt
from PyQt5.QtGui import QColor, QPaintEvent, QPalette, QResizeEvent
from PyQt5.QtWidgets import QLabel, QSizePolicy, QStylePainter

from ...views.widgets.notice_looks import WARNING


class ElidedLabel(QLabel):
    """A label of one line; paths lose their middle."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.PlainText)
        self.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Fixed)

    def setText(self, text: str) -> None:
        """Show another text."""
        super().setText(text)
        self._explain()

    def show_warning(self, is_warning: bool) -> None:
        """Take on the colours of a warning, or those of the window again."""
        looks = QPalette()
        if is_warning:
            looks.setColor(QPalette.Window, QColor(WARNING.ground))
            looks.setColor(QPalette.WindowText, QColor(WARNING.text))
        self.setPalette(looks)
        self.setAutoFillBackground(is_warning)

    @property
    def shown(self) -> str:
        """The text as it fits."""
        mode = Qt.ElideMiddle if "/" in self.text() or "\\" in self.text() else Qt.ElideRight
        return self.fontMetrics().elidedText(self.text(), mode, self.contentsRect().width())

    def minimumSizeHint(self) -> QSize:
        """A line high, and as narrow as may be."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another part of the text fits."""
        super().resizeEvent(event)
        self._explain()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what fits."""
        painter, style = QStylePainter(self), self.style()
        if style is not None:
            role = self.foregroundRole()
            style.drawItemText(
                painter,
                self.contentsRect(),
                int(Qt.AlignLeft | Qt.AlignVCenter),
                self.palette(),
                self.isEnabled(),
                self.shown,
                role,
            )

    def _explain(self) -> None:
        self.setToolTip(self.text() if self.shown != self.text() else "")
