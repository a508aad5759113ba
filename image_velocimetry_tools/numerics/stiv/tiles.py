"""Rectangular pieces of the picture round each point, kept for the whole clip."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .fan import Fan, TileReach

NO_BLUR_PX = 0.01
"""Blurs narrower than this are none."""

FloatArray = NDArray[np.float64]
Float32Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class TileStack:
    """Grey levels round n points: ``pixels`` (n, height, width, n_frames) uint8.

    ``offset_px`` (n, 2) is the position (x, y) of each point relative to the centre pixel of its tile; ``inside``
    (n,) tells whether the tile's search lines lie in the picture. ``brightness`` (n_frames,) is the mean level of the
    whole scene, relative to its mean over the clip; changes of exposure are divided out with it. ``valid``
    (n_frames,) is False where a frame is missing or must not count; such frames take no part in the correlation.
    ``blur_sigma_px`` is the standard deviation of a Gaussian blur of each picture, in space only.
    """

    pixels: NDArray[np.uint8]
    offset_px: FloatArray
    inside: NDArray[np.bool_]
    brightness: FloatArray | None = None
    valid: NDArray[np.bool_] | None = None
    blur_sigma_px: float = 0.0

    def __len__(self) -> int:
        return len(self.pixels)

    def fluctuations(self, index: int) -> Float32Array:
        """Grey levels of one tile less their mean over time (height, width, n_frames), at constant brightness."""
        levels = self.pixels[index].astype(np.float32)
        if self.blur_sigma_px > NO_BLUR_PX:
            levels = _blurred(levels, self.blur_sigma_px)
        if self.brightness is not None:
            levels /= self.brightness.astype(np.float32)
        if self.valid is None or self.valid.all():
            levels -= levels.mean(axis=2, keepdims=True)
        else:
            levels -= levels[..., self.valid].mean(axis=2, keepdims=True)
            levels[..., ~self.valid] = 0.0
        return levels


def blur_margin_px(sigma_px: float) -> int:
    """Pixels beyond the search lines that a blur reaches."""
    return int(np.ceil(3.0 * sigma_px)) if sigma_px > NO_BLUR_PX else 0


def _blurred(levels: Float32Array, sigma_px: float) -> Float32Array:
    """Gaussian blur of (height, width, n_frames) along its first two axes."""
    height, width, frames = levels.shape
    down = _kernel(height, sigma_px) @ levels.reshape(height, -1)
    return np.matmul(_kernel(width, sigma_px), down.reshape(height, width, frames))


def _kernel(length: int, sigma_px: float) -> Float32Array:
    """Matrix (length, length) that blurs a column."""
    distance = np.arange(length)[:, None] - np.arange(length)[None, :]
    kernel = np.where(np.abs(distance) <= blur_margin_px(sigma_px), np.exp(-0.5 * (distance / sigma_px) ** 2), 0.0)
    return (kernel / kernel.sum(axis=1, keepdims=True)).astype(np.float32)


def cut_tiles(
    image_stack: NDArray[np.uint8],
    x_px: FloatArray,
    y_px: FloatArray,
    reach: TileReach,
    fans: Sequence[Fan],
    blur_sigma_px: float = 0.0,
) -> TileStack:
    """Tiles of a stack of pictures (height, width, n_frames) round points (n,), each with its fan of search lines.

    A point whose lines leave the picture is marked; pixels outside the picture are 0.
    """
    height, width, frames = image_stack.shape
    tile_height, tile_width = reach.shape
    centre = np.rint(np.stack([x_px, y_px], axis=1))
    pixels = np.zeros((len(x_px), tile_height, tile_width, frames), dtype=np.uint8)
    inside = np.array(
        [fan.lies_in(x, y, width, height) for fan, x, y in zip(fans, x_px, y_px, strict=True)], dtype=bool
    )
    for index in np.flatnonzero(inside):
        x0, y0 = (centre[index] - reach).astype(int)
        rows = slice(max(y0, 0), min(y0 + tile_height, height))
        columns = slice(max(x0, 0), min(x0 + tile_width, width))
        target = pixels[index, rows.start - y0 : rows.stop - y0, columns.start - x0 : columns.stop - x0]
        target[:] = image_stack[rows, columns]
    return TileStack(pixels, np.stack([x_px, y_px], axis=1) - centre, inside, blur_sigma_px=blur_sigma_px)
