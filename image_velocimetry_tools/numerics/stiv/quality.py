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

WEAK_PEAK = 0.12
AMBIGUOUS = 0.9
UNSTEADY = 0.35
LOW_QUALITY = 0.06
# noise alone correlates by chance; fewer frames, more of it
NOISE_PEAK = 1.04


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the velocity of a line: see :class:`~.point.PointEstimate`."""

    ambiguity: float
    spread: float
    has_texture: bool
    dispersion: float
    n_frames: int

    def quality(self, peak: float) -> float:
        """Figure of merit in [0, 1]: the peak, lessened by disagreement and rivals."""
        if not self.has_texture or not np.isfinite(peak):
            return 0.0
        agreement = 1.0 / (1.0 + (self.spread / 0.1) ** 2) if np.isfinite(self.spread) else 0.5
        return float(np.clip(peak, 0.0, 1.0) * agreement * (1.0 - 0.5 * np.clip(self.ambiguity, 0.0, 1.0)))


def weigh(
    rows: StandardRows,
    correlation: Float32Array,
    search: ridge.VelocitySearch,
    velocity_px: float,
    strength: FloatArray,
) -> Evidence:
    """Evidence of a single line and its correlation for a velocity in px/frame."""
    score = ridge.scores(ridge.above_mean(correlation), search, strength)[0].astype(np.float64)
    return Evidence(
        ambiguity=_ambiguity(score, search, velocity_px),
        spread=_spread(rows, search, velocity_px, strength),
        has_texture=bool(rows.is_live.mean() > 0.5),
        dispersion=_dispersion(rows, velocity_px),
        n_frames=int(np.count_nonzero(rows.valid)),
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


def _dispersion(rows: StandardRows, velocity_px: float) -> float:
    """Relative speed of coarse over fine texture: positive if the long waves run ahead; nan for a short line.

    What drifts with the water moves at one speed; waves that run over it are faster the longer they are.
    """
    num_pixels = rows.values.shape[1]
    width = 2 * (num_pixels // 10) + 1
    if num_pixels - width + 1 < _SHORTEST_PART_OF_LINE_PX:
        return float("nan")
    total = np.cumsum(np.pad(rows.values, ((0, 0), (1, 0), (0, 0))), axis=1)
    coarse = (total[:, width:] - total[:, :-width]) / np.float32(width)
    fine = rows.values[:, width // 2 : num_pixels - width // 2] - coarse
    search = ridge.velocity_search(coarse.shape[1], rows.n_frames)
    both = standardise(np.concatenate([coarse, fine]), rows.valid[0])
    ahead, behind = ridge.strongest(lagged_correlation(both, search.lags, search.max_shift_px), search)
    return float((ahead - behind) * np.sign(velocity_px) / max(abs(velocity_px), 0.1))


def _prominence(score: FloatArray, peak: int, main: int) -> float:
    between = score[min(peak, main) : max(peak, main) + 1]
    return float(score[peak] - between.min())


def _spread(rows: StandardRows, search: ridge.VelocitySearch, velocity_px: float, strength: FloatArray) -> float:
    """Relative scatter of the velocities of consecutive parts of the clip; nan if the clip is too short to part."""
    count = min(_PARTS, rows.n_frames // _FEWEST_FRAMES_OF_A_PART)
    if count < 2 and rows.n_frames >= _FEWEST_FRAMES_OF_HALVES:
        count = 2
    if count < 2:
        return float("nan")
    parts = rows.parts(count)
    # no lag beyond half a part: too few pairs of frames
    correlation = np.zeros((count, len(search.lags), 2 * search.max_shift_px + 1), dtype=np.float32)
    usable = search.lags <= parts.n_frames // 2
    correlation[:, usable] = lagged_correlation(parts, search.lags[usable], search.max_shift_px)
    strength = np.where(usable, strength, ridge.LEAST_STRENGTH)
    winners = search.velocity_px[np.argmax(ridge.scores(ridge.above_mean(correlation), search, strength), axis=1)]
    deviation = np.abs(ridge.refine(correlation, search, winners, strength)[0] - velocity_px)
    # the median lets one part of the clip differ: a passing branch, a bird
    return float(1.4826 * np.median(deviation) / max(abs(velocity_px), 0.1))


def flags(evidence: Evidence, peak: float, velocity_px: float, search: ridge.VelocitySearch) -> tuple[PointFlag, ...]:
    """Remarks that follow from the evidence alone, most severe first."""
    found = []
    if not evidence.has_texture:
        found.append(PointFlag.NO_TEXTURE)
    elif peak < max(WEAK_PEAK, NOISE_PEAK / np.sqrt(evidence.n_frames)):
        found.append(PointFlag.WEAK_PEAK)
    if evidence.ambiguity > AMBIGUOUS:
        found.append(PointFlag.AMBIGUOUS)
    if np.isfinite(evidence.spread) and evidence.spread > UNSTEADY:
        found.append(PointFlag.UNSTEADY)
    if not found and evidence.quality(peak) < LOW_QUALITY:
        found.append(PointFlag.LOW_QUALITY)
    if abs(velocity_px) > 0.95 * search.fastest_px:
        found.append(PointFlag.LINE_TOO_SHORT)
    return tuple(found)
