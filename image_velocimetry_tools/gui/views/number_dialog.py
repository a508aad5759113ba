"""The box that asks for one number."""

from __future__ import annotations

from PyQt5.QtWidgets import QLabel, QVBoxLayout, QWidget

from .form_dialog import FormDialog
from .widgets.number_box import NumberBox

_LARGEST = 1e9


class NumberDialog(FormDialog):
    """``number`` is what was confirmed, None if the box was closed."""

    def __init__(self, parent: QWidget | None, title: str, label: str, value: float, decimals: int) -> None:
        super().__init__(title, parent)
        self.number: float | None = None
        self.label = QLabel(label)
        self.label.setObjectName("label")
        self.numberField = NumberBox()
        self.numberField.setObjectName("numberField")
        self.numberField.setToolTip(label)
        self.numberField.setRange(-_LARGEST, _LARGEST)
        self.numberField.setDecimals(decimals)
        self.numberField.setValue(value)
        self.numberField.selectAll()
        form = QVBoxLayout()
        form.addWidget(self.label)
        form.addWidget(self.numberField)
        self.lay_out(form)
        self.accepted_form.connect(self._take)

    def _take(self) -> None:
        self.number = self.numberField.value()
        self.accept()
