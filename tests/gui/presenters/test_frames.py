from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from unittest.mock import create_autospec

import cv2
import numpy as np
import pytest
from filmed_videos import VIDEO, facts, filmed
from gui_workbench import workbench

from image_velocimetry_tools.domain.errors import VideoError
from image_velocimetry_tools.domain.project import Calibration, Project, VideoSettings
from image_velocimetry_tools.domain.video import Clip, ContrastFilters, FramePreparation, FrameSize
from image_velocimetry_tools.gui.models.workbench import Workbench
from image_velocimetry_tools.gui.presenters.frames import FramesPresenter, FramesView
from image_velocimetry_tools.services.player.listener import PlayerListener, PlayerPicture
from image_velocimetry_tools.services.player.player_service import PlayerService, PlayerSession

COLOUR = np.full((396, 704, 3), 90, np.uint8)


class Tab:
    """The presenter of the tab with all that it talks to."""

    def __init__(self, project: Project | None = None) -> None:
        self.bench: Workbench = workbench(project)
        self.view = create_autospec(FramesView, instance=True)
        self.view.deliver.side_effect = lambda work: work()
        self.player = create_autospec(PlayerService, instance=True)
        self.session = self.player.open.return_value = create_autospec(PlayerSession, instance=True)
        self.presenter = FramesPresenter(self.view, self.bench, self.player)
        self.presenter.look(True)

    @property
    def listener(self) -> PlayerListener:
        return self.player.open.call_args.args[1]

    def shows(self, frame: int = 0) -> np.ndarray:
        self.listener.on_picture(PlayerPicture(COLOUR, frame / 30, frame, True))
        return self.view.show_picture.call_args.args[0]


@pytest.fixture
def tab() -> Tab:
    return Tab(filmed(Clip(1.0, 2.0, 5)))


def test_that_the_frames_of_the_clip_are_listed(tab: Tab) -> None:
    times = tab.view.show_frames.call_args.args[0]
    assert times[:2] == ["00:00:01.000", "00:00:01.167"]
    assert len(times) == 7
    tab.view.show_current.assert_called_with(0, "Frame 1 of 7, 00:00:01.000")
    tab.view.allow.assert_called_with(True)


def test_that_one_goes_through_the_frames_and_stays_inside(tab: Tab) -> None:
    tab.presenter.next_frame()
    assert tab.session.show_exact.call_args.args[0] == pytest.approx(1.1667, abs=1e-3)
    tab.presenter.select(99)
    tab.view.show_current.assert_called_with(6, "Frame 7 of 7, 00:00:02.000")
    tab.presenter.next_frame()
    tab.presenter.previous_frame()
    tab.view.show_current.assert_called_with(5, "Frame 6 of 7, 00:00:01.833")


def test_that_frames_are_seen_upright_without_contrast_filters(tab: Tab) -> None:
    options = tab.player.open.call_args.kwargs
    assert (options["width_px"], options["preparation"]) == (704, FramePreparation())
    assert tab.shows() is COLOUR


def test_that_nothing_is_decoded_while_nobody_looks(tab: Tab) -> None:
    late = tab.listener
    tab.presenter.look(False)
    tab.session.close.assert_called_once_with()
    late.on_picture(PlayerPicture(COLOUR, 1.0, 30, True))
    tab.view.show_picture.assert_not_called()
    tab.presenter.select(3)
    assert tab.player.open.call_count == 1
    tab.presenter.look(True)
    assert tab.player.open.call_count == 2
    assert tab.session.show_exact.call_args.args[0] == pytest.approx(1.5, abs=1e-3)


def test_that_another_clip_keeps_the_place_in_the_film(tab: Tab) -> None:
    tab.presenter.select(3)
    tab.bench.document.edit("x", filmed(Clip(0.5, 2.0)))
    tab.view.show_current.assert_called_with(30, "Frame 31 of 46, 00:00:01.500")


def test_that_another_preparation_is_seen_at_once(tab: Tab) -> None:
    tab.bench.document.edit("x", filmed(Clip(1.0, 2.0, 5), FramePreparation(rotation_deg=90)))
    tab.session.set_preparation.assert_called_with(FramePreparation(rotation_deg=90))
    assert tab.view.show_frames.call_count == 1


def test_that_a_filter_is_a_preview_until_it_is_applied(tab: Tab) -> None:
    tab.presenter.set_clahe(2.0, (8, 8))
    assert tab.shows().shape == (396, 704)
    tab.view.show_filter_state.assert_called_with(
        "A preview: not yet part of the measurement", can_apply=True, can_compare=True
    )
    assert tab.bench.document.project.video.preparation.contrast.is_identity
    tab.presenter.apply_filters()
    assert tab.bench.document.project.video.preparation.contrast == ContrastFilters(2.0)
    tab.view.show_filter_state.assert_called_with(
        "All frames are measured with this contrast", can_apply=False, can_compare=True
    )
    tab.bench.document.undo()
    tab.view.show_filters.assert_called_with(ContrastFilters())
    assert tab.shows() is COLOUR


