from __future__ import annotations

from collections.abc import Callable
from unittest.mock import create_autospec

import numpy as np
import pytest
from filmed_videos import filmed

from image_velocimetry_tools.domain.errors import VideoError
from image_velocimetry_tools.domain.project import VideoSettings
from image_velocimetry_tools.domain.video import Clip, ContrastFilters, FramePreparation
from image_velocimetry_tools.gui.presenters import frames_thumbnails
from image_velocimetry_tools.gui.presenters.frames_thumbnails import WIDTH_PX, Thumbnails, ThumbnailView
from image_velocimetry_tools.services.player.listener import PlayerListener, PlayerPicture
from image_velocimetry_tools.services.player.player_service import PlayerService, PlayerSession

SMALL = np.zeros((36, 64, 3), np.uint8)
TIMES_S = np.arange(1000) / 30


def video(**preparation: object) -> VideoSettings:
    return filmed(Clip(), FramePreparation(**preparation)).video  # type: ignore[arg-type]


class List:
    """Thumbnails with a list that remembers its pictures and a player that answers when told."""

    def __init__(self) -> None:
        self.shown: dict[int, np.ndarray] = {}
        self.view = create_autospec(ThumbnailView, instance=True)
        self.view.deliver.side_effect = lambda work: work()
        self.view.show_thumbnail.side_effect = self._show
        self.player = create_autospec(PlayerService, instance=True)
        self.session = self.player.open.return_value = create_autospec(PlayerSession, instance=True)
        self.thumbnails = Thumbnails(self.view, self.player)
        self.thumbnails.take_frames(video(), TIMES_S)
        self.thumbnails.look(True)

    def _show(self, row: int, picture: np.ndarray | None) -> None:
        if picture is None:
            self.shown.pop(row, None)
        else:
            self.shown[row] = picture

    @property
    def listener(self) -> PlayerListener:
        return self.player.open.call_args.args[1]

    @property
    def asked(self) -> list[float]:
        return [call.args[0] for call in self.session.show_exact.call_args_list]

    def answer(self, times: int = 1) -> None:
        for _ in range(times):
            self.listener.on_picture(PlayerPicture(SMALL, 0.0, 0, True))


@pytest.fixture
def frames() -> List:
    return List()


def test_that_rows_that_are_seen_get_their_pictures_one_after_the_other(frames: List) -> None:
    frames.thumbnails.want(2, 4)
    assert frames.asked == [TIMES_S[2]]
    frames.answer(3)
    assert sorted(frames.shown) == [2, 3, 4]
    assert frames.asked == list(TIMES_S[2:5])
    frames.thumbnails.want(3, 4)
    assert len(frames.asked) == 3


def test_that_pictures_are_small_and_nothing_is_decoded_beforehand(frames: List) -> None:
    frames.thumbnails.want(0, 0)
    options = frames.player.open.call_args.kwargs
    assert options["width_px"] == WIDTH_PX
    assert options["memory_bytes"] < 10 * 2**20
    frames.session.rest.assert_called_once_with(True)


def test_that_rows_scrolled_past_are_left_out(frames: List) -> None:
    frames.thumbnails.want(0, 9)
    frames.thumbnails.want(500, 509)
    frames.answer(2)
    assert frames.asked == [TIMES_S[0], TIMES_S[500], TIMES_S[501]]


def test_that_rows_beyond_the_end_are_not_asked_for(frames: List) -> None:
    frames.thumbnails.want(999, 1020)
    frames.answer()
    assert frames.asked == [TIMES_S[999]]


@pytest.mark.parametrize(
    ("leave", "waits"), [(lambda t: t.look(False), False), (lambda t: t.rest(True), False), (lambda t: t.close(), True)]
)
def test_that_nothing_is_decoded_for_nobody_nor_beside_a_measurement(
    frames: List, leave: Callable[[Thumbnails], None], waits: bool
) -> None:
    frames.thumbnails.want(0, 5)
    leave(frames.thumbnails)
    frames.session.close.assert_called_once_with(waits=waits)
    frames.answer()
    assert frames.shown == {}
    assert len(frames.asked) == 1


def test_that_it_goes_on_after_a_measurement_where_it_stopped(frames: List) -> None:
    frames.thumbnails.want(0, 5)
    frames.answer(2)
    frames.thumbnails.rest(True)
    frames.thumbnails.want(0, 6)
    frames.thumbnails.rest(False)
    assert frames.asked[-1] == TIMES_S[2]


def test_that_a_frame_that_cannot_be_decoded_holds_up_no_other(frames: List) -> None:
    frames.thumbnails.want(0, 1)
    frames.listener.on_error(VideoError("broken"))
    frames.answer()
    assert list(frames.shown) == [1]


def test_that_the_pictures_kept_are_bounded(frames: List, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames_thumbnails, "MOST_KEPT", 10)
    frames.thumbnails.want(0, 7)
    frames.answer(8)
    frames.thumbnails.want(6, 12)
    frames.answer(5)
    assert sorted(frames.shown) == list(range(3, 13))


def test_that_frames_turned_otherwise_get_other_pictures(frames: List) -> None:
    frames.thumbnails.want(0, 0)
    frames.answer()
    frames.thumbnails.prepare(video(contrast=ContrastFilters(2.0)))
    assert list(frames.shown) == [0]
    frames.thumbnails.prepare(video(rotation_deg=90))
    assert frames.shown == {}
    assert frames.player.open.call_args.kwargs["preparation"] == FramePreparation(rotation_deg=90)


def test_that_other_frames_forget_the_pictures(frames: List) -> None:
    frames.thumbnails.want(0, 0)
    late = frames.listener
    frames.answer()
    frames.thumbnails.take_frames(video(), TIMES_S[:5])
    late.on_picture(PlayerPicture(SMALL, 0.0, 0, True))
    assert frames.shown == {}
