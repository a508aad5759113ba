"""Search for the velocity at one point: every line of the fan, every candidate velocity, both directions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ...domain.angles import angular_difference_deg
from ...domain.velocimetry import PointFlag
from . import quality, ridge, theta
from .correlation import lagged_correlation
from .fan import Fan
from .sampling import standardise
from .theta import polar_integral

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]
Estimator = Literal["ridge", "theta"]

# lines are worked on in groups that stay in the cache of a core
_GROUP_BYTES = 4 << 20


@dataclass(frozen=True, slots=True, eq=False)
class PointEstimate:
    """What the search found at one point.

    ``velocity_px`` is signed along the line at ``line_deg`` (geographic), px/frame; ``direction_deg`` is the
    direction of motion. ``peak`` is the mean correlation along the ridge, ``ambiguity`` the height of the second
    velocity relative to it, ``spread`` the relative disagreement of parts of the clip.
    """

    velocity_px: float
    line_index: int
    line_deg: float
    direction_deg: float
    streak_deg: float
    peak: float
    ambiguity: float
    spread: float
    quality: float
    flags: tuple[PointFlag, ...]


class PointSearch:
    """The search of one kind of fan and clip length, ready to be run on many tiles.

    Parameters
    ----------
    num_pixels, n_frames
        Length of the search lines and of the clip.
    estimator
        ``"ridge"`` or ``"theta"``.
    d_rho, d_theta_deg
        Resolution of the streak angle estimator.
    """

    def __init__(
        self,
        num_pixels: int,
        n_frames: int,
        estimator: Estimator = "ridge",
        d_rho: float = 0.5,
        d_theta_deg: float = 0.5,
    ) -> None:
        self.candidates = ridge.velocity_search(num_pixels, n_frames)
        self._polar = polar_integral(num_pixels, n_frames, d_rho, d_theta_deg) if estimator == "theta" else None
        self._group = max(1, _GROUP_BYTES // (4 * num_pixels * n_frames))

    def measure(self, lines: Float32Array, fan: Fan) -> PointEstimate:
        """Estimate from the fluctuations (n_angles, num_pixels, n_frames) along a fan, which are overwritten."""
        rows = standardise(lines)
        peak_of = self._ridges if self._polar is None else self._streaks
        found = peak_of(rows, fan.angles_deg)
        line = rows[found.line_index : found.line_index + 1]
        evidence = quality.weigh(line, found.correlation, self.candidates, found.velocity_px)
        return PointEstimate(
            velocity_px=found.velocity_px,
            line_index=found.line_index,
            line_deg=found.line_deg,
            direction_deg=(found.line_deg if found.velocity_px >= 0 else found.line_deg + 180.0) % 360.0,
            streak_deg=float(theta.streak_of_velocity(found.velocity_px)),
            peak=found.peak,
            ambiguity=evidence.ambiguity,
            spread=evidence.spread,
            quality=evidence.quality(found.peak),
            flags=quality.flags(evidence, found.peak, found.velocity_px, self.candidates),
        )

    def leading_line(self, lines: Float32Array, fan: Fan) -> int:
        """Index of the line with the highest peak; the fluctuations are overwritten."""
        rows = standardise(lines)
        return (self._ridges if self._polar is None else self._streaks)(rows, fan.angles_deg).line_index

    def _groups(self, rows: Float32Array) -> Iterator[tuple[int, Float32Array]]:
        for first in range(0, len(rows), self._group):
            yield first, rows[first : first + self._group]

    def _correlation(self, rows: Float32Array) -> Float32Array:
        return lagged_correlation(rows, self.candidates.lags, self.candidates.max_shift_px)

    def _ridges(self, rows: Float32Array, angles_deg: FloatArray) -> _Found:
        heights, winners = np.empty(len(rows)), np.empty(len(rows))
        best, best_correlation = -1, np.empty((0, 0, 0), dtype=np.float32)
        for first, group in self._groups(rows):
            correlation = self._correlation(group)
            score = ridge.scores(correlation, self.candidates)
            last = first + len(group)
            heights[first:last] = score.max(axis=1)
            winners[first:last] = self.candidates.velocity_px[score.argmax(axis=1)]
            leader = int(np.argmax(heights[:last]))
            if leader >= first:
                best, best_correlation = leader, correlation[leader - first : leader - first + 1].copy()
        velocity, peak = ridge.refine(best_correlation, self.candidates, winners[best : best + 1])
        velocity_px = ridge.refine_slow(rows[best : best + 1], self.candidates, float(velocity[0]))
        return _Found(best, _refined_angle(angles_deg, heights, best), velocity_px, float(peak[0]), best_correlation)

    def _streaks(self, rows: Float32Array, angles_deg: FloatArray) -> _Found:
        assert self._polar is not None
        heights, streaks = np.empty(len(rows)), np.empty(len(rows))
        for first, group in self._groups(rows):
            integrals = theta.streak_integrals(group, self._polar)
            last = first + len(group)
            heights[first:last] = integrals.max(axis=1)
            streaks[first:last] = self._polar.theta_deg[integrals.argmax(axis=1)]
        best = int(np.argmax(heights))
        velocity_px = float(theta.velocity_of_streak(streaks[best]))
        peak = float(heights[best]) / self._polar.radius_px
        return _Found(best, float(angles_deg[best]), velocity_px, peak, self._correlation(rows[best : best + 1]))


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The line and the velocity with the highest peak, and the correlation (1, n_lags, n_shifts) of that line."""

    line_index: int
    line_deg: float
    velocity_px: float
    peak: float
    correlation: Float32Array


def _refined_angle(angles_deg: FloatArray, heights: FloatArray, index: int) -> float:
    if not 0 < index < len(angles_deg) - 1:
        return float(angles_deg[index])
    step = float(angular_difference_deg(angles_deg[index + 1], angles_deg[index]))
    return float((angles_deg[index] + float(ridge.vertex(*heights[index - 1 : index + 2])) * step) % 360.0)
