"""Regularity of frames in time: interval, gaps, doubled time stamps, and pictures that are there twice."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]

CONSTANT_WITHIN = 0.1
"""Largest departure from a regular grid, in intervals, of frames that count as regular."""

ROUNDED_TO_S = 0.001
"""Time stamps of many containers are rounded to the millisecond; such a departure is no irregularity."""

DOUBLED_SHARE = 0.15
"""A picture is a repetition if it differs from the one before by less than this share of the usual difference."""

BEATING_SHARE = 0.5
"""The same for repetitions at a steady beat, which another encoder has blurred: 15 to 35 % were seen."""

BEATING_GAP = 0.7
"""Every repetition at a beat must differ from the one before by less than this share of what any other picture does."""

NOTHING_MOVES = 0.05
"""Mean difference in grey values below which all pictures look alike, so that none can be called a repetition."""


@dataclass(frozen=True, slots=True)
class FrameTiming:
    """Times of the frames of a clip.

    ``interval_s`` is the time step from frame to frame: (last - first) / (n - 1) if the frames are regular, that of the
    regular grid if there are gaps, the median otherwise. ``dropped`` frames are missing, after the frames of number
    ``gaps_after``; ``doubled`` frames have the time of the frame before them. ``jitter_s`` is the largest departure
    from the regular grid.
    """

    interval_s: float
    is_constant: bool
    dropped: int
    doubled: int
    jitter_s: float
    gaps_after: tuple[int, ...] = ()

    @property
    def frame_rate_fps(self) -> float:
        """Frames per second."""
        return 1.0 / self.interval_s


@dataclass(frozen=True, slots=True, eq=False)
class RepeatedPictures:
    """Pictures that are there twice: ``is_repeated`` (n,) tells for each frame whether it repeats the one before."""

    is_repeated: NDArray[np.bool_]
    is_static: bool

    @property
    def count(self) -> int:
        """Number of repetitions."""
        return int(self.is_repeated.sum())

    @property
    def share(self) -> float:
        """Share of the frames that are repetitions, 0 to 1."""
        return float(self.is_repeated.mean()) if len(self.is_repeated) else 0.0


def interval_of(times_s: ArrayLike) -> FrameTiming:
    """Regularity of the frames of a clip.

    Parameters
    ----------
    times_s
        Times (n,) of the frames that are used, seconds, in their order; at least two.

    Raises
    ------
    ValueError
        If there are fewer than two frames or all have the same time.
    """
    times = np.asarray(times_s, dtype=np.float64)
    if times.ndim != 1 or len(times) < 2:
        raise ValueError("an interval needs at least two frames")
    steps = np.diff(times)
    forward = steps[steps > 0]
    if len(forward) == 0:
        raise ValueError("all frames have the same time")
    median = float(np.median(forward))
    intervals = np.rint(steps / median).astype(int)
    doubled = int(np.sum(intervals <= 0))
    gaps = np.flatnonzero(intervals >= 2)
    dropped = int(np.sum(intervals[gaps] - 1))
    interval, jitter = _regular_grid(times, np.maximum(intervals, 0))
    is_regular = jitter <= max(CONSTANT_WITHIN * interval, ROUNDED_TO_S)
    return FrameTiming(
        interval_s=interval if is_regular else median,
        is_constant=is_regular and not dropped and not doubled,
        dropped=dropped,
        doubled=doubled,
        jitter_s=jitter,
        gaps_after=tuple(int(gap) for gap in gaps),
    )


def _regular_grid(times: FloatArray, intervals: NDArray[np.int_]) -> tuple[float, float]:
    """Interval of the grid on which the frames lie, and their largest departure from it, both seconds."""
    number = np.concatenate([[0], np.cumsum(intervals)])
    interval = float((times[-1] - times[0]) / number[-1])
    departure = times - times[0] - number * interval
    return interval, float(np.max(np.abs(departure - np.median(departure))))


class PictureDifferences:
    """Mean absolute difference between consecutive frames, from a coarse sample of their pixels.

    Parameters
    ----------
    stride_px
        Distance of the sampled pixels.
    """

    def __init__(self, stride_px: int = 8) -> None:
        self._stride = stride_px
        self._previous: tuple[NDArray[np.uint8], float] | None = None
        self._differences: list[float] = []

    def add(self, luma: NDArray[np.uint8]) -> None:
        """Take the next frame (height, width)."""
        sample = np.ascontiguousarray(luma[:: self._stride, :: self._stride])
        level = max(cv2.mean(sample)[0], 1.0)
        if self._previous is not None:
            self._differences.append(_difference(*self._previous, sample, level))
        self._previous = sample, level

    @property
    def values(self) -> FloatArray:
        """Differences (n - 1,) in grey values."""
        return np.array(self._differences, dtype=np.float64)


def _difference(before: NDArray[np.uint8], level_before: float, after: NDArray[np.uint8], level_after: float) -> float:
    """Mean absolute difference at equal brightness: the flicker of a lamp or of the exposure is no motion."""
    middle = 0.5 * (level_before + level_after)
    difference = cv2.addWeighted(after, middle / level_after, before, -middle / level_before, 0.0, dtype=cv2.CV_32F)
    return float(cv2.norm(difference, cv2.NORM_L1)) / after.size


def beating_pictures(differences: ArrayLike) -> RepeatedPictures | None:
    """Repetitions at a steady beat of 4 frames or more (25 or 24 in 30, 50 in 60) that were coded again; None if none.

    Shorter beats are also how encoders alternate between kinds of frames, so that only :func:`repeated_pictures`
    finds those.

    Parameters
    ----------
    differences
        Mean absolute differences (n - 1,) between consecutive frames, grey values.
    """
    values = np.asarray(differences, dtype=np.float64)
    if len(values) < 12 or float(np.percentile(values, 75)) < NOTHING_MOVES:
        return None
    is_repeated = np.zeros(len(values) + 1, dtype=bool)
    is_repeated[1:] = values < BEATING_SHARE * float(np.percentile(values, 75))
    beats = np.diff(np.flatnonzero(is_repeated))
    if len(beats) < 2 or is_repeated[1:].all():
        return None
    is_steady = beats.min() >= 4 and np.ptp(beats) <= 1
    is_apart = values[is_repeated[1:]].max() < BEATING_GAP * values[~is_repeated[1:]].min()
    return RepeatedPictures(is_repeated, is_static=False) if is_steady and is_apart else None


def repeated_pictures(differences: ArrayLike) -> RepeatedPictures:
    """Find pictures that are there twice, as in 25 frames per second stored as 30.

    Such a clip has a constant interval and yet the water stands still every sixth frame, which lowers its velocity.
    The usual difference is the upper quartile, so up to three quarters of the frames may be repetitions.

    Parameters
    ----------
    differences
        Mean absolute differences (n - 1,) between consecutive frames, grey values.
    """
    values = np.asarray(differences, dtype=np.float64)
    is_repeated = np.zeros(len(values) + 1, dtype=bool)
    if len(values) == 0:
        return RepeatedPictures(is_repeated, is_static=False)
    usual = float(np.percentile(values, 75))
    if usual < NOTHING_MOVES:
        return RepeatedPictures(is_repeated, is_static=True)
    is_repeated[1:] = values < DOUBLED_SHARE * usual
    return RepeatedPictures(is_repeated, is_static=False)
