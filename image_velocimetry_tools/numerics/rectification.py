"""The rectified image, whichever way it was made: one homography to the frame and one similarity to the ground."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .camera import CameraModel
from .frame_geometry import FrameGeometry
from .planar import PlanarRectification, RectificationMethod
from .point_checks import as_points
from .raster import RectifiedRaster, image_matrix, plane_maps, remap

FloatArray = NDArray[np.float64]
MapArray = NDArray[np.float32]
Picture = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Rectification:
    """A rectified image (the raster), the prepared frame (the image) and the world X, Y, each in terms of the others.

    ``image_matrix`` (3, 3) leads from homogeneous raster pixels to image pixels, its third component positive where the
    camera sees the water; ``world_matrix`` (3, 3) leads to metres. Flips are contained in both.
    """

    method: RectificationMethod
    width_px: int
    height_px: int
    pixel_size_m: float
    gsd_m: float
    image_matrix: FloatArray
    world_matrix: FloatArray

    def raster_to_world(self, xy_px: ArrayLike) -> FloatArray:
        """World X, Y (n, 2) in metres of raster pixels (n, 2)."""
        return _transformed(self.world_matrix, xy_px)

    def world_to_raster(self, xy_m: ArrayLike) -> FloatArray:
        """Raster pixels (n, 2) of world X, Y (n, 2) in metres."""
        return _transformed(np.linalg.inv(self.world_matrix), xy_m)

    def raster_to_image(self, xy_px: ArrayLike) -> FloatArray:
        """Image pixels (n, 2) of raster pixels (n, 2); NaN where the camera does not see the water plane."""
        return _transformed(self.image_matrix, xy_px)

    def image_to_raster(self, xy_px: ArrayLike) -> FloatArray:
        """Raster pixels (n, 2) of image pixels (n, 2); NaN at and above the horizon."""
        raster = _transformed(np.linalg.inv(self.image_matrix), xy_px, signed=False)
        raster[np.isnan(self.raster_to_image(raster)).any(axis=1)] = np.nan
        return raster

    def image_to_world(self, xy_px: ArrayLike) -> FloatArray:
        """World X, Y (n, 2) in metres of image pixels (n, 2); NaN at and above the horizon."""
        return self.raster_to_world(self.image_to_raster(xy_px))

    def world_to_image(self, xy_m: ArrayLike) -> FloatArray:
        """Image pixels (n, 2) of places X, Y (n, 2) on the water; NaN behind the camera."""
        return self.raster_to_image(self.world_to_raster(xy_m))

    def maps(
        self, x0_px: float, y0_px: float, width_px: int, height_px: int, geometry: FrameGeometry | None = None
    ) -> tuple[MapArray, MapArray]:
        """Remap maps of a rectangle of the raster, see :func:`~.raster.source_maps`."""
        return plane_maps(self.image_matrix, x0_px, y0_px, width_px, height_px, geometry)

    def rectify(self, frame: Picture, geometry: FrameGeometry | None = None) -> Picture:
        """The whole rectified picture of a prepared frame, or of a decoded one if its geometry is given."""
        return remap(frame, *self.maps(0, 0, self.width_px, self.height_px, geometry))


def camera_rectification(raster: RectifiedRaster, camera: CameraModel, elevation_m: float) -> Rectification:
    """Rectification onto the water plane at ``elevation_m``."""
    return Rectification(
        method=RectificationMethod.CAMERA_MATRIX,
        width_px=raster.width_px,
        height_px=raster.height_px,
        pixel_size_m=raster.pixel_size_m,
        gsd_m=raster.gsd_m,
        image_matrix=image_matrix(raster, camera, elevation_m),
        world_matrix=raster.world_matrix,
    )


def flat_rectification(planar: PlanarRectification, flip_x: bool = False, flip_y: bool = False) -> Rectification:
    """Rectification by the homography or scale method, the flips applied afterwards."""
    flip = np.eye(3)
    if flip_x:
        flip[0] = [-1.0, 0.0, planar.width_px - 1.0]
    if flip_y:
        flip[1] = [0.0, -1.0, planar.height_px - 1.0]
    to_image = np.linalg.inv(planar.image_to_output)
    depth = np.column_stack([planar.control_px, np.ones(len(planar.control_px))]) @ to_image[2]
    return Rectification(
        method=planar.method,
        width_px=planar.width_px,
        height_px=planar.height_px,
        pixel_size_m=planar.gsd_m,
        gsd_m=planar.gsd_m,
        image_matrix=(to_image if depth.sum() > 0 else -to_image) @ flip,
        world_matrix=planar.output_to_world @ flip,
    )


def _transformed(matrix: ArrayLike, xy: ArrayLike, *, signed: bool = True) -> FloatArray:
    points = as_points(xy, 2, "points")
    x, y, w = np.asarray(matrix, dtype=float) @ np.column_stack([points, np.ones(len(points))]).T
    divisor = np.where(w > 0.0 if signed else w != 0.0, w, np.nan)
    return np.column_stack([x / divisor, y / divisor])
