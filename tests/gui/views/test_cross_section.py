from __future__ import annotations

from dataclasses import replace
from unittest.mock import MagicMock, create_autospec

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.domain.section import Bank
from image_velocimetry_tools.domain.units import METRIC
from image_velocimetry_tools.gui.models.cross_section import CurveDrawing, SectionDrawing, SurveyRow
from image_velocimetry_tools.gui.models.editable_columns import SubsectionColumn
from image_velocimetry_tools.gui.models.subsections import SubsectionRow
from image_velocimetry_tools.gui.presenters.cross_section import CrossSectionPresenter
from image_velocimetry_tools.gui.presenters.cross_section_subsections import SubsectionsEditor
from image_velocimetry_tools.gui.views.cross_section import CrossSectionTab

LINE = np.array([[20.0, 30.0], [180.0, 60.0]])


@pytest.fixture
def presenter() -> MagicMock:
    return create_autospec(CrossSectionPresenter, instance=True)


@pytest.fixture
def tab(qtbot: QtBot, presenter: MagicMock) -> CrossSectionTab:
    tab = CrossSectionTab()
    qtbot.addWidget(tab)
    tab.bind(presenter)
    tab.resize(1240, 620)
    tab.show()
    tab.show_picture(np.zeros((100, 200, 3), np.uint8), False)
    tab.show_line(LINE, ("left bank", "right bank"))
    tab.show_line_ends(LINE)
    tab.show_surveys([SurveyRow("a.csv", "CSV", 0.0, 20.0, 0.0, 0.0, Bank.LEFT)], 0)
    tab.show_points(np.array([0.0, 10.0, 20.0]), np.array([3.0, 1.0, 3.0]))
    qtbot.waitExposed(tab)
    return tab


def test_that_the_tab_fits_its_place_in_the_window(tab: CrossSectionTab) -> None:
    assert tab.minimumSizeHint().width() <= 1240
    assert tab.minimumSizeHint().height() <= 620


