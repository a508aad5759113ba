"""The spin box of all numbers of the window."""

from __future__ import annotations

from PyQt5.QtCore import QLocale, QPoint, Qt
from PyQt5.QtGui import QColor, QPalette, QValidator
from PyQt5.QtWidgets import QDoubleSpinBox, QToolTip, QWidget

from ....domain.errors import IvyError
from ....domain.typed_numbers import is_typed_number
from ....domain.typed_quantities import typed_quantity
from .notice_looks import PROBLEM


class NumberBox(QDoubleSpinBox):
    """A number with a decimal point in every country; typed with a point or a comma, and with another unit if wanted.

    What is no number, of no unit that fits, or out of range is refused when the typing ends: the number before it
    stays, the field is marked, and a sentence at it says what to type.
    """

    # Qt asks for values while it still makes the field
    _unit = ""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.refusal = ""
        self._typed_text = ""
        self._usual_tip: str | None = None
        locale = QLocale.c()
        locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
        self.setLocale(locale)
        # else the digits before a separator would count until the rest is typed
        self.setKeyboardTracking(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lineEdit().textEdited.connect(self._remember_text)
        self.editingFinished.connect(self._judge_text)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let everything be typed to its end: a key that is dropped on the way would leave another number."""
        try:
            self._read(self._bare(text))
        except IvyError:
            return QValidator.State.Intermediate, text, position
        return QValidator.State.Acceptable, text, position

    def valueFromText(self, text: str) -> float:
        """The number in the unit of the field; Qt asks for it only where `validate` accepts the text."""
        try:
            return self._read(self._bare(text))
        except IvyError:
            return self.value()

    def fixup(self, text: str) -> str:
        """Mend nothing: Qt would take thousands separators out and go on with what is left."""
        return text

    def clear_refusal(self) -> None:
        """Take the mark away."""
        self.refusal = ""
        if self._usual_tip is not None:
            self.setToolTip(self._usual_tip)
            self._usual_tip = None
        self.lineEdit().setPalette(QPalette())

    def take_refusal(self) -> str:
        """Why the last typing was refused, to be told once; the mark stays until something is typed."""
        told, self.refusal = self.refusal, ""
        return told

    def _read(self, bare: str) -> float:
        """The number that a text says; raises `IvyError` if it cannot stand in this field."""
        # a whole number has no decimal sign: dropping the key would make 125 of 12.5
        if self.decimals() == 0 and is_typed_number(bare) and {".", ","} & set(bare):
            raise IvyError(f"'{bare}' is not a whole number", remedy="Type one without separators, such as 1234")
        number = typed_quantity(bare, self._unit)
        if not self.minimum() <= round(number, self.decimals()) <= self.maximum():
            raise IvyError(f"{_said(bare, number)} lies outside {self._range_text()}")
        return number

    def _range_text(self) -> str:
        return f"{_short(self.minimum())} to {_short(self.maximum())} {self._unit}".rstrip()

    def _bare(self, text: str) -> str:
        return text.removesuffix(self.suffix()).removeprefix(self.prefix()).strip()

    def _remember_text(self, text: str) -> None:
        self.clear_refusal()
        self._typed_text = self._bare(text)

    def _judge_text(self) -> None:
        text, self._typed_text = self._typed_text, ""
        if text:
            try:
                self._read(text)
            except IvyError as error:
                self._refuse(str(error))

    def _refuse(self, sentence: str) -> None:
        self.refusal = f"{sentence} The field keeps the number before it."
        self._usual_tip = self.toolTip() if self._usual_tip is None else self._usual_tip
        self.setToolTip(self.refusal)
        looks = self.lineEdit().palette()
        looks.setColor(QPalette.Text, QColor(PROBLEM.text))
        looks.setColor(QPalette.Base, QColor(PROBLEM.ground))
        self.lineEdit().setPalette(looks)
        QToolTip.showText(self.mapToGlobal(QPoint(0, self.height())), self.refusal, self)


def _short(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _said(bare: str, number: float) -> str:
    """What was typed, with what it is in the unit of the field if it was typed in another."""
    return f"'{bare}'" if is_typed_number(bare) else f"'{bare}' ({_short(number)})"
