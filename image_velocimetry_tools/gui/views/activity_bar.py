"""The work that runs, in the status bar: what it is, how far, and a button that stops it."""

from __future__ import annotations

from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QToolButton, QWidget

from ..models.activity import activity_of
from .icons import drawn_icon
from .qt_tasks import QtTasks

_REFRESH_MS = 100


class ActivityBar(QWidget):
    """Follows a runner of tasks; it looks at their progress while some run, and rests else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks: QtTasks | None = None
        self.taskLabel = QLabel()
        self.taskLabel.setObjectName("taskLabel")
        self.taskProgress = QProgressBar()
        self.taskProgress.setObjectName("taskProgress")
        self.taskProgress.setToolTip("How far the work is")
        self.taskProgress.setFixedWidth(160)
        self.cancelButton = QToolButton()
        self.cancelButton.setObjectName("cancelButton")
        self.cancelButton.setText("Cancel")
        self.cancelButton.setIcon(drawn_icon("stop"))
        self.cancelButton.setToolTip("Stop the work that runs (Shift+Esc)")
        self.cancelButton.clicked.connect(self.stop_all)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.taskLabel, self.taskProgress, self.cancelButton):
            layout.addWidget(widget)
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self._show)
        self._show()

    def follow(self, tasks: QtTasks) -> None:
        """Show the work of a runner."""
        self._tasks = tasks
        tasks.changed.connect(self._show)
        self._show()

    def stop_all(self) -> None:
        """Ask all work that is shown to stop."""
        for control in self._tasks.shown if self._tasks is not None else ():
            control.cancel()
        self._show()

    def _show(self) -> None:
        activity = activity_of(self._tasks.shown if self._tasks is not None else ())
        for widget in (self.taskLabel, self.taskProgress, self.cancelButton):
            widget.setVisible(activity is not None)
        if activity is None:
            self._timer.stop()
            return
        self.taskLabel.setText(activity.text)
        self.taskProgress.setRange(0, 0 if activity.percent is None else 100)
        self.taskProgress.setValue(activity.percent or 0)
        self.cancelButton.setEnabled(activity.can_stop)
        if not self._timer.isActive():
            self._timer.start()
