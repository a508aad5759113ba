"""Nothing in the window is cut off, overlaps or sticks out: every tab, both units, both looks, empty and measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from layout_findings import findings, report, size_findings
from measured_mill import measured_mill
from PyQt5.QtWidgets import QApplication, QDialog, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from window_hand import WindowHand

from image_velocimetry_tools.domain.project import PointReview, Project
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.gui.views.widgets.tables import Column, Table


@pytest.fixture
def hand(qtbot: QtBot, tmp_path: Path) -> Iterator[WindowHand]:
    hand = WindowHand(qtbot, tmp_path / "program")
    yield hand
    hand.close()


def show(hand: WindowHand, project: Project) -> None:
    hand.desktop.bench.document.replace(project, None)
    hand.settle()


def reviewed_mill(units: DisplayUnits) -> Project:
    reviews = {3: PointReview(lines_px=((10.0, 3.0, 30.0, 20.0),), comment="Drawn along the streak of a leaf")}
    return replace(measured_mill(), reviews=reviews, display_units=units)


def found_in_all_tabs(hand: WindowHand) -> list[str]:
    found = size_findings(hand.window)
    tabs = hand.window.tabWidget
    for place in range(tabs.count()):
        tabs.setCurrentIndex(place)
        hand.qtbot.wait(1)
        hand.settle()
        found += report(tabs.tabText(place), findings(hand.window))
        pages = tabs.currentWidget().findChild(QTabWidget, "pages")
        if pages is not None:
            pages.setCurrentIndex(1)
            hand.qtbot.wait(1)
            found += report("Space-time images", findings(hand.window))
            pages.setCurrentIndex(0)
    return found


@pytest.mark.parametrize("units", DisplayUnits)
def test_that_every_text_of_a_measured_project_can_be_read(hand: WindowHand, units: DisplayUnits) -> None:
    show(hand, reviewed_mill(units))
    assert found_in_all_tabs(hand) == []


@pytest.mark.parametrize("units", DisplayUnits)
def test_that_every_text_of_an_empty_project_can_be_read(hand: WindowHand, units: DisplayUnits) -> None:
    show(hand, Project(display_units=units))
    assert found_in_all_tabs(hand) == []


def test_that_every_text_can_be_read_in_the_dark(hand: WindowHand) -> None:
    show(hand, reviewed_mill(DisplayUnits.ENGLISH))
    hand.window.presenter.choose_theme("dark")
    try:
        assert found_in_all_tabs(hand) == []
    finally:
        hand.window.presenter.choose_theme("light")


def test_that_a_larger_window_shows_every_text_too(hand: WindowHand) -> None:
    show(hand, reviewed_mill(DisplayUnits.ENGLISH))
    hand.window.resize(1920, 1080)
    assert found_in_all_tabs(hand) == []


@pytest.mark.parametrize("name", ["settings", "comments", "sample_rate", "four_point"])
def test_that_every_text_of_a_box_can_be_read(hand: WindowHand, name: str) -> None:
    show(hand, reviewed_mill(DisplayUnits.ENGLISH))
    getattr(hand.desktop, name).begin()
    box = QApplication.activeModalWidget()
    assert isinstance(box, QDialog)
    assert findings(box) == []
    box.reject()


def test_that_texts_without_room_and_widgets_on_each_other_are_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    narrow, low = QLabel("a text that needs far more room", window), QLabel("three words here " * 9, window)
    narrow.setGeometry(0, 0, 40, 20)
    low.setWordWrap(True)
    low.setGeometry(0, 30, 90, 16)
    outside = QPushButton("Button", window)
    outside.setGeometry(500, 60, 90, 24)
    for widget, name in ((narrow, "narrow"), (low, "low"), (outside, "outside"), (window, "window")):
        widget.setObjectName(name)
    window.resize(300, 200)
    window.show()
    found = " ".join(findings(window))
    for said in ("narrow in window shows", "low in window is too low", "outside in window sticks out"):
        assert said in found


def test_that_widgets_that_are_laid_out_on_each_other_are_found(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    for _ in range(2):
        column.addWidget(QPushButton("Button"))
    window.show()
    assert findings(window) == []
    column.itemAt(1).widget().setGeometry(column.itemAt(0).widget().geometry())
    assert any("overlap" in sentence for sentence in findings(window))


def test_that_titles_wider_than_their_columns_are_found(qtbot: QtBot) -> None:
    table = Table((Column("Water surface elevation"), Column("Area")))
    window = QWidget()
    QVBoxLayout(window).addWidget(table)
    qtbot.addWidget(window)
    window.show()
    assert findings(window) == []
    table.setColumnWidth(0, 60)
    assert any("Water surface elevation" in sentence for sentence in findings(window))
