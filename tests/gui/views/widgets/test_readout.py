"""The line below plots: it follows the cursor, keeps what a click says, and does not stand in the way of clicks."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QVBoxLayout, QWidget

from image_velocimetry_tools.gui.models.readings import Figure, Readings
from image_velocimetry_tools.gui.views.widgets.plots import Readout, SectionPlot

X, Y = np.array([0.0, 5.0, 10.0]), np.array([3.0, 1.0, 3.0])
READINGS = Readings(X, Y, (Figure("Station", X, "m"), Figure("elevation", Y, "m")))
MIDDLE = "Station 5.000 m, elevation 1.000 m"


class Page(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.plot = SectionPlot(self)
        self.readout = Readout(self.plot, parent=self)
        layout = QVBoxLayout(self)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.readout)

    def hover(self, x: float, y: float) -> QPoint:
        place = self.plot.widget_position(x, y).toPoint()
        viewport = self.plot.canvas.viewport()
        QTest.mouseMove(viewport, place + QPoint(3, 3))
        QTest.mouseMove(viewport, place)
        QApplication.processEvents()
        return place

    def click(self, x: float, y: float) -> None:
        QTest.mouseClick(self.plot.canvas.viewport(), Qt.LeftButton, pos=self.hover(x, y))

    def leave(self) -> None:
        QApplication.sendEvent(self.plot.canvas.viewport(), QEvent(QEvent.Type.Leave))


@pytest.fixture
def page(qtbot) -> Page:
    page = Page()
    qtbot.addWidget(page)
    page.resize(700, 400)
    page.show()
    qtbot.waitExposed(page)
    page.plot.show_bed(X, Y)
    page.plot.show_stations(X, 2.0)
    page.plot.show_readings(READINGS)
    QApplication.processEvents()
    return page


def test_that_the_line_follows_the_cursor_and_snaps_to_the_nearest_point(page: Page) -> None:
    page.hover(5.8, 2.5)
    assert page.readout.readLabel.text() == MIDDLE
    page.hover(9.0, 2.5)
    assert page.readout.readLabel.text().startswith("Station 10.000 m")
    page.leave()
    assert page.readout.readLabel.text() == ""


def test_that_a_click_keeps_what_is_read_for_copying(page: Page, qtbot) -> None:
    assert not page.readout.copyReadingButton.isEnabled()
    page.click(5.0, 2.0)
    page.hover(9.0, 2.5)
    page.leave()
    assert page.readout.readLabel.text() == MIDDLE
    qtbot.mouseClick(page.readout.copyReadingButton, Qt.LeftButton)
    assert QApplication.clipboard().text() == MIDDLE


def test_that_a_click_still_chooses_a_station(page: Page, qtbot) -> None:
    with qtbot.waitSignal(page.plot.station_clicked) as signal:
        page.click(5.0, 2.0)
    assert signal.args == [1]


def test_that_other_values_take_away_what_was_kept(page: Page) -> None:
    page.click(5.0, 2.0)
    page.plot.show_readings(None)
    page.leave()
    assert page.readout.shown_text() == ""
    page.hover(5.0, 2.0)
    assert page.readout.shown_text() == ""


def test_that_the_left_button_zooms_or_moves_as_chosen(page: Page, qtbot) -> None:
    box = page.plot._box
    qtbot.mouseClick(page.readout.panButton, Qt.LeftButton)
    assert box.state["mouseMode"] == box.PanMode
    qtbot.mouseClick(page.readout.zoomButton, Qt.LeftButton)
    assert box.state["mouseMode"] == box.RectMode


def test_that_the_whole_plot_comes_back(page: Page, qtbot) -> None:
    page.plot._box.setRange(xRange=(4, 5), yRange=(1, 2))
    qtbot.mouseClick(page.readout.showAllButton, Qt.LeftButton)
    QApplication.processEvents()
    (left, right), _ = page.plot._box.viewRange()
    assert left <= 0.0
    assert right >= 10.0


def test_that_a_long_text_does_not_widen_the_window(page: Page) -> None:
    long = Readings(X, Y, (Figure("Station " * 40, X, "m"),))
    page.plot.show_readings(long)
    page.hover(5.0, 2.0)
    assert page.readout.minimumSizeHint().width() < 400
    assert page.readout.readLabel.text().endswith("…")
    assert page.readout.readLabel.toolTip() == long.text(1)
