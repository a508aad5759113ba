"""Which velocities count: the rules beyond those of the program."""

from __future__ import annotations

from PyQt5.QtWidgets import QFormLayout, QLabel, QWidget

from .object_names import name_widgets
from .widgets.number_fields import NumberField, SwitchField


class FilterPanel(QWidget):
    """Least quality, largest spread, and the comparison with neighbours."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.leastQualityField = NumberField(self, decimals=2, minimum=0.0, maximum=1.0, step=0.05)
        self.leastQualityField.setToolTip("Points of less quality are set aside; 0 leaves it to the program")
        self.largestSpreadField = NumberField(self, unit="%", decimals=0, minimum=0.0, maximum=1000.0, step=5.0)
        self.largestSpreadField.setToolTip(
            "Points where parts of the clip disagree by more are set aside; 0 leaves it to the program"
        )
        for field in (self.leastQualityField, self.largestSpreadField):
            field.setSpecialValueText("automatic")
        self.neighboursField = SwitchField("Compare with neighbours along the section", self)
        self.neighboursField.setToolTip("Set points aside that are unlike their neighbours")
        note = QLabel("Points that are set aside are filled from their neighbours, see the Discharge tab.", self)
        note.setWordWrap(True)
        name_widgets(self)
        form = QFormLayout(self)
        form.addRow("Least quality", self.leastQualityField)
        form.addRow("Largest spread", self.largestSpreadField)
        form.addRow(self.neighboursField)
        form.addRow(note)

    def show_rules(self, least_quality: float | None, largest_spread: float | None, tests_neighbours: bool) -> None:
        """Show the rules; None is the program's own."""
        self.leastQualityField.show_value(least_quality or 0.0)
        self.largestSpreadField.show_value(100.0 * (largest_spread or 0.0))
        self.neighboursField.show_value(tests_neighbours)
