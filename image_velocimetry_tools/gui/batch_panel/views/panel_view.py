"""The Batch panel: batches on the left; form or progress, table and findings of the selected one on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt, QTimer
from PyQt5.QtGui import QHideEvent, QShowEvent
from PyQt5.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ..shown import (
    Cells,
    Column,
    ExportChoice,
    ShownBatch,
    ShownComparison,
    ShownExporter,
    ShownLevels,
    ShownSetUp,
    ShownSummary,
)
from .batch_list import BatchList
from .comparison_dialog import ComparisonDialog
from .controls import line, tool
from .export_dialog import ExportDialog
from .jobs_table import JobsTable
from .levels_dialog import LevelsDialog
from .progress_page import ProgressPage
from .set_up_form import SetUpForm
from .sheet_tools import SheetTools

if TYPE_CHECKING:
    from ..presenters.panel import BatchPanelPresenter

TICK_MS = 250


class BatchPanelWidget(QWidget):
    """The view of the panel."""

    presenter: BatchPanelPresenter

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("batchPanel")
        self.batchList, self.jobsTable = BatchList(), JobsTable()
        self.jobsTable.setObjectName("jobsTable")
        self.headlineLabel = line("headlineLabel")
        self.findingsList = QListWidget()
        self.findingsList.setObjectName("findingsList")
        self.findingsList.setToolTip("What was found; a click shows the cell that it is about")
        self.findingsList.itemClicked.connect(self._show_cell)
        self.findingsList.itemActivated.connect(self._show_cell)
        self._places: tuple[tuple[int, int] | None, ...] = ()
        self.findingsList.setWordWrap(True)
        self.findingsList.setMaximumHeight(120)
        self.pages = QStackedWidget()
        self._clock = QTimer(self)
        self._clock.setInterval(TICK_MS)

    def bind(self, presenter: BatchPanelPresenter) -> None:
        """Make the pages, and send them what the user does."""
        self.presenter = presenter
        draft, running = presenter.draft, presenter.running
        self.setUpForm, self.progressPage = SetUpForm(draft.form, presenter.start), ProgressPage(running)
        self.sheetTools = SheetTools(draft, self.jobsTable)
        draft_page = QWidget()
        layout = QVBoxLayout(draft_page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.setUpForm)
        layout.addWidget(self.sheetTools)
        self.pages.addWidget(draft_page)
        self.pages.addWidget(self.progressPage)
        self._lay_out()
        self.batchList.chosen.connect(presenter.select)
        self.jobsTable.edited.connect(draft.edit_cells)
        self.jobsTable.dropped.connect(draft.drop)
        self.jobsTable.removal.connect(lambda: draft.remove_rows(self.jobsTable.selected_rows()))
        self.jobsTable.column_removal.connect(draft.remove_column)
        self.jobsTable.opened.connect(self._open)
        self.jobsTable.selected.connect(self._select)
        self._clock.timeout.connect(presenter.tick)

    def stop(self) -> None:
        """Let the clock stand."""
        self._clock.stop()

    # what the presenter shows

    def show_batches(self, batches: Sequence[ShownBatch], selected: str) -> None:
        """The list."""
        self.batchList.show_batches(batches, selected)

    def show_draft_page(self) -> None:
        """The form, and tools for the table."""
        self.pages.setCurrentIndex(0)
        self._fit_pages()

    def show_batch_page(self) -> None:
        """Progress and commands."""
        self.pages.setCurrentIndex(1)
        self._fit_pages()

    def show_set_up(self, form: ShownSetUp) -> None:
        """The values of the form."""
        self.setUpForm.show_set_up(form)

    def show_table(self, columns: Sequence[Column], rows: Sequence[Cells]) -> None:
        """Another table."""
        self.jobsTable.show_table(columns, rows)

    def change_rows(self, rows: Mapping[int, Cells]) -> None:
        """New texts in some rows."""
        self.jobsTable.change_rows(rows)

    def select_rows(self, rows: Sequence[int]) -> None:
        """Select rows."""
        self.jobsTable.select_rows(rows)

    def mark_cells(self, marks: Mapping[tuple[int, int], str]) -> None:
        """Where something is wrong."""
        self.jobsTable.jobs.mark_cells(marks)

    def show_findings(
        self, headline: str, sentences: Sequence[str], places: Sequence[tuple[int, int] | None] = ()
    ) -> None:
        """What was found, and in which cells."""
        self._places = tuple(places)
        self.headlineLabel.setText(headline)
        self.headlineLabel.setVisible(bool(headline))
        present = [self.findingsList.item(i) for i in range(self.findingsList.count())]
        if [item.text() for item in present if item is not None] != list(sentences):
            self.findingsList.clear()
            self.findingsList.addItems(list(sentences))
        self.findingsList.setVisible(bool(sentences))

    def show_summary(self, summary: ShownSummary) -> None:
        """The batch as a whole."""
        self.progressPage.show_summary(summary)

    def show_refusals(self, refusals: Mapping[str, str]) -> None:
        """What is not allowed now."""
        own = dict(refusals)
        if "report" in own:
            own["export"] = own["report"]
        self.progressPage.show_refusals(own)

    def ask_levels(self, levels: ShownLevels) -> ShownLevels | None:
        """Ask where levels come from."""
        return LevelsDialog(levels, self).ask()

    def ask_export(self, exporters: Sequence[ShownExporter]) -> ExportChoice | None:
        """Ask how to export."""
        return ExportDialog(exporters, self).ask()

    def show_comparison(self, comparison: ShownComparison) -> None:
        """Two batches side by side."""
        dialog = ComparisonDialog(comparison, self)
        dialog.setAttribute(Qt.WA_DeleteOnClose)
        dialog.show()

    # what Qt tells

    def showEvent(self, event: QShowEvent) -> None:
        """Follow batches while somebody looks."""
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Rest while nobody does."""
        super().hideEvent(event)
        self._clock.stop()

    def _lay_out(self) -> None:
        left, right = QWidget(), QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.batchList)
        self.addBatchButton = tool(
            "addBatchButton", "Add…", "List a batch that was begun elsewhere", self.presenter.add_batch
        )
        self.forgetBatchButton = tool(
            "forgetBatchButton", "Remove", "Take the batch off the list; its files stay", self.presenter.forget_batch
        )
        row = QHBoxLayout()
        row.addWidget(self.addBatchButton)
        row.addWidget(self.forgetBatchButton)
        row.addStretch(1)
        column.addLayout(row)
        stack = QVBoxLayout(right)
        stack.setContentsMargins(0, 0, 0, 0)
        self.pages.setSizePolicy(QSizePolicy.Preferred, QSizePolicy.Fixed)
        stack.addWidget(self.pages)
        stack.addWidget(self.jobsTable, 1)
        stack.addWidget(self.headlineLabel)
        stack.addWidget(self.findingsList)
        self.splitter = QSplitter(Qt.Horizontal)
        self.splitter.addWidget(left)
        self.splitter.addWidget(right)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 5)
        self.splitter.setSizes([200, 1060])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(6, 6, 6, 6)
        outer.addWidget(self.splitter)

    def _fit_pages(self) -> None:
        """The room above the table is that of the page that shows, not of the taller one."""
        for index in range(self.pages.count()):
            page = self.pages.widget(index)
            assert page is not None
            is_shown = index == self.pages.currentIndex()
            page.setSizePolicy(QSizePolicy.Preferred, QSizePolicy.Preferred if is_shown else QSizePolicy.Ignored)
        self.pages.updateGeometry()

    def _show_cell(self, item: QListWidgetItem) -> None:
        row = self.findingsList.row(item)
        place = self._places[row] if row < len(self._places) else None
        if place is not None:
            self.jobsTable.show_cell(*place)

    def _open(self, row: int) -> None:
        if self.pages.currentIndex() == 1:
            self.presenter.running.open_job(row)

    def _select(self, rows: Sequence[int]) -> None:
        if self.pages.currentIndex() == 1:
            self.presenter.running.select_rows(rows)
