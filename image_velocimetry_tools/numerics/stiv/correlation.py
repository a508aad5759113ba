"""Autocorrelation of space-time images at chosen time lags.

Only a few lags are needed, so the rows are multiplied with their shifted selves (one matrix product per lag) in place
of a padded two-dimensional Fourier transform and its inverse: fewer operations, and the overlap of every lag is
known.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .sampling import StandardRows

Float32Array = NDArray[np.float32]


@lru_cache(maxsize=32)
def _diagonal_sums(num_pixels: int, max_shift_px: int) -> Float32Array:
    """Matrix (num_pixels^2, 2 max_shift + 1) that adds the diagonals j - i from -max_shift to max_shift."""
    first, second = np.meshgrid(np.arange(num_pixels), np.arange(num_pixels), indexing="ij")
    shift = (second - first).ravel()
    return (shift[:, None] == np.arange(-max_shift_px, max_shift_px + 1)).astype(np.float32)


def lagged_sums(rows: Float32Array, lags: NDArray[np.int64], max_shift_px: int) -> Float32Array:
    """Sums of products of rows with themselves, shifted in space and time.

    Parameters
    ----------
    rows
        Standardised space-time images, shape (n_lines, num_pixels, n_frames).
    lags
        Time lags in frames, each from 0 to n_frames - 1.
    max_shift_px
        Largest shift in space.

    Returns
    -------
    Array (n_lines, n_lags, 2 * max_shift_px + 1); entry [a, l, max_shift_px + dx] is
    the sum over i and t of rows[a, i, t] * rows[a, i + dx, t + lags[l]].
    """
    n_lines, num_pixels, n_frames = rows.shape
    products = np.empty((len(lags), n_lines, num_pixels, num_pixels), dtype=np.float32)
    for product, lag in zip(products, lags, strict=True):
        np.matmul(rows[:, :, : n_frames - lag], rows[:, :, lag:].transpose(0, 2, 1), out=product)
    sums: Float32Array = products.reshape(-1, num_pixels**2) @ _diagonal_sums(num_pixels, max_shift_px)
    return sums.reshape(len(lags), n_lines, -1).transpose(1, 0, 2)


def lagged_correlation(rows: StandardRows, lags: NDArray[np.int64], max_shift_px: int) -> Float32Array:
    """:func:`lagged_sums` divided by the number of samples that overlap at each shift and lag.

    Pixels that never change (glare, shadow, a stone) and frames that are missing hold no samples. Were they counted, a
    line would do better for avoiding them, whatever its direction.
    """
    samples = _live_pairs(rows.valid, lags)[:, :, None] * _live_overlap(rows.is_live, max_shift_px)[:, None, :]
    return lagged_sums(rows.values, lags, max_shift_px) / samples


def _live_pairs(valid: NDArray[np.bool_], lags: NDArray[np.int64]) -> Float32Array:
    """Number of pairs of frames that count (n or 1, n_lags) at each lag, at least 1."""
    n_frames = valid.shape[1]
    pairs = [np.count_nonzero(valid[:, : n_frames - lag] & valid[:, lag:], axis=1) for lag in lags]
    return np.maximum(np.stack(pairs, axis=1), 1).astype(np.float32)


def _live_overlap(is_live: NDArray[np.bool_], max_shift_px: int) -> Float32Array:
    """Number of pairs of live pixels (n_lines or 1, n_shifts) at each shift, at least a quarter of all pairs there."""
    num_pixels = is_live.shape[1]
    every = (num_pixels - np.abs(np.arange(-max_shift_px, max_shift_px + 1))).astype(np.float32)
    if is_live.all():
        return every[None]
    live = is_live.astype(np.float32)
    products = (live[:, :, None] * live[:, None, :]).reshape(len(live), -1)
    return np.maximum(products @ _diagonal_sums(num_pixels, max_shift_px), 0.25 * every)
