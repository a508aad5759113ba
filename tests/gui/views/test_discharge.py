from __future__ import annotations

import pytest
from gui_workbench import workbench
from measured_mill import measured_mill
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.gui.presenters.discharge import DischargePresenter
from image_velocimetry_tools.gui.views.discharge import DischargeTab


class Window:
    """The tab with its real presenter and a real document."""

    def __init__(self, qtbot: QtBot, project: Project) -> None:
        self.tab = DischargeTab()
        qtbot.addWidget(self.tab)
        self.bench = workbench(project)
        self.presenter = DischargePresenter(self.tab, self.bench)
        self.tab.resize(1240, 620)
        self.tab.show()
        qtbot.waitExposed(self.tab)
        self.table = self.tab.stationTable

    @property
    def project(self) -> Project:
        return self.bench.document.project

    def cell(self, row: int, column: int) -> QPoint:
        index = self.table.model().index(row, column)
        self.table.scrollTo(index)
        return self.table.visualRect(index).center()

    def click_row(self, row: int) -> None:
        QTest.mouseClick(self.table.viewport(), Qt.LeftButton, pos=self.cell(row, 2))

    def type(self, row: int, column: int, text: str, qtbot: QtBot) -> None:
        place = self.cell(row, column)
        QTest.mouseClick(self.table.viewport(), Qt.LeftButton, pos=place)
        QTest.mouseDClick(self.table.viewport(), Qt.LeftButton, pos=place)
        editor = self.table.findChild(QLineEdit)
        editor.selectAll()
        QTest.keyClicks(editor, text)
        with qtbot.waitSignal(self.table.edited):
            QTest.keyClick(editor, Qt.Key_Return)


@pytest.fixture(scope="module")
def project() -> Project:
    return measured_mill()


@pytest.fixture
def window(qtbot: QtBot, project: Project) -> Window:
    return Window(qtbot, project)


def test_that_the_tab_fits_its_place_in_the_window(window: Window) -> None:
    assert window.tab.minimumSizeHint().width() <= 1240
    assert window.tab.minimumSizeHint().height() <= 620


def test_that_selected_stations_are_set_aside_used_again_and_reset(window: Window) -> None:
    window.click_row(3)
    QTest.mouseClick(window.tab.setAsideButton, Qt.LeftButton)
    assert window.project.discharge.stations[2].is_used is False
    assert window.table.model().index(3, 10).data() == "filled from its neighbours"
    QTest.mouseClick(window.tab.useButton, Qt.LeftButton)
    assert window.project.discharge.stations[2].is_used is True
    QTest.mouseClick(window.tab.resetButton, Qt.LeftButton)
    assert dict(window.project.discharge.stations) == {}


def test_that_a_click_into_the_box_of_a_station_decides_about_it(window: Window, qtbot: QtBot) -> None:
    index = window.table.model().index(4, 1)
    box = window.table.visualRect(index)
    with qtbot.waitSignal(window.table.edited):
        QTest.mouseClick(window.table.viewport(), Qt.LeftButton, pos=box.topLeft() + QPoint(10, box.height() // 2))
    assert window.project.discharge.stations[3].is_used is False


def test_that_a_velocity_and_an_alpha_are_typed_into_the_table(window: Window, qtbot: QtBot) -> None:
    before = window.tab.resultPanel.totalLabel.text()
    window.type(2, 6, "2.5", qtbot)
    window.type(3, 7, "0.7", qtbot)
    assert window.project.discharge.stations[1].velocity_mps == 2.5
    assert window.project.discharge.stations[2].alpha == 0.7
    assert window.tab.resultPanel.totalLabel.text() != before


def test_that_alpha_of_all_is_typed_below_the_plots(window: Window) -> None:
    field = window.tab.alphaField
    field.selectAll()
    QTest.keyClicks(field, "0.9")
    QTest.keyClick(field, Qt.Key_Return)
    assert window.project.discharge.alpha == 0.9


def test_that_an_alpha_above_one_is_refused_in_its_field(window: Window) -> None:
    field = window.tab.alphaField
    field.selectAll()
    QTest.keyClicks(field, "1.2")
    QTest.keyClick(field, Qt.Key_Return)
    assert "outside 0.001 to 1" in field.toolTip()
    assert window.project.discharge.alpha == 0.85


def test_that_a_click_on_a_bar_selects_the_row_and_back(window: Window) -> None:
    window.tab.dischargeBars.bar_clicked.emit(5)
    assert window.table.selected_rows() == [5]
    window.click_row(2)
    assert window.tab.dischargeBars._highlighted == 2
    window.tab.sectionPlot.station_clicked.emit(4)
    assert window.table.selected_rows() == [4]


def test_that_edges_of_water_cannot_be_edited(window: Window) -> None:
    flags = window.table.model().flags(window.table.model().index(0, 6))
    assert not flags & Qt.ItemIsEditable
    window.tab.dischargeBars.bar_clicked.emit(0)
    assert window.table.selected_rows() == []


def test_that_gap_rule_and_rating_are_chosen_by_key(window: Window) -> None:
    QTest.keyClick(window.tab.gapField, Qt.Key_Down)
    assert window.project.discharge.gap_rule == "drop"
    QTest.keyClick(window.tab.resultPanel.ratingField, Qt.Key_Down)
    assert window.project.discharge.rating == "Excellent"


def test_that_the_verdict_stands_beside_the_total_in_its_colour(window: Window) -> None:
    label = window.tab.resultPanel.verdictLabel
    assert "good" in label.text()
    assert "#dff2e1" in label.styleSheet()


def test_that_an_empty_project_shows_what_to_do_and_nothing_else(qtbot: QtBot) -> None:
    window = Window(qtbot, Project())
    assert "no velocities" in window.tab.banner.text
    assert window.tab.resultPanel.totalLabel.text() == "–"
    assert not window.tab.useButton.isEnabled()
