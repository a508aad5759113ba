from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from pytestqt.qtbot import QtBot
from window_hand import WindowHand

from image_velocimetry_tools.domain.project import Calibration, Project
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.gui.views.widgets.number_fields import NumberField
from image_velocimetry_tools.services.project_service import ProjectService


@pytest.fixture
def hand(qtbot: QtBot, tmp_path: Path) -> Iterator[WindowHand]:
    hand = WindowHand(qtbot, tmp_path / "program")
    yield hand
    hand.close()


@pytest.fixture
def saved(hand: WindowHand, tmp_path: Path) -> Path:
    path = tmp_path / "creek.ivy"
    hand.desktop.bench.document.replace(replace(Project(), display_units=DisplayUnits.METRIC))
    with hand.answering(path):
        hand.choose_action("saveProjectAs")
    return path


def begin_typing_a_level(hand: WindowHand, text: str) -> NumberField:
    field: NumberField = hand.go_to("orthorectification").settingsPanel.levelField
    hand.activate()
    field.setFocus()
    field.lineEdit().selectAll()
    QTest.keyClicks(field.lineEdit(), text)
    return field


def level_in(path: Path) -> float | None:
    return ProjectService().open(path).project.calibration.water_surface_elevation_m


def test_that_a_file_has_what_was_typed_before_its_saving(hand: WindowHand, saved: Path) -> None:
    field = begin_typing_a_level(hand, "12.345")
    hand.shortcut(Qt.Key.Key_S)
    hand.settle()
    assert level_in(saved) == pytest.approx(12.345)
    assert field.hasFocus()
    assert not hand.desktop.bench.document.is_modified


def test_that_closing_the_window_asks_about_what_was_typed_last(hand: WindowHand, saved: Path) -> None:
    begin_typing_a_level(hand, "7.5")
    with hand.answering("Save"):
        hand.window.close()
    assert level_in(saved) == pytest.approx(7.5)


def test_that_undo_in_the_menu_takes_back_what_was_typed_last(hand: WindowHand) -> None:
    hand.desktop.bench.document.edit("Flip", replace(hand.project, calibration=Calibration(flip_x=True)))
    begin_typing_a_level(hand, "12.3")
    hand.choose_action("undo")
    assert hand.project.calibration.flip_x
    assert hand.project.calibration.water_surface_elevation_m is None
    hand.choose_action("redo")
    assert hand.project.calibration.water_surface_elevation_m == pytest.approx(12.3)


def test_that_a_name_in_a_table_is_taken_over_before_saving(hand: WindowHand, saved: Path) -> None:
    panel = hand.go_to("orthorectification").pointsPanel
    table = panel.pointsTable
    hand.activate()
    hand.press(panel.addButton)
    place = table.visualRect(table.model().index(0, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    editor = hand.window.focusWidget()
    editor.selectAll()
    QTest.keyClicks(editor, "bridge pier")
    hand.shortcut(Qt.Key.Key_S)
    hand.settle()
    (point,) = ProjectService().open(saved).project.calibration.points.points
    assert point.name == "bridge pier"
