"""The fan of search lines through a point and the pixels under them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...domain.angles import (
    angular_difference_deg,
    arithmetic_to_geographic,
    direction_vector,
    geographic_to_arithmetic,
)

FloatArray = NDArray[np.float64]


def fan_angles(phi_origin_deg: float, phi_range_deg: float, d_phi_deg: float) -> FloatArray:
    """Geographic angles (n,) of the search lines, ``phi_origin_deg`` ± ``phi_range_deg`` in steps of ``d_phi_deg``.

    They run counter-clockwise, as the arithmetic angles of the reference do, and never go beyond the range.

    Raises
    ------
    ValueError
        If the range is negative or the step is not positive.
    """
    if phi_range_deg < 0 or d_phi_deg <= 0:
        raise ValueError("the search range must not be negative and its step must be positive")
    count = int(np.floor(2.0 * phi_range_deg / d_phi_deg + 1e-9)) + 1
    first = float(geographic_to_arithmetic(phi_origin_deg)) - phi_range_deg
    return arithmetic_to_geographic(first + d_phi_deg * np.arange(count))


@dataclass(frozen=True, slots=True, eq=False)
class Fan:
    """Search lines relative to their point: ``x_px`` and ``y_px`` (n_angles, num_pixels)."""

    angles_deg: FloatArray
    x_px: FloatArray
    y_px: FloatArray

    @property
    def num_pixels(self) -> int:
        """Samples of one line."""
        return int(self.x_px.shape[1])

    def subset(self, lines: slice) -> Fan:
        """The fan of some of the lines."""
        return Fan(self.angles_deg[lines], self.x_px[lines], self.y_px[lines])

    def is_edge(self, line_index: int) -> bool:
        """Whether a line is the first or the last of a fan that leaves directions out."""
        if len(self.angles_deg) == 1:
            return False
        covered_deg = len(self.angles_deg) * abs(float(angular_difference_deg(self.angles_deg[1], self.angles_deg[0])))
        return covered_deg < 180.0 and line_index in (0, len(self.angles_deg) - 1)

    def lies_in(self, x_px: float, y_px: float, width_px: int, height_px: int) -> bool:
        """Whether every sample of lines through a point lies between pixel centres of a picture."""
        return bool(
            x_px + self.x_px.min() >= 0
            and x_px + self.x_px.max() <= width_px - 1
            and y_px + self.y_px.min() >= 0
            and y_px + self.y_px.max() <= height_px - 1
        )

    @property
    def reach_px(self) -> TileReach:
        """Pixels right or left and up or down of the point that hold every sample and the pixels round it."""
        return TileReach(_reach(self.x_px), _reach(self.y_px))


class TileReach(NamedTuple):
    """Pixels from the centre of a tile to its left and right, and to its upper and lower border."""

    x: int
    y: int

    def grown(self, margin_px: int) -> TileReach:
        """The reach of a tile that is larger on every side."""
        return TileReach(self.x + margin_px, self.y + margin_px)

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width of the tile."""
        return 2 * self.y + 1, 2 * self.x + 1


def _reach(offsets_px: FloatArray) -> int:
    # half a pixel for a point beside the centre of its tile
    return int(np.ceil(float(np.abs(offsets_px).max()) + 0.5)) + 1


def search_fan(angles_deg: FloatArray, num_pixels: int) -> Fan:
    """Lines of ``num_pixels`` samples, one pixel apart, along geographic angles and centred on the point.

    Raises
    ------
    ValueError
        If a line has fewer than 8 samples: too few to tell one displacement from another.
    """
    _require_length(num_pixels)
    along = np.arange(num_pixels, dtype=float) - (num_pixels - 1) / 2.0
    direction = direction_vector(angles_deg)
    return Fan(angles_deg, direction[:, :1] * along, direction[:, 1:] * along)


def reference_fan(angles_deg: FloatArray, num_pixels: int, x_px: float = 0.0, y_px: float = 0.0) -> Fan:
    """Lines as the reference program lays them: from the point (x_px, y_px) along the angle, an even number of samples.

    It divides a line into as many intervals as the whole part of its floating-point length. Where rounding leaves that
    length a hair below ``num_pixels``, which depends on the angle and on the point, the samples lie
    ``num_pixels / (num_pixels - 1)`` pixels apart; its velocities, and so the figures to compare with, contain this.

    Raises
    ------
    ValueError
        If a line has fewer than 8 samples or an odd number of them.
    """
    _require_length(num_pixels)
    if num_pixels % 2:
        raise ValueError(f"the theta estimator needs an even number of pixels, got {num_pixels}")
    radians = np.radians(geographic_to_arithmetic(angles_deg))
    end_x = (x_px + num_pixels * np.cos(radians)) - x_px
    end_y = (y_px - num_pixels * np.sin(radians)) - y_px
    intervals = np.hypot(end_x, end_y).astype(int)
    share = np.arange(num_pixels)[None, :] / intervals[:, None]
    return Fan(angles_deg, end_x[:, None] * share, end_y[:, None] * share)


def _require_length(num_pixels: int) -> None:
    if num_pixels < 8:
        raise ValueError(f"a search line needs at least 8 pixels, got {num_pixels}")
