"""The streak angle estimator of the reference program, kept to compare with its results.

The autocorrelation is integrated along rays every half degree from the time axis (Fujita, Watanabe and Tsubaki, 2007);
the angle with the largest integral gives the velocity. Its steps are coarse for fast flow (5.5 % of the velocity at 80
degrees) and its interpolation between time lags blurs streaks of several pixels per frame; `ridge` has neither fault.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .correlation import lagged_sums

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PolarIntegral:
    """Linear map from the autocorrelation at the lags 0..reach to its integrals along rays.

    ``weights`` has shape ((reach + 1) * (2 * reach + 1), n_theta), over [lag, shift]; ``theta_deg`` (n_theta,) counts
    from the time axis.
    """

    radius_px: int
    reach: int
    theta_deg: FloatArray
    weights: Float32Array


def polar_integral(num_pixels: int, n_frames: int, d_rho: float, d_theta_deg: float) -> PolarIntegral:
    """The map for lines of ``num_pixels`` samples and ``n_frames`` frames: bilinear samples, trapezoidal rule."""
    radius = min(num_pixels // 2, n_frames // 2)
    rho = np.arange(0.0, radius + d_rho / 2.0, d_rho)
    theta_deg = np.arange(0.0, 180.0 + d_theta_deg / 2.0, d_theta_deg)
    reach = min(radius + 1, n_frames - 1, num_pixels - 1)
    dense = np.zeros((reach + 1, 2 * reach + 1, len(theta_deg)))
    step = np.full(len(rho), d_rho)
    step[[0, -1]] *= 0.5
    for column, theta in enumerate(np.radians(theta_deg)):
        _add_ray(dense[:, :, column], rho * np.sin(theta), rho * np.cos(theta), step, reach)
    return PolarIntegral(radius, reach, theta_deg, dense.reshape(-1, len(theta_deg)).astype(np.float32))


def _add_ray(dense: FloatArray, shift: FloatArray, lag: FloatArray, step: FloatArray, reach: int) -> None:
    """Add one ray's bilinear weights; a point at lag < 0 is its mirror image at -lag and -shift."""
    shift_0 = np.clip(np.floor(shift + 1e-12), 0, reach - 1).astype(int)
    lag_0 = np.clip(np.floor(lag + 1e-12), -reach, reach - 1).astype(int)
    shift_share, lag_share = shift - shift_0, lag - lag_0
    for d_shift in (0, 1):
        for d_lag in (0, 1):
            share = (shift_share if d_shift else 1 - shift_share) * (lag_share if d_lag else 1 - lag_share)
            k, dx = lag_0 + d_lag, shift_0 + d_shift
            mirrored = k < 0
            np.add.at(dense, (np.abs(k), np.where(mirrored, -dx, dx) + reach), step * share)


def streak_integrals(rows: Float32Array, polar: PolarIntegral) -> Float32Array:
    """Integrals (n_lines, n_theta) of the autocorrelation of standardised rows, scaled to 1 at the origin."""
    lags = np.arange(polar.reach + 1)
    sums = lagged_sums(rows, lags, polar.reach)
    origin = np.maximum(sums[:, 0, polar.reach], np.float32(1e-12))
    integrals: Float32Array = sums.reshape(len(rows), -1) @ polar.weights
    integrals /= origin[:, None]
    return integrals


def velocity_of_streak(theta_deg: FloatArray | float) -> FloatArray:
    """Velocity in px/frame of a streak at an angle from the time axis; above 90 degrees it is negative."""
    return np.tan(np.radians(np.asarray(theta_deg, dtype=float)))


def streak_of_velocity(velocity_px: FloatArray | float) -> FloatArray:
    """Streak angle in [0, 180) degrees of a velocity in px/frame."""
    return np.mod(np.degrees(np.arctan(np.asarray(velocity_px, dtype=float))), 180.0)
