from __future__ import annotations

from pathlib import Path

import pytest
from gui_workbench import workbench
from image_view_hand import Hand
from inline_tasks import InlineTasks
from measured_mill import measured_mill
from projects_at_hand import project_of_mill
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.gui.presenters.velocimetry import VelocimetryPresenter
from image_velocimetry_tools.gui.views.velocimetry import VelocimetryTab


class Window:
    """The tab with its real presenter and a real document."""

    def __init__(self, qtbot: QtBot, project: Project) -> None:
        self.tab = VelocimetryTab()
        qtbot.addWidget(self.tab)
        self.bench = workbench(project)
        self.presenter = VelocimetryPresenter(self.tab, self.bench)
        self.tab.resize(1240, 620)
        self.tab.show()
        qtbot.waitExposed(self.tab)
        self.hand = Hand(self.tab.vectors.imageView)
        self.table = self.tab.vectors.velocityTable

    @property
    def project(self) -> Project:
        return self.bench.document.project

    @property
    def tasks(self) -> InlineTasks:
        assert isinstance(self.bench.tasks, InlineTasks)
        return self.bench.tasks

    def place(self, row: int) -> QPoint:
        index = self.table.model().index(row, 3)
        self.table.scrollTo(index)
        return self.table.visualRect(index).center()

    def type(self, field: QWidget, text: str) -> None:
        field.setFocus()
        field.selectAll()  # type: ignore[attr-defined]
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key_Return)


@pytest.fixture(scope="module")
def measured() -> Project:
    return measured_mill()


@pytest.fixture
def window(qtbot: QtBot, measured: Project) -> Window:
    return Window(qtbot, measured)


def test_that_the_tab_fits_its_place_in_the_window(window: Window) -> None:
    assert window.tab.minimumSizeHint().width() <= 1240
    assert window.tab.minimumSizeHint().height() <= 620


def test_that_every_control_says_what_it_is_for(window: Window) -> None:
    for panel in (
        window.tab.search,
        window.tab.method,
        window.tab.measuring,
        window.tab.vectors,
        window.tab.vectors.filter,
    ):
        for name, widget in vars(panel).items():
            if name.endswith(("Field", "Button")):
                assert widget.objectName() == name
                assert widget.toolTip(), name


def test_that_a_typed_direction_is_stated(qtbot: QtBot) -> None:
    window = Window(qtbot, Project())
    field = window.tab.search.directionField
    assert field.shown_value() is None
    window.type(field, "90")
    assert window.project.velocimetry.is_direction_set
    assert window.project.velocimetry.parameters.phi_origin_deg == 90.0
    assert "expected flow direction" not in window.tab.banner.text


def test_that_a_direction_is_drawn_as_an_arrow(window: Window) -> None:
    QTest.mouseClick(window.tab.search.drawDirectionButton, Qt.LeftButton)
    window.hand.click(100.0, 100.0)
    window.hand.click(160.0, 100.0)
    assert window.project.velocimetry.parameters.phi_origin_deg == pytest.approx(90.0, abs=1.0)
    assert not window.tab.search.drawDirectionButton.isChecked()
    assert window.tab.vectors.imageView.mode == "navigate"
    assert "measure again" in window.tab.banner.text


def test_that_parameters_are_typed_and_the_length_is_even(window: Window) -> None:
    search = window.tab.search
    window.type(search.lengthPxField, "31")
    assert window.project.velocimetry.parameters.num_pixels == 32
    assert search.lengthPxField.shown_value() == 32
    window.type(search.rangeField, "25")
    window.type(search.incrementField, "2")
    window.type(search.maxVelocityField, "4")
    window.type(search.blurField, "0.7")
    parameters = window.project.velocimetry.parameters
    assert (parameters.phi_range_deg, parameters.d_phi_deg) == (25.0, 2.0)
    assert (parameters.max_velocity_mps, parameters.blur_sigma_px) == (4.0, 0.7)
    window.type(search.lengthField, "1.2")
    assert search.lengthField.value() == pytest.approx(1.2, abs=0.05)
    QTest.mouseClick(search.resetButton, Qt.LeftButton)
    assert search.rangeField.value() == 90.0


def test_that_an_expected_velocity_is_judged(window: Window) -> None:
    window.type(window.tab.search.expectedField, "0.02")
    assert "frame step" in window.tab.search.adviceLabel.text()


