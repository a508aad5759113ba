"""The panel of the search: expected direction, search lines, limits, and what they can measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QFormLayout, QHBoxLayout, QLabel, QPushButton, QWidget

from .object_names import name_widgets
from .widgets.number_fields import NumberField, WholeField

if TYPE_CHECKING:
    from ..presenters.velocimetry_search import SearchPresenter, ShownParameters

_WARNING, _CALM = "#b7791f", ""
_LEAST_FIELD_PX = 84


class SearchPanel(QWidget):
    """Shows the parameters; see ``SearchView``."""

    presenter: SearchPresenter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make_direction()
        self._make_lines()
        self._make_limits()
        self.resetButton = QPushButton("Usual values", self)
        self.resetButton.setToolTip("Return to the usual range, increment, limit and blur")
        self.readingsLabel, self.adviceLabel = QLabel(self), QLabel(self)
        self.adviceLabel.setWordWrap(True)
        name_widgets(self)
        self._lay_out()

    def bind(self, presenter: SearchPresenter) -> None:
        """Report to a presenter what the user does."""
        self.presenter = presenter
        self.directionField.edited.connect(lambda angle: presenter.set_direction(angle))
        self.lengthField.edited.connect(lambda length: presenter.set_length(length))
        self.lengthPxField.edited.connect(lambda length: presenter.set_length_px(length))
        self.rangeField.edited.connect(lambda angle: presenter.set_range(angle))
        self.incrementField.edited.connect(lambda angle: presenter.set_increment(angle))
        self.maxVelocityField.edited.connect(lambda velocity: presenter.set_max_velocity(velocity))
        self.blurField.edited.connect(lambda blur: presenter.set_blur(blur))
        self.resetButton.clicked.connect(lambda: presenter.reset())
        self.expectedField.edited.connect(lambda velocity: presenter.expect(velocity))

    # what the presenter shows

    def show_units(self, length_label: str, velocity_label: str) -> None:
        """Name the units."""
        self.lengthField.set_unit(length_label)
        self.maxVelocityField.set_unit(velocity_label)
        self.expectedField.set_unit(velocity_label)

    def show_parameters(self, shown: ShownParameters) -> None:
        """Show the parameters as they are used."""
        self.directionField.show_value(shown.direction_deg)
        self.lengthField.show_value(shown.length)
        self.lengthField.setEnabled(shown.length is not None)
        self.lengthPxField.show_value(shown.length_px)
        self.rangeField.show_value(shown.range_deg)
        self.incrementField.show_value(shown.increment_deg)
        self.maxVelocityField.show_value(shown.max_velocity)
        self.blurField.show_value(shown.blur_px)

    def show_readings(self, readings: Sequence[tuple[str, str]]) -> None:
        """Show what the search can measure."""
        rows = "".join(f"<tr><td>{name}&nbsp;&nbsp;</td><td><b>{text}</b></td></tr>" for name, text in readings)
        self.readingsLabel.setText(f"<table>{rows}</table>")

    def show_expected(self, velocity: float | None) -> None:
        """Show how fast the water is expected to be."""
        self.expectedField.show_value(velocity)

    def show_advice(self, text: str, is_warning: bool) -> None:
        """Say what the expected velocity means."""
        self.adviceLabel.setText(text)
        self.adviceLabel.setVisible(bool(text))
        self.adviceLabel.setStyleSheet(f"color: {_WARNING}; font-weight: bold" if is_warning else _CALM)

    # building

    def _make_direction(self) -> None:
        self.directionField = NumberField(self, unit="°", decimals=1, minimum=0.0, maximum=360.0, step=1.0)
        self.directionField.setWrapping(True)
        self.directionField.setToolTip(
            "Direction in which the water flows, clockwise from the top of the rectified image; it decides which way is"
            " downstream"
        )
        self.drawDirectionButton = QPushButton("Draw", self)
        self.drawDirectionButton.setCheckable(True)
        self.drawDirectionButton.setToolTip("Draw an arrow downstream in the image: click where it starts and ends")

    def _make_lines(self) -> None:
        self.lengthField = NumberField(self, decimals=2, minimum=0.0, maximum=1e4, step=0.1)
        self.lengthField.setToolTip("Length of the search line on the ground; it follows in whole, even pixels")
        self.lengthPxField = WholeField(self, unit="px", minimum=8, maximum=10_000, step=2)
        self.lengthPxField.setToolTip("Length of the search line in pixels of the rectified image, an even number")
        self.rangeField = NumberField(self, unit="°", decimals=1, minimum=0.0, maximum=180.0, step=5.0)
        self.rangeField.setPrefix("± ")
        self.rangeField.setToolTip("Directions up to so far on either side of the expected one are searched")
        self.incrementField = NumberField(self, unit="°", decimals=2, minimum=0.01, maximum=90.0, step=0.5)
        self.incrementField.setToolTip("Step from one direction of the search to the next")

    def _make_limits(self) -> None:
        self.maxVelocityField = NumberField(self, decimals=2, minimum=0.01, maximum=320.0, step=0.5)
        self.maxVelocityField.setToolTip("Faster velocities are set aside")
        self.blurField = NumberField(self, unit="px", decimals=2, minimum=0.0, maximum=100.0, step=0.1)
        self.blurField.setToolTip("Gaussian blur of each frame before it is measured: standard deviation; 0 is none")
        self.expectedField = NumberField(self, decimals=2, minimum=0.0, maximum=320.0, step=0.1)
        self.expectedField.setToolTip("How fast the water may be, to see whether it can be measured; changes no result")

    def _lay_out(self) -> None:
        for field in self.findChildren(NumberField):
            field.setMinimumWidth(_LEAST_FIELD_PX)
        form = QFormLayout(self)
        form.setFieldGrowthPolicy(QFormLayout.ExpandingFieldsGrow)
        form.addRow("Flow direction", _row(self.directionField, self.drawDirectionButton))
        form.addRow("Search line", _row(self.lengthField, self.lengthPxField))
        form.addRow("Range, step", _row(self.rangeField, self.incrementField))
        form.addRow("Fastest", _row(self.maxVelocityField, self.resetButton))
        form.addRow("Blur", self.blurField)
        form.addRow("Expected", self.expectedField)
        form.addRow(self.adviceLabel)
        self.readingsLabel.setTextFormat(Qt.RichText)
        form.addRow(self.readingsLabel)


def _row(*widgets: QWidget) -> QHBoxLayout:
    layout = QHBoxLayout()
    for widget in widgets:
        layout.addWidget(widget, 1)
    return layout
