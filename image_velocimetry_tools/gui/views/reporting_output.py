"""The panel of the report: what it will say, and buttons that write it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QFont
from PyQt5.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from .object_names import name_widgets
from .rating_field import RatingField
from .widgets.banner import Banner
from .widgets.number_fields import ChoiceField, SwitchField

if TYPE_CHECKING:
    from ..models.reporting_output import ReportHead, TableChoice
    from ..presenters.reporting_output import OutputPresenter

_PAPERS = (("Letter", "Letter"), ("A4", "A4"))
_TABLES_IN_A_COLUMN = 5


class OutputPanel(QWidget):
    """Shows the head of the report and writes it; see ``OutputView``."""

    presenter: OutputPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.titleLabel = QLabel(self)
        self.titleLabel.setTextFormat(Qt.RichText)
        self.titleLabel.setTextInteractionFlags(Qt.TextSelectableByMouse)
        self.figuresGrid = QGridLayout()
        self.verdictBanner = Banner(self)
        self.ratingField = RatingField(self)
        self.paperField = ChoiceField(self, _PAPERS)
        self.paperField.setToolTip("Paper of the PDF report")
        self.opensField = SwitchField("Open when written", self)
        self.opensField.setToolTip("Open the report in the program that the system has for it")
        self.pdfButton = QPushButton("PDF report…", self)
        self.pdfButton.setToolTip("Write the report as a PDF")
        self.htmlButton = QPushButton("Web page…", self)
        self.htmlButton.setToolTip("Write the report as one web page, with everything in it")
        self.tablesButton = QPushButton("Write tables…", self)
        self.tablesButton.setToolTip("Write the ticked tables as files into a folder")
        self.tablesGrid = QGridLayout()
        self.tablesGrid.setVerticalSpacing(1)
        self._boxes: dict[str, QCheckBox] = {}
        self._figures: list[QLabel] = []
        name_widgets(self)
        self.verdictBanner.setObjectName("banner")
        self._lay_out()

    def bind(self, presenter: OutputPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.ratingField.rated.connect(lambda rating: presenter.set_rating(rating))
        self.paperField.chosen.connect(lambda paper: presenter.set_page_size("A4" if paper == "A4" else "Letter"))
        self.opensField.switched.connect(lambda on: presenter.set_opens_written(on))

    def show_head(self, head: ReportHead) -> None:
        """Show what will stand on top of the report."""
        self.titleLabel.setText(f"<b>The report:</b> {escape(head.title)}")
        self._show_figures(head.figures)
        sentences = (f"{head.word}. {head.sentence}", *(f"• {reason}" for reason in head.reasons))
        if head.tone == "good":
            self.verdictBanner.show_note(" ".join(sentences), is_good=True)
        elif head.tone == "rejected":
            self.verdictBanner.show_sentences(sentences)
        else:
            self.verdictBanner.show_sentences((), sentences)

    def show_rating(self, rating: str, automatic_rating: str) -> None:
        """Show the rating; the automatic one follows from the uncertainty."""
        self.ratingField.show_rating(rating, automatic_rating)

    def show_options(self, page_size: str, opens_written: bool) -> None:
        """Show how the report is written."""
        self.paperField.show_value(page_size)
        self.opensField.show_value(opens_written)

    def show_tables(self, tables: Sequence[TableChoice]) -> None:
        """Show which tables there are and which are ticked."""
        for number, table in enumerate(tables):
            box = self._boxes.get(table.name) or self._new_box(number, table)
            box.setEnabled(table.is_there)
            box.setChecked(table.is_ticked and table.is_there)
            missing = "" if table.is_there else ": the project has nothing for it yet"
            box.setToolTip(f"{table.tip}{missing} ({table.name})")

    def _new_box(self, number: int, table: TableChoice) -> QCheckBox:
        box = QCheckBox(table.title, self)
        box.setObjectName(table.name)
        # clicked comes from the user only
        box.clicked.connect(lambda on, name=table.name: self.presenter.tick_table(name, on))
        column, row = divmod(number, _TABLES_IN_A_COLUMN)
        self.tablesGrid.addWidget(box, row, column)
        self._boxes[table.name] = box
        return box

    def _show_figures(self, figures: Sequence[tuple[str, str]]) -> None:
        while len(self._figures) < 2 * len(figures):
            number = len(self._figures) // 2
            value, name = QLabel(self), QLabel(self)
            value.setFont(_sized(14.0 if number == 0 else 11.0, is_bold=True))
            value.setTextInteractionFlags(Qt.TextSelectableByMouse)
            name.setEnabled(False)
            name.setWordWrap(True)
            name.setFont(_sized(8.0))
            self.figuresGrid.addWidget(value, 0, number, Qt.AlignBottom)
            self.figuresGrid.addWidget(name, 1, number, Qt.AlignTop)
            self._figures += [value, name]
        texts = [text for name, shown in figures for text in (shown, name)]
        for label, text in zip(self._figures, texts, strict=True):
            label.setText(text)

    def _lay_out(self) -> None:
        scroll = QScrollArea(self)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarAlwaysOff)
        inside = QWidget(scroll)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.verdictBanner)
        column.addStretch()
        scroll.setWidget(inside)
        below = QHBoxLayout()
        below.addWidget(self._report_group(), 1)
        below.addWidget(self._tables_group(), 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.titleLabel)
        layout.addLayout(self.figuresGrid)
        layout.addWidget(scroll, 1)
        layout.addLayout(below)

    def _report_group(self) -> QGroupBox:
        group = QGroupBox("Report", self)
        grid = QGridLayout(group)
        grid.addWidget(QLabel("Rating", group), 0, 0)
        grid.addWidget(self.ratingField, 0, 1, 1, 2)
        grid.addWidget(QLabel("Paper", group), 1, 0)
        grid.addWidget(self.paperField, 1, 1)
        grid.addWidget(self.opensField, 1, 2)
        buttons = QHBoxLayout()
        buttons.addWidget(self.pdfButton)
        buttons.addWidget(self.htmlButton)
        grid.addLayout(buttons, 3, 0, 1, 3)
        grid.setRowStretch(2, 1)
        grid.setColumnStretch(2, 1)
        return group

    def _tables_group(self) -> QGroupBox:
        group = QGroupBox("Tables", self)
        column = QVBoxLayout(group)
        column.addLayout(self.tablesGrid)
        column.addStretch()
        column.addWidget(self.tablesButton)
        return group


def _sized(size_points: float, *, is_bold: bool = False) -> QFont:
    font = QFont()
    font.setBold(is_bold)
    font.setPointSizeF(size_points)
    return font
