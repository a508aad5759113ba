"""Fields that tell only of what the user did, never of what the program shows in them."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QValidator, QWheelEvent
from PyQt5.QtWidgets import QCheckBox, QComboBox, QWidget

from .number_box import NumberBox

NO_VALUE = "–"


class NumberField(NumberBox):
    """A number with its unit; an empty field shows a dash.

    ``edited(float)`` comes when the user has typed another number and pressed Enter or gone elsewhere, and at each
    step by buttons, keys or the wheel. The wheel steps only in the field that has the focus.
    """

    edited = pyqtSignal(float)

    # Qt asks for texts while it still makes the field
    _shown: float | None = None

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        unit: str = "",
        decimals: int = 3,
        minimum: float = -99999.0,
        maximum: float = 99999.0,
        step: float = 0.1,
    ) -> None:
        super().__init__(parent)
        self._unit = unit
        self._typed = False
        self.setDecimals(decimals)
        self.setRange(minimum, maximum)
        self.setSingleStep(step)
        self.lineEdit().setPlaceholderText(NO_VALUE)
        self.lineEdit().textEdited.connect(self._note_typing)
        self.editingFinished.connect(self._finish_typing)
        self.show_value(None)

    def show_value(self, value: float | None) -> None:
        """Show a number, or none; what the user is typing is dropped."""
        self._typed = False
        self.clear_refusal()
        self._show(value)

    def shown_value(self) -> float | None:
        """Number that was shown or entered last, rounded to the decimals of the field."""
        return self._shown

    def set_unit(self, unit: str) -> None:
        """Write another unit behind the number."""
        self._unit = unit
        self._show(self._shown)

    def textFromValue(self, value: float) -> str:
        """Nothing for no number: the dash of the empty field shows."""
        return "" if self._shown is None else super().textFromValue(value)

    def stepBy(self, steps: int) -> None:
        """Step by buttons, keys or wheel."""
        super().stepBy(steps)
        self._settle()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let a page scroll on when the mouse happens to pass over the field."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _note_typing(self, text: str) -> None:
        self._typed = self.validate(text, 0)[0] == QValidator.State.Acceptable

    def _finish_typing(self) -> None:
        if self._typed:
            self._settle()

    def _settle(self) -> None:
        self._typed = False
        value = self._entered()
        if value != self._shown:
            self._show(value)
            self.edited.emit(value)

    def _entered(self) -> float:
        return self.value()

    def _show(self, value: float | None) -> None:
        blocked = self.blockSignals(True)
        self._shown = value
        # Steps from an empty field begin at zero.
        self.setValue(0.0 if value is None else value)
        if value is not None:
            self._shown = self._entered()
        self.setSuffix(f" {self._unit}" if self._unit and value is not None else "")
        self.blockSignals(blocked)


class WholeField(NumberField):
    """A whole number; ``edited(int)`` as in `NumberField`."""

    edited = pyqtSignal(int)

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        unit: str = "",
        minimum: int = 0,
        maximum: int = 999_999,
        step: int = 1,
    ) -> None:
        super().__init__(parent, unit=unit, decimals=0, minimum=minimum, maximum=maximum, step=step)

    def _entered(self) -> int:
        return round(self.value())


class ChoiceField(QComboBox):
    """One of several values, each with its text; ``chosen(value)`` comes when the user takes another."""

    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None, choices: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(parent)
        self._shown: str | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.activated.connect(self._settle)
        self.set_choices(choices)

    def set_choices(self, choices: Iterable[tuple[str, str]]) -> None:
        """Offer (value, text) pairs; the value that is shown stays if it is among them."""
        blocked = self.blockSignals(True)
        self.clear()
        for value, text in choices:
            self.addItem(text, value)
        self.blockSignals(blocked)
        self.show_value(self._shown)

    def show_value(self, value: str | None) -> None:
        """Show a value; nothing is chosen if it is not offered."""
        blocked = self.blockSignals(True)
        self.setCurrentIndex(-1 if value is None else self.findData(value))
        self._shown = self.currentData()
        self.blockSignals(blocked)

    def shown_value(self) -> str | None:
        """Value that was shown or chosen last."""
        return self._shown

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let a page scroll on when the mouse happens to pass over the field."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _settle(self) -> None:
        value = self.currentData()
        if value is not None and value != self._shown:
            self._shown = value
            self.chosen.emit(value)


class SwitchField(QCheckBox):
    """On or off; ``switched(bool)`` comes when the user switches."""

    switched = pyqtSignal(bool)

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.clicked.connect(self.switched)

    def show_value(self, on: bool) -> None:
        """Show on or off."""
        blocked = self.blockSignals(True)
        self.setChecked(on)
        self.blockSignals(blocked)
