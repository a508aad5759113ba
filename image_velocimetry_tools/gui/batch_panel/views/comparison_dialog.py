"""Shows two batches side by side."""

from __future__ import annotations

from typing import Any

from PyQt5.QtWidgets import QDialog, QLabel, QTabWidget, QVBoxLayout

from ...views.widgets.dialog_buttons import DialogButtons
from ..shown import Column, ShownComparison, ShownTable
from .jobs_table import JobsTable

_CHARACTER_PX, _WIDEST_PX = 7, 320


class ComparisonDialog(QDialog):
    """Totals above, jobs and what differs below."""

    def __init__(self, comparison: ShownComparison, parent: Any = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Comparison of two batches")
        self.resize(1000, 560)
        layout = QVBoxLayout(self)
        self.totalsLabel = QLabel("\n".join(comparison.totals))
        self.totalsLabel.setObjectName("totalsLabel")
        self.totalsLabel.setWordWrap(True)
        layout.addWidget(self.totalsLabel)
        self.tables = QTabWidget()
        self.tables.addTab(self._table(comparison.jobs), "Jobs")
        self.tables.addTab(self._table(comparison.differences), "What differs")
        layout.addWidget(self.tables, 1)
        buttons = DialogButtons(DialogButtons.Close)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    @staticmethod
    def _table(table: ShownTable) -> JobsTable:
        made = JobsTable()
        made.setToolTip("")
        columns = []
        for index, title in enumerate(table.header):
            longest = max((len(row[index]) for row in table.rows), default=0)
            width = min(_WIDEST_PX, max(70, _CHARACTER_PX * longest + 16))
            columns.append(Column(title, title[:1].upper() + title[1:], width=width))
        made.show_table(columns, table.rows)
        return made
