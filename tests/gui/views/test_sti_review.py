from __future__ import annotations

import pytest
from gui_workbench import workbench
from image_view_hand import Hand
from measured_mill import measured_mill
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.gui.presenters.sti_review import StiReviewPresenter
from image_velocimetry_tools.gui.views.sti_review import StiReviewPage


class Window:
    """The page with its real presenter and a real document."""

    def __init__(self, qtbot: QtBot, project: Project) -> None:
        self.page = StiReviewPage()
        qtbot.addWidget(self.page)
        self.bench = workbench(project)
        self.presenter = StiReviewPresenter(self.page, self.bench)
        self.page.resize(1240, 580)
        self.page.show()
        qtbot.waitExposed(self.page)

    @property
    def project(self) -> Project:
        return self.bench.document.project


@pytest.fixture(scope="module")
def project() -> Project:
    return measured_mill()


@pytest.fixture
def window(qtbot: QtBot, project: Project) -> Window:
    return Window(qtbot, project)


def test_that_the_page_fits_its_place_in_the_window(window: Window) -> None:
    assert window.page.minimumSizeHint().width() <= 1240
    assert window.page.minimumSizeHint().height() <= 580


def test_that_two_clicks_on_the_image_read_a_velocity(window: Window) -> None:
    QTest.mouseClick(window.page.drawButton, Qt.LeftButton)
    hand = Hand(window.page.imageView)
    hand.click(10.0, 5.0)
    hand.click(40.0, 30.0)
    lines = window.project.reviews[0].lines_px
    assert len(lines) == 1
    assert lines[0][0] == pytest.approx(10.0, abs=0.6)
    assert lines[0][2] == pytest.approx(40.0, abs=0.6)
    assert "reviewed <b>" in window.page.readingLabel.text()
    QTest.mouseClick(window.page.removeButton, Qt.LeftButton)
    assert dict(window.project.reviews) == {}


def test_that_upstream_comment_and_revert_work_by_mouse_and_key(window: Window) -> None:
    QTest.mouseClick(window.page.upstreamField, Qt.LeftButton)
    window.page.commentEdit.setFocus()
    QTest.keyClicks(window.page.commentEdit, "glare")
    QTest.keyClick(window.page.commentEdit, Qt.Key_Return)
    review = window.project.reviews[0]
    assert review.is_upstream
    assert review.comment == "glare"
    QTest.mouseClick(window.page.revertButton, Qt.LeftButton)
    assert not window.project.reviews[0].is_upstream


def test_that_a_comment_stays_with_its_point_when_a_page_key_leaves_it(window: Window) -> None:
    window.page.commentEdit.setFocus()
    QTest.keyClicks(window.page.commentEdit, "glare")
    QTest.keyClick(window.page.commentEdit, Qt.Key_PageDown)
    assert window.page.readingLabel.text().startswith("Point 2:")
    assert window.page.commentEdit.text() == ""
    assert {point: review.comment for point, review in window.project.reviews.items()} == {0: "glare"}


def test_that_page_keys_and_buttons_go_through_the_points(window: Window) -> None:
    QTest.mouseClick(window.page.nextButton, Qt.LeftButton)
    assert window.page.readingLabel.text().startswith("Point 2:")
    QTest.mouseClick(window.page.previousButton, Qt.LeftButton)
    assert window.page.readingLabel.text().startswith("Point 1:")


def test_that_a_click_in_the_list_shows_the_image(window: Window) -> None:
    table = window.page.stiList
    QTest.mouseClick(table.viewport(), Qt.LeftButton, pos=table.visualRect(table.model().index(2, 1)).center())
    assert window.page.readingLabel.text().startswith("Point 3:")


def test_that_the_list_is_narrowed_by_the_filters(window: Window) -> None:
    QTest.keyClick(window.page.filterField, Qt.Key_Down)
    assert window.page.stiList.model().rowCount() == 0
    QTest.keyClick(window.page.filterField, Qt.Key_Up)
    field = window.page.qualityField
    field.selectAll()
    QTest.keyClicks(field, "0.9")
    QTest.keyClick(field, Qt.Key_Return)
    assert window.page.stiList.model().rowCount() > 0


def test_that_stretching_the_contrast_changes_the_picture_only(window: Window, project: Project) -> None:
    QTest.mouseClick(window.page.stretchField, Qt.LeftButton)
    assert window.project is project


def test_that_an_empty_project_shows_an_empty_page(qtbot: QtBot) -> None:
    window = Window(qtbot, Project())
    assert window.page.readingLabel.text() == "No point is chosen"
    assert not window.page.drawButton.isEnabled()


def test_that_time_and_place_under_the_cursor_are_told(window: Window) -> None:
    hand = Hand(window.page.imageView)
    hand.move(30.0, 5.0)
    velocities = window.project.velocities
    assert velocities is not None
    assert window.page.cursorLabel.text().startswith(f"Time {30.0 * velocities.interval_s:.1f}")
    assert window.page.cursorLabel.text().endswith("along the search line")
