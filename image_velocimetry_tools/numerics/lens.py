"""Radial lens distortion: where a pixel of the corrected frame lies in the distorted source frame, and back."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain.video import FrameSize, LensModel

FloatArray = NDArray[np.float64]

_HALVINGS = 60


def lens_centre_px(lens: LensModel, size: FrameSize) -> tuple[float, float]:
    """Centre of distortion in pixels, whole numbers as in ffmpeg's ``lenscorrection`` (it cuts the fraction off)."""
    return float(int(lens.centre_x * size.width_px)), float(int(lens.centre_y * size.height_px))


def corrected_to_source(
    x_px: ArrayLike, y_px: ArrayLike, lens: LensModel, size: FrameSize
) -> tuple[FloatArray, FloatArray]:
    """Pixels of the distorted source that corrected pixels show; arrays of any equal shape.

    Notes
    -----
    The model of ffmpeg's ``lenscorrection``: with r the distance from the centre over half the diagonal, the source
    lies in the same direction at ``r (1 + k1 r^2 + k2 r^4)``. Its bilinear mode also moves the whole picture by half a
    pixel to the upper left (measured with ffmpeg 9, k1 = k2 = 0 included); that is a matter of its interpolation and
    not followed here.
    """
    centre_x, centre_y = lens_centre_px(lens, size)
    dx, dy = np.asarray(x_px, dtype=float) - centre_x, np.asarray(y_px, dtype=float) - centre_y
    r2 = (dx * dx + dy * dy) / _half_diagonal_px(size) ** 2
    stretch = 1.0 + r2 * (lens.k1 + r2 * lens.k2)
    return centre_x + dx * stretch, centre_y + dy * stretch


def source_to_corrected(
    x_px: ArrayLike, y_px: ArrayLike, lens: LensModel, size: FrameSize
) -> tuple[FloatArray, FloatArray]:
    """Inverse of :func:`corrected_to_source`; NaN where no corrected pixel shows the source pixel.

    A strong negative distortion folds the picture at some radius; the inverse is the pixel inside the fold.
    """
    centre_x, centre_y = lens_centre_px(lens, size)
    dx, dy = np.asarray(x_px, dtype=float) - centre_x, np.asarray(y_px, dtype=float) - centre_y
    source = np.hypot(dx, dy) / _half_diagonal_px(size)
    corrected = _corrected_radius(source, lens)
    with np.errstate(invalid="ignore", divide="ignore"):
        shrink = np.where(source > 0.0, corrected / source, 1.0)
    return centre_x + dx * shrink, centre_y + dy * shrink


def fold_radius(lens: LensModel) -> float:
    """Radius (in half diagonals of the corrected frame) from which on the picture repeats itself; infinite if never."""
    # 1 + 3 k1 r^2 + 5 k2 r^4 = 0 solved for 1 / r^2, which stays sound when k2 is next to nothing.
    discriminant = 9.0 * lens.k1**2 - 20.0 * lens.k2
    if discriminant < 0.0:
        return math.inf
    root = math.sqrt(discriminant)
    largest = 0.5 * (root - 3.0 * lens.k1) if lens.k1 <= 0.0 else -10.0 * lens.k2 / (3.0 * lens.k1 + root)
    return 1.0 / math.sqrt(largest) if largest > 0.0 else math.inf


def _half_diagonal_px(size: FrameSize) -> float:
    return float(np.hypot(size.width_px, size.height_px)) / 2.0


def _source_radius(radius: FloatArray, lens: LensModel) -> FloatArray:
    r2 = radius * radius
    return radius * (1.0 + r2 * (lens.k1 + r2 * lens.k2))


def _corrected_radius(source: FloatArray, lens: LensModel) -> FloatArray:
    """Radius whose source radius is ``source``, by bisection inside the fold (where the model rises steadily)."""
    fold = fold_radius(lens)
    low, high = np.zeros_like(source), np.minimum(source + 1.0, fold)
    for _ in range(_HALVINGS):
        high = np.where(_source_radius(high, lens) < source, np.minimum(2.0 * high, fold), high)
    unreachable = _source_radius(high, lens) < source
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        below = _source_radius(middle, lens) < source
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.where(unreachable, np.nan, 0.5 * (low + high))
