"""The streak angle estimator of the reference program, kept to compare with its results.

The autocorrelation is integrated along rays every half degree from the time axis (Fujita, Watanabe and Tsubaki, 2007);
the angle with the largest integral gives the velocity. Its steps are coarse for fast flow (5.5 % of the velocity at 80
degrees) and its interpolation between time lags blurs streaks of several pixels per frame; `ridge` has neither fault.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

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


@lru_cache(maxsize=8)
def polar_integral(num_pixels: int, n_frames: int, d_rho: float, d_theta_deg: float) -> PolarIntegral:
    """The map for lines of ``num_pixels`` samples and ``n_frames`` frames: bilinear samples, trapezoidal rule."""
    radius = min(num_pixels // 2, n_frames // 2)
    rho = np.arange(0.0, radius + d_rho / 2.0, d_rho)
    theta_deg = np.arange(0.0, 180.0 + d_theta_deg / 2.0, d_theta_deg)
    reach = min(radius, n_frames - 1, num_pixels - 1)
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
    sums = _autocorrelation(rows, polar.reach)
    origin = np.maximum(sums[:, 0, polar.reach], np.float32(1e-12))
    integrals: Float32Array = sums.reshape(len(rows), -1) @ polar.weights
    integrals /= origin[:, None]
    return integrals


def _autocorrelation(rows: Float32Array, reach: int) -> Float32Array:
    """Sums of lagged products (n_lines, reach + 1, 2 reach + 1) at the lags 0..reach and the shifts -reach..reach.

    All lags are needed here, so the power spectrum pays: one forward transform padded by the lags, and the inverse
    at the few places that are wanted as two small matrix products.
    """
    # imported here: a measurement by the ridge does not need it
    from scipy.fft import next_fast_len, rfft2

    size = next_fast_len(rows.shape[1] + reach), next_fast_len(rows.shape[2] + reach, real=True)
    spectrum = rfft2(rows, s=size, axes=(1, 2))
    power: Float32Array = spectrum.real**2 + spectrum.imag**2
    in_time, in_space = _inverse_transforms(size, reach)
    waves = np.matmul(power, in_time)
    count = reach + 1
    stacked = np.concatenate([waves[:, :, :count], waves[:, :, count:]], axis=1)
    return np.ascontiguousarray(np.matmul(in_space, stacked).transpose(0, 2, 1))


@lru_cache(maxsize=8)
def _inverse_transforms(size: tuple[int, int], reach: int) -> tuple[Float32Array, Float32Array]:
    """Matrices that turn a power spectrum into sums at some lags (n_frequencies, 2 (reach + 1)) and shifts.

    With the wave numbers a and b of space and time, cos(a + b) = cos a cos b - sin a sin b.
    """
    frequency = np.arange(size[1] // 2 + 1)
    weight = np.where((frequency == 0) | (2 * frequency == size[1]), 1.0, 2.0) / (size[0] * size[1])
    in_time = 2 * np.pi * np.outer(frequency, np.arange(reach + 1)) / size[1]
    in_space = 2 * np.pi * np.outer(np.arange(-reach, reach + 1), np.arange(size[0])) / size[0]
    first = weight[:, None] * np.concatenate([np.cos(in_time), np.sin(in_time)], axis=1)
    second = np.concatenate([np.cos(in_space), -np.sin(in_space)], axis=1)
    return first.astype(np.float32), second.astype(np.float32)


def velocity_of_streak(theta_deg: FloatArray | float) -> FloatArray:
    """Velocity in px/frame of a streak at an angle from the time axis; above 90 degrees it is negative."""
    return np.tan(np.radians(np.asarray(theta_deg, dtype=float)))


def streak_of_velocity(velocity_px: FloatArray | float) -> FloatArray:
    """Streak angle in [0, 180) degrees of a velocity in px/frame."""
    return np.mod(np.degrees(np.arctan(np.asarray(velocity_px, dtype=float))), 180.0)
