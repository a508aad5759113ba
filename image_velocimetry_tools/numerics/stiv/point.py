"""Search for the velocity at one point: every line of the fan, every candidate velocity, both directions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ...domain.angles import angular_difference_deg
from ...domain.velocimetry import PointFlag
from . import quality, ridge, theta
from .correlation import lagged_correlation
from .fan import Fan
from .sampling import StandardRows, standardise
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
    velocity relative to it, ``spread`` the relative disagreement of parts of the clip, ``dispersion`` the relative
    lead of coarse texture over fine.
    """

    velocity_px: float
    line_index: int
    line_deg: float
    direction_deg: float
    streak_deg: float
    peak: float
    ambiguity: float
    spread: float
    dispersion: float
    quality: float
    flags: tuple[PointFlag, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FoundLine:
    """The line of a fan with the highest peak: its rows, its correlation (1, n_lags, n_shifts), and what it is held to.

    ``velocity_px`` is that of the best candidate (ridge) or of the streak (theta), ``strength`` (1, n_lags) the
    envelope of the correlation over the fan.
    """

    line_index: int
    line_deg: float
    velocity_px: float
    peak: float
    rows: StandardRows
    correlation: Float32Array
    strength: FloatArray


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

    def find(self, lines: Float32Array, fan: Fan, valid: NDArray[np.bool_] | None = None) -> FoundLine:
        """The best line of a fan, from the fluctuations (n_angles, num_pixels, n_frames), which are overwritten.

        ``valid`` (n_frames,) tells which frames count.
        """
        rows = standardise(lines, valid)
        return self._ridge(rows, fan.angles_deg) if self._polar is None else self._streak(rows, fan.angles_deg)

    def conclude(self, found: Sequence[FoundLine]) -> list[PointEstimate]:
        """Estimates from the best lines of several points: refined, and weighed together, which is quicker."""
        rows = StandardRows.stacked([line.rows for line in found])
        correlation = np.concatenate([line.correlation for line in found])
        velocity = np.array([line.velocity_px for line in found])
        peak = np.array([line.peak for line in found])
        if self._polar is None:
            weight = ridge.envelope(ridge.above_mean(correlation))
            velocity, peak = ridge.refine(correlation, self.candidates, velocity, weight)
            slow = [
                ridge.refine_slow(line.rows, self.candidates, float(v)) for line, v in zip(found, velocity, strict=True)
            ]
            velocity = np.array(slow)
        strength = np.concatenate([line.strength for line in found])
        evidence = quality.weigh(rows, correlation, self.candidates, velocity, strength)
        flags = quality.flags(evidence, peak, velocity, self.candidates)
        merit = evidence.quality(peak)
        return [
            PointEstimate(
                velocity_px=float(velocity[k]),
                line_index=line.line_index,
                line_deg=line.line_deg,
                direction_deg=(line.line_deg if velocity[k] >= 0 else line.line_deg + 180.0) % 360.0,
                streak_deg=float(theta.streak_of_velocity(velocity[k])),
                peak=float(peak[k]),
                ambiguity=float(evidence.ambiguity[k]),
                spread=float(evidence.spread[k]),
                dispersion=float(evidence.dispersion[k]),
                quality=float(merit[k]),
                flags=flags[k],
            )
            for k, line in enumerate(found)
        ]

    def leading_line(self, lines: Float32Array, valid: NDArray[np.bool_] | None = None) -> int:
        """Index of the line with the highest peak; the fluctuations are overwritten."""
        rows = standardise(lines, valid)
        heights = self._search(rows).heights if self._polar is None else self._integrate(rows)[0]
        return int(np.argmax(heights))

    def _groups(self, rows: StandardRows) -> Iterator[StandardRows]:
        for first in range(0, len(rows), self._group):
            yield rows.lines(slice(first, first + self._group))

    def _correlation(self, rows: StandardRows) -> Float32Array:
        return lagged_correlation(rows, self.candidates.lags, self.candidates.max_shift_px)

    def _search(self, rows: StandardRows) -> _Searched:
        correlation = np.concatenate([self._correlation(group) for group in self._groups(rows)])
        above = ridge.above_mean(correlation)
        strength = ridge.envelope(above).max(axis=0, keepdims=True)
        winners = ridge.scores(above, self.candidates, strength).argmax(axis=1)
        # lines are compared by the whole correlation: less its mean it would favour texture across the line
        whole_strength = ridge.envelope(correlation).max(axis=0, keepdims=True)
        heights = ridge.heights_at(correlation, self.candidates, whole_strength, winners)
        return _Searched(correlation, strength, winners, heights)

    def _ridge(self, rows: StandardRows, angles_deg: FloatArray) -> FoundLine:
        searched = self._search(rows)
        best = int(np.argmax(searched.heights))
        chosen = slice(best, best + 1)
        return FoundLine(
            line_index=best,
            line_deg=_refined_angle(angles_deg, searched.heights, best),
            velocity_px=float(self.candidates.velocity_px[searched.winners[best]]),
            peak=float(searched.heights[best]),
            rows=rows.lines(chosen).copied(),
            correlation=searched.correlation[chosen],
            strength=searched.strength,
        )

    def _integrate(self, rows: StandardRows) -> tuple[FloatArray, FloatArray]:
        """Largest integral and streak angle of every line, for the theta estimator."""
        assert self._polar is not None
        integrals = np.concatenate([theta.streak_integrals(group.values, self._polar) for group in self._groups(rows)])
        return integrals.max(axis=1).astype(np.float64), self._polar.theta_deg[integrals.argmax(axis=1)]

    def _streak(self, rows: StandardRows, angles_deg: FloatArray) -> FoundLine:
        assert self._polar is not None
        heights, streaks = self._integrate(rows)
        best = int(np.argmax(heights))
        line = rows.lines(slice(best, best + 1)).copied()
        correlation = self._correlation(line)
        return FoundLine(
            line_index=best,
            line_deg=float(angles_deg[best]),
            velocity_px=float(theta.velocity_of_streak(streaks[best])),
            peak=float(heights[best]) / self._polar.radius_px,
            rows=line,
            correlation=correlation,
            strength=ridge.envelope(ridge.above_mean(correlation)),
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Searched:
    """Correlation (n_lines, n_lags, n_shifts), envelope of all lines (1, n_lags), winners and heights (n_lines,)."""

    correlation: Float32Array
    strength: FloatArray
    winners: NDArray[np.intp]
    heights: FloatArray


def _refined_angle(angles_deg: FloatArray, heights: FloatArray, index: int) -> float:
    if not 0 < index < len(angles_deg) - 1:
        return float(angles_deg[index])
    step = float(angular_difference_deg(angles_deg[index + 1], angles_deg[index]))
    return float((angles_deg[index] + float(ridge.vertex(*heights[index - 1 : index + 2])) * step) % 360.0)
