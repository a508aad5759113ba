"""What a player shows, when, and that nothing is left when it is closed."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from image_velocimetry_tools.domain.errors import IvyError, VideoError
from image_velocimetry_tools.domain.video import FramePreparation, LensModel
from image_velocimetry_tools.services.player.listener import PlayerListener, PlayerPicture, PlayerVideo
from image_velocimetry_tools.services.player.player_service import PlayerService, PlayerSession
from image_velocimetry_tools.services.video_service import VideoService


class Audience:
    """Remembers all that a session tells, and waits for it."""

    def __init__(self) -> None:
        self.pictures: list[PlayerPicture] = []
        self.arrivals_s: list[float] = []
        self.errors: list[IvyError] = []
        self.videos: list[PlayerVideo] = []
        self.pauses = 0
        self._changed = threading.Condition()
        self.listener = PlayerListener(self._picture, self._add(self.errors), self._add(self.videos), self._pause)

    def wait_for(self, is_so: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(is_so, timeout=20)

    def wait_for_frame(self, number: int) -> PlayerPicture:
        self.wait_for(lambda: bool(self.pictures) and self.pictures[-1].frame_index == number)
        return self.pictures[-1]

    @property
    def frames(self) -> list[int]:
        return [picture.frame_index for picture in self.pictures]

    def _picture(self, picture: PlayerPicture) -> None:
        with self._changed:
            self.pictures.append(picture)
            self.arrivals_s.append(time.perf_counter())
            self._changed.notify_all()

    def _add(self, things: list) -> Callable[[object], None]:
        def add(thing: object) -> None:
            with self._changed:
                things.append(thing)
                self._changed.notify_all()

        return add

    def _pause(self) -> None:
        with self._changed:
            self.pauses += 1
            self._changed.notify_all()


@pytest.fixture
def audience() -> Audience:
    return Audience()


@pytest.fixture
def session(mill_path: Path, audience: Audience) -> Iterator[PlayerSession]:
    opened = PlayerService().open(mill_path, audience.listener, width_px=320)
    audience.wait_for(lambda: bool(audience.videos))
    yield opened
    opened.close()


def test_that_opening_tells_the_facts_and_times_of_the_video(
    session: PlayerSession, audience: Audience, mill_path: Path
) -> None:
    (video,) = audience.videos
    assert video.metadata == VideoService().probe(mill_path)
    assert len(video.times_s) == video.metadata.frame_count
    assert audience.pictures == []


def test_that_an_exact_picture_is_the_frame_of_its_time(
    session: PlayerSession, audience: Audience, mill_path: Path
) -> None:
    time_s = float(audience.videos[0].times_s[40])
    session.set_width(10_000)
    session.show_exact(time_s)
    shown = audience.wait_for_frame(40)
    assert shown.is_exact
    assert shown.time_s == time_s
    grey = VideoService().first_picture(mill_path, time_s, FramePreparation(normalize_luma=True))
    assert np.abs(shown.picture.mean(axis=2) - grey).mean() < 3.0


def test_that_dragging_shows_something_at_once_and_comes_nearer(session: PlayerSession, audience: Audience) -> None:
    session.show_near(float(audience.videos[0].times_s[50]))
    assert audience.wait_for_frame(50).is_exact
    assert all(picture.is_exact == (picture.frame_index == 50) for picture in audience.pictures)


def test_that_steps_add_up_from_what_was_asked_for(session: PlayerSession, audience: Audience) -> None:
    session.show_exact(float(audience.videos[0].times_s[30]))
    for step in (1, 1, 1, -1, 5):
        session.step(step)
    audience.wait_for_frame(37)
    session.step(-1)
    audience.wait_for_frame(36)
    session.step(-1000)
    audience.wait_for_frame(0)
    session.step(100_000)
    audience.wait_for_frame(len(audience.videos[0].times_s) - 1)


def test_that_playing_delivers_frames_in_order_at_their_times_and_ends(
    session: PlayerSession, audience: Audience
) -> None:
    times_s = audience.videos[0].times_s
    session.play(float(times_s[10]), rate=1.0, until_s=float(times_s[25]))
    audience.wait_for(lambda: audience.pauses == 1)
    assert audience.frames == sorted(set(audience.frames))
    assert audience.frames[0] == 10
    assert audience.frames[-1] == 25
    played_s = audience.arrivals_s[-1] - audience.arrivals_s[0]
    assert played_s >= 0.9 * (times_s[25] - times_s[10])


def test_that_playing_too_fast_leaves_frames_out(session: PlayerSession, audience: Audience) -> None:
    times_s = audience.videos[0].times_s
    session.play(0.0, rate=1000.0)
    audience.wait_for(lambda: audience.pauses == 1)
    assert audience.frames[-1] == len(times_s) - 1
    assert len(audience.frames) < len(times_s)


def test_that_a_pause_ends_playing_where_it_is(session: PlayerSession, audience: Audience) -> None:
    session.play(0.0)
    audience.wait_for(lambda: len(audience.pictures) >= 3)
    session.pause()
    audience.wait_for(lambda: audience.pauses == 1)
    last = audience.frames[-1]
    session.step(0)
    audience.wait_for(lambda: audience.pictures[-1].is_exact and len(audience.frames) > 3)
    assert audience.frames[-1] - last in (0, 1)


def test_that_a_new_width_shows_the_same_frame_again(session: PlayerSession, audience: Audience) -> None:
    session.show_exact(1.0)
    audience.wait_for(lambda: len(audience.pictures) == 1)
    session.set_width(100)
    audience.wait_for(lambda: len(audience.pictures) == 2)
    first, second = audience.pictures
    assert first.frame_index == second.frame_index
    assert (first.picture.shape[1], second.picture.shape[1]) == (320, 100)


def test_that_a_preparation_is_shown(session: PlayerSession, audience: Audience) -> None:
    session.show_exact(1.0)
    audience.wait_for(lambda: len(audience.pictures) == 1)
    session.set_preparation(FramePreparation(rotation_deg=90, flip="hflip"))
    audience.wait_for(lambda: len(audience.pictures) == 2)
    upright, turned = (picture.picture for picture in audience.pictures)
    width_px = min(320, audience.videos[0].metadata.size.height_px)
    assert turned.shape[1] == width_px
    assert turned.shape[0] == pytest.approx(width_px * upright.shape[1] / upright.shape[0], abs=1)
    session.set_preparation(None)
    audience.wait_for(lambda: len(audience.pictures) == 3)
    assert audience.pictures[2].picture.shape == upright.shape


def test_that_a_rotation_by_any_angle_is_refused_at_once(session: PlayerSession) -> None:
    with pytest.raises(VideoError, match="not by 45"):
        session.set_preparation(FramePreparation(rotation_deg=45))


def test_that_a_video_that_cannot_be_opened_is_reported(tmp_path: Path, audience: Audience) -> None:
    session = PlayerService().open(tmp_path / "none.mp4", audience.listener)
    audience.wait_for(lambda: bool(audience.errors))
    session.show_exact(0.0)
    session.close()
    assert "no such video" in str(audience.errors[0])
    assert audience.pictures == []


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_that_closing_leaves_neither_thread_nor_file_nor_call(mill_path: Path, audience: Audience) -> None:
    session = PlayerService().open(mill_path, audience.listener)
    session.play(0.0)
    audience.wait_for(lambda: len(audience.pictures) >= 2)
    session.close()
    count = len(audience.pictures)
    assert not [thread for thread in threading.enumerate() if thread.name == "player"]
    opened = [os.path.realpath(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")]
    assert str(mill_path.resolve()) not in opened
    session.show_exact(0.0)
    session.close()
    assert len(audience.pictures) == count
    assert audience.errors == []


def test_that_a_session_can_be_closed_from_its_own_call(mill_path: Path) -> None:
    closed = threading.Event()
    sessions: list[PlayerSession] = []
    is_kept = threading.Event()

    def close(_: PlayerVideo) -> None:
        is_kept.wait(10)
        sessions[0].close()
        closed.set()

    sessions.append(PlayerService().open(mill_path, PlayerListener(lambda _: None, lambda _: None, close)))
    is_kept.set()
    assert closed.wait(10)
    sessions[0].close()


def test_that_a_lens_is_corrected_as_for_a_measurement(mill_path: Path, audience: Audience) -> None:
    how = FramePreparation(lens=LensModel(k1=-0.1))
    session = PlayerService().open(mill_path, audience.listener, width_px=10_000, preparation=how)
    session.show_exact(0.0)
    shown = audience.wait_for_frame(0)
    session.close()
    grey = VideoService().first_picture(mill_path, 0.0, FramePreparation(lens=how.lens, normalize_luma=True))
    assert np.abs(shown.picture.mean(axis=2) - grey)[20:-20, 20:-20].mean() < 3.0
