from __future__ import annotations

import numpy as np
import pytest
from gui_workbench import workbench
from image_view_hand import Hand
from projects_at_hand import project_of_mill
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.domain.project import PointLayout, Project
from image_velocimetry_tools.gui.presenters.grid import GridPresenter
from image_velocimetry_tools.gui.views.grid import GridTab


class Window:
    """The tab with its real presenter and a real document."""

    def __init__(self, qtbot: QtBot, project: Project) -> None:
        self.tab = GridTab()
        qtbot.addWidget(self.tab)
        self.bench = workbench(project)
        self.presenter = GridPresenter(self.tab, self.bench)
        self.tab.resize(1240, 620)
        self.tab.show()
        qtbot.waitExposed(self.tab)
        self.hand = Hand(self.tab.imageView)
        self.points, self.masks = self.tab.pointsPanel, self.tab.masksPanel

    @property
    def project(self) -> Project:
        return self.bench.document.project

    def draw_square(self, x: float, y: float, side: float) -> None:
        QTest.mouseClick(self.masks.drawMaskButton, Qt.LeftButton)
        for corner in ((x, y), (x + side, y), (x + side, y + side), (x, y + side)):
            self.hand.click(*corner)
        self.hand.key(Qt.Key_Return)


@pytest.fixture(scope="module")
def project() -> Project:
    return project_of_mill()


@pytest.fixture
def window(qtbot: QtBot, project: Project) -> Window:
    return Window(qtbot, project)


def test_that_the_tab_fits_its_place_in_the_window(window: Window) -> None:
    assert window.tab.minimumSizeHint().width() <= 1240
    assert window.tab.minimumSizeHint().height() <= 620


def test_that_a_typed_number_of_points_is_laid_out(window: Window) -> None:
    field = window.points.countField
    field.selectAll()
    QTest.keyClicks(field, "12")
    QTest.keyClick(field, Qt.Key_Return)
    assert window.project.grid.count == 12
    assert "12 points" in window.points.summaryLabel.text()


def test_that_a_mask_is_drawn_by_clicks_and_ended_by_enter(window: Window) -> None:
    window.draw_square(60.0, 40.0, 50.0)
    mask = window.project.grid.mask_polygons_px[0]
    assert mask == pytest.approx(np.array([[60, 40], [110, 40], [110, 90], [60, 90]]), abs=1.0)
    assert not window.masks.drawMaskButton.isChecked()
    assert window.tab.imageView.mode == "navigate"
    assert window.masks.masksTable.selected_rows() == [0]


def test_that_a_corner_of_a_mask_is_dragged_once(window: Window) -> None:
    window.draw_square(60.0, 40.0, 50.0)
    window.hand.drag((60.0, 40.0), (40.0, 30.0))
    assert window.project.grid.mask_polygons_px[0][0] == pytest.approx([40.0, 30.0], abs=1.5)
    window.bench.document.undo()
    assert window.project.grid.mask_polygons_px[0][0] == pytest.approx([60.0, 40.0], abs=1.0)


def test_that_the_selected_mask_is_deleted_by_key_and_all_by_the_button(window: Window) -> None:
    for x in (20.0, 120.0, 200.0):
        window.draw_square(x, 40.0, 30.0)
    table = window.masks.masksTable
    index = table.model().index(1, 0)
    QTest.mouseClick(table.viewport(), Qt.LeftButton, pos=table.visualRect(index).center())
    QTest.keyClick(table, Qt.Key_Delete)
    assert [round(mask[0][0] / 10) for mask in window.project.grid.mask_polygons_px] == [2, 20]
    assert not window.masks.deleteMaskButton.isEnabled()
    QTest.mouseClick(window.masks.deleteAllButton, Qt.LeftButton)
    assert window.project.grid.mask_polygons_px == ()


def test_that_a_layout_shows_only_its_settings(window: Window) -> None:
    assert window.points.countField.isVisible()
    assert "equal cells between the edges of water" in window.points.explanationLabel.text()
    field = window.points.layoutField
    QTest.keyClick(field, Qt.Key_Down)
    QTest.keyClick(field, Qt.Key_Down)
    assert window.project.grid.layout is PointLayout.REGULAR
    assert not window.points.countField.isVisible()
    assert window.points.spacingXField.isVisible()
    assert window.points.groundXLabel.text().endswith(" m")


def test_that_a_line_of_points_is_drawn_and_dragged(window: Window) -> None:
    QTest.keyClick(window.points.layoutField, Qt.Key_Down)
    assert "Draw it on the Grid tab" in window.tab.banner.text
    QTest.mouseClick(window.points.drawLineButton, Qt.LeftButton)
    window.hand.click(40.0, 60.0)
    window.hand.click(140.0, 60.0)
    assert window.project.grid.line_px == pytest.approx(np.array([[40.0, 60.0], [140.0, 60.0]]), abs=1.0)
    assert window.tab.banner.text == ""
    window.hand.drag((140.0, 60.0), (140.0, 100.0))
    assert window.project.grid.line_px[1] == pytest.approx([140.0, 100.0], abs=1.5)


def test_that_only_one_thing_is_drawn_at_a_time(window: Window) -> None:
    QTest.keyClick(window.points.layoutField, Qt.Key_Down)
    QTest.mouseClick(window.points.drawLineButton, Qt.LeftButton)
    QTest.mouseClick(window.masks.drawMaskButton, Qt.LeftButton)
    assert not window.points.drawLineButton.isChecked()
    assert window.tab.imageView.mode == "polygon"
    QTest.mouseClick(window.points.drawLineButton, Qt.LeftButton)
    assert not window.masks.drawMaskButton.isChecked()
    assert window.tab.imageView.mode == "line"


def test_that_without_a_picture_nothing_can_be_drawn(qtbot: QtBot) -> None:
    window = Window(qtbot, Project())
    assert not window.masks.drawMaskButton.isEnabled()
    assert window.tab.banner.text


def test_that_a_corner_of_a_mask_can_be_dragged_where_a_point_lies_over_it(window: Window) -> None:
    line = window.project.section.line_px
    assert line is not None
    count = window.project.grid.count
    x, y = (line[0] + (line[1] - line[0]) * 4.5 / count).tolist()
    window.draw_square(x, y, 30.0)
    window.hand.drag((x, y), (x - 20.0, y - 20.0))
    assert window.project.grid.mask_polygons_px[0][0] == pytest.approx([x - 20.0, y - 20.0], abs=1.5)
