"""Space-time images from a stack of pictures: every line is a fixed combination of the pixels of a tile."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .fan import Fan

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]


def interpolated_lines(tile: Float32Array, fan: Fan, offset_px: tuple[float, float] = (0.0, 0.0)) -> Float32Array:
    """Space-time images (n_angles, num_pixels, n_frames) of a tile, interpolated linearly between its pixels.

    Parameters
    ----------
    tile
        Grey levels (height, width, n_frames).
    fan
        Search lines relative to the point.
    offset_px
        Position (x, y) of the point relative to the centre of the tile, within half a pixel of it.
    """
    x, y = _positions(tile, fan, offset_px)
    left, top = np.floor(x), np.floor(y)
    right, bottom = x - left, y - top
    width, frames = tile.shape[1:]
    pixels = tile.reshape(-1, frames)
    corner = (top * width + left).astype(np.intp)
    lines = np.zeros((x.size, frames), dtype=np.float32)
    part = np.empty_like(lines)
    for step, share in (
        (0, (1 - right) * (1 - bottom)),
        (1, right * (1 - bottom)),
        (width, (1 - right) * bottom),
        (width + 1, right * bottom),
    ):
        np.take(pixels, corner + step, axis=0, out=part, mode="clip")
        part *= share.astype(np.float32)[:, None]
        lines += part
    return lines.reshape(*fan.x_px.shape, frames)


def nearest_lines(tile: Float32Array, fan: Fan, offset_px: tuple[float, float] = (0.0, 0.0)) -> Float32Array:
    """As :func:`interpolated_lines`, from the nearest pixel, ties to the lower index."""
    x, y = _positions(tile, fan, offset_px)
    lines = tile[np.ceil(y - 0.5).astype(np.intp), np.ceil(x - 0.5).astype(np.intp)]
    return lines.reshape(*fan.x_px.shape, tile.shape[2])


def space_time_image(
    tile: NDArray[np.uint8], line: Fan, offset_px: tuple[float, float], *, nearest: bool
) -> NDArray[np.uint8]:
    """The picture (num_pixels, n_frames) of a single line in a tile (height, width, n_frames) of grey levels."""
    sampled = (nearest_lines if nearest else interpolated_lines)(tile.astype(np.float32), line, offset_px)
    return np.clip(np.rint(sampled[0]), 0, 255).astype(np.uint8)


def _positions(tile: Float32Array, fan: Fan, offset_px: tuple[float, float]) -> tuple[FloatArray, FloatArray]:
    """Columns and rows (n,) of the tile at which the samples of the fan lie."""
    height, width = tile.shape[:2]
    x = (fan.x_px + ((width - 1) / 2 + offset_px[0])).ravel()
    y = (fan.y_px + ((height - 1) / 2 + offset_px[1])).ravel()
    if x.min() < 0 or y.min() < 0 or x.max() >= width - 1 or y.max() >= height - 1:
        raise ValueError(f"the lines reach beyond the tile of {width} x {height} pixels")
    return x, y


def standardise(lines: Float32Array) -> Float32Array:
    """Rows (..., num_pixels, n_frames) of zero mean, scaled in place to unit variance; a constant row becomes zeros."""
    power = np.einsum("...m,...m->...", lines, lines) / np.float32(lines.shape[-1])
    # less than a hundredth of a grey level is rounding, not texture
    scale = np.where(power > 1e-4, 1.0 / np.sqrt(np.maximum(power, 1e-4)), 0.0).astype(np.float32)
    lines *= scale[..., None]
    return lines
