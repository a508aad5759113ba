"""The button that measures, and how far the measurement is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt5.QtCore import QTimer
from PyQt5.QtWidgets import QGridLayout, QLabel, QProgressBar, QPushButton, QWidget

from ...domain.sentences import begun_with_capital
from .object_names import name_widgets
from .widgets.banner import Banner

if TYPE_CHECKING:
    from ..presenters.velocimetry_measuring import MeasuringPresenter

_REFRESH_MS = 200
_TIP = "Measure the velocities at all points (F5)"


class MeasuringPanel(QWidget):
    """Shows the measurement; see ``MeasuringView``. What is missing stands in ``banner``, over the whole tab."""

    presenter: MeasuringPresenter

    def __init__(self, banner: Banner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._banner = banner
        self._missing: tuple[str, ...] = ()
        self.measureButton = QPushButton("Measure velocities", self)
        self.measureButton.setMinimumHeight(34)
        font = self.measureButton.font()
        font.setBold(True)
        self.measureButton.setFont(font)
        self.cancelButton = QPushButton("Cancel", self)
        self.cancelButton.setToolTip("Stop the measurement; the velocities stay as they were")
        self.progressBar = QProgressBar(self)
        self.progressBar.setRange(0, 1000)
        self.progressBar.setToolTip("How far the measurement is")
        self.doingLabel = QLabel(self)
        self.doingLabel.setWordWrap(True)
        name_widgets(self)
        self._clock = QTimer(self)
        self._clock.setInterval(_REFRESH_MS)
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.measureButton, 0, 0, 1, 2)
        layout.addWidget(self.progressBar, 1, 0)
        layout.addWidget(self.cancelButton, 1, 1)
        layout.addWidget(self.doingLabel, 2, 0, 1, 2)
        self.show_running(False)

    def bind(self, presenter: MeasuringPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.measureButton.clicked.connect(lambda: presenter.measure())
        self.cancelButton.clicked.connect(lambda: presenter.cancel())
        self._clock.timeout.connect(lambda: presenter.refresh())

    def show_findings(self, missing: Sequence[str], warnings: Sequence[str]) -> None:
        """Say what is missing or out of date."""
        self._missing = tuple(missing)
        self._banner.show_sentences(missing, warnings)
        self._allow()

    def show_running(self, is_running: bool) -> None:
        """Show the progress, or the button alone."""
        for widget in (self.progressBar, self.cancelButton, self.doingLabel):
            widget.setVisible(is_running)
        self.cancelButton.setEnabled(True)
        self.show_progress(0.0, "")
        if is_running:
            self._clock.start()
        else:
            self._clock.stop()
        self._allow()

    def show_progress(self, fraction: float | None, doing: str) -> None:
        """Show how far it is."""
        self.progressBar.setRange(0, 0 if fraction is None else 1000)
        self.progressBar.setValue(round(1000.0 * (fraction or 0.0)))
        self.doingLabel.setText(begun_with_capital(doing))

    def _allow(self) -> None:
        is_running = self._clock.isActive()
        self.measureButton.setEnabled(not self._missing and not is_running)
        self.measureButton.setToolTip("\n".join(map(begun_with_capital, self._missing)) or _TIP)