def test_that_a_row_selects_the_point_in_the_picture_and_back(window: Window) -> None:
    window.table.setFocus()
    QTest.mouseClick(window.table.viewport(), Qt.LeftButton, pos=window.place(3))
    layer = window.tab.vectors.imageView.annotations.get("points")
    assert layer is not None
    assert layer.selected == frozenset({3})  # type: ignore[attr-defined]
    velocities = window.project.velocities
    assert velocities is not None
    window.hand.click(*velocities.xy_px[10].tolist())
    assert window.table.selected_rows() == [10]


def test_that_search_lines_are_drawn_at_the_selected_point_only(window: Window) -> None:
    QTest.mouseClick(window.table.viewport(), Qt.LeftButton, pos=window.place(3))
    QTest.keyClick(window.tab.vectors.fansField, Qt.Key_Down)
    layer = window.tab.vectors.imageView.annotations.get("search lines")
    assert layer is not None
    assert len(layer.segments) == 1  # type: ignore[attr-defined]


def test_that_the_scale_of_the_arrows_is_typed_or_fitted(window: Window) -> None:
    vectors = window.tab.vectors
    assert vectors.scaleField.value() == 40.0
    window.type(vectors.scaleField, "20")
    shown = vectors.imageView.annotations.get("normal")
    assert shown is not None
    QTest.mouseClick(vectors.fitScaleButton, Qt.LeftButton)
    assert vectors.scaleField.value() > 20.0
    assert "across" in vectors.legendLabel.text()
    assert "reviewed" not in vectors.legendLabel.text()


def test_that_the_filter_sets_points_aside_and_zero_takes_it_back(window: Window) -> None:
    window.tab.settings.setCurrentIndex(2)
    filter_panel = window.tab.vectors.filter
    assert filter_panel.leastQualityField.text() == "automatic"
    window.type(filter_panel.leastQualityField, "0.9")
    assert window.project.discharge.least_quality == 0.9
    assert "0 of 20 points usable" in window.tab.vectors.summaryLabel.text()
    window.type(filter_panel.leastQualityField, "0")
    assert window.project.discharge.least_quality is None
    window.type(filter_panel.largestSpreadField, "50")
    assert window.project.discharge.largest_spread == 0.5
    QTest.mouseClick(filter_panel.neighboursField, Qt.LeftButton, pos=QPoint(8, 8))
    assert not window.project.discharge.tests_neighbours


def test_that_the_form_of_a_method_is_filled_in(window: Window) -> None:
    window.tab.settings.setCurrentIndex(1)
    method = window.tab.method
    choices = [method.methodField.itemData(n) for n in range(method.methodField.count())]
    steps = choices.index("klt") - choices.index("stiv")
    for _ in range(abs(steps)):
        QTest.keyClick(method.methodField, Qt.Key_Down if steps > 0 else Qt.Key_Up)
    assert window.project.velocimetry.method == "klt"
    field = method.findChild(QWidget, "setting_window_px")
    window.type(field, "21")
    assert dict(window.project.velocimetry.method_settings) == {"window_px": 21}
    assert method.findChild(QWidget, "setting_window_px") is field
    QTest.mouseClick(method.methodResetButton, Qt.LeftButton)
    assert dict(window.project.velocimetry.method_settings) == {}


def test_that_what_is_missing_disables_the_button_and_is_its_tooltip(qtbot: QtBot) -> None:
    window = Window(qtbot, Project())
    button = window.tab.measuring.measureButton
    assert not button.isEnabled()
    assert "No video is chosen" in button.toolTip()
    assert "No video is chosen" in window.tab.banner.text


def test_that_f5_measures_and_cancel_asks_to_stop(qtbot: QtBot) -> None:
    window = Window(qtbot, project_of_mill(Path("mill.mp4")))
    window.tasks.is_held = True
    panel = window.tab.measuring
    assert panel.measureButton.isEnabled()
    with qtbot.waitActive(window.tab):
        window.tab.activateWindow()
    window.tab.pages.setCurrentIndex(1)
    QTest.keyClick(window.tab, Qt.Key_F5)
    window.tab.pages.setCurrentIndex(0)
    assert panel.cancelButton.isVisible()
    assert not panel.measureButton.isEnabled()
    QTest.mouseClick(panel.cancelButton, Qt.LeftButton)
    assert panel.doingLabel.text() == "Stopping"


def test_that_space_time_images_are_the_second_page(window: Window) -> None:
    window.tab.pages.setCurrentIndex(1)
    assert window.tab.pages.tabText(1) == "Space-time images"
    assert window.tab.review.isVisible()
