"""Shows two batches side by side."""

from __future__ import annotations

from typing import Any

from PyQt5.QtWidgets import QDialog, QDialogButtonBox, QLabel, QTabWidget, QVBoxLayout

from ..shown import Column, ShownComparison, ShownTable
from .jobs_table import JobsTable


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
        buttons = QDialogButtonBox(QDialogButtonBox.Close)
        buttons.rejected.connect(self.reject)
        layout.addWidget(buttons)

    @staticmethod
    def _table(table: ShownTable) -> JobsTable:
        made = JobsTable()
        made.setToolTip("")
        made.show_table([Column(title, title[:1].upper() + title[1:]) for title in table.header], table.rows)
        return made
