"""How far the water moves from frame to frame, at many points together: over frames lost without a trace it leaps."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]

SLOWEST_PX = 0.4
"""Slower motion, px/frame, is too small against the noise of a single pair of frames."""

_FEWEST_LINES = 3
_MOST_LINES = 12
_SCALE_STEP = 0.125
_LARGEST_SCALE = 3.5
# a leap of twice the usual step is the least that must be seen, with half of the line still overlapping
_LEAST_OF_LARGEST_SCALE = 2.0

_STEADY = 0.3
_STEADY_SHARE = 0.6


def step_scales(images: Sequence[NDArray[np.uint8]], velocity_px: FloatArray) -> FloatArray:
    """Motion (n_frames - 1,) from each frame to the next relative to the mean motion of the clip; NaN where unclear.

    Parameters
    ----------
    images
        Space-time images (num_pixels, n_frames) of points along their direction of motion, the clearest first; a
        dozen of them is looked at.
    velocity_px
        Velocities (n,) along them, px/frame; what is slower than :data:`SLOWEST_PX`, or too fast for a leap to stay on
        the line, is left out.
    """
    n_frames = images[0].shape[1] if images else 1
    lines = [
        (rows, float(velocity))
        for image, velocity in zip(images, velocity_px, strict=True)
        if SLOWEST_PX <= abs(velocity) <= image.shape[0] / (2.0 * _LEAST_OF_LARGEST_SCALE)
        and (rows := _fluctuations(image)) is not None
    ][:_MOST_LINES]
    if len(lines) < _FEWEST_LINES:
        return np.full(n_frames - 1, np.nan)
    largest = min(_LARGEST_SCALE, *(len(rows) / (2.0 * abs(velocity)) for rows, velocity in lines))
    scales = np.arange(0.0, largest + 1e-9, _SCALE_STEP)
    difference = np.sum([_differences(rows, velocity * scales) for rows, velocity in lines], axis=0)
    return np.asarray(scales[difference.argmin(axis=0)])


def lost_share(scales: FloatArray, valid: NDArray[np.bool_]) -> float:
    """Share of the frames that are missing without a gap in time; NaN if the motion is too unsteady to tell.

    The motion of steady flow is the same from frame to frame; over a lost frame the whole section leaps. Frames that
    stand still before a leap are repetitions, and nothing is lost. ``valid`` (n_frames,) tells which frames count.
    """
    known = scales[np.isfinite(scales) & valid[1:] & valid[:-1]]
    if not known.size:
        return float("nan")
    usual = float(np.median(known))
    if usual <= 0.0 or float(np.mean(np.abs(known / usual - 1.0) <= _STEADY)) < _STEADY_SHARE:
        return float("nan")
    lost = max(0.0, float(np.sum(np.rint(known / usual) - 1.0)))
    return lost / (known.size + lost)


def _fluctuations(image: NDArray[np.uint8]) -> Float32Array | None:
    """Rows less their means, of unit variance; None of an image in which nothing changes."""
    rows = image.astype(np.float32)
    rows -= rows.mean(axis=1, keepdims=True)
    scatter = float(rows.std())
    return rows / np.float32(scatter) if scatter > 0.0 else None


def _differences(rows: Float32Array, shifts_px: FloatArray) -> FloatArray:
    """Mean squares (n_shifts, n_frames - 1) of the difference of each frame to the next one moved back by shifts."""
    place = np.arange(len(rows), dtype=float)
    squares = np.empty((len(shifts_px), rows.shape[1] - 1))
    for index, shift in enumerate(shifts_px):
        shifted = place + shift
        inside = (shifted >= 0) & (shifted <= len(rows) - 1)
        lower = np.minimum(shifted[inside].astype(int), len(rows) - 2)
        share = (shifted[inside] - lower)[:, None].astype(np.float32)
        difference = rows[inside, :-1] - (rows[lower, 1:] * (1 - share) + rows[lower + 1, 1:] * share)
        squares[index] = np.einsum("xt,xt->t", difference, difference) / np.count_nonzero(inside)
    return squares
