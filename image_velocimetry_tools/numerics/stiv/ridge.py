"""Velocities from the ridge of the autocorrelation, searched in velocity rather than in angle.

Texture that moves at v pixels per frame keeps its correlation along dx = v k at the time lags k. The score of a
candidate velocity is the mean correlation along that line, taken at whole lags only and interpolated in space alone,
where the correlation is smooth. A lag counts for a candidate only while at least half of the search line overlaps.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .correlation import lagged_correlation
from .sampling import StandardRows

LEAST_STRENGTH = 1e-3
"""What a lag counts at which the texture is gone."""

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# every lag while flow is fast enough to cross the line within it, sparser ones for slow flow
_LAG_LADDER = np.array([1, 2, 3, 4, 6, 8, 12, 16, 24, 32], dtype=np.int64)
# flow so slow that it stays on the line for longer is looked at again at these, on its best line only
_SLOW_LAGS = np.array([24, 32, 48, 64, 96, 128], dtype=np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class VelocitySearch:
    """Candidate velocities of lines of a given length.

    ``velocity_px`` (n_candidates,) in px/frame, ascending through zero; ``lags`` (n_lags,) in frames; ``weights``
    ((n_lags * (2 * max_shift_px + 1)), n_candidates) pick the correlation on the ridge of a candidate, ``usable``
    (n_lags, n_candidates) tells which lags count for it.
    """

    velocity_px: FloatArray
    lags: IntArray
    max_shift_px: int
    half_overlap_px: float
    weights: Float32Array
    usable: NDArray[np.bool_]

    @property
    def fastest_px(self) -> float:
        """Largest measurable speed, px/frame."""
        return float(self.velocity_px[-1])

    def usable_lags(self, velocity_px: FloatArray) -> NDArray[np.bool_]:
        """Lags (n, n_lags) at which at least half of the line overlaps; the shortest one always counts."""
        usable = np.abs(velocity_px)[:, None] * self.lags <= self.half_overlap_px + 1e-9
        usable[:, 0] = True
        return usable


@lru_cache(maxsize=16)
def velocity_search(num_pixels: int, n_frames: int) -> VelocitySearch:
    """Candidates that move the texture by half a pixel or less from one to the next at the longest lag they use.

    Raises
    ------
    ValueError
        If there are fewer than 3 frames.
    """
    if n_frames < 3:
        raise ValueError(f"at least 3 frames are needed, got {n_frames}")
    half = num_pixels / 2.0
    lags = _LAG_LADDER[max(1, n_frames // 2) >= _LAG_LADDER]
    positive = _positive_candidates(half, int(lags[-1]))
    velocity = np.concatenate([-positive[::-1], [0.0], positive])
    max_shift = min(int(np.ceil(half)) + 2, num_pixels - 1)
    weights = np.zeros((len(lags), 2 * max_shift + 1, len(velocity)))
    usable = np.abs(velocity)[None, :] * lags[:, None] <= half + 1e-9
    position = np.clip(velocity[None, :] * lags[:, None], -max_shift, max_shift - 1e-9) + max_shift
    lower = np.floor(position).astype(int)
    lag_index, candidate = np.indices(position.shape)
    np.add.at(weights, (lag_index, lower, candidate), usable * (1.0 - (position - lower)))
    np.add.at(weights, (lag_index, lower + 1, candidate), usable * (position - lower))
    flat = weights.reshape(-1, len(velocity)).astype(np.float32)
    return VelocitySearch(velocity, lags, max_shift, half, flat, usable)


def measurable_px(num_pixels: int, n_frames: int) -> tuple[float, float]:
    """Slowest and fastest velocity, px/frame, that :func:`velocity_search` tells from none and from all faster ones."""
    lags = _LAG_LADDER[max(1, n_frames // 2) >= _LAG_LADDER]
    return 0.5 / float(lags[-1]), num_pixels / 2.0


def _positive_candidates(half_overlap_px: float, longest_lag: int) -> FloatArray:
    """Ascending speeds up to the half line per frame: steps of half a pixel at the longest lag that still overlaps."""
    speeds = [0.5 / longest_lag]
    while speeds[-1] < half_overlap_px - 1e-9:
        longest = min(float(longest_lag), max(1.0, half_overlap_px / speeds[-1]))
        speeds.append(min(speeds[-1] + 0.5 / longest, half_overlap_px))
    return np.array(speeds)


def above_mean(correlation: Float32Array) -> Float32Array:
    """A correlation less its mean over the shifts at each lag.

    What all shifts share (a lamp, a cloud, texture longer than the line) says nothing about the velocity along a line.
    """
    return np.asarray(correlation - correlation.mean(axis=2, keepdims=True), dtype=np.float32)


def envelope(correlation: Float32Array) -> FloatArray:
    """Highest correlation of each line at each lag (n_lines, n_lags): how long its texture lives, at whatever speed."""
    return np.maximum(correlation.max(axis=2), LEAST_STRENGTH).astype(np.float64)


def scores(correlation: Float32Array, search: VelocitySearch, strength: FloatArray) -> Float32Array:
    """Correlation along the ridge relative to what the lags used allow (n_lines, n_candidates), 1 at best.

    Candidates use different lags, and correlation falls with the lag whatever the velocity; plain means would favour
    the fast ones, which use short lags only. ``strength`` (n_lines or 1, n_lags) is that of :func:`envelope`; each lag
    counts by it, so that lags at which the texture is gone add no noise.
    """
    along: Float32Array = _weighted(correlation, strength) @ search.weights
    along /= (strength**2 @ search.usable).astype(np.float32)
    return along


def strongest(correlation: Float32Array, search: VelocitySearch) -> FloatArray:
    """Velocities (n_lines,) of the highest ridges, px/frame, each line judged by itself."""
    above = above_mean(correlation)
    strength = envelope(above)
    winners = search.velocity_px[scores(above, search, strength).argmax(axis=1)]
    return refine(correlation, search, winners, strength)[0]


def heights_at(
    correlation: Float32Array, search: VelocitySearch, strength: FloatArray, candidates: IntArray
) -> FloatArray:
    """:func:`scores` (n_lines,) of each line at one candidate of its own (n_lines,) alone."""
    along = np.einsum("ls,sl->l", _weighted(correlation, strength), search.weights[:, candidates])
    return np.asarray(along / np.einsum("ok,kl->l", strength**2, search.usable[:, candidates]), dtype=np.float64)


def _weighted(correlation: Float32Array, strength: FloatArray) -> Float32Array:
    """Correlation (n_lines, n_lags * n_shifts) with each lag times its strength."""
    return (correlation * strength[:, :, None].astype(np.float32)).reshape(len(correlation), -1)


def refine(
    correlation: Float32Array, search: VelocitySearch, velocity_px: FloatArray, strength: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Velocities (n_lines,) of the ridges near candidates (n_lines,), px/frame, and the mean correlation on them.

    The set of lags stays that of the candidate: lags that come and go with the velocity would tilt the maximum.
    ``correlation`` has the shape (n_lines, n_lags, 2 * max_shift_px + 1).
    """
    usable = search.usable_lags(velocity_px)
    share = usable * strength
    velocity, _ = _climbed(correlation, search.lags, share / share.sum(axis=1, keepdims=True), velocity_px)
    position = velocity[:, None, None] * search.lags.astype(float) + search.max_shift_px
    mean = (_interpolated(correlation, position)[:, 0] * usable).sum(axis=1) / usable.sum(axis=1)
    return velocity, mean