def test_that_holding_shows_the_frame_before(tab: Tab) -> None:
    tab.presenter.set_auto_contrast(1.0)
    tab.presenter.compare(True)
    assert tab.shows() is COLOUR
    tab.presenter.compare(False)
    assert tab.shows().ndim == 2


def test_that_wrong_filters_are_told_and_cannot_be_applied(tab: Tab) -> None:
    tab.presenter.set_clahe(-1.0, (0, 8))
    tab.presenter.set_auto_contrast(101.0)
    tab.view.show_filter_problems.assert_called_with(
        [
            "CLAHE clip limit must be positive",
            "CLAHE tile sizes must be positive",
            "Auto-contrast percentage must be between 0 and 100",
        ]
    )
    tab.presenter.apply_filters()
    assert tab.bench.document.project.video.preparation.contrast.is_identity


def test_that_a_frame_is_saved_as_it_is_shown(tab: Tab, tmp_path: Path) -> None:
    path = tmp_path / "frame.png"
    tab.bench.dialogs.save_file.return_value = path
    tab.presenter.save_frame()
    assert tab.bench.dialogs.save_file.call_args.args[2] == "alder_mill_1_1.000s.png"
    assert cv2.imread(str(path), cv2.IMREAD_UNCHANGED).shape == (396, 704, 3)
    tab.presenter.set_clahe(2.0, (8, 8))
    tab.presenter.save_frame()
    assert cv2.imread(str(path), cv2.IMREAD_UNCHANGED).shape == (396, 704)
    tab.bench.dialogs.save_file.return_value = None
    path.unlink()
    tab.presenter.save_frame()
    assert not path.exists()


def test_that_a_frame_becomes_the_calibration_image() -> None:
    tab = Tab(filmed(Clip(1.0, 2.0), FramePreparation(rotation_deg=90)))
    assert tab.view.show_hint.call_args.args[0]
    tab.presenter.use_as_calibration_image()
    calibration = tab.bench.document.project.calibration
    assert (calibration.image_name, calibration.image_size) == ("alder_mill_1_1.000s.jpg", FrameSize(396, 704))
    decoded = cv2.imdecode(np.frombuffer(calibration.image or b"", np.uint8), cv2.IMREAD_COLOR)
    assert decoded.shape == (704, 396, 3)
    tab.view.show_hint.assert_called_with("")
    tab.bench.dialogs.ask.assert_not_called()
    assert tab.bench.document.undo_label == "Use frame as calibration image"


def test_that_a_calibration_image_is_replaced_only_if_asked(tab: Tab) -> None:
    known = Calibration(image=b"mine", image_size=FrameSize(1, 1), image_name="site.jpg")
    tab.bench.document.edit("x", replace(tab.bench.document.project, calibration=known))
    tab.bench.dialogs.ask.return_value = False
    tab.presenter.use_as_calibration_image()
    assert tab.bench.document.project.calibration is known
    assert "site.jpg" in tab.bench.dialogs.ask.call_args.args[1]


def test_that_without_a_video_nothing_can_be_done() -> None:
    tab = Tab()
    tab.view.show_message.assert_called_with("Open a video in the Video tab to see its frames")
    tab.view.allow.assert_called_with(False)
    tab.presenter.next_frame()
    tab.presenter.save_frame()
    tab.presenter.use_as_calibration_image()
    tab.player.open.assert_not_called()
    tab.bench.dialogs.save_file.assert_not_called()


def test_that_a_bad_clip_is_told_in_place_of_frames() -> None:
    tab = Tab(filmed(Clip(2.0, 1.0)))
    tab.view.show_message.assert_called_with("End time must be greater than start time")


def test_that_a_video_that_is_gone_is_told() -> None:
    gone = Path("/gone/river.mp4")
    tab = Tab(Project(video=VideoSettings(gone, facts(gone))))
    assert "river.mp4" in tab.view.show_message.call_args.args[0]


def test_that_a_failure_of_the_player_is_told(tab: Tab) -> None:
    tab.listener.on_error(VideoError("it is damaged"))
    tab.view.show_message.assert_called_with("it is damaged.")


def test_that_closing_ends_the_thread(tab: Tab) -> None:
    tab.presenter.close()
    tab.session.close.assert_called_once_with()


def test_that_another_video_is_opened(tab: Tab) -> None:
    other = VIDEO.with_name("alder_mill_2.mp4")
    tab.bench.document.edit("x", Project(video=VideoSettings(other, facts(other))))
    assert tab.player.open.call_args.args[0] == other


def test_that_nobody_is_asked_for_a_video_while_it_is_read() -> None:
    tab = Tab()
    tab.view.show_message.assert_called_with("Open a video in the Video tab to see its frames")
    tab.bench.document.replace(Project(video=VideoSettings(VIDEO)))
    tab.view.show_message.assert_called_with("The first frame is shown here as soon as the video is read")
