"""Regularity of frame times and of pictures."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.media.timing import (
    PictureDifferences,
    beating_pictures,
    interval_of,
    repeated_pictures,
)


def test_that_a_constant_rate_gives_its_exact_interval() -> None:
    timing = interval_of(np.arange(300) * 1001 / 30000)
    assert timing.is_constant
    assert timing.interval_s == pytest.approx(1001 / 30000, rel=1e-12)
    assert (timing.dropped, timing.doubled) == (0, 0)
    assert timing.frame_rate_fps == pytest.approx(29.97003)


def test_that_times_rounded_to_milliseconds_are_still_constant() -> None:
    times = np.round(np.arange(300) * 1001 / 30000, 3)
    timing = interval_of(times)
    assert timing.is_constant
    assert timing.interval_s == pytest.approx((times[-1] - times[0]) / 299, rel=1e-12)
    assert timing.jitter_s <= 0.001


def test_that_missing_frames_are_counted_and_do_not_change_the_interval() -> None:
    times = np.delete(np.arange(100) / 25, [10, 50, 51, 52])
    timing = interval_of(times)
    assert not timing.is_constant
    assert timing.dropped == 4
    assert timing.gaps_after == (9, 48)
    assert timing.interval_s == pytest.approx(0.04)


def test_that_frames_with_the_same_time_are_counted() -> None:
    times = np.insert(np.arange(50) / 25, 20, 19 / 25)
    timing = interval_of(times)
    assert timing.doubled == 1
    assert not timing.is_constant
    assert timing.interval_s == pytest.approx(0.04)


def test_that_a_variable_rate_is_told_from_a_constant_one(irregular_times: np.ndarray) -> None:
    timing = interval_of(irregular_times)
    assert not timing.is_constant
    assert timing.interval_s == pytest.approx(np.median(np.diff(irregular_times)))
    assert timing.jitter_s > 0.01


def test_that_a_slow_drift_of_the_clock_shows_as_jitter() -> None:
    times = np.cumsum(np.concatenate([np.full(100, 1 / 30), np.full(100, 1 / 29)]))
    timing = interval_of(times)
    assert timing.dropped == 0
    assert not timing.is_constant


@pytest.mark.parametrize("times", [[], [1.0], [2.0, 2.0]])
def test_that_an_interval_needs_two_times(times: list[float]) -> None:
    with pytest.raises(ValueError, match="frames"):
        interval_of(times)


@given(st.floats(0.004, 0.5), st.integers(2, 400), st.floats(0, 1e4))
def test_that_any_regular_clip_is_constant(interval: float, count: int, start: float) -> None:
    timing = interval_of(start + interval * np.arange(count))
    assert timing.is_constant
    assert timing.interval_s == pytest.approx(interval, rel=1e-6)


def scene(number: int) -> np.ndarray:
    return np.random.default_rng(number).integers(60, 90, (96, 128), dtype=np.uint8)


def test_that_25_pictures_stored_as_30_are_recognised() -> None:
    differences = PictureDifferences()
    shown = [number * 25 // 30 for number in range(120)]
    for number in shown:
        differences.add(scene(number))
    repeated = repeated_pictures(differences.values)
    expected = [False, *(later == earlier for earlier, later in pairwise(shown))]
    assert list(repeated.is_repeated) == expected
    assert repeated.share == pytest.approx(1 / 6, abs=0.02)


def test_that_a_flickering_lamp_is_no_repetition() -> None:
    differences = PictureDifferences()
    light = 1.0 + 0.1 * np.sin(2 * np.pi * 0.21 * np.arange(120))
    for number in range(120):
        differences.add(np.clip(np.rint(scene(number) * light[number]), 0, 255).astype(np.uint8))
    assert repeated_pictures(differences.values).count == 0


@pytest.mark.parametrize("copies", [2, 3])
def test_that_every_picture_shown_several_times_is_recognised(copies: int) -> None:
    rng = np.random.default_rng(1)
    values = np.where(np.arange(1, 120) % copies == 0, rng.uniform(2, 3, 119), rng.uniform(0, 0.1, 119))
    assert repeated_pictures(values).count == int(np.sum(np.arange(1, 120) % copies != 0))


def test_that_ordinary_pictures_and_key_frames_are_no_repetitions() -> None:
    values = np.random.default_rng(2).uniform(0.5, 1.0, 200)
    values[::12] = 4.0
    assert repeated_pictures(values).count == 0


def test_that_a_motionless_scene_is_not_called_repeated() -> None:
    repeated = repeated_pictures(np.full(50, 0.01))
    assert repeated.is_static
    assert repeated.count == 0
    assert repeated_pictures([]).share == 0.0


def test_that_repetitions_at_a_beat_are_found_after_another_encoding() -> None:
    """A repetition that was coded again differs by a quarter of what other pictures do, too much to be found alone."""
    random = np.random.default_rng(4)
    differences = random.uniform(7.0, 9.0, 119)
    differences[5::6] = random.uniform(1.6, 2.2, len(differences[5::6]))
    assert repeated_pictures(differences).count == 0
    beating = beating_pictures(differences)
    assert beating is not None
    assert beating.is_repeated[6::6].all()
    assert beating.count == len(differences[5::6])


@pytest.mark.parametrize(
    "differences",
    [
        np.random.default_rng(5).uniform(4.0, 9.0, 119),
        np.where(np.arange(119) % 2 == 0, 2.0, 8.0),
        np.where(np.isin(np.arange(119), [10, 37, 41, 90]), 2.0, 8.0),
        np.full(119, 0.01),
        np.full(6, 8.0),
    ],
    ids=["none", "encoder", "irregular", "still", "short"],
)
def test_that_other_patterns_are_no_beat(differences: np.ndarray) -> None:
    assert beating_pictures(differences) is None
