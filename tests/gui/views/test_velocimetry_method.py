from __future__ import annotations

from typing import Any
from unittest.mock import MagicMock, create_autospec

import pytest
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.gui.models.velocimetry_method import MethodSetting
from image_velocimetry_tools.gui.presenters.velocimetry_method import MethodPresenter
from image_velocimetry_tools.gui.views.velocimetry_method import MethodPanel

SETTINGS = (
    MethodSetting("reach_m", "Reach (m)", "number", 2.0, "Reach", 0.0, 5.0),
    MethodSetting("windows", "Windows", "whole", 3, "Windows", 1, 9),
    MethodSetting("is_fast", "Fast", "switch", False, "Whether it hurries"),
    MethodSetting("kind", "Kind", "choice", "a", "Kind", choices=("a", "b")),
    MethodSetting("note", "Note", "text", "", "Note"),
)


class Form:
    """The panel with a form of one field of every kind."""

    def __init__(self, qtbot: QtBot) -> None:
        self.panel = MethodPanel()
        qtbot.addWidget(self.panel)
        self.presenter: MagicMock = create_autospec(MethodPresenter, instance=True)
        self.panel.bind(self.presenter)
        self.panel.show_settings(SETTINGS)
        self.panel.show()
        qtbot.waitExposed(self.panel)

    def field(self, name: str) -> Any:
        return self.panel.findChild(QWidget, f"setting_{name}")


@pytest.fixture
def form(qtbot: QtBot) -> Form:
    return Form(qtbot)


@pytest.mark.parametrize(("name", "text", "value"), [("reach_m", "1.5", 1.5), ("windows", "7", 7), ("note", "x", "x")])
def test_that_typed_values_are_reported(form: Form, name: str, text: str, value: object) -> None:
    field = form.field(name)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key_Return)
    form.presenter.set_value.assert_called_once_with(name, value)


def test_that_a_switch_and_a_choice_are_reported(form: Form) -> None:
    QTest.mouseClick(form.field("is_fast"), Qt.LeftButton, pos=QPoint(8, form.field("is_fast").height() // 2))
    form.presenter.set_value.assert_called_once_with("is_fast", True)
    QTest.keyClick(form.field("kind"), Qt.Key_Down)
    form.presenter.set_value.assert_called_with("kind", "b")


def test_that_shown_values_are_not_echoed(form: Form) -> None:
    other = (1.0, 4, True, "b", "text")
    form.panel.show_settings(
        [MethodSetting(s.name, s.label, s.kind, v, s.help, s.minimum, s.maximum, s.choices)
         for s, v in zip(SETTINGS, other, strict=True)]
    )  # fmt: skip
    assert form.field("windows").value() == 4
    assert form.field("note").text() == "text"
    assert form.field("is_fast").isChecked()
    form.presenter.set_value.assert_not_called()


def test_that_another_method_has_another_form(form: Form) -> None:
    form.panel.show_settings(SETTINGS[:1])
    assert form.panel.findChild(QWidget, "setting_windows") is None or not form.field("windows").isVisible()
    assert form.field("reach_m").toolTip() == "Reach"
    form.panel.show_settings(())
    assert not form.panel.methodResetButton.isEnabled()
