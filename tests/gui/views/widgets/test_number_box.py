"""What is typed into fields of numbers, to its end."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QPalette
from PyQt5.QtWidgets import QApplication, QLineEdit, QToolTip, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.gui.views.widgets.number_fields import NumberField, WholeField


class Form(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.number, self.whole, self.elsewhere = NumberField(unit="ft"), WholeField(), QLineEdit()
        layout = QVBoxLayout(self)
        for field in (self.number, self.whole, self.elsewhere):
            layout.addWidget(field)
        self.said: list[float] = []
        self.number.edited.connect(self.said.append)
        self.whole.edited.connect(self.said.append)


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    form = Form()
    qtbot.addWidget(form)
    form.show()
    form.number.show_value(7.0)
    form.whole.show_value(7)
    form.activateWindow()
    form.elsewhere.setFocus()
    qtbot.waitUntil(form.elsewhere.hasFocus)
    return form


def _type(qtbot: QtBot, field: NumberField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key_Return)


def _ground(field: NumberField) -> str:
    return field.lineEdit().palette().color(QPalette.Base).name()


@pytest.mark.parametrize("text", ["1,234.5", "1.234,5", "1,234,567", "1 234.5"])
def test_that_a_thousands_separator_is_refused_and_the_number_before_it_stays(
    form: Form, qtbot: QtBot, text: str
) -> None:
    usual = _ground(form.number)
    _type(qtbot, form.number, text)
    assert form.said == []
    assert form.number.shown_value() == 7.0
    assert form.number.text() == "7.000 ft"
    assert f"'{text}'" in form.number.refusal
    assert "without thousands separators" in form.number.refusal
    assert QToolTip.text() == form.number.refusal
    assert _ground(form.number) != usual


def test_that_the_mark_goes_when_another_number_is_typed(form: Form, qtbot: QtBot) -> None:
    usual = _ground(form.number)
    form.number.setToolTip("The level")
    _type(qtbot, form.number, "1,234.5")
    assert form.number.toolTip() == form.number.refusal
    _type(qtbot, form.number, "1234,5")
    assert form.said == [1234.5]
    assert form.number.refusal == ""
    assert form.number.toolTip() == "The level"
    assert _ground(form.number) == usual


def test_that_a_pasted_number_with_separators_is_refused(form: Form, qtbot: QtBot) -> None:
    QApplication.clipboard().setText("1,234.50")
    form.number.setFocus()
    form.number.selectAll()
    qtbot.keyClick(form.number, Qt.Key_V, Qt.ControlModifier)
    form.elsewhere.setFocus()
    assert form.said == []
    assert form.number.shown_value() == 7.0
    assert form.number.refusal


@pytest.mark.parametrize("text", ["12.5", "12,5"])
def test_that_a_whole_number_with_decimals_is_refused(form: Form, qtbot: QtBot, text: str) -> None:
    _type(qtbot, form.whole, text)
    assert form.said == []
    assert form.whole.text() == "7"
    assert "not a whole number" in form.whole.refusal


@pytest.mark.parametrize("text", ["1a2", "abc", "97 yards", "3 m/s", "1,234.5 m"])
def test_that_what_is_no_number_of_a_fitting_unit_is_refused_with_a_sentence(
    form: Form, qtbot: QtBot, text: str
) -> None:
    _type(qtbot, form.number, text)
    assert form.said == []
    assert form.number.text() == "7.000 ft"
    assert form.number.refusal.endswith("The field keeps the number before it.")


@pytest.mark.parametrize(
    ("text", "shown"), [("97 m", "318.241 ft"), ("3 ft", "3.000 ft"), ("20 cm", "0.656 ft"), ("-2,5m", "-8.202 ft")]
)
def test_that_a_typed_unit_is_converted_to_that_of_the_field(form: Form, qtbot: QtBot, text: str, shown: str) -> None:
    _type(qtbot, form.number, text)
    assert form.number.text() == shown
    assert len(form.said) == 1
    assert form.number.refusal == ""


@pytest.mark.parametrize(
    ("unit", "decimals", "limits", "text", "said"),
    [
        ("°", 1, (0.0, 360.0), "400", "'400' lies outside 0 to 360 °."),
        ("", 0, (1.0, 10_000.0), "-3", "'-3' lies outside 1 to 10000."),
        ("", 3, (0.0, 1.5), "85", "'85' lies outside 0 to 1.5."),
        ("ft/s", 2, (0.01, 320.0), "200 m/s", "'200 m/s' (656.167979) lies outside 0.01 to 320 ft/s."),
    ],
)
def test_that_a_number_out_of_range_is_refused_with_the_range(
    qtbot: QtBot, unit: str, decimals: int, limits: tuple[float, float], text: str, said: str
) -> None:
    field = NumberField(unit=unit, decimals=decimals, minimum=limits[0], maximum=limits[1])
    qtbot.addWidget(field)
    field.show()
    field.show_value(1.0)
    told: list[float] = []
    field.edited.connect(told.append)
    _type(qtbot, field, text)
    assert told == []
    assert field.shown_value() == 1.0
    assert field.refusal.startswith(said)


def test_that_more_decimals_than_the_field_has_are_rounded(form: Form, qtbot: QtBot) -> None:
    _type(qtbot, form.number, "318.2119")
    assert form.number.text() == "318.212 ft"
