"""The panel of the frame step, with its helper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtWidgets import QGridLayout, QGroupBox, QHBoxLayout, QLabel, QPushButton, QWidget

from .object_names import name_widgets
from .widgets.number_fields import NumberField, WholeField

if TYPE_CHECKING:
    from ..presenters.video_sampling import SamplingPresenter

_FIELD_PX, _STEP_PX = 90, 64


class SamplingPanel(QGroupBox):
    """Shows the frame step; see ``SamplingView``."""

    presenter: SamplingPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Frame step", parent)
        self.stepField = WholeField(self, minimum=1, maximum=10_000)
        self.stepField.setToolTip("Measure every so many-th frame of the clip")
        self.samplingLabel = QLabel(self)
        self.velocityField = NumberField(self, minimum=0.0, maximum=100.0, decimals=2)
        self.velocityField.setToolTip("Surface velocity that is expected where the water is fastest")
        self.pixelSizeField = NumberField(self, minimum=0.0, maximum=100.0, decimals=4, step=0.01)
        self.pixelSizeField.setToolTip("Size of a pixel of the rectified image; known once the image is rectified")
        self.displacementField = NumberField(self, unit="px", minimum=0.0, maximum=100.0, decimals=1)
        self.displacementField.setToolTip("How far the water is to move from frame to frame; 1 px is a good streak")
        self.displacementField.show_value(1.0)
        self.adviceLabel = QLabel(self)
        self.adviceLabel.setWordWrap(True)
        self.applyAdviceButton = QPushButton("Use", self)
        self.applyAdviceButton.setToolTip("Take the advised frame step over")
        name_widgets(self)
        self._lay_out()

    def bind(self, presenter: SamplingPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.stepField.edited.connect(lambda step: presenter.set_step(round(step)))
        for field in (self.velocityField, self.pixelSizeField, self.displacementField):
            field.edited.connect(lambda _: self._advise())
        self.applyAdviceButton.clicked.connect(lambda: presenter.apply_advice())

    def show_step(self, step: int) -> None:
        """Show the frame step."""
        self.stepField.show_value(step)

    def show_sampling(self, frame_rate: str, interval: str, frames: str) -> None:
        """Show what follows from it."""
        self.samplingLabel.setText(f"{frame_rate}, {interval}, {frames} frames" if frames else "")

    def show_units(self, velocity: str, length: str) -> None:
        """Show units; numbers in others mean nothing any more."""
        self.velocityField.set_unit(velocity)
        self.pixelSizeField.set_unit(length)
        self.velocityField.show_value(None)
        self.pixelSizeField.show_value(None)

    def show_pixel_size(self, pixel_size: float | None) -> None:
        """Show the pixel size of the rectified image."""
        self.pixelSizeField.show_value(pixel_size)
        self._advise()

    def show_advice(self, text: str, can_apply: bool) -> None:
        """Show what the helper advises."""
        self.adviceLabel.setText(text)
        self.applyAdviceButton.setEnabled(can_apply)

    def allow(self, has_video: bool) -> None:
        """Turn the fields on."""
        for widget in (self.stepField, self.velocityField, self.pixelSizeField, self.displacementField):
            widget.setEnabled(has_video)

    def _advise(self) -> None:
        self.presenter.advise(
            self.displacementField.shown_value(), self.velocityField.shown_value(), self.pixelSizeField.shown_value()
        )

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 4, 8, 6)
        grid.setVerticalSpacing(4)
        step = QHBoxLayout()
        step.setSpacing(8)
        step.addWidget(self.stepField)
        step.addWidget(self.samplingLabel, 1)
        grid.addWidget(QLabel("Step"), 0, 0)
        grid.addLayout(step, 0, 1, 1, 3)
        grid.addWidget(QLabel("Velocity"), 1, 0)
        grid.addWidget(self.velocityField, 1, 1)
        grid.addWidget(QLabel("Pixel"), 1, 2)
        grid.addWidget(self.pixelSizeField, 1, 3)
        grid.addWidget(QLabel("Motion"), 2, 0)
        grid.addWidget(self.displacementField, 2, 1)
        self.stepField.setFixedWidth(_STEP_PX)
        for field in (self.velocityField, self.pixelSizeField, self.displacementField):
            field.setMinimumWidth(_FIELD_PX)
        advice = QHBoxLayout()
        advice.setSpacing(6)
        advice.addWidget(self.adviceLabel, 1)
        advice.addWidget(self.applyAdviceButton)
        grid.addLayout(advice, 3, 0, 1, 4)
        self.adviceLabel.setMinimumHeight(2 * self.fontMetrics().lineSpacing())  # so that nothing jumps
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
