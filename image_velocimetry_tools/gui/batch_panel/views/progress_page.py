"""A batch as a whole, and the commands for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ..shown import ShownSummary
from .controls import button, line

if TYPE_CHECKING:
    from ..presenters.running import RunningPresenter


class ProgressPage(QWidget):
    """Summary above, commands below; a command that is refused says why in its tooltip."""

    def __init__(self, presenter: RunningPresenter) -> None:
        super().__init__()
        self.stateLabel, self.countsLabel, self.paceLabel = line("stateLabel"), line("countsLabel"), line("paceLabel")
        self.folderLabel = line("folderLabel")
        self.batchProgress = QProgressBar()
        self.batchProgress.setObjectName("batchProgress")
        self.batchProgress.setToolTip("Share of the batch that is done, every job counting the same")
        self.batchProgress.setRange(0, 1000)
        self.batchProgress.setFormat("%p %")
        self._make_buttons(presenter)
        self._tips = {name: made.toolTip() for name, made in self._commands.items()}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.stateLabel, self.batchProgress, self.countsLabel, self.paceLabel, self.folderLabel):
            layout.addWidget(widget)
        row = QHBoxLayout()
        for made in (*self._commands.values(), self.compareButton, self.openFolderButton):
            row.addWidget(made)
        row.addStretch(1)
        layout.addLayout(row)

    def show_summary(self, summary: ShownSummary) -> None:
        """The figures of the batch."""
        self.stateLabel.setText(f"{summary.name}: {summary.state}")
        self.stateLabel.show_warning(summary.is_warning)
        self.batchProgress.setValue(round(1000 * summary.fraction))
        self.batchProgress.setFormat(f"{100 * summary.fraction:.0f} %")
        self.countsLabel.setText(summary.counts)
        parts = [("elapsed", summary.elapsed), ("", summary.rest), ("pace", summary.pace), ("memory", summary.memory)]
        self.paceLabel.setText("; ".join(f"{label} {text}".strip() for label, text in parts if text))
        self.folderLabel.setText(f"Results: {summary.folder}")
        for label in (self.stateLabel, self.countsLabel, self.paceLabel, self.folderLabel):
            label.setToolTip(label.text())

    def show_refusals(self, refusals: Mapping[str, str]) -> None:
        """Enable what is allowed."""
        for name, made in self._commands.items():
            reason = refusals.get(name, "")
            made.setEnabled(not reason)
            made.setToolTip(reason or self._tips[name])

    def _make_buttons(self, presenter: RunningPresenter) -> None:
        self.pauseButton = button("pauseButton", "Pause", "Start no more jobs; those that run finish", presenter.pause)
        self.resumeButton = button("resumeButton", "Resume", "Go on with the batch", presenter.resume)
        self.cancelButton = button("cancelButton", "Cancel batch", "End the whole batch", presenter.cancel)
        self.cancelJobsButton = button(
            "cancelJobsButton", "Cancel jobs", "End the selected jobs", presenter.cancel_jobs
        )
        self.retryButton = button("retryButton", "Retry all", "Run all jobs again that failed", presenter.retry)
        self.retryJobsButton = button(
            "retryJobsButton", "Retry jobs", "Run the selected jobs again", presenter.retry_jobs
        )
        self.reportButton = button("reportButton", "Report", "Write the report and open it", presenter.report)
        self.exportButton = button("exportButton", "Export…", "Write the results in another form", presenter.export)
        self.compareButton = button(
            "compareButton", "Compare…", "Compare with another batch, job by job", presenter.compare
        )
        self.openFolderButton = button(
            "openFolderButton", "Open folder", "Show the folder of the results", presenter.open_folder
        )
        self._commands: dict[str, QPushButton] = {
            "pause": self.pauseButton,
            "resume": self.resumeButton,
            "cancel": self.cancelButton,
            "cancel_jobs": self.cancelJobsButton,
            "retry": self.retryButton,
            "retry_jobs": self.retryJobsButton,
            "report": self.reportButton,
            "export": self.exportButton,
        }
