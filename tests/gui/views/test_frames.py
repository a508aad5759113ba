from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from filmed_videos import filmed
from gui_workbench import workbench
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QImage, qAlpha, qGray
from PyQt5.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.domain.video import Clip, ContrastFilters
from image_velocimetry_tools.gui.models.workbench import Workbench
from image_velocimetry_tools.gui.presenters.frames import FramesPresenter
from image_velocimetry_tools.gui.views.frames import FramesTab

DECORATION = Qt.ItemDataRole.DecorationRole


class Shown:
    """The tab on the screen, with a real player."""

    def __init__(self, qtbot: QtBot, project: Project) -> None:
        self.bench: Workbench = workbench(project)
        self.tab = FramesTab()
        qtbot.addWidget(self.tab)
        self.presenter = FramesPresenter(self.tab, self.bench)
        self.tab.resize(1240, 620)
        self.tab.show()
        qtbot.waitExposed(self.tab)


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    shown = Shown(qtbot, filmed(Clip(1.0, 2.0, 5)))
    qtbot.waitUntil(lambda: shown.tab.frameView.picture_size == (704, 396))
    yield shown
    shown.presenter.close()


def press(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def contrast(image: QImage) -> float:
    """Standard deviation of the grey values in the middle row."""
    row = image.height() // 2
    return float(np.std([qGray(image.pixel(x, row)) for x in range(image.width())]))


def test_that_the_frames_are_listed_and_one_is_seen(shown: Shown) -> None:
    assert shown.tab.frameList.model().rowCount() == 7
    assert shown.tab.titleLabel.text() == "Frame 1 of 7, 00:00:01.000"
    assert "calibration image" in shown.tab.banner.text
    assert not shown.tab.previousFrameButton.isEnabled()


def test_that_one_goes_through_the_frames_by_button_list_and_number(qtbot: QtBot, shown: Shown) -> None:
    press(qtbot, shown.tab.nextFrameButton)
    assert shown.tab.titleLabel.text().startswith("Frame 2 of 7")
    assert shown.tab.frameList.currentIndex().row() == 1
    place = shown.tab.frameList.visualRect(shown.tab.frameList.model().index(4, 0)).center()
    qtbot.mouseClick(shown.tab.frameList.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert shown.tab.titleLabel.text().startswith("Frame 5 of 7")
    qtbot.keyClick(shown.tab.frameList, Qt.Key.Key_Up)
    assert shown.tab.titleLabel.text().startswith("Frame 4 of 7")
    shown.tab.numberField.setFocus()
    shown.tab.numberField.selectAll()
    qtbot.keyClicks(shown.tab.numberField, "7")
    qtbot.keyClick(shown.tab.numberField, Qt.Key.Key_Return)
    assert shown.tab.titleLabel.text().startswith("Frame 7 of 7")
    assert not shown.tab.nextFrameButton.isEnabled()
    press(qtbot, shown.tab.previousFrameButton)
    assert shown.tab.numberField.shown_value() == 6


def test_that_filters_are_tried_compared_and_applied(qtbot: QtBot, shown: Shown) -> None:
    panel = shown.tab.contrastPanel
    assert not panel.applyButton.isEnabled()
    viewport = shown.tab.frameView.viewport()
    plain = viewport.grab().toImage()
    press(qtbot, panel.claheField)
    qtbot.waitUntil(lambda: viewport.grab().toImage() != plain)
    filtered = viewport.grab().toImage()
    qtbot.mousePress(panel.compareButton, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: contrast(viewport.grab().toImage()) < contrast(filtered) - 5)
    qtbot.mouseRelease(panel.compareButton, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: contrast(viewport.grab().toImage()) > contrast(filtered) - 1)
    press(qtbot, panel.autoContrastField)
    panel.clipLimitField.setFocus()
    qtbot.keyClick(panel.clipLimitField, Qt.Key.Key_Up)
    press(qtbot, panel.applyButton)
    assert shown.bench.document.project.video.preparation.contrast == ContrastFilters(2.5, (8, 8), 1.0)
    press(qtbot, panel.claheField)
    press(qtbot, panel.autoContrastField)
    press(qtbot, panel.applyButton)
    assert shown.bench.document.project.video.preparation.contrast.is_identity


def test_that_a_wrong_filter_is_told(qtbot: QtBot, shown: Shown) -> None:
    panel = shown.tab.contrastPanel
    press(qtbot, panel.claheField)
    panel.tilesAcrossField.setFocus()
    panel.tilesAcrossField.selectAll()
    qtbot.keyClicks(panel.tilesAcrossField, "0")
    qtbot.keyClick(panel.tilesAcrossField, Qt.Key.Key_Return)
    assert panel.problemLabel.text() == "CLAHE tile sizes must be positive"
    assert not panel.applyButton.isEnabled()


def test_that_the_frame_becomes_the_calibration_image_and_is_saved(qtbot: QtBot, shown: Shown, tmp_path: Path) -> None:
    shown.bench.dialogs.save_file.return_value = tmp_path / "frame.jpg"
    press(qtbot, shown.tab.saveFrameButton)
    assert (tmp_path / "frame.jpg").exists()
    press(qtbot, shown.tab.calibrationButton)
    assert shown.bench.document.project.calibration.image is not None
    assert shown.tab.banner.text == ""


def test_that_a_hidden_tab_has_no_thread_and_comes_back(qtbot: QtBot, shown: Shown) -> None:
    shown.tab.hide()
    shown.tab.show_message("")
    shown.tab.show()
    qtbot.waitUntil(lambda: shown.tab.frameView.picture_size == (704, 396))


def test_that_an_empty_tab_says_what_to_do(qtbot: QtBot) -> None:
    shown = Shown(qtbot, Project())
    assert not shown.tab.calibrationButton.isEnabled()
    assert not shown.tab.numberField.isEnabled()
    assert shown.tab.minimumSizeHint().width() <= 1240
    assert shown.tab.minimumSizeHint().height() <= 620
    shown.presenter.close()


def test_that_every_control_has_a_tooltip_and_a_name(shown: Shown) -> None:
    for owner in (shown.tab, shown.tab.contrastPanel):
        for name, widget in vars(owner).items():
            if name.endswith(("Button", "Field", "List")):
                assert widget.objectName() == name
                assert widget.toolTip(), name


def thumbnails(shown: Shown) -> list[int]:
    """Rows with a picture that is not blank."""
    rows = shown.tab.frameList.rows
    return [row for row in range(rows.rowCount()) if _is_filled(rows.index(row, 0).data(DECORATION).toImage())]


def _is_filled(image: QImage) -> bool:
    return qAlpha(image.pixel(image.width() // 2, image.height() // 2)) > 0


def test_that_the_list_shows_small_pictures_of_the_frames(qtbot: QtBot, shown: Shown) -> None:
    qtbot.waitUntil(lambda: thumbnails(shown) == list(range(7)))
    picture = shown.tab.frameList.rows.index(0, 0).data(DECORATION)
    assert (picture.width(), picture.height()) == (64, 36)


def test_that_pictures_are_made_for_the_rows_that_are_scrolled_to(qtbot: QtBot) -> None:
    long = Shown(qtbot, filmed(Clip()))
    try:
        long.tab.resize(1240, 300)
        qtbot.waitUntil(lambda: 0 in thumbnails(long))
        assert 70 not in thumbnails(long)
        long.tab.frameList.scrollToBottom()
        qtbot.waitUntil(lambda: 74 in thumbnails(long))
    finally:
        long.presenter.close()