def test_that_two_clicks_draw_the_line_and_end_the_drawing(tab: CrossSectionTab, presenter: MagicMock) -> None:
    QTest.mouseClick(tab.drawButton, Qt.LeftButton)
    assert tab.drawButton.isChecked()
    port = tab.imageView.viewport()
    for place in (QPoint(port.width() // 3, port.height() // 2), QPoint(2 * port.width() // 3, port.height() // 2)):
        QTest.mouseClick(port, Qt.LeftButton, pos=place)
    line = presenter.draw_line.call_args.args[0]
    assert line.shape == (2, 2)
    assert line[0, 0] < line[1, 0]
    assert not tab.drawButton.isChecked()


def test_that_typed_ends_are_taken_over_together(tab: CrossSectionTab, presenter: MagicMock) -> None:
    field = tab.endFields[2]
    field.selectAll()
    QTest.keyClicks(field, "150.5")
    QTest.keyClick(field, Qt.Key_Return)
    line = presenter.set_line_ends.call_args.args[0]
    assert line == pytest.approx(np.array([[20.0, 30.0], [150.5, 60.0]]))


def test_that_showing_reports_nothing(tab: CrossSectionTab, presenter: MagicMock) -> None:
    presenter.reset_mock()
    tab.show_line_ends(LINE + 1.0)
    tab.show_start_bank(Bank.RIGHT)
    tab.show_surveys([], 0)
    tab.show_points(np.empty(0), np.empty(0))
    assert presenter.method_calls == []


def test_that_a_point_is_edited_in_its_table(tab: CrossSectionTab, presenter: MagicMock, qtbot: QtBot) -> None:
    tab.tables.setCurrentIndex(2)
    table = tab.pointsPage.pointsTable
    QTest.qWaitForWindowExposed(table)
    place = table.visualRect(table.model().index(1, 2)).center()
    QTest.mouseClick(table.viewport(), Qt.LeftButton, pos=place)
    QTest.mouseDClick(table.viewport(), Qt.LeftButton, pos=place)
    editor = table.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "1.25")
    with qtbot.waitSignal(table.edited):
        QTest.keyClick(editor, Qt.Key_Return)
    presenter.move_point.assert_called_once_with(1, 10.0, 1.25)


def test_that_points_are_added_and_deleted_at_the_selection(tab: CrossSectionTab, presenter: MagicMock) -> None:
    tab.tables.setCurrentIndex(2)
    tab.pointsPage.pointsTable.select_rows([1])
    QTest.mouseClick(tab.pointsPage.addPointButton, Qt.LeftButton)
    presenter.add_point.assert_called_once_with(1)
    QTest.mouseClick(tab.pointsPage.deletePointsButton, Qt.LeftButton)
    presenter.remove_points.assert_called_once_with([1])


def test_that_a_survey_is_flipped_and_deleted(tab: CrossSectionTab, presenter: MagicMock, qtbot: QtBot) -> None:
    tab.tables.setCurrentIndex(1)
    table = tab.surveysPage.surveysTable
    table.scrollTo(table.model().index(0, 6))
    box = table.visualRect(table.model().index(0, 6))
    with qtbot.waitSignal(table.edited):
        QTest.mouseClick(table.viewport(), Qt.LeftButton, pos=box.topLeft() + QPoint(10, box.height() // 2))
    presenter.place_survey.assert_called_once_with(0, start_edge=Bank.RIGHT)
    QTest.mouseClick(tab.surveysPage.deleteSurveyButton, Qt.LeftButton)
    presenter.remove_survey.assert_called_once_with(0)


def test_that_buttons_and_choices_reach_the_presenter(tab: CrossSectionTab, presenter: MagicMock) -> None:
    QTest.mouseClick(tab.importButton, Qt.LeftButton)
    presenter.import_survey.assert_called_once_with()
    QTest.mouseClick(tab.exportButton, Qt.LeftButton)
    presenter.export_csv.assert_called_once_with()
    QTest.mouseClick(tab.swapButton, Qt.LeftButton)
    presenter.swap_ends.assert_called_once_with()
    tab.startBankField.show_value("left")
    QTest.keyClick(tab.startBankField, Qt.Key_Down)
    presenter.set_start_bank.assert_called_once_with(Bank.RIGHT)
    QTest.keyClick(tab.plotField, Qt.Key_Down)
    presenter.choose_plot.assert_called_once()
    QTest.keyClick(tab.pictureField, Qt.Key_Down)
    presenter.choose_picture.assert_called_once_with(True)


def test_that_section_and_curves_take_each_others_place(tab: CrossSectionTab) -> None:
    tab.show_curve(CurveDrawing(np.arange(3.0), np.arange(3.0), 1.0, "Area", "m²", "m"))
    assert tab.curvePlot.isVisible()
    assert not tab.sectionPlot.isVisible()
    tab.show_section(SectionDrawing(np.arange(3.0), np.array([2.0, 0.0, 2.0]), 1.0, (0.5, 1.5), "m"))
    assert tab.sectionPlot.isVisible()
    tab.show_section(None)
    tab.show_curve(None)


def test_that_without_a_picture_nothing_can_be_drawn(tab: CrossSectionTab) -> None:
    tab.show_picture(None, False)
    tab.show_line(None, ("left bank", "right bank"))
    tab.show_line_ends(None)
    assert not tab.drawButton.isEnabled()
    assert not tab.swapButton.isEnabled()


def test_that_subsections_are_edited_divided_and_deleted_by_hand(tab: CrossSectionTab) -> None:
    editor = create_autospec(SubsectionsEditor, instance=True)
    tab.bind_subsections(editor)
    tab.tables.setCurrentWidget(tab.subsectionsPage)
    row = SubsectionRow(0.0, 8.0, 0.03, 12.0, 9.0, 1.3, 400.0, 80.0)
    tab.show_subsections([row, replace(row, first_station=8.0, last_station=20.0)], METRIC)
    table, page = tab.subsectionsPage.subsectionsTable, tab.subsectionsPage
    last_end = table.model().index(1, SubsectionColumn.END)
    assert not table.model().flags(last_end) & Qt.ItemIsEditable
    place = table.visualRect(table.model().index(1, SubsectionColumn.ROUGHNESS)).center()
    QTest.mouseClick(table.viewport(), Qt.LeftButton, pos=place)
    QTest.mouseClick(page.divideButton, Qt.LeftButton)
    QTest.mouseClick(page.deleteSubsectionButton, Qt.LeftButton)
    editor.divide.assert_called_once_with(1)
    editor.remove.assert_called_once_with(1)
    tab.show_subsections([row], METRIC)
    assert not page.deleteSubsectionButton.isEnabled()
