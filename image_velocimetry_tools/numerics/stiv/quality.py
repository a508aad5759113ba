"""How far a velocity can be trusted: height of its ridge, rivals, and agreement of parts of the clip."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...domain.velocimetry import PointFlag
from . import ridge
from .correlation import lagged_correlation

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]

_PARTS = 4
_FEWEST_FRAMES_OF_A_PART = 12

WEAK_PEAK = 0.12
AMBIGUOUS = 0.9
UNSTEADY = 0.35
STILL_PX = 0.02


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for the velocity of a line: see :class:`~.point.PointEstimate`."""

    ambiguity: float
    spread: float
    has_texture: bool

    def quality(self, peak: float) -> float:
        """Figure of merit in [0, 1]: the peak, lessened by disagreement and rivals."""
        if not self.has_texture or not np.isfinite(peak):
            return 0.0
        agreement = 1.0 / (1.0 + (self.spread / 0.1) ** 2) if np.isfinite(self.spread) else 0.5
        return float(np.clip(peak, 0.0, 1.0) * agreement * (1.0 - 0.5 * np.clip(self.ambiguity, 0.0, 1.0)))


def weigh(rows: Float32Array, correlation: Float32Array, search: ridge.VelocitySearch, velocity_px: float) -> Evidence:
    """Evidence of one standardised line (1, num_pixels, n_frames) and its correlation for a velocity in px/frame."""
    score = ridge.scores(correlation, search)[0].astype(np.float64)
    return Evidence(
        ambiguity=_ambiguity(score, search, velocity_px),
        spread=_spread(rows, search, velocity_px),
        has_texture=bool(np.count_nonzero(rows[0].any(axis=1)) * 2 > rows.shape[1]),
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


def _prominence(score: FloatArray, peak: int, main: int) -> float:
    between = score[min(peak, main) : max(peak, main) + 1]
    return float(score[peak] - between.min())


def _spread(rows: Float32Array, search: ridge.VelocitySearch, velocity_px: float) -> float:
    """Relative scatter of the velocities of consecutive parts of the clip; nan if the clip is too short to part."""
    parts = min(_PARTS, rows.shape[2] // _FEWEST_FRAMES_OF_A_PART)
    if parts < 2:
        return float("nan")
    length = rows.shape[2] // parts
    pieces = rows[0, :, : parts * length].reshape(rows.shape[1], parts, length).transpose(1, 0, 2)
    # no lag beyond half a part: too few pairs of frames
    correlation = np.zeros((parts, len(search.lags), 2 * search.max_shift_px + 1), dtype=np.float32)
    usable = search.lags <= length // 2
    correlation[:, usable] = lagged_correlation(np.ascontiguousarray(pieces), search.lags[usable], search.max_shift_px)
    winners = search.velocity_px[np.argmax(ridge.scores(correlation, search), axis=1)]
    deviation = np.abs(ridge.refine(correlation, search, winners)[0] - velocity_px)
    # the median lets one part of the clip differ: a passing branch, a bird
    return float(1.4826 * np.median(deviation) / max(abs(velocity_px), 0.1))


def flags(evidence: Evidence, peak: float, velocity_px: float, search: ridge.VelocitySearch) -> tuple[PointFlag, ...]:
    """Remarks that follow from the evidence alone, most severe first."""
    found = []
    if not evidence.has_texture:
        found.append(PointFlag.NO_TEXTURE)
    elif peak < WEAK_PEAK:
        found.append(PointFlag.WEAK_PEAK)
    if evidence.ambiguity > AMBIGUOUS:
        found.append(PointFlag.AMBIGUOUS)
    if np.isfinite(evidence.spread) and evidence.spread > UNSTEADY:
        found.append(PointFlag.UNSTEADY)
    if abs(velocity_px) > 0.95 * search.fastest_px:
        found.append(PointFlag.LINE_TOO_SHORT)
    return tuple(found)
