from __future__ import annotations

from unittest.mock import create_autospec

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDoubleSpinBox
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.gui.presenters.tools import FourPointPresenter, SampleRateForm, SampleRatePresenter
from image_velocimetry_tools.gui.views.tool_dialogs import FourPointDialog, SampleRateDialog


def _type(qtbot: QtBot, field: QDoubleSpinBox, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def test_that_figures_are_typed_and_the_step_is_used(qtbot: QtBot) -> None:
    dialog = SampleRateDialog()
    qtbot.addWidget(dialog)
    presenter = create_autospec(SampleRatePresenter, instance=True)
    dialog.bind(presenter)
    dialog.show_form(SampleRateForm(30.0, 6.0, 0.15, "ft/s", "ft", can_use=True))
    presenter.compute.assert_not_called()
    assert dialog.velocityLabel.text() == "Velocity (ft/s)"
    _type(qtbot, dialog.velocityField, "3.5")
    qtbot.keyClick(dialog.velocityField, Qt.Key.Key_Return)
    assert dialog.isVisible()
    presenter.compute.assert_called_once_with(30.0, 3.5, 0.15)
    dialog.show_answer("0.0250 s", "2", "One frame in two.")
    assert dialog.stepLabel.text() == "2"
    qtbot.mouseClick(dialog.okButton, Qt.MouseButton.LeftButton)
    presenter.use_step.assert_called_once_with()
    dialog.close_form()
    assert not dialog.isVisible()


def test_that_without_a_video_there_is_no_step_to_use(qtbot: QtBot) -> None:
    dialog = SampleRateDialog()
    qtbot.addWidget(dialog)
    dialog.bind(create_autospec(SampleRatePresenter, instance=True))
    dialog.show_form(SampleRateForm(30.0, 6.0, 0.15, "ft/s", "ft", can_use=False))
    assert not dialog.okButton.isEnabled()


def test_that_distances_are_typed_computed_and_saved(qtbot: QtBot) -> None:
    dialog = FourPointDialog()
    qtbot.addWidget(dialog)
    presenter = create_autospec(FourPointPresenter, instance=True)
    dialog.bind(presenter)
    dialog.show_form("ft")
    assert not dialog.okButton.isEnabled()
    for field, text in zip(dialog.distanceFields, ("19", "13.5", "21.5", "21.5", "23.5", "30"), strict=True):
        _type(qtbot, field, text)
    qtbot.keyClick(dialog.distanceFields[-1], Qt.Key.Key_Return)
    presenter.compute.assert_called_once_with(19.0, 13.5, 21.5, 21.5, 23.5, 30.0)
    dialog.show_points([("P", "0.000", "0.000", "0.000")], "They disagree by 0.1 ft")
    assert dialog.pointsTable.item(0, 0).text() == "P"
    assert dialog.pointsTable.horizontalHeaderItem(1).text() == "X (ft)"
    qtbot.mouseClick(dialog.okButton, Qt.MouseButton.LeftButton)
    presenter.save.assert_called_once_with()


def test_that_problems_take_the_coordinates_away(qtbot: QtBot) -> None:
    dialog = FourPointDialog()
    qtbot.addWidget(dialog)
    dialog.bind(create_autospec(FourPointPresenter, instance=True))
    dialog.show_form("m")
    dialog.show_points([("P", "0.000", "0.000", "0.000")], "fine")
    dialog.show_problems(["p (PQ): the distance must be greater than 0.", "q (QR): the same."])
    assert dialog.pointsTable.rowCount() == 0
    assert "p (PQ)" in dialog.problemLabel.text()
    assert not dialog.okButton.isEnabled()
