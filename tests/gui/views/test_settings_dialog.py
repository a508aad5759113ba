from __future__ import annotations

from unittest.mock import create_autospec

from PyQt5.QtCore import Qt
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.gui.presenters.settings import SettingsPresenter, ShownSettings
from image_velocimetry_tools.gui.views.settings_dialog import SettingsDialog

SHOWN = ShownSettings("Ada", DisplayUnits.METRIC, "light", "A4", 2.0)


def test_that_settings_are_shown_changed_and_confirmed(qtbot: QtBot) -> None:
    dialog = SettingsDialog()
    qtbot.addWidget(dialog)
    presenter = create_autospec(SettingsPresenter, instance=True)
    dialog.bind(presenter)
    dialog.show_form(SHOWN)
    assert dialog.userField.text() == "Ada"
    dialog.userField.clear()
    qtbot.keyClicks(dialog.userField, "Grace")
    for box, text in ((dialog.unitsBox, "English"), (dialog.themeBox, "Dark"), (dialog.pageBox, "Letter")):
        box.setFocus()
        qtbot.keyClicks(box, text)
    qtbot.mouseClick(dialog.okButton, Qt.MouseButton.LeftButton)
    presenter.accept.assert_called_once_with(ShownSettings("Grace", DisplayUnits.ENGLISH, "dark", "Letter", 2.0))


def test_that_a_problem_is_shown_and_escape_leaves_everything(qtbot: QtBot) -> None:
    dialog = SettingsDialog()
    qtbot.addWidget(dialog)
    presenter = create_autospec(SettingsPresenter, instance=True)
    dialog.bind(presenter)
    dialog.show_form(SHOWN)
    dialog.show_problem("Too often")
    assert dialog.problemLabel.text() == "Too often"
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    presenter.accept.assert_not_called()
