"""The boxes of the tools: sample rate, and coordinates from four-point distances."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt5.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from .form_dialog import FormDialog
from .four_point_sketch import FourPointSketch
from .widgets.number_box import NumberBox

if TYPE_CHECKING:
    from ..presenters.tools import FourPointPresenter, SampleRateForm, SampleRatePresenter

_LARGEST = 1e6
_DISTANCES = (
    ("p", "from P to Q, along the near bank"),
    ("q", "from Q to R, across the river"),
    ("r", "from R to S, along the far bank"),
    ("s", "from S to P, across the river"),
    ("t", "diagonal from P to R"),
    ("u", "diagonal from Q to S"),
)


class SampleRateDialog(FormDialog):
    """Frame rate, velocity and pixel size give the frame step."""

    presenter: SampleRatePresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Sample rate", parent, "Use this frame step", "Close")
        self.frameRateField = _field("frameRateField", "Frames per second of the video", 3)
        self.velocityField = _field("velocityField", "The surface velocity that is expected", 3)
        self.pixelSizeField = _field("pixelSizeField", "Size of a pixel of the rectified image", 5)
        self.intervalLabel, self.stepLabel, self.explanationLabel = QLabel(), QLabel(), QLabel()
        self.velocityLabel, self.pixelSizeLabel = QLabel(), QLabel()
        self.explanationLabel.setWordWrap(True)
        self.explanationLabel.setMinimumSize(360, 4 * self.fontMetrics().lineSpacing())
        form = QFormLayout()
        form.addRow("Frame rate (1/s)", self.frameRateField)
        form.addRow(self.velocityLabel, self.velocityField)
        form.addRow(self.pixelSizeLabel, self.pixelSizeField)
        form.addRow("Best interval", self.intervalLabel)
        form.addRow("Frame step", self.stepLabel)
        form.addRow(self.explanationLabel)
        self.lay_out(form)
        for field in (self.frameRateField, self.velocityField, self.pixelSizeField):
            field.valueChanged.connect(self._compute)
        # Enter ends the typing of a figure and does not close the box
        self.okButton.setAutoDefault(False)
        self.okButton.setDefault(False)
        self.cancelButton.setAutoDefault(False)
        self.accepted_form.connect(self._use)

    def bind(self, presenter: SampleRatePresenter) -> None:
        """Report to a presenter from now on."""
        self.presenter = presenter

    def show_form(self, form: SampleRateForm) -> None:
        """Show the figures to begin with."""
        self.velocityLabel.setText(f"Velocity ({form.velocity_label})")
        self.pixelSizeLabel.setText(f"Pixel size ({form.length_label})")
        for field, value in (
            (self.frameRateField, form.frame_rate_fps),
            (self.velocityField, form.velocity),
            (self.pixelSizeField, form.pixel_size),
        ):
            field.blockSignals(True)
            field.setValue(value)
            field.blockSignals(False)
        self.okButton.setEnabled(form.can_use)
        self.okButton.setToolTip("Measure with this frame step" if form.can_use else "Open a video first")
        self.open_form()

    def show_answer(self, interval: str, step: str, explanation: str) -> None:
        """Show what follows from the figures."""
        self.intervalLabel.setText(interval)
        self.stepLabel.setText(step)
        self.explanationLabel.setText(explanation)

    def _compute(self) -> None:
        self.presenter.compute(self.frameRateField.value(), self.velocityField.value(), self.pixelSizeField.value())

    def _use(self) -> None:
        self.presenter.use_step()


class FourPointDialog(FormDialog):
    """Six distances, a sketch of them, and the coordinates that follow."""

    presenter: FourPointPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Coordinates from four-point distances", parent, "Save…", "Close")
        self.distanceFields = [_field(f"{name}Field", f"Distance {tip}", 3) for name, tip in _DISTANCES]
        self.distanceLabels = [QLabel() for _ in _DISTANCES]
        for (name, tip), label in zip(_DISTANCES, self.distanceLabels, strict=True):
            label.setToolTip(f"{name}: {tip}")
        self.computeButton = QPushButton("Compute")
        self.computeButton.setObjectName("computeButton")
        self.computeButton.setToolTip("Compute the coordinates of P, Q, R and S")
        self.computeButton.clicked.connect(self._compute)
        self.okButton.setDefault(False)
        self.okButton.setAutoDefault(False)
        self.computeButton.setDefault(True)
        self.pointsTable = QTableWidget(0, 4)
        self.pointsTable.setObjectName("pointsTable")
        self.pointsTable.setToolTip("P is the origin and Q lies on the X axis")
        self.pointsTable.verticalHeader().hide()
        self.pointsTable.setMinimumHeight(6 * self.pointsTable.verticalHeader().defaultSectionSize())
        self.pointsTable.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.misclosureLabel = QLabel()
        self._lay_out()
        self.accepted_form.connect(lambda: self.presenter.save())

    def _lay_out(self) -> None:
        form = QFormLayout()
        for label, field in zip(self.distanceLabels, self.distanceFields, strict=True):
            form.addRow(label, field)
        form.addRow(self.computeButton)
        above = QHBoxLayout()
        above.addLayout(form)
        above.addWidget(FourPointSketch(), 1)
        everything = QVBoxLayout()
        everything.addLayout(above)
        everything.addWidget(self.pointsTable)
        everything.addWidget(self.misclosureLabel)
        self.lay_out(everything)

    def bind(self, presenter: FourPointPresenter) -> None:
        """Report to a presenter from now on."""
        self.presenter = presenter

    def show_form(self, length_label: str) -> None:
        """Show the form with no coordinates yet."""
        for (name, _), label in zip(_DISTANCES, self.distanceLabels, strict=True):
            label.setText(f"{name} ({length_label})")
        self.pointsTable.setHorizontalHeaderLabels(["ID", *(f"{axis} ({length_label})" for axis in "XYZ")])
        self._clear()
        self.open_form()

    def show_points(self, rows: Sequence[tuple[str, str, str, str]], misclosure: str) -> None:
        """Show the coordinates."""
        self.problemLabel.clear()
        self.pointsTable.setRowCount(len(rows))
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                self.pointsTable.setItem(row, column, QTableWidgetItem(text))
        self.misclosureLabel.setText(misclosure)
        self.okButton.setEnabled(True)

    def show_problems(self, sentences: Sequence[str]) -> None:
        """Say why there are no coordinates."""
        self._clear()
        self.show_problem("\n".join(sentences))

    def _clear(self) -> None:
        self.pointsTable.setRowCount(0)
        self.misclosureLabel.clear()
        self.okButton.setEnabled(False)

    def _compute(self) -> None:
        for field in self.distanceFields:
            # what was typed last counts, wherever the focus is
            field.interpretText()
        refusals = [refusal for field in self.distanceFields if (refusal := field.take_refusal())]
        if refusals:
            self.show_problems(refusals)
            return
        p, q, r, s, t, u = (field.value() for field in self.distanceFields)
        self.presenter.compute(p, q, r, s, t, u)


def _field(name: str, tip: str, decimals: int) -> NumberBox:
    field = NumberBox()
    field.setObjectName(name)
    field.setToolTip(tip)
    field.setRange(0.0, _LARGEST)
    field.setDecimals(decimals)
    return field
