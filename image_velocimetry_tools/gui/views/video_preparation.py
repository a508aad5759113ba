"""The panel of the preparation of frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QComboBox, QDialog, QGridLayout, QGroupBox, QHBoxLayout, QLabel, QPushButton, QWidget

from ...domain.video import Flip, FramePreparation, FrameSize, LensModel
from .lens_dialog import LensDialog
from .object_names import name_widgets
from .video_stabilisation import StabilisationDialog
from .widgets.number_fields import ChoiceField, SwitchField

if TYPE_CHECKING:
    from ..presenters.video_preparation import PreparationPresenter

Picture = NDArray[np.uint8]

_ROTATIONS = (("0", "None"), ("90", "90° right"), ("180", "180°"), ("270", "90° left"))
_FLIPS = (("none", "None"), ("hflip", "Left/right"), ("vflip", "Top/bottom"))
_SHORTEST_TEXT = 6


class PreparationPanel(QGroupBox):
    """Shows the preparation; see ``PreparationView``."""

    presenter: PreparationPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Preparation of the frames", parent)
        self.rotationField = ChoiceField(self, _ROTATIONS)
        self.rotationField.setToolTip("Turn the frames clockwise")
        self.flipField = ChoiceField(self, _FLIPS)
        self.flipField.setToolTip("Mirror the frames")
        self.curveField = ChoiceField(self)
        self.curveField.setToolTip("Contrast curve")
        self.lumaField = SwitchField("Normalise luma", self)
        self.lumaField.setToolTip("Bring brightness from 16 to 235 to the full range of 0 to 255")
        self.lensLabel = QLabel(self)
        self.lensButton = QPushButton("Edit…", self)
        self.lensButton.setToolTip("Centre and coefficients of the lens distortion")
        self.resetLensButton = QPushButton("Reset", self)
        self.resetLensButton.setToolTip("Correct no lens distortion")
        self.stabilizeField = SwitchField("Stabilise", self)
        self.stabilizeField.setToolTip(
            "Take the motion of the camera out of the measurement, by the ground that is seen"
        )
        self.previewStabilisationButton = QPushButton("Preview…", self)
        self.previewStabilisationButton.setToolTip("First and last frame of the clip on each other, before and after")
        name_widgets(self)
        self._lay_out()

    def bind(self, presenter: PreparationPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.rotationField.chosen.connect(lambda degrees: presenter.set_rotation(int(degrees)))
        self.flipField.chosen.connect(lambda flip: presenter.set_flip(cast(Flip, flip)))
        self.curveField.chosen.connect(lambda preset: presenter.set_curve(preset))
        self.lumaField.switched.connect(lambda is_on: presenter.set_normalize_luma(is_on))
        self.lensButton.clicked.connect(lambda: presenter.edit_lens())
        self.resetLensButton.clicked.connect(lambda: presenter.reset_lens())
        self.stabilizeField.switched.connect(lambda is_on: presenter.set_stabilize(is_on))
        self.previewStabilisationButton.clicked.connect(lambda: presenter.preview_stabilisation())

    def show_presets(self, names: tuple[str, ...]) -> None:
        """Offer contrast curves."""
        self.curveField.set_choices([(name, name.replace("_", " ").capitalize()) for name in names])

    def show_preparation(self, preparation: FramePreparation, lens: str) -> None:
        """Show the settings."""
        self.rotationField.show_value(str(preparation.rotation_deg % 360))
        self.flipField.show_value(preparation.flip)
        self.curveField.show_value(preparation.curve_preset or "none")
        self.lumaField.show_value(preparation.normalize_luma)
        self.lensLabel.setText(lens)
        self.resetLensButton.setEnabled(not preparation.lens.is_identity)
        self.stabilizeField.show_value(preparation.stabilize)

    def allow(self, has_video: bool, has_clip: bool) -> None:
        """Turn on what can be done."""
        self.lensButton.setEnabled(has_video)
        self.previewStabilisationButton.setEnabled(has_clip)

    def ask_lens(self, lens: LensModel, size: FrameSize) -> LensModel | None:
        """Ask for the distortion of the lens."""
        dialog = LensDialog(lens, size, self.window())
        dialog.setObjectName("lensDialog")
        answer = dialog.lens if dialog.exec_() == QDialog.Accepted else None
        dialog.deleteLater()
        return answer

    def show_stabilisation(self, before: Picture, after: Picture | None, text: str) -> None:
        """Show what stabilising does."""
        dialog = StabilisationDialog(before, after, text, self.window())
        dialog.setObjectName("stabilisationDialog")
        dialog.exec_()
        dialog.deleteLater()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(8, 4, 8, 6)
        grid.setVerticalSpacing(4)
        grid.addWidget(QLabel("Rotation"), 0, 0)
        grid.addWidget(self.rotationField, 0, 1)
        grid.addWidget(QLabel("Flip"), 0, 2)
        grid.addWidget(self.flipField, 0, 3)
        grid.addWidget(QLabel("Curve"), 1, 0)
        grid.addWidget(self.curveField, 1, 1)
        grid.addWidget(self.lumaField, 1, 2, 1, 2, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(QLabel("Lens"), 2, 0)
        grid.addWidget(self.lensLabel, 2, 1)
        lens = QHBoxLayout()
        lens.setSpacing(6)
        lens.addWidget(self.resetLensButton)
        lens.addWidget(self.lensButton)
        grid.addLayout(lens, 2, 2, 1, 2)
        grid.addWidget(self.stabilizeField, 3, 0, 1, 2, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(self.previewStabilisationButton, 3, 2, 1, 2)
        for field in (self.rotationField, self.flipField, self.curveField):
            field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            field.setMinimumContentsLength(_SHORTEST_TEXT)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
