"""Fields that tell only of what the user did."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QLocale, QPoint, QPointF, Qt
from PyQt5.QtGui import QWheelEvent
from PyQt5.QtWidgets import QApplication, QLineEdit, QStyle, QStyleOptionSpinBox, QVBoxLayout, QWidget

from image_velocimetry_tools.gui.views.widgets.number_fields import (
    ChoiceField,
    NumberField,
    SwitchField,
    WholeField,
)


class Form(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.number = NumberField(unit="m", decimals=2, step=0.5)
        self.whole = WholeField(unit="px", maximum=100)
        self.choice = ChoiceField(choices=[("left", "Left bank"), ("right", "Right bank"), ("both", "Both banks")])
        self.switch = SwitchField("Flip X")
        self.elsewhere = QLineEdit()
        layout = QVBoxLayout(self)
        for field in (self.number, self.whole, self.choice, self.switch, self.elsewhere):
            layout.addWidget(field)
        self.said: list[object] = []
        for signal in (self.number.edited, self.whole.edited, self.choice.chosen, self.switch.switched):
            signal.connect(self.said.append)


@pytest.fixture
def form(qtbot):
    form = Form()
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    qtbot.waitActive(form)
    form.elsewhere.setFocus()
    qtbot.waitUntil(form.elsewhere.hasFocus)
    return form


def turn_wheel(field):
    middle = QPointF(field.rect().center())
    above = QPointF(field.mapToGlobal(middle.toPoint()))
    event = QWheelEvent(middle, above, QPoint(), QPoint(0, -120), Qt.NoButton, Qt.NoModifier, Qt.NoScrollPhase, False)
    QApplication.sendEvent(field, event)


def type_over(qtbot, field, text):
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def test_that_the_program_shows_values_in_silence(form):
    form.number.show_value(1.5)
    form.number.show_value(None)
    form.whole.show_value(7)
    form.choice.show_value("right")
    form.choice.show_value(None)
    form.choice.set_choices([("a", "A")])
    form.switch.show_value(True)
    assert form.said == []


def test_that_a_number_is_shown_with_its_unit(form):
    form.number.show_value(1234.567)
    assert form.number.text() == "1234.57 m"
    form.number.set_unit("ft")
    assert form.number.text() == "1234.57 ft"
    assert form.said == []


def test_that_no_number_shows_a_dash(form):
    form.number.show_value(3.0)
    form.number.show_value(None)
    assert form.number.text() == ""
    assert form.number.lineEdit().placeholderText() == "–"
    assert form.number.shown_value() is None


def test_that_a_typed_number_is_told_once_on_enter(form, qtbot):
    form.number.show_value(1.0)
    type_over(qtbot, form.number, "2.75")
    assert form.said == []
    qtbot.keyClick(form.number, Qt.Key_Return)
    form.elsewhere.setFocus()
    assert form.said == [2.75]
    assert form.number.text() == "2.75 m"


def test_that_a_typed_number_is_told_on_leaving(form, qtbot):
    type_over(qtbot, form.number, "2.75")
    form.elsewhere.setFocus()
    assert form.said == [2.75]
    assert form.number.text() == "2.75 m"


def test_that_zero_typed_into_an_empty_field_is_told(form, qtbot):
    form.number.show_value(None)
    type_over(qtbot, form.number, "0")
    qtbot.keyClick(form.number, Qt.Key_Return)
    assert form.said == [0.0]
    assert form.number.text() == "0.00 m"


def test_that_passing_through_a_field_changes_nothing(form, qtbot):
    form.number.show_value(1.23456)
    for _ in range(3):
        form.number.setFocus()
        form.elsewhere.setFocus()
    form.number.show_value(None)
    form.number.setFocus()
    qtbot.keyClick(form.number, Qt.Key_Return)
    form.elsewhere.setFocus()
    assert form.said == []
    assert form.number.text() == ""


def test_that_the_same_number_typed_again_is_no_edit(form, qtbot):
    form.number.show_value(1.5)
    type_over(qtbot, form.number, "1.50")
    qtbot.keyClick(form.number, Qt.Key_Return)
    assert form.said == []


def test_that_a_field_that_was_emptied_shows_its_number_again(form, qtbot):
    form.number.show_value(1.5)
    form.number.setFocus()
    form.number.selectAll()
    qtbot.keyClick(form.number, Qt.Key_Delete)
    form.elsewhere.setFocus()
    assert form.said == []
    assert form.number.text() == "1.50 m"


def test_that_what_is_being_typed_is_dropped_when_the_program_shows_another_number(form, qtbot):
    type_over(qtbot, form.number, "9")
    form.number.show_value(2.0)
    form.elsewhere.setFocus()
    assert form.said == []
    assert form.number.text() == "2.00 m"


def test_that_a_point_and_a_comma_are_understood_in_every_country(form, qtbot):
    QLocale.setDefault(QLocale(QLocale.German))
    try:
        field = NumberField(decimals=2)
        qtbot.addWidget(field)
        field.show_value(1234.5)
        assert field.text() == "1234.50"
    finally:
        QLocale.setDefault(QLocale.system())
    type_over(qtbot, form.number, "2,75")
    qtbot.keyClick(form.number, Qt.Key_Return)
    type_over(qtbot, form.number, "2.25")
    qtbot.keyClick(form.number, Qt.Key_Return)
    assert form.said == [2.75, 2.25]


def test_that_keys_and_buttons_step(form, qtbot):
    form.number.show_value(1.0)
    qtbot.keyClick(form.number, Qt.Key_Up)
    option = QStyleOptionSpinBox()
    form.number.initStyleOption(option)
    button = form.number.style().subControlRect(QStyle.CC_SpinBox, option, QStyle.SC_SpinBoxUp, form.number)
    qtbot.mouseClick(form.number, Qt.LeftButton, pos=button.center())
    assert form.said == [1.5, 2.0]


def test_that_steps_from_an_empty_field_begin_at_zero(form, qtbot):
    form.number.show_value(8.0)
    form.number.show_value(None)
    qtbot.keyClick(form.number, Qt.Key_Up)
    assert form.said == [0.5]
    assert form.number.text() == "0.50 m"


def test_that_a_step_at_the_limit_is_no_edit(form, qtbot):
    form.whole.show_value(100)
    qtbot.keyClick(form.whole, Qt.Key_Up)
    assert form.said == []


def test_that_the_wheel_steps_only_with_the_focus(form):
    form.number.show_value(1.0)
    form.choice.show_value("left")
    turn_wheel(form.number)
    turn_wheel(form.choice)
    assert form.said == []
    assert form.number.shown_value() == 1.0
    assert form.choice.shown_value() == "left"
    form.number.setFocus()
    turn_wheel(form.number)
    assert form.said == [0.5]


def test_that_a_whole_number_is_told_as_one(form, qtbot):
    type_over(qtbot, form.whole, "42")
    qtbot.keyClick(form.whole, Qt.Key_Return)
    assert form.said == [42]
    assert isinstance(form.said[0], int)
    assert form.whole.text() == "42 px"


def test_that_a_choice_of_the_user_is_told_once(form, qtbot):
    form.choice.show_value("left")
    form.choice.setFocus()
    qtbot.keyClick(form.choice, Qt.Key_Down)
    assert form.said == ["right"]


def test_that_a_choice_that_is_not_offered_shows_nothing(form):
    form.choice.show_value("middle")
    assert form.choice.currentIndex() == -1
    assert form.choice.shown_value() is None


def test_that_the_choice_stays_when_others_are_offered(form):
    form.choice.show_value("right")
    form.choice.set_choices([("both", "Both"), ("right", "On the right")])
    assert form.choice.currentText() == "On the right"
    assert form.said == []


def test_that_a_switch_tells_of_clicks_and_keys(form, qtbot):
    form.switch.show_value(True)
    qtbot.mouseClick(form.switch, Qt.LeftButton, pos=QPoint(8, form.switch.height() // 2))
    qtbot.keyClick(form.switch, Qt.Key_Space)
    assert form.said == [False, True]
