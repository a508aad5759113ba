"""The rectified image of the methods without a camera, in the terms of those with one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .camera import CameraModel
from .point_checks import as_points
from .rectification import Rectification

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class FlatRaster:
    """Grid of a rectified image that is a similarity of the ground: turned, mirrored and shifted as the method left it.

    ``world_matrix`` (3, 3) leads from homogeneous pixels to homogeneous world X, Y in metres.
    """

    width_px: int
    height_px: int
    pixel_size_m: float
    world_matrix: FloatArray

    @property
    def gsd_m(self) -> float:
        """Ground size of a pixel, which is exact here."""
        return self.pixel_size_m

    def pixel_to_world(self, xy_px: ArrayLike) -> FloatArray:
        """World X, Y (n, 2) in metres of pixels (n, 2)."""
        linear, offset = self.world_matrix[:2, :2], self.world_matrix[:2, 2]
        return np.asarray(as_points(xy_px, 2, "pixels") @ linear.T + offset)

    def world_to_pixel(self, xy_m: ArrayLike) -> FloatArray:
        """Pixels (n, 2) of world X, Y (n, 2) in metres; they may lie outside the image."""
        linear, offset = self.world_matrix[:2, :2], self.world_matrix[:2, 2]
        return np.asarray(np.linalg.solve(linear, (as_points(xy_m, 2, "world coordinates") - offset).T).T)

    def scaled(self, factor: float) -> FlatRaster:
        """The grid of the same ground with ``factor`` times as many columns and rows (pixel centres at integers)."""
        offset = 0.5 / factor - 0.5
        coarser = np.array([[1.0 / factor, 0.0, offset], [0.0, 1.0 / factor, offset], [0.0, 0.0, 1.0]])
        return FlatRaster(
            round(self.width_px * factor),
            round(self.height_px * factor),
            self.pixel_size_m / factor,
            self.world_matrix @ coarser,
        )


def flat_raster(flat: Rectification) -> FlatRaster:
    """The grid of a rectification by the homography or scale method."""
    return FlatRaster(flat.width_px, flat.height_px, flat.pixel_size_m, flat.world_matrix)


def plane_camera(flat: Rectification) -> CameraModel:
    """The projection that such a rectification stands for: of the ground seen as one plane, the same at all heights."""
    plane = flat.image_matrix @ np.linalg.inv(flat.world_matrix)
    return CameraModel(np.column_stack([plane[:, :2], np.zeros(3), plane[:, 2]]))
