"""Frames on a regular grid of time, which is what lags need: gaps stay empty, repetitions do not count."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import VideoError
from ...media.timing import FrameTiming, beating_pictures, interval_of, repeated_pictures

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# a frame counts for a slot if it lies within this share of an interval of it
_SLOT_TOLERANCE = 0.25
_FEWEST_FILLED = 0.5
_SOME_REPEATED = 0.02
# frames whose rate, over as many of them as lags mostly span, stays within this share are regular, if not quite
_RATE_FRAMES = 16
_STEADY_RATE = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class FrameSlots:
    """Slots (m,) of a regular grid of time and the frame in each.

    ``frame`` is the index of the frame shown in a slot, ``valid`` whether that frame really belongs there; a gap
    shows the frame before it and is not valid. ``repeated_share`` is the share of the frames that repeat the one
    before; ``is_respaced`` says that they came at a regular beat and were taken out, ``is_steady`` that the frames come
    at one rate on the whole.
    """

    interval_s: float
    frame: IntArray
    valid: NDArray[np.bool_]
    timing: FrameTiming
    repeated_share: float
    is_static: bool
    is_respaced: bool
    is_steady: bool = True

    @property
    def empty_share(self) -> float:
        """Share of the slots without a frame of their own."""
        return float(1.0 - self.valid.mean())


def frame_slots(times_s: FloatArray, differences: FloatArray) -> FrameSlots:
    """Lay frames onto a regular grid.

    Pictures that repeat the one before at a steady beat are film of a lower rate stored at a higher one (25 in 30): the
    distinct frames are evenly spaced then. Other repetitions stand for frames that were lost, and leave a gap.

    Parameters
    ----------
    times_s
        Times (n,) of the frames.
    differences
        Mean differences (n - 1,) between consecutive frames, grey levels.

    Raises
    ------
    VideoError
        If the times are so irregular that fewer than half of the slots have a frame.
    """
    timing = interval_of(times_s)
    beating = beating_pictures(differences)
    repeated = beating or repeated_pictures(differences)
    distinct = np.flatnonzero(~repeated.is_repeated)
    if repeated.share > _SOME_REPEATED and len(distinct) > 2 and (beating or _is_steady(repeated.is_repeated)):
        interval_s = float((times_s[distinct[-1]] - times_s[distinct[0]]) / (len(distinct) - 1))
        everything = np.ones(len(distinct), dtype=bool)
        return FrameSlots(interval_s, distinct, everything, timing, repeated.share, repeated.is_static, True)
    grid = _grid(times_s, timing)
    valid = grid.valid & ~repeated.is_repeated[grid.frame] if repeated.share > _SOME_REPEATED else grid.valid
    if valid.mean() < _FEWEST_FILLED:
        raise VideoError(
            f"the frames are too irregular in time: only {100 * valid.mean():.0f} % of them lie on a regular grid of "
            f"{1000 * timing.interval_s:.1f} ms",
            remedy="Record with a constant frame rate, or convert the video to one",
            stage="decode",
        )
    return FrameSlots(
        grid.interval_s, grid.frame, valid, timing, repeated.share, repeated.is_static, False, grid.is_steady
    )


def _is_steady(is_repeated: NDArray[np.bool_]) -> bool:
    beats = np.diff(np.flatnonzero(is_repeated))
    return len(beats) >= 3 and float(np.mean(np.abs(beats - np.median(beats)) <= 1)) > 0.9


class _Grid(NamedTuple):
    """Slots (m,) of a grid: the frame in each, and whether it belongs there."""

    interval_s: float
    frame: IntArray
    valid: NDArray[np.bool_]
    is_steady: bool


def _grid(times_s: FloatArray, timing: FrameTiming) -> _Grid:
    if timing.is_constant:
        return _Grid(timing.interval_s, np.arange(len(times_s)), np.ones(len(times_s), dtype=bool), True)
    number = np.concatenate([[0], np.cumsum(np.rint(np.diff(times_s) / timing.interval_s).astype(np.int64))])
    is_steady = _has_steady_rate(times_s, number)
    if not is_steady or timing.doubled:
        return _Grid(timing.interval_s, *_nearest(times_s, timing), is_steady)
    slot = np.arange(number[-1] + 1)
    frame = np.searchsorted(number, slot, side="right") - 1
    return _Grid(float((times_s[-1] - times_s[0]) / number[-1]), frame, number[frame] == slot, True)


def _has_steady_rate(times_s: FloatArray, number: IntArray) -> bool:
    """Whether frames of given numbers (n,) come at one rate on the whole, however unevenly one after the other.

    Times that wander, as those of telephones, leave any rigid grid, but over the lags that tell a velocity they are as
    good as regular.
    """
    span = max(1, min(_RATE_FRAMES, len(number) // 2))
    slots, elapsed_s = number[span:] - number[:-span], times_s[span:] - times_s[:-span]
    expected_s = slots * (times_s[-1] - times_s[0]) / number[-1]
    return bool((np.abs(elapsed_s - expected_s) <= _STEADY_RATE * expected_s).all())


def _nearest(times_s: FloatArray, timing: FrameTiming) -> tuple[IntArray, NDArray[np.bool_]]:
    """The frame nearest to each slot of a rigid grid, as far as one lies near it."""
    position = (times_s - times_s[0]) / timing.interval_s
    slots = int(np.rint(position[-1])) + 1
    frame = np.searchsorted(position, np.arange(slots) + 0.5, side="right") - 1
    nearest = np.clip(np.searchsorted(position, np.arange(slots)), 1, len(position) - 1)
    nearest -= np.arange(slots) - position[nearest - 1] < position[nearest] - np.arange(slots)
    valid = np.abs(position[nearest] - np.arange(slots)) <= _SLOT_TOLERANCE
    return np.where(valid, nearest, frame).astype(np.int64), valid
