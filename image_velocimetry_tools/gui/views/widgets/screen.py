"""Where image pixels are on the screen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True)
class Screen:
    """The visible piece of an image: zoom, offset and size of the drawing area.

    Attributes
    ----------
    zoom
        Screen pixels per image pixel.
    left, top
        Position of the centre of image pixel (0, 0), in screen pixels.
    width, height
        Size of the drawing area, in screen pixels.
    density
        Device pixels per screen pixel (2.0 on a display of high resolution).
    """

    zoom: float
    left: float
    top: float
    width: int
    height: int
    density: float = 1.0

    def from_image(self, xy: ArrayLike) -> FloatArray:
        """Screen positions of image positions, shape (..., 2)."""
        return np.asarray(xy, dtype=float) * self.zoom + (self.left, self.top)

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """Image position of a screen position."""
        return (x - self.left) / self.zoom, (y - self.top) / self.zoom

    def in_sight(self, positions: FloatArray, margin: float = 12.0) -> BoolArray:
        """Which screen positions (n, 2) are inside the drawing area; those that are not numbers are not."""
        limit = (self.width + margin, self.height + margin)
        inside: BoolArray = np.all((positions > -margin) & (positions < limit), axis=-1)
        return inside

    def crosses(self, shapes: FloatArray) -> BoolArray:
        """Which shapes (n, k, 2), in screen positions, may touch the drawing area."""
        low, high = shapes.min(axis=1), shapes.max(axis=1)
        touching: BoolArray = np.all((high > 0) & (low < (self.width, self.height)), axis=-1)
        return touching
