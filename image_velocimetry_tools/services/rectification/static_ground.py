"""The part of a picture that shows no water: what a moving camera is recognised by."""

from __future__ import annotations

from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Picture = NDArray[np.uint8]


class FilmedWater(Protocol):
    """A reach of water, and where decoded frames show it; the geometry of a measurement has both."""

    @property
    def outline_px(self) -> FloatArray:
        """Corners (4, 2), raster pixels."""

    def to_decoded(self, raster_px: FloatArray) -> FloatArray:
        """Pixels (n, 2) of the decoded frame that show raster pixels (n, 2); NaN where none does."""


def static_ground(water: FilmedWater, shape: tuple[int, ...]) -> Picture:
    """Mask (height, width) of a decoded frame: 255 where it shows no water of the reach."""
    height, width = shape[:2]
    mask = np.full((height, width), 255, dtype=np.uint8)
    outline = water.outline_px
    sides = [
        start + (end - start) * np.linspace(0, 1, 200)[:, None]
        for start, end in zip(outline, np.roll(outline, -1, 0), strict=True)
    ]
    seen = water.to_decoded(np.concatenate(sides))
    inner = water.to_decoded(_lattice(outline))
    points = np.concatenate([seen, inner])
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) >= 3:
        hull = cv2.convexHull(points.astype(np.float32).reshape(-1, 1, 2))
        cv2.fillPoly(mask, [np.rint(hull).astype(np.int32)], 0)
    return mask


def _lattice(outline: FloatArray) -> FloatArray:
    """Points (n, 2) all over a parallelogram (4, 2)."""
    across, along = np.meshgrid(np.linspace(0, 1, 41), np.linspace(0, 1, 121))
    first, second, _, fourth = outline
    return first + across.reshape(-1, 1) * (second - first) + along.reshape(-1, 1) * (fourth - first)
