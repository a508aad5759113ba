"""The panel of the contrast filters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QGridLayout, QGroupBox, QLabel, QPushButton, QWidget

from ...domain.video import ContrastFilters
from .object_names import name_widgets
from .widgets.number_fields import NumberField, SwitchField, WholeField

if TYPE_CHECKING:
    from ..presenters.frames import FramesPresenter

_CLIP_LIMIT, _PERCENT = 2.0, 1.0
_EXPLANATION = "The filters apply to all frames while they are measured. No file is changed."


class ContrastPanel(QGroupBox):
    """Shows the contrast filters that are being tried."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Contrast", parent)
        self.claheField = SwitchField("CLAHE", self)
        self.claheField.setToolTip("Contrast-limited adaptive histogram equalisation: local contrast")
        self.clipLimitField = NumberField(self, decimals=1, step=0.5, minimum=0.0, maximum=100.0)
        self.clipLimitField.setToolTip("How much contrast may grow: 2.0 is usual, larger values show more noise")
        self.tilesAcrossField = WholeField(self, minimum=0, maximum=64)
        self.tilesDownField = WholeField(self, minimum=0, maximum=64)
        for field in (self.tilesAcrossField, self.tilesDownField):
            field.setToolTip("Number of tiles into which the frame is divided")
        self.autoContrastField = SwitchField("Auto contrast", self)
        self.autoContrastField.setToolTip("Stretch grey values to the full range, by the first frame of the clip")
        self.percentField = NumberField(self, unit="%", decimals=1, step=0.5, minimum=0.0, maximum=100.0)
        self.percentField.setToolTip("Share of the pixels that become black or white")
        self.compareButton = QPushButton("Hold to compare", self)
        self.compareButton.setToolTip("Show the frame without the filters while the button is held")
        self.applyButton = QPushButton("Apply to the measurement", self)
        self.applyButton.setToolTip("Measure all frames with this contrast")
        self.stateLabel, self.problemLabel = QLabel(self), QLabel(self)
        self.problemLabel.setStyleSheet("color: #d1453b; font-weight: bold")
        name_widgets(self)
        self._lay_out()
        self.show_filters(ContrastFilters())

    def report_to(self, presenter: FramesPresenter) -> None:
        """Report to a presenter what the user does."""

        def clahe() -> None:
            limit = self.clipLimitField.value() if self.claheField.isChecked() else None
            presenter.set_clahe(limit, (round(self.tilesAcrossField.value()), round(self.tilesDownField.value())))

        def stretch() -> None:
            presenter.set_auto_contrast(self.percentField.value() if self.autoContrastField.isChecked() else None)

        self.claheField.switched.connect(lambda _: clahe())
        for field in (self.clipLimitField, self.tilesAcrossField, self.tilesDownField):
            field.edited.connect(lambda _: clahe())
        self.autoContrastField.switched.connect(lambda _: stretch())
        self.percentField.edited.connect(lambda _: stretch())
        self.compareButton.pressed.connect(lambda: presenter.compare(True))
        self.compareButton.released.connect(lambda: presenter.compare(False))
        self.applyButton.clicked.connect(lambda: presenter.apply_filters())

    def show_filters(self, filters: ContrastFilters) -> None:
        """Show the filters; the numbers of one that is off stay for when it is turned on."""
        self._show(self.claheField, self.clipLimitField, filters.clahe_clip_limit, _CLIP_LIMIT)
        self._show(self.autoContrastField, self.percentField, filters.auto_contrast_percent, _PERCENT)
        self.tilesAcrossField.show_value(filters.clahe_tiles[0])
        self.tilesDownField.show_value(filters.clahe_tiles[1])
        for field in (self.tilesAcrossField, self.tilesDownField):
            field.setEnabled(filters.clahe_clip_limit is not None)

    def show_problems(self, problems: list[str]) -> None:
        """Show what is wrong."""
        self.problemLabel.setText("\n".join(problems))
        self.problemLabel.setVisible(bool(problems))

    def show_state(self, text: str, can_apply: bool, can_compare: bool) -> None:
        """Show whether the filters are those of the measurement."""
        self.stateLabel.setText(text)
        self.applyButton.setEnabled(can_apply)
        self.compareButton.setEnabled(can_compare)

    @staticmethod
    def _show(switch: SwitchField, field: NumberField, value: float | None, usual: float) -> None:
        switch.show_value(value is not None)
        field.setEnabled(value is not None)
        if value is not None or field.shown_value() is None:
            field.show_value(usual if value is None else value)

    def _lay_out(self) -> None:
        explanation = QLabel(_EXPLANATION, self)
        explanation.setWordWrap(True)
        for label in (self.stateLabel, self.problemLabel):
            label.setWordWrap(True)
        grid = QGridLayout(self)
        grid.addWidget(self.claheField, 0, 0, 1, 3, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(QLabel("Clip limit"), 1, 0)
        grid.addWidget(self.clipLimitField, 1, 1, 1, 2)
        grid.addWidget(QLabel("Tiles"), 2, 0)
        grid.addWidget(self.tilesAcrossField, 2, 1)
        grid.addWidget(self.tilesDownField, 2, 2)
        grid.addWidget(self.autoContrastField, 3, 0, 1, 3, Qt.AlignmentFlag.AlignLeft)
        grid.addWidget(QLabel("Saturate"), 4, 0)
        grid.addWidget(self.percentField, 4, 1, 1, 2)
        grid.addWidget(self.problemLabel, 5, 0, 1, 3)
        grid.addWidget(self.stateLabel, 6, 0, 1, 3)
        grid.addWidget(self.compareButton, 7, 0, 1, 3)
        grid.addWidget(self.applyButton, 8, 0, 1, 3)
        grid.addWidget(explanation, 9, 0, 1, 3)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
