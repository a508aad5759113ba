"""Masks: where in the picture velocity is not measured."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain.angles import FloatArray

Mask = NDArray[np.uint8]
BoolArray = NDArray[np.bool_]

# Islands of valid water smaller than this share of the picture are closed.
SMALLEST_ISLAND = 0.03


def polygon_mask(polygons_px: Sequence[FloatArray], width_px: int, height_px: int) -> Mask:
    """Mask (height_px, width_px) that is 0 in any of the polygons and 1 elsewhere.

    Polygons are (n, 2) as (x, y) pixels; corners are cut to whole pixels, and the outline belongs to the polygon.
    """
    mask = np.ones((height_px, width_px), dtype=np.uint8)
    for polygon in polygons_px:
        corners = np.asarray(polygon, dtype=float).reshape(-1, 2)
        if len(corners):
            cv2.fillPoly(mask, [corners.astype(np.int32)], (0,))
    return mask


def close_small_gaps(mask: Mask) -> Mask:
    """Remove slivers of valid water between polygons and pull the rest back from their outlines.

    The valid area (1) is widened by 2 px, parts of it that cover less than 3 % of the picture are closed, and a
    Gaussian of 1 px shrinks what remains to the pixels that no masked pixel reaches.

    Parameters
    ----------
    mask
        (height, width), 1 valid, 0 masked.

    Returns
    -------
    numpy.ndarray
        A new mask of the same shape.
    """
    widened = cv2.dilate(np.ascontiguousarray(mask, dtype=np.uint8), np.ones((5, 5), dtype=np.uint8))
    _, labels, statistics, _ = cv2.connectedComponentsWithStats(widened, connectivity=8)
    is_small = statistics[:, cv2.CC_STAT_AREA] < SMALLEST_ISLAND * mask.size
    kept = np.where(is_small[labels], 0, widened).astype(np.float32)
    blurred = cv2.GaussianBlur(kept, (0, 0), 1.0)
    return (blurred >= 1.0).astype(np.uint8)


def points_in_polygons(points_px: ArrayLike, polygons_px: Sequence[FloatArray]) -> BoolArray:
    """Whether points (n, 2) lie in any polygon (each (m, 2)), outlines included, without rounding to pixels; (n,)."""
    points = np.asarray(points_px, dtype=float).reshape(-1, 2)
    inside = np.zeros(len(points), dtype=bool)
    for polygon in polygons_px:
        corners = np.asarray(polygon, dtype=float).reshape(-1, 2)
        if len(corners) >= 3:
            inside |= _in_polygon(points, corners)
    return inside


def _in_polygon(points: FloatArray, corners: FloatArray) -> BoolArray:
    """Even-odd rule; a point on the outline is inside."""
    x, y = points[:, :1], points[:, 1:]
    start, end = corners, np.roll(corners, -1, axis=0)
    rise, run = end[:, 1] - start[:, 1], end[:, 0] - start[:, 0]
    side = run * (y - start[:, 1]) - rise * (x - start[:, 0])
    along = run * (x - start[:, 0]) + rise * (y - start[:, 1])
    on_outline = (side == 0.0) & (along >= 0.0) & (along <= run**2 + rise**2)
    spans = (start[:, 1] > y) != (end[:, 1] > y)
    is_right_of_point = np.where(rise > 0, side < 0, side > 0)
    crossings = np.sum(spans & ~is_right_of_point, axis=1)
    return np.asarray((crossings % 2 == 1) | on_outline.any(axis=1))
