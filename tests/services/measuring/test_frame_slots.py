"""Frames on a regular grid of time."""

from __future__ import annotations

import numpy as np
import pytest

from image_velocimetry_tools.domain.errors import VideoError
from image_velocimetry_tools.services.measuring.frame_slots import FrameSlots, frame_slots

RATE = 30.0


def moving(count: int) -> np.ndarray:
    """Differences of frames each of which differs from the one before."""
    return 3.0 + 0.3 * np.sin(np.arange(count - 1))


def with_repeats(count: int, repeated: list[int]) -> np.ndarray:
    """Differences of frames of which some show what the one before showed."""
    values = moving(count)
    values[np.array(repeated, dtype=int) - 1] = 0.02
    return values


def slots_at(times_s: np.ndarray) -> FrameSlots:
    return frame_slots(np.asarray(times_s, dtype=float), moving(len(times_s)))


def test_that_regular_frames_are_taken_as_they_are() -> None:
    slots = slots_at(np.arange(90) / RATE)
    assert slots.interval_s == pytest.approx(1 / RATE, rel=1e-9)
    np.testing.assert_array_equal(slots.frame, np.arange(90))
    assert slots.valid.all()
    assert (slots.empty_share, slots.repeated_share) == (0.0, 0.0)
    assert (slots.is_static, slots.is_respaced) == (False, False)


def test_that_time_stamps_rounded_to_the_millisecond_are_regular() -> None:
    slots = slots_at(np.round(np.arange(300) / 29.97, 3))
    assert slots.interval_s == pytest.approx(1 / 29.97, rel=1e-4)
    np.testing.assert_array_equal(slots.frame, np.arange(300))
    assert slots.valid.all()


def test_that_lost_frames_leave_empty_slots_and_the_others_keep_their_times() -> None:
    kept = np.delete(np.arange(90), [10, 11, 40])
    slots = slots_at(kept / RATE)
    assert slots.interval_s == pytest.approx(1 / RATE, rel=1e-9)
    assert len(slots.frame) == 90
    np.testing.assert_array_equal(np.flatnonzero(~slots.valid), [10, 11, 40])
    np.testing.assert_array_equal(kept[slots.frame[slots.valid]], np.flatnonzero(slots.valid))
    np.testing.assert_array_equal(kept[slots.frame[[10, 11, 40]]], [9, 9, 39])
    assert slots.empty_share == pytest.approx(3 / 90)
    assert slots.timing.dropped == 3


def test_that_a_doubled_time_stamp_takes_one_slot() -> None:
    times = np.insert(np.arange(60) / RATE, 21, 20 / RATE)
    slots = slots_at(times)
    assert len(slots.frame) == 60
    assert slots.valid.all()
    np.testing.assert_allclose(times[slots.frame], np.arange(60) / RATE, atol=1e-9)


def test_that_frames_of_a_varying_rate_keep_their_distance_in_time() -> None:
    generator = np.random.default_rng(4)
    times = np.arange(200) / RATE + generator.uniform(-0.2, 0.2, 200) / RATE
    slots = slots_at(times)
    assert not slots.timing.is_constant
    departure = times[slots.frame] - np.arange(len(slots.frame)) * slots.interval_s
    assert slots.valid.all()
    assert np.abs(departure - np.median(departure)).max() <= 0.3 * slots.interval_s
    assert len(np.unique(slots.frame)) == 200


def test_that_times_that_wander_about_a_steady_rate_leave_no_gaps() -> None:
    generator = np.random.default_rng(5)
    times = np.cumsum(1.0 + generator.uniform(-0.08, 0.08, 240)) / RATE
    kept = np.delete(times, [30, 31, 150])
    slots = slots_at(kept)
    assert not slots.timing.is_constant
    np.testing.assert_array_equal(np.flatnonzero(~slots.valid), [30, 31, 150])
    assert slots.interval_s == pytest.approx((times[-1] - times[0]) / 239)


