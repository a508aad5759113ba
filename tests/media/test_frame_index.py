"""Which frame is shown when, and where decoding begins."""

from __future__ import annotations

import numpy as np
import pytest

from image_velocimetry_tools.media.frame_index import FrameIndex


@pytest.fixture
def index() -> FrameIndex:
    """Ten frames at 10 per second with key frames 0, 4 and 7; time stamps begin at 1000."""
    return FrameIndex(1000 + 100 * np.arange(10), np.arange(10) / 10, np.array([0, 4, 7]), 0.1)


@pytest.mark.parametrize(
    ("time_s", "frame"), [(-5.0, 0), (0.0, 0), (0.07, 0), (0.08, 1), (0.17, 1), (0.9, 9), (5.0, 9)]
)
def test_that_a_frame_is_shown_from_shortly_before_its_time(index: FrameIndex, time_s: float, frame: int) -> None:
    assert index.shown_at(time_s) == frame


@pytest.mark.parametrize(("frame", "group"), [(0, range(4)), (3, range(4)), (4, range(4, 7)), (9, range(7, 10))])
def test_that_groups_run_from_key_frame_to_key_frame(index: FrameIndex, frame: int, group: range) -> None:
    assert index.group_of(frame) == group


@pytest.mark.parametrize(("frame", "key"), [(0, 0), (1, 0), (3, 4), (5, 4), (6, 7), (9, 7)])
def test_that_the_nearest_key_frame_may_come_later(index: FrameIndex, frame: int, key: int) -> None:
    assert index.key_frame_near(frame) == key


@pytest.mark.parametrize(("stamp", "frame"), [(0, 0), (1000, 0), (1049, 0), (1051, 1), (1900, 9), (5000, 9)])
def test_that_rounded_time_stamps_are_recognised(index: FrameIndex, stamp: int, frame: int) -> None:
    assert index.of_stamp(stamp) == frame
