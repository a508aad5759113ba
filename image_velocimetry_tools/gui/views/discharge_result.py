"""The result of a measurement: total, verdict, figures and uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QFont, QGuiApplication
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from .rating_field import RatingField
from .widgets.notice_looks import GOOD, NOT_JUDGED, PROBLEM, WARNING
from .widgets.tables import Column, Table

_VERDICTS = {"good": GOOD, "doubtful": WARNING, "rejected": PROBLEM}


class ResultPanel(QFrame):
    """Total discharge and verdict above, figures and uncertainty below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.totalLabel = QLabel("–", self)
        self.totalLabel.setObjectName("totalLabel")
        self.totalLabel.setFont(_large(18.0))
        self.totalLabel.setTextInteractionFlags(Qt.TextSelectableByMouse)
        self._look = NOT_JUDGED
        self.verdictLabel = QLabel(self)
        self.verdictLabel.setObjectName("verdictLabel")
        self.verdictLabel.setWordWrap(True)
        self.verdictLabel.setTextInteractionFlags(Qt.TextSelectableByMouse)
        self.ratingField = RatingField(self)
        self.ratingField.setObjectName("ratingField")
        self.figuresTable = Table((Column("Figure", width_px=205), Column("Value", width_px=130)), self)
        self.figuresTable.horizontalHeader().setStretchLastSection(True)
        self.uncertaintyTable = Table(
            (
                Column("Source", width_px=185),
                Column("ISO (%)", "number", decimals=2),
                Column("share", "number", decimals=0, tooltip="Share in the variance, percent"),
                Column("IVE (%)", "number", decimals=2),
                Column("share", "number", decimals=0, tooltip="Share in the variance, percent"),
            ),
            self,
        )
        tabs = QTabWidget(self)
        tabs.addTab(self.figuresTable, "Figures")
        tabs.addTab(self.uncertaintyTable, "Uncertainty")
        head = QHBoxLayout()
        head.addWidget(QLabel("Discharge"))
        head.addWidget(self.totalLabel, 1)
        head.addWidget(QLabel("Rating"))
        head.addWidget(self.ratingField)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self.verdictLabel)
        layout.addWidget(tabs, 1)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.paletteChanged.connect(self._paint_verdict)

    def show_verdict(self, verdict: str, reasons: Sequence[str]) -> None:
        """Show the verdict in its colour, with every reason."""
        self.verdictLabel.setVisible(bool(verdict))
        self._look = _VERDICTS.get(verdict, NOT_JUDGED)
        self._paint_verdict()
        listed = "".join(f"<br>• {escape(reason)}" for reason in reasons)
        self.verdictLabel.setText(f"<b>Verdict: {escape(verdict)}</b>{listed}")

    def _paint_verdict(self) -> None:
        """Take on the colours of the present theme."""
        self.verdictLabel.setStyleSheet(f"{self._look.style} padding: 4px;")


def _large(size_points: float) -> QFont:
    font = QFont()
    font.setBold(True)
    font.setPointSizeF(size_points)
    return font