def test_that_a_rate_that_changes_within_the_clip_is_no_wandering() -> None:
    times = np.concatenate([np.arange(90) / RATE, 90 / RATE + np.arange(90) / 24.0])
    slots = slots_at(times)
    position = np.arange(len(slots.frame)) * slots.interval_s
    assert slots.interval_s == pytest.approx(1 / RATE, rel=1e-6)
    assert not slots.valid.all()
    assert np.abs(times[slots.frame] - position)[slots.valid].max() <= 0.2501 * slots.interval_s


def test_that_two_rates_in_one_clip_use_the_faster_grid_with_gaps() -> None:
    times = np.concatenate([np.arange(60) / RATE, 60 / RATE + np.arange(30) / (RATE / 2)])
    slots = slots_at(times)
    assert slots.interval_s == pytest.approx(1 / RATE, rel=1e-6)
    assert slots.valid[:60].all()
    np.testing.assert_array_equal(slots.valid[60:], np.arange(len(slots.valid) - 60) % 2 == 0)


def test_that_hopeless_times_are_refused_with_a_remedy() -> None:
    generator = np.random.default_rng(2)
    times = np.cumsum(np.exp(generator.normal(-3.4, 1.2, 120)))
    with pytest.raises(VideoError, match="too irregular in time: only") as caught:
        slots_at(times)
    assert caught.value.stage == "decode"
    assert "constant frame rate" in caught.value.remedy


def test_that_film_of_25_frames_stored_at_30_is_spaced_as_it_was_taken() -> None:
    count = 150
    repeated = list(range(5, count, 6))
    slots = frame_slots(np.arange(count) / RATE, with_repeats(count, repeated))
    assert slots.is_respaced
    assert slots.repeated_share == pytest.approx(1 / 6, abs=0.01)
    assert slots.interval_s == pytest.approx(1 / 25.0, rel=0.01)
    np.testing.assert_array_equal(slots.frame, np.setdiff1d(np.arange(count), repeated))
    assert slots.valid.all()
    assert slots.empty_share == 0.0


@pytest.mark.parametrize(("taken", "stored"), [(15.0, 30.0), (24.0, 60.0), (20.0, 30.0)])
def test_that_any_lower_rate_stored_at_a_higher_one_is_recognised(taken: float, stored: float) -> None:
    count = 120
    picture = np.floor(np.arange(count) * taken / stored + 1e-9)
    repeated = np.flatnonzero(np.diff(picture) == 0) + 1
    slots = frame_slots(np.arange(count) / stored, with_repeats(count, list(repeated)))
    assert slots.is_respaced
    assert slots.interval_s == pytest.approx(1 / taken, rel=0.02)
    assert len(slots.frame) == count - len(repeated)


def test_that_repetitions_that_come_irregularly_leave_gaps() -> None:
    repeated = [7, 8, 31, 50, 52, 90, 111]
    slots = frame_slots(np.arange(120) / RATE, with_repeats(120, repeated))
    assert not slots.is_respaced
    assert slots.interval_s == pytest.approx(1 / RATE, rel=1e-9)
    np.testing.assert_array_equal(np.flatnonzero(~slots.valid), repeated)
    assert slots.repeated_share == pytest.approx(len(repeated) / 120)


def test_that_a_repetition_now_and_then_is_only_noise() -> None:
    slots = frame_slots(np.arange(200) / RATE, with_repeats(200, [17, 90]))
    assert slots.valid.all()
    assert slots.repeated_share == pytest.approx(0.01)


def test_that_a_picture_without_motion_is_static_and_not_repeated() -> None:
    slots = frame_slots(np.arange(60) / RATE, np.full(59, 0.01))
    assert slots.is_static
    assert slots.valid.all()
    assert slots.repeated_share == 0.0


def test_that_a_lost_frame_and_a_repeated_one_are_two_gaps() -> None:
    kept = np.delete(np.arange(60), [30])
    slots = frame_slots(kept / RATE, with_repeats(59, [10, 14, 43]))
    np.testing.assert_array_equal(np.flatnonzero(~slots.valid), [10, 14, 30, 44])
