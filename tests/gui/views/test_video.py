from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from filmed_videos import VIDEO, filmed
from gui_workbench import workbench
from PyQt5.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PyQt5.QtGui import QDragEnterEvent, QDropEvent
from PyQt5.QtWidgets import QApplication, QDialogButtonBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from image_velocimetry_tools.domain.project import Project, VideoSettings
from image_velocimetry_tools.domain.video import Clip, FrameSize, LensModel
from image_velocimetry_tools.gui.models.workbench import Workbench
from image_velocimetry_tools.gui.presenters.video import VideoPresenter
from image_velocimetry_tools.gui.views.lens_dialog import LensDialog
from image_velocimetry_tools.gui.views.theme import apply_theme
from image_velocimetry_tools.gui.views.video import VideoTab
from image_velocimetry_tools.gui.views.video_stabilisation import StabilisationDialog


class Shown:
    """The tab on the screen, with a real player."""

    def __init__(self, qtbot: QtBot, project: Project) -> None:
        self.bench: Workbench = workbench(project)
        self.tab = VideoTab()
        qtbot.addWidget(self.tab)
        self.presenter = VideoPresenter(self.tab, self.bench)
        self.tab.resize(1240, 620)
        self.tab.show()
        qtbot.waitExposed(self.tab)

    @property
    def clip(self) -> Clip:
        return self.bench.document.project.video.clip

    @property
    def frame(self) -> str:
        return self.tab.player.frameLabel.text()


@pytest.fixture
def shown(qtbot: QtBot) -> Iterator[Shown]:
    shown = Shown(qtbot, filmed())
    qtbot.waitUntil(lambda: shown.frame == "Frame 1")
    yield shown
    shown.presenter.close()


def press(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def test_that_a_video_is_opened_by_the_button(qtbot: QtBot) -> None:
    shown = Shown(qtbot, Project())
    assert not shown.tab.player.playButton.isEnabled()
    shown.bench.dialogs.open_file.return_value = VIDEO
    press(qtbot, shown.tab.openVideoButton)
    qtbot.waitUntil(lambda: shown.frame == "Frame 1")
    assert shown.tab.nameLabel.whole == VIDEO.name
    assert shown.tab.player.pictureView.picture_size == (704, 396)
    shown.presenter.close()


def test_that_a_video_is_opened_by_dropping_its_file(qtbot: QtBot) -> None:
    shown = Shown(qtbot, Project())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(VIDEO))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(shown.tab, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(shown.tab, QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none))
    assert shown.bench.document.project.video.path == VIDEO
    shown.presenter.close()


def test_that_buttons_and_keys_step_by_a_frame(qtbot: QtBot, shown: Shown) -> None:
    press(qtbot, shown.tab.player.nextButton)
    qtbot.waitUntil(lambda: shown.frame == "Frame 2")
    shown.tab.player.pictureView.setFocus()
    qtbot.keyClick(shown.tab.player.pictureView, Qt.Key.Key_Period)
    qtbot.waitUntil(lambda: shown.frame == "Frame 3")
    qtbot.keyClick(shown.tab.player.pictureView, Qt.Key.Key_Comma)
    qtbot.waitUntil(lambda: shown.frame == "Frame 2")
    press(qtbot, shown.tab.player.previousButton)
    qtbot.waitUntil(lambda: shown.frame == "Frame 1")


def test_that_space_plays_to_the_end(qtbot: QtBot, shown: Shown) -> None:
    player = shown.tab.player
    shown.presenter.player.seek(2.3)
    qtbot.waitUntil(lambda: shown.frame == "Frame 70")
    player.timeSlider.setFocus()
    qtbot.keyClick(player.timeSlider, Qt.Key.Key_Space)
    assert player.playButton.property("isPlaying")
    qtbot.waitUntil(lambda: not player.playButton.property("isPlaying"))
    assert shown.frame == "Frame 75"


def test_that_hiding_the_tab_pauses(qtbot: QtBot, shown: Shown) -> None:
    press(qtbot, shown.tab.player.playButton)
    assert shown.tab.player.playButton.property("isPlaying")
    shown.tab.hide()
    assert not shown.tab.player.playButton.property("isPlaying")


