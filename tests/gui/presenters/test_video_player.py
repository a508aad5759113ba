from __future__ import annotations

from unittest.mock import MagicMock, create_autospec

import numpy as np
import pytest
from filmed_videos import VIDEO, filmed

from image_velocimetry_tools.domain.errors import VideoError
from image_velocimetry_tools.domain.project import VideoSettings
from image_velocimetry_tools.domain.video import Clip, FramePreparation
from image_velocimetry_tools.gui.presenters.video_player import PlayerPresenter, PlayerView
from image_velocimetry_tools.services.player.listener import PlayerListener, PlayerPicture
from image_velocimetry_tools.services.player.player_service import PlayerService, PlayerSession

PICTURE = np.zeros((4, 6, 3), np.uint8)


class Cinema:
    """A player with a session that does nothing; the test plays the part of its thread."""

    def __init__(self) -> None:
        self.view = create_autospec(PlayerView, instance=True)
        self.view.deliver.side_effect = lambda work: work()
        self.service = create_autospec(PlayerService, instance=True)
        self.service.open.side_effect = lambda *_, **__: create_autospec(PlayerSession, instance=True)
        self.sessions: list[MagicMock] = []
        self.service.open.side_effect = self._open
        self.presenter = PlayerPresenter(self.view, self.service)

    def _open(self, *args: object, **options: object) -> MagicMock:
        self.sessions.append(create_autospec(PlayerSession, instance=True))
        return self.sessions[-1]

    @property
    def session(self) -> MagicMock:
        return self.sessions[-1]

    def listener(self, opening: int = -1) -> PlayerListener:
        return self.service.open.call_args_list[opening].args[1]

    def shows(self, frame: int) -> None:
        self.listener().on_picture(PlayerPicture(PICTURE, frame / 30.0, frame, True))


@pytest.fixture
def cinema() -> Cinema:
    cinema = Cinema()
    cinema.presenter.take_video(filmed().video)
    return cinema


def test_that_an_empty_player_invites_to_open_a_video() -> None:
    cinema = Cinema()
    cinema.view.show_message.assert_called_once_with("Open a video, or drop its file here")
    for act in (lambda: cinema.presenter.toggle_playing(), lambda: cinema.presenter.step(1)):
        act()
    cinema.presenter.drag(1.0)
    cinema.presenter.seek(1.0)
    cinema.presenter.show_prepared(False)
    cinema.presenter.set_width(320)
    assert cinema.sessions == []


def test_that_a_video_opens_with_its_first_frame(cinema: Cinema) -> None:
    assert cinema.service.open.call_args.args[0] == VIDEO
    cinema.session.show_exact.assert_called_once_with(0.0)
    cinema.shows(0)
    cinema.view.show_picture.assert_called_once_with(PICTURE)
    cinema.view.show_position.assert_called_with(0.0, "00:00:00.00", "Frame 1")
    cinema.view.show_duration.assert_called_with(2.5, pytest.approx(1 / 30), "00:00:02.50")


def test_that_dragging_shows_what_is_near_and_releasing_the_exact_frame(cinema: Cinema) -> None:
    cinema.presenter.drag(1.2)
    cinema.session.show_near.assert_called_once_with(1.2)
    cinema.presenter.seek(1.3)
    cinema.session.show_exact.assert_called_with(1.3)
    cinema.presenter.seek(99.0)
    cinema.session.show_exact.assert_called_with(2.5)


def test_that_playing_and_pausing_alternate(cinema: Cinema) -> None:
    cinema.shows(10)
    cinema.presenter.toggle_playing()
    cinema.session.play.assert_called_once_with(None)
    cinema.view.show_playing.assert_called_with(True)
    cinema.presenter.toggle_playing()
    cinema.session.pause.assert_called_once_with()
    cinema.view.show_playing.assert_called_with(False)


def test_that_a_step_ends_playing(cinema: Cinema) -> None:
    cinema.presenter.toggle_playing()
    cinema.presenter.step(-1)
    cinema.session.pause.assert_called_once_with()
    cinema.session.step.assert_called_once_with(-1)


def test_that_playing_ends_at_the_end_and_begins_again_at_the_start(cinema: Cinema) -> None:
    cinema.presenter.toggle_playing()
    cinema.listener().on_paused()
    cinema.view.show_playing.assert_called_with(True)
    cinema.shows(74)
    cinema.listener().on_paused()
    cinema.view.show_playing.assert_called_with(False)
    cinema.presenter.toggle_playing()
    cinema.session.play.assert_called_with(0.0)


def test_that_hiding_pauses(cinema: Cinema) -> None:
    cinema.presenter.look(False)
    cinema.session.pause.assert_not_called()
    cinema.presenter.look(True)
    cinema.presenter.toggle_playing()
    cinema.presenter.look(False)
    cinema.session.pause.assert_called_once_with()


def test_that_frames_are_decoded_beforehand_only_while_somebody_looks_and_nothing_else_runs(cinema: Cinema) -> None:
    cinema.session.rest.assert_called_with(False)
    cinema.presenter.look(False)
    cinema.session.rest.assert_called_with(True)
    cinema.presenter.rest(True)
    cinema.presenter.look(True)
    cinema.session.rest.assert_called_with(True)
    cinema.presenter.rest(False)
    cinema.session.rest.assert_called_with(False)


def test_that_another_video_that_is_opened_out_of_sight_is_not_decoded_beforehand() -> None:
    cinema = Cinema()
    cinema.presenter.look(False)
    cinema.presenter.take_video(filmed().video)
    cinema.session.rest.assert_called_once_with(True)


def test_that_another_preparation_and_clip_need_no_new_session(cinema: Cinema) -> None:
    how = FramePreparation(rotation_deg=90)
    cinema.presenter.take_video(filmed(Clip(1.0, 2.0), how).video)
    assert len(cinema.sessions) == 1
    cinema.session.set_preparation.assert_called_once_with(how)
    cinema.view.show_clip.assert_called_with(1.0, 2.0)
    cinema.presenter.show_prepared(False)
    cinema.session.set_preparation.assert_called_with(None)
    cinema.presenter.set_width(640)
    cinema.session.set_width.assert_called_once_with(640)


def test_that_an_older_video_shows_nothing_any_more(cinema: Cinema) -> None:
    old, late = cinema.session, cinema.listener()
    video = filmed().video
    cinema.presenter.take_video(VideoSettings(VIDEO.with_name("alder_mill_2.mp4"), video.metadata))
    old.close.assert_called_once_with()
    late.on_picture(PlayerPicture(PICTURE, 1.0, 30, True))
    cinema.view.show_picture.assert_not_called()
    assert cinema.presenter.time_s == 0.0


def test_that_a_failure_is_told_in_its_own_words(cinema: Cinema) -> None:
    cinema.listener().on_error(VideoError("it is damaged", where="a.mp4"))
    cinema.view.show_message.assert_called_with("a.mp4: it is damaged.")


def test_that_closing_ends_the_session(cinema: Cinema) -> None:
    session = cinema.session
    cinema.presenter.close()
    session.close.assert_called_once_with()
    cinema.presenter.close()
    session.close.assert_called_once_with()


def test_that_a_video_that_is_gone_leaves_an_empty_player(cinema: Cinema) -> None:
    cinema.presenter.take_video(VideoSettings(VIDEO))
    cinema.view.show_message.assert_called_with("")
    cinema.view.show_duration.assert_called_with(0.0, 0.0, "00:00:00.00")
