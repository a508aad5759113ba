"""The result of a measurement: total, verdict, figures and uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QFont
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QLabel, QTabWidget, QVBoxLayout, QWidget

from .widgets.number_fields import ChoiceField
from .widgets.tables import Column, Table

# ground and text: readable in the light and in the dark theme
_VERDICTS = {
    "good": ("#dff2e1", "#14502c"),
    "doubtful": ("#fdf0d0", "#5c3f00"),
    "rejected": ("#fbe0dc", "#6b1a11"),
    "not judged": ("#e4e6e8", "#303438"),
}
_RATINGS = ("Excellent", "Good", "Fair", "Poor")


class ResultPanel(QFrame):
    """Total discharge and verdict above, figures and uncertainty below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.totalLabel = QLabel("–", self)
        self.totalLabel.setObjectName("totalLabel")
        self.totalLabel.setFont(_large(18.0))
        self.totalLabel.setTextInteractionFlags(Qt.TextSelectableByMouse)
        self.verdictLabel = QLabel(self)
        self.verdictLabel.setObjectName("verdictLabel")
        self.verdictLabel.setWordWrap(True)
        self.verdictLabel.setTextInteractionFlags(Qt.TextSelectableByMouse)
        self.ratingField = ChoiceField(self)
        self.ratingField.setObjectName("ratingField")
        self.ratingField.setToolTip("Rating of the measurement; automatic follows the ISO uncertainty")
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
        self.ratingField.setMinimumContentsLength(12)
        layout.addWidget(self.verdictLabel)
        layout.addWidget(tabs, 1)
        self.show_rating("", "")

    def show_verdict(self, verdict: str, reasons: Sequence[str]) -> None:
        """Show the verdict in its colour, with every reason."""
        self.verdictLabel.setVisible(bool(verdict))
        ground, text = _VERDICTS.get(verdict, _VERDICTS["not judged"])
        self.verdictLabel.setStyleSheet(
            f"background: {ground}; color: {text}; border: 1px solid {text}; border-radius: 4px; padding: 4px;"
        )
        listed = "".join(f"<br>• {escape(reason)}" for reason in reasons)
        self.verdictLabel.setText(f"<b>Verdict: {escape(verdict)}</b>{listed}")

    def show_rating(self, rating: str, automatic: str) -> None:
        """Show the rating; ``automatic`` is the one that follows from the uncertainty."""
        title = f"automatic ({automatic})" if automatic else "automatic"
        self.ratingField.set_choices([("automatic", title), *((name, name) for name in _RATINGS)])
        self.ratingField.show_value(rating or "automatic")


def _large(size_points: float) -> QFont:
    font = QFont()
    font.setBold(True)
    font.setPointSizeF(size_points)
    return font