def test_that_letting_the_slider_go_shows_the_exact_frame(qtbot: QtBot, shown: Shown) -> None:
    slider = shown.tab.player.timeSlider
    middle = slider.height() // 2
    dragged: list[float] = []
    slider.dragged.connect(dragged.append)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(round(slider.x_of(0.5)), middle))
    qtbot.mouseMove(slider, QPoint(round(slider.x_of(1.0)), middle))
    at = round(slider.x_of(1.5))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(at, middle))
    assert dragged
    qtbot.waitUntil(lambda: shown.presenter.player.time_s == pytest.approx(1.5, abs=0.05))
    assert shown.tab.player.timeLabel.text().startswith("00:00:01.")


@pytest.mark.parametrize(
    ("key", "frame"),
    [
        (Qt.Key.Key_Right, "Frame 2"),
        (Qt.Key.Key_PageDown, "Frame 31"),
        (Qt.Key.Key_End, "Frame 75"),
    ],
)
def test_that_keys_move_the_slider(qtbot: QtBot, shown: Shown, key: Qt.Key, frame: str) -> None:
    qtbot.keyClick(shown.tab.player.timeSlider, key)
    qtbot.waitUntil(lambda: shown.frame == frame)
    qtbot.keyClick(shown.tab.player.timeSlider, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: shown.frame == "Frame 1")


def test_that_the_clip_is_taken_from_the_player_typed_and_cleared(qtbot: QtBot, shown: Shown) -> None:
    panel = shown.tab.clip
    shown.presenter.player.seek(0.5)
    qtbot.waitUntil(lambda: shown.frame == "Frame 16")
    press(qtbot, panel.startHereButton)
    assert panel.startField.text() == "00:00:00.50"
    panel.endField.setFocus()
    qtbot.keyClicks(panel.endField, "2.0")
    qtbot.keyClick(panel.endField, Qt.Key.Key_Return)
    assert shown.clip == Clip(pytest.approx(0.5), 2.0)
    assert shown.tab.player.timeSlider.clip_s == (pytest.approx(0.5), 2.0)
    assert panel.fileNameLabel.whole == "alder_mill_1_s0.500s_e2.000s.mp4"
    press(qtbot, panel.clearButton)
    assert shown.clip == Clip()
    assert panel.startField.text() == ""


def test_that_a_bad_clip_is_told_beside_the_fields(qtbot: QtBot, shown: Shown) -> None:
    panel = shown.tab.clip
    panel.endField.setFocus()
    qtbot.keyClicks(panel.endField, "9")
    qtbot.keyClick(panel.endField, Qt.Key.Key_Return)
    assert panel.problemLabel.text() == "End time cannot exceed video duration"
    assert panel.problemLabel.isVisible()
    assert not panel.createButton.isEnabled()


def test_that_buttons_write_clip_and_frames(qtbot: QtBot, shown: Shown, tmp_path: Path) -> None:
    shown.bench.document.edit("x", filmed(Clip(0.0, 0.1)))
    shown.bench.dialogs.save_file.return_value = tmp_path / "clip.mp4"
    shown.bench.dialogs.open_folder.return_value = tmp_path / "frames"
    press(qtbot, shown.tab.clip.createButton)
    shown.tab.clip.formatField.show_value("png")
    press(qtbot, shown.tab.clip.extractButton)
    assert (tmp_path / "clip.mp4").exists()
    assert len(list((tmp_path / "frames").glob("f*.png"))) == 4


def test_that_the_frame_step_and_its_helper_work(qtbot: QtBot, shown: Shown) -> None:
    panel = shown.tab.sampling
    panel.stepField.setFocus()
    qtbot.keyClick(panel.stepField, Qt.Key.Key_Up)
    assert shown.clip.frame_step == 2
    assert panel.samplingLabel.text() == "15 fps, 66.67 ms, 38 frames"
    for field, text in ((panel.velocityField, "0.5"), (panel.pixelSizeField, "0.05")):
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, text)
        qtbot.keyClick(field, Qt.Key.Key_Return)
    press(qtbot, panel.applyAdviceButton)
    assert shown.clip.frame_step == 3


def test_that_the_preparation_is_edited_and_seen(qtbot: QtBot, shown: Shown) -> None:
    panel, player = shown.tab.preparation, shown.tab.player
    panel.rotationField.setFocus()
    qtbot.keyClick(panel.rotationField, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: player.pictureView.picture_size == (396, 704))
    press(qtbot, player.preparedField)
    qtbot.waitUntil(lambda: player.pictureView.picture_size == (704, 396))
    qtbot.keyClick(panel.flipField, Qt.Key.Key_Down)
    qtbot.keyClick(panel.curveField, Qt.Key.Key_Down)
    press(qtbot, panel.lumaField)
    press(qtbot, panel.stabilizeField)
    how = shown.bench.document.project.video.preparation
    assert (how.rotation_deg, how.flip, how.normalize_luma, how.stabilize) == (90, "hflip", True, True)
    assert how.curve_preset == "color_negative"
    shown.bench.document.undo()
    assert not panel.stabilizeField.isChecked()


