"""Space-time images from a stack of pictures: every line is a fixed combination of the pixels of a tile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .fan import Fan

_STILL_SHARE = 0.04
# samples are worked on in blocks that stay in the cache of a core
_BLOCK_SAMPLES = 128

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
    neighbours = (
        (0, ((1 - right) * (1 - bottom)).astype(np.float32)),
        (1, (right * (1 - bottom)).astype(np.float32)),
        (width, ((1 - right) * bottom).astype(np.float32)),
        (width + 1, (right * bottom).astype(np.float32)),
    )
    lines = np.zeros((x.size, frames), dtype=np.float32)
    part = np.empty((_BLOCK_SAMPLES, frames), dtype=np.float32)
    for first in range(0, x.size, _BLOCK_SAMPLES):
        block = lines[first : first + _BLOCK_SAMPLES]
        chosen = slice(first, first + len(block))
        for step, share in neighbours:
            taken = np.take(pixels, corner[chosen] + step, axis=0, out=part[: len(block)], mode="clip")
            taken *= share[chosen, None]
            block += taken
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


@dataclass(frozen=True, slots=True, eq=False)
class StandardRows:
    """Space-time images whose rows have zero mean and unit variance over time, still rows being zero.

    ``values`` (n_lines, num_pixels, n_frames); ``is_live`` (n_lines, num_pixels) tells which rows are not still;
    ``valid`` (n_lines or 1, n_frames) which frames count.
    """

    values: Float32Array
    is_live: NDArray[np.bool_]
    valid: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def n_frames(self) -> int:
        """Frames of each row, those that do not count included."""
        return int(self.values.shape[2])

    @classmethod
    def stacked(cls, rows: Sequence[StandardRows]) -> StandardRows:
        """The lines of several sets of the same clip as one set."""
        return cls(np.concatenate([r.values for r in rows]), np.concatenate([r.is_live for r in rows]), rows[0].valid)

    def lines(self, chosen: slice) -> StandardRows:
        """Some of the lines."""
        return StandardRows(self.values[chosen], self.is_live[chosen], self.valid)

    def copied(self) -> StandardRows:
        """The same rows in memory of their own, so that the rest can be freed."""
        return StandardRows(self.values.copy(), self.is_live.copy(), self.valid)

    def parts(self, count: int) -> StandardRows:
        """Consecutive parts of equal length as lines of their own, all parts of the first line first."""
        lines, num_pixels, length = len(self), self.values.shape[1], self.n_frames // count
        values = self.values[:, :, : count * length].reshape(lines, num_pixels, count, length).transpose(0, 2, 1, 3)
        return StandardRows(
            np.ascontiguousarray(values).reshape(-1, num_pixels, length),
            np.repeat(self.is_live, count, axis=0),
            np.tile(self.valid[0, : count * length].reshape(count, length), (lines, 1)),
        )


def standardise(lines: Float32Array, valid: NDArray[np.bool_] | None = None) -> StandardRows:
    """Scale rows (n_lines, num_pixels, n_frames) of zero mean, in place, to unit variance.

    Still is what varies by less than a hundredth of a grey level (rounding), or by less than a fifth of the usual
    (glare, deep shadow: noise without texture). ``valid`` (n_frames,) tells which frames count; the others are zero.
    """
    counted = np.ones(lines.shape[-1], dtype=bool) if valid is None else valid
    power = np.einsum("...m,...m->...", lines, lines) / np.float32(np.count_nonzero(counted))
    is_live = power > max(1e-4, _STILL_SHARE * float(np.median(power)))
    lines *= np.where(is_live, 1.0 / np.sqrt(np.maximum(power, 1e-4)), 0.0).astype(np.float32)[..., None]
    return StandardRows(lines, is_live, counted[None])
