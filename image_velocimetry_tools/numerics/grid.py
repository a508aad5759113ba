"""Places at which velocity is measured: along the section line, or on a regular grid of the picture."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain.angles import FloatArray

IntArray = NDArray[np.int64]
Mask = NDArray[np.uint8]


def points_between_edges(edges: ArrayLike, count: int) -> FloatArray:
    """Measurement points of a job: the middles of ``count`` equal cells between the edges of water.

    The fractions are (i + 0.5) / count: water cannot be measured on its very edge, where a search line reaches onto the
    bank and the velocity is 0 anyway, so no point lies there and none is wasted.

    Parameters
    ----------
    edges
        Two ends, shape (2, k): world XY, pixels, or (2, 1) stations.
    count
        Number of points, at least 1.

    Returns
    -------
    numpy.ndarray
        Points (count, k) from the first edge to the second, in the units of ``edges``.
    """
    ends = np.asarray(edges, dtype=float)
    if ends.ndim != 2 or ends.shape[0] != 2:
        raise ValueError(f"edges need shape (2, k), got {ends.shape}")
    if count < 1:
        raise ValueError(f"at least one point is needed, got {count}")
    fractions = (np.arange(count) + 0.5) / count
    return np.asarray(ends[0] + fractions[:, np.newaxis] * (ends[1] - ends[0]))


def points_on_line(line_px: ArrayLike, count: int, width_px: int, height_px: int, mask: Mask | None = None) -> IntArray:
    """Points of a line drawn in the picture, both ends included, as the desktop application makes them.

    The ends are clipped to the picture, the points rounded to whole pixels (halves to even), and points dropped where
    the mask is not 1. Short lines give the same pixel more than once.

    Parameters
    ----------
    line_px
        Ends (2, 2) as (x, y) pixels.
    count
        Number of points before masking, at least 1.
    width_px, height_px
        Size of the picture.
    mask
        (height_px, width_px), 1 where velocity may be measured.

    Returns
    -------
    numpy.ndarray
        Whole pixels (m, 2), m <= count.
    """
    line = np.asarray(line_px, dtype=float)
    if line.shape != (2, 2):
        raise ValueError(f"the line needs shape (2, 2), got {line.shape}")
    if count < 1:
        raise ValueError(f"at least one point is needed, got {count}")
    ends = np.clip(line, 0.0, [width_px - 1.0, height_px - 1.0])
    points = np.rint(np.linspace(ends[0], ends[1], count)).astype(np.int64)
    return _unmasked(points, mask, width_px, height_px)


def regular_grid(
    width_px: int, height_px: int, spacing_x_px: int, spacing_y_px: int, mask: Mask | None = None
) -> IntArray:
    """Pixels (m, 2) of a grid that starts at (0, 0), row by row, where the mask (height, width) is 1."""
    if spacing_x_px < 1 or spacing_y_px < 1:
        raise ValueError(f"the spacing must be at least 1 px, got {spacing_x_px} and {spacing_y_px}")
    x, y = np.meshgrid(np.arange(0, width_px, spacing_x_px), np.arange(0, height_px, spacing_y_px))
    points = np.column_stack([x.ravel(), y.ravel()]).astype(np.int64)
    return _unmasked(points, mask, width_px, height_px)


def _unmasked(points: IntArray, mask: Mask | None, width_px: int, height_px: int) -> IntArray:
    if mask is None:
        return points
    if mask.shape != (height_px, width_px):
        raise ValueError(f"the mask has shape {mask.shape}, the picture {(height_px, width_px)}")
    return np.asarray(points[mask[points[:, 1], points[:, 0]] == 1])