def in_dialog(name: str, act: Callable[[Any], object]) -> None:
    """Do something in the next dialog, which is closed in any case."""

    def find() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(5, find)
            return
        try:
            assert dialog.objectName() == name
            act(dialog)
        finally:
            dialog.close()

    QTimer.singleShot(0, find)


def test_that_the_lens_is_entered_in_a_dialog(qtbot: QtBot, shown: Shown) -> None:
    def enter(dialog: LensDialog) -> None:
        dialog.k1Field.stepBy(-10)
        press(qtbot, dialog.buttons.button(QDialogButtonBox.Ok))

    in_dialog("lensDialog", enter)
    press(qtbot, shown.tab.preparation.lensButton)
    assert shown.bench.document.project.video.preparation.lens == LensModel(-0.1)
    in_dialog("lensDialog", lambda dialog: dialog.reject())
    press(qtbot, shown.tab.preparation.lensButton)
    press(qtbot, shown.tab.preparation.resetLensButton)
    assert shown.bench.document.project.video.preparation.lens.is_identity


def test_that_pixels_and_shares_of_the_centre_follow_each_other(qtbot: QtBot) -> None:
    dialog = LensDialog(LensModel(k2=0.01), FrameSize(704, 396))
    qtbot.addWidget(dialog)
    with qtbot.waitActive(dialog):
        dialog.show()
    for field, text in ((dialog.pixelFields[0], "176"), (dialog.shareFields[1], "0.25"), (dialog.k1Field, "-0.1")):
        field.setFocus()
        field.selectAll()
        qtbot.keyClicks(field, text)
    dialog.k2Field.setFocus()
    assert dialog.shareFields[0].value() == 0.25
    assert dialog.pixelFields[1].value() == 99.0
    assert dialog.lens == LensModel(-0.1, 0.01, 0.25, 0.25)


def test_that_opening_the_lens_dialog_again_changes_nothing(qtbot: QtBot) -> None:
    lens = LensModel(-0.1234567891, 0.01, 1 / 3, 0.123456789)
    once = LensDialog(lens, FrameSize(1921, 1081))
    qtbot.addWidget(once)
    again = LensDialog(once.lens, FrameSize(1921, 1081))
    qtbot.addWidget(again)
    assert again.lens == lens


def test_that_the_stabilisation_is_shown_in_a_window(qtbot: QtBot, shown: Shown) -> None:
    seen: list[tuple[int, int] | None] = []

    def look(dialog: StabilisationDialog) -> None:
        seen.append(dialog.beforeView.picture_size)
        dialog.reject()

    in_dialog("stabilisationDialog", look)
    shown.tab.preparation.show_stabilisation(np.zeros((4, 6, 3), np.uint8), None, "It stands still.")
    assert seen == [(6, 4)]


def test_that_a_missing_video_is_found_with_the_button_of_the_banner(qtbot: QtBot) -> None:
    shown = Shown(qtbot, Project(video=VideoSettings(Path("/gone/river.mp4"))))
    assert "is not there" in shown.tab.banner.text
    shown.bench.dialogs.open_file.return_value = VIDEO
    press(qtbot, shown.tab.banner.actionButton)
    assert shown.bench.document.project.video.path == VIDEO
    assert shown.tab.banner.text == ""
    shown.presenter.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_that_everything_has_room_in_a_small_window(qtbot: QtBot, shown: Shown, theme: str) -> None:
    apply_theme(theme)  # type: ignore[arg-type]
    try:
        qtbot.wait(1)
        assert (shown.tab.width(), shown.tab.height()) == (1240, 620)
        assert shown.tab.minimumSizeHint().width() <= 1240
        for button in shown.tab.findChildren(QPushButton):
            if button.isVisible():
                assert button.width() >= button.minimumSizeHint().width()
        assert not shown.tab.grab().isNull()
    finally:
        apply_theme("light")


def test_that_every_control_has_a_tooltip_and_a_name(shown: Shown) -> None:
    for owner in (shown.tab, shown.tab.player, shown.tab.clip, shown.tab.sampling, shown.tab.preparation):
        for name, widget in vars(owner).items():
            if name.endswith(("Button", "Field", "Slider")):
                assert widget.objectName() == name
                assert widget.toolTip(), name