def slowest_px(search: VelocitySearch, n_frames: int) -> float:
    """Speed, px/frame, below which motion is not told from none: half a pixel at the longest lag that is looked at."""
    slow = _SLOW_LAGS[n_frames // 3 >= _SLOW_LAGS]
    return 0.5 / float(np.append(slow, search.lags[-1]).max())


def refine_slow(rows: StandardRows, search: VelocitySearch, velocity_px: float) -> float:
    """Velocity (px/frame) of slow flow from lags beyond those of the search; the same if it is too fast for them.

    A displacement is known to a fraction of a pixel, so that the velocity gets better with the lag, as long as the
    texture lives: every lag counts by its correlation there. ``rows`` is a single line.
    """
    lags = _SLOW_LAGS[(_SLOW_LAGS * abs(velocity_px) <= search.half_overlap_px) & (rows.n_frames // 3 >= _SLOW_LAGS)]
    if len(lags) == 0 or lags[-1] <= search.lags[-1]:
        return velocity_px
    correlation = lagged_correlation(rows, lags, search.max_shift_px)
    position = np.full((1, 1, 1), velocity_px) * lags.astype(float) + search.max_shift_px
    share = np.maximum(_interpolated(correlation, position)[:, 0], 0.0) ** 2
    if not share.any():
        return velocity_px
    return float(_climbed(correlation, lags, share / share.sum(), np.array([velocity_px]))[0][0])


def _climbed(
    correlation: Float32Array, lags: IntArray, share: FloatArray, velocity_px: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Velocities (n_lines,) at the maxima near given ones of the mean correlation, lags weighted by ``share``."""
    step = 0.5 / np.where(share > 0, lags, 0).max(axis=1)
    line = np.arange(len(velocity_px))
    velocity = velocity_px
    for divisor, reach in ((4.0, 12), (24.0, 5)):
        trial = velocity[:, None] + np.arange(-reach, reach + 1) * (step / divisor)[:, None]
        position = trial[:, :, None] * lags + (correlation.shape[2] - 1) / 2
        mean = np.einsum("lvk,lk->lv", _interpolated(correlation, position), share)
        peak = np.argmax(mean, axis=1)
        inner = np.clip(peak, 1, trial.shape[1] - 2)
        left, centre, right = mean[line, inner - 1], mean[line, inner], mean[line, inner + 1]
        velocity = trial[line, peak] + np.where(peak == inner, vertex(left, centre, right), 0.0) * step / divisor
    return velocity, mean[line, peak]


def vertex(left: FloatArray, centre: FloatArray, right: FloatArray) -> FloatArray:
    """Position of the vertex of parabolas through a maximum and its neighbours, in steps from the maximum."""
    curvature = np.minimum(left - 2.0 * centre + right, -1e-30)
    return np.clip(0.5 * (left - right) / curvature, -1.0, 1.0)


def _interpolated(correlation: Float32Array, position: FloatArray) -> FloatArray:
    """Cubic convolution (Keys, 1981, a = -1/2) of (n_lines, n_lags, n) at positions (n_lines, n_trials, n_lags)."""
    last = correlation.shape[2] - 1
    lower = np.clip(np.floor(position), 1, last - 2)
    f = np.clip(position - lower, -1.0, 2.0)
    row = (np.arange(correlation.shape[0])[:, None, None] * correlation.shape[1] + np.arange(correlation.shape[1])) * (
        last + 1
    )
    start = row + lower.astype(np.int64)
    flat = correlation.ravel()
    before, here, after, beyond = (flat[start + offset] for offset in (-1, 0, 1, 2))
    slope, curve = after - before, 2.0 * before - 5.0 * here + 4.0 * after - beyond
    return here + 0.5 * f * (slope + f * (curve + f * (3.0 * (here - after) + beyond - before)))
