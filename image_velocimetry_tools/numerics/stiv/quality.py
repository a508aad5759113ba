"""How far a velocity can be trusted: height of its ridge, rivals, and agreement of parts of the clip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...domain.velocimetry import PointFlag
from . import ridge
from .correlation import lagged_correlation
from .sampling import StandardRows, standardise

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]

_PARTS = 4
_FEWEST_FRAMES_OF_A_PART = 12
_FEWEST_FRAMES_OF_HALVES = 10
_SHORTEST_PART_OF_LINE_PX = 14

# slower flow is compared with this speed, px/frame, in relative figures
_SLOW_PX = 0.1

WEAK_PEAK = 0.12
AMBIGUOUS = 0.9
UNSTEADY = 0.35
LOW_QUALITY = 0.06
# noise alone correlates by chance; fewer frames, more of it
NOISE_PEAK = 1.04


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What speaks for the velocities of n lines, arrays (n,): see :class:`~.point.PointEstimate`."""

    ambiguity: FloatArray
    spread: FloatArray
    dispersion: FloatArray
    has_texture: NDArray[np.bool_]
    n_frames: int

    def quality(self, peak: FloatArray) -> FloatArray:
        """Figures of merit (n,) in [0, 1]: the peak, lessened by disagreement and rivals."""
        agreement = np.where(np.isfinite(self.spread), 1.0 / (1.0 + (self.spread / 0.1) ** 2), 0.5)
        merit = np.clip(peak, 0.0, 1.0) * agreement * (1.0 - 0.5 * np.clip(self.ambiguity, 0.0, 1.0))
        return np.where(self.has_texture & np.isfinite(peak), merit, 0.0)


def weigh(
    rows: StandardRows,
    correlation: Float32Array,
    search: ridge.VelocitySearch,
    velocity_px: FloatArray,
    strength: FloatArray,
) -> Evidence:
    """Evidence of lines and their correlations (n, n_lags, n_shifts) for velocities (n,) in px/frame."""
    score = ridge.scores(ridge.above_mean(correlation), search, strength).astype(np.float64)
    rivals = [_ambiguity(one, search, float(velocity)) for one, velocity in zip(score, velocity_px, strict=True)]
    return Evidence(
        ambiguity=np.array(rivals),
        spread=_spread(rows, search, velocity_px, strength),
        dispersion=_dispersion(rows, velocity_px),
        has_texture=rows.is_live.mean(axis=1) > 0.5,
        n_frames=int(np.count_nonzero(rows.valid[0])),
    )


def _ambiguity(score: FloatArray, search: ridge.VelocitySearch, velocity_px: float) -> float:
    """Prominence of the most prominent other peak relative to the height of the main one.

    A rival counts by how far it rises above the valley between it and the main peak: texture of long waves lifts the
    score everywhere, and a lag that no longer counts makes a step in it; neither is a second velocity.
    """
    main = int(np.argmin(np.abs(search.velocity_px - velocity_px)))
    height = float(score[main])
    if height <= 0:
        return 1.0
    inner = np.flatnonzero((score[1:-1] > score[:-2]) & (score[1:-1] >= score[2:])) + 1
    prominences = [_prominence(score, int(peak), main) for peak in inner if peak != main]
    return float(np.clip(max(prominences, default=0.0) / height, 0.0, 2.0))


def _dispersion(rows: StandardRows, velocity_px: FloatArray) -> FloatArray:
    """Relative speed (n,) of coarse over fine texture: positive if the long waves run ahead; nan for short lines.

    What drifts with the water moves at one speed; waves that run over it are faster the longer they are.
    """
    num_pixels = rows.values.shape[1]
    width = 2 * (num_pixels // 10) + 1
    if num_pixels - width + 1 < _SHORTEST_PART_OF_LINE_PX:
        return np.full(len(rows), np.nan)
    total = np.cumsum(np.pad(rows.values, ((0, 0), (1, 0), (0, 0))), axis=1)
    coarse = (total[:, width:] - total[:, :-width]) / np.float32(width)
    fine = rows.values[:, width // 2 : num_pixels - width // 2] - coarse
    search = ridge.velocity_search(coarse.shape[1], rows.n_frames)
    speeds = [
        ridge.strongest(lagged_correlation(part, search.lags, search.max_shift_px), search)
        for part in (standardise(coarse, rows.valid[0]), standardise(fine, rows.valid[0]))
    ]
    return (speeds[0] - speeds[1]) * np.sign(velocity_px) / np.maximum(np.abs(velocity_px), _SLOW_PX)


def _prominence(score: FloatArray, peak: int, main: int) -> float:
    between = score[min(peak, main) : max(peak, main) + 1]
    return float(score[peak] - between.min())


def _spread(
    rows: StandardRows, search: ridge.VelocitySearch, velocity_px: FloatArray, strength: FloatArray
) -> FloatArray:
    """Relative scatter (n,) of the velocities of consecutive parts of the clip; nan if it is too short to part."""
    count = min(_PARTS, rows.n_frames // _FEWEST_FRAMES_OF_A_PART)
    if count < 2 and rows.n_frames >= _FEWEST_FRAMES_OF_HALVES:
        count = 2
    if count < 2:
        return np.full(len(rows), np.nan)
    parts = rows.parts(count)
    # no lag beyond half a part: too few pairs of frames
    correlation = np.zeros((len(parts), len(search.lags), 2 * search.max_shift_px + 1), dtype=np.float32)
    usable = search.lags <= parts.n_frames // 2
    correlation[:, usable] = lagged_correlation(parts, search.lags[usable], search.max_shift_px)
    weight = np.repeat(np.where(usable, strength, ridge.LEAST_STRENGTH), count, axis=0)
    winners = search.velocity_px[np.argmax(ridge.scores(ridge.above_mean(correlation), search, weight), axis=1)]
    velocities = ridge.refine(correlation, search, winners, weight)[0].reshape(len(rows), count)
    # the median lets one part of the clip differ: a passing branch, a bird
    deviation = np.median(np.abs(velocities - velocity_px[:, None]), axis=1)
    return 1.4826 * deviation / np.maximum(np.abs(velocity_px), _SLOW_PX)


def flags(
    evidence: Evidence, peak: FloatArray, velocity_px: FloatArray, search: ridge.VelocitySearch
) -> list[tuple[PointFlag, ...]]:
    """Remarks on each line that follow from the evidence alone, most severe first."""
    weak = peak < max(WEAK_PEAK, NOISE_PEAK / np.sqrt(evidence.n_frames))
    poor = evidence.quality(peak) < LOW_QUALITY
    # what stands still leaves with the mean over time; what is left at no speed flickers in its place
    stands = np.abs(velocity_px) < ridge.slowest_px(search, evidence.n_frames)
    tests = (
        (PointFlag.NO_TEXTURE, ~evidence.has_texture | stands),
        (PointFlag.WEAK_PEAK, evidence.has_texture & weak),
        (PointFlag.AMBIGUOUS, evidence.ambiguity > AMBIGUOUS),
        (PointFlag.UNSTEADY, evidence.spread > UNSTEADY),
        (PointFlag.LINE_TOO_SHORT, np.abs(velocity_px) > 0.95 * search.fastest_px),
    )
    found = [tuple(flag for flag, failed in tests if failed[line]) for line in range(len(peak))]
    return [(PointFlag.LOW_QUALITY,) if is_poor and not own else own for own, is_poor in zip(found, poor, strict=True)]
