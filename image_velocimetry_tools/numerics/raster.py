"""The rectified image: its grid on the ground, and where each of its pixels lies in a frame."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain.errors import Problem, RectificationError
from ..domain.scaffold import RasterExtent
from ..domain.video import FrameSize
from .camera import CameraModel
from .point_checks import as_points

if TYPE_CHECKING:
    from .frame_geometry import FrameGeometry

FloatArray = NDArray[np.float64]
MapArray = NDArray[np.float32]
Picture = NDArray[Any]

OUTSIDE_PX = -1e6
PADDING_SHARE = 0.03
_LONGEST_MAP = 32000  # cv2.remap takes maps and pictures below 32767 pixels a side


class GroundRaster(Protocol):
    """Grid of any rectified image on the ground; :class:`RectifiedRaster` is that of the camera matrix method."""

    @property
    def width_px(self) -> int:
        """Columns of the rectified image."""

    @property
    def height_px(self) -> int:
        """Rows of the rectified image."""

    @property
    def pixel_size_m(self) -> float:
        """Spacing of the pixels."""

    @property
    def gsd_m(self) -> float:
        """Spacing of the pixels as project files hold it."""

    @property
    def world_matrix(self) -> FloatArray:
        """Affine matrix (3, 3) from homogeneous pixels to homogeneous world X, Y in metres."""

    def pixel_to_world(self, xy_px: ArrayLike, /) -> FloatArray:
        """World X, Y (n, 2) in metres of pixels (n, 2)."""

    def world_to_pixel(self, xy_m: ArrayLike, /) -> FloatArray:
        """Pixels (n, 2) of world X, Y (n, 2) in metres; they may lie outside the image."""


@dataclass(frozen=True, slots=True)
class RectifiedRaster:
    """Grid of the rectified image on the ground, independent of the water level.

    Before the flips the pixel in column c and row r lies at ``X = x_min + c s``, ``Y = y_min + (height - 1 - r) s``
    with s = ``pixel_size_m``: a map with north up. ``flip_x`` then reverses the columns, ``flip_y`` the rows.
    ``gsd_m`` is the mean of width and height of the extent over the whole number of pixels, as project files hold it.
    """

    extent: RasterExtent
    width_px: int
    height_px: int
    pixel_size_m: float
    gsd_m: float
    flip_x: bool = False
    flip_y: bool = False

    def pixel_to_world(self, xy_px: ArrayLike) -> FloatArray:
        """World X, Y (n, 2) in metres of pixels (n, 2)."""
        points = as_points(xy_px, 2, "pixels")
        (x_step, _, x_first), (_, y_step, y_first), _ = self.world_matrix
        return np.column_stack([points[:, 0] * x_step + x_first, points[:, 1] * y_step + y_first])

    def world_to_pixel(self, xy_m: ArrayLike) -> FloatArray:
        """Pixels (n, 2) of world X, Y (n, 2) in metres; they may lie outside the image."""
        points = as_points(xy_m, 2, "world coordinates")
        (x_step, _, x_first), (_, y_step, y_first), _ = self.world_matrix
        return np.column_stack([(points[:, 0] - x_first) / x_step, (points[:, 1] - y_first) / y_step])

    @property
    def world_matrix(self) -> FloatArray:
        """Affine matrix (3, 3) from homogeneous pixels to homogeneous world X, Y in metres."""
        size, last_column, last_row = self.pixel_size_m, self.width_px - 1, self.height_px - 1
        x_step, x_first = (-size, last_column * size) if self.flip_x else (size, 0.0)
        y_step, y_first = (size, 0.0) if self.flip_y else (-size, last_row * size)
        return np.array(
            [
                [x_step, 0.0, self.extent.x_min_m + x_first],
                [0.0, y_step, self.extent.y_min_m + y_first],
                [0.0, 0.0, 1.0],
            ]
        )


def raster_for_frame(
    extent: RasterExtent, frame: FrameSize, flip_x: bool = False, flip_y: bool = False
) -> RectifiedRaster:
    """The raster that covers an extent with about as many pixels as the frame has.

    Raises
    ------
    RectificationError
        If the extent is empty or not finite.
    """
    width_m, height_m = extent.x_max_m - extent.x_min_m, extent.y_max_m - extent.y_min_m
    if not (math.isfinite(width_m) and math.isfinite(height_m) and width_m > 0 and height_m > 0):
        template = "the extent of the rectified image is empty: X {} to {}, Y {} to {}"
        limits_m = (extent.x_min_m, extent.x_max_m, extent.y_min_m, extent.y_max_m)
        remedy = "Give an extent whose second limits are greater than the first ones"
        raise RectificationError.from_problems([Problem.of_lengths(template, limits_m, remedy=remedy)])
    pixel_size_m = math.sqrt(width_m * height_m) / math.sqrt(frame.width_px * frame.height_px)
    columns, rows = math.ceil(width_m / pixel_size_m), math.ceil(height_m / pixel_size_m)
    gsd_m = 0.5 * (width_m / columns + height_m / rows)
    return RectifiedRaster(extent, columns, rows, pixel_size_m, gsd_m, flip_x, flip_y)


def reference_extent(world_m: ArrayLike) -> RasterExtent:
    """Extent of control points (n, 2 or 3) as USGS IVyTools computes it, for comparison with its files.

    It multiplies the limits themselves by 0.97 and 1.03, so that the padding depends on the datum: none at 0, 32 % of
    the box on local coordinates near 80 m, hundreds of kilometres on UTM coordinates, and inwards for negative ones.
    """
    (x_min, y_min), (x_max, y_max) = _box(world_m)
    return RasterExtent(0.97 * x_min, 1.03 * x_max, 0.97 * y_min, 1.03 * y_max)


def extent_of_points(world_m: ArrayLike, padding_share: float = PADDING_SHARE) -> RasterExtent:
    """Extent of control points (n, 2 or 3), padded on every side by a share of the longer side of their box.

    The rule for new projects: it does not depend on the datum, and the longer side also gives room to points that lie
    nearly on one line. Extents of saved projects are taken from the file; see :func:`reference_extent`.

    Raises
    ------
    RectificationError
        If the points are all at one place.
    """
    (x_min, y_min), (x_max, y_max) = _box(world_m)
    padding_m = padding_share * max(x_max - x_min, y_max - y_min)
    if not padding_m > 0.0:
        raise RectificationError(
            "the ground control points span no area", remedy="Use points at different places or give an extent"
        )
    return RasterExtent(x_min - padding_m, x_max + padding_m, y_min - padding_m, y_max + padding_m)


def source_maps(
    raster: GroundRaster,
    camera: CameraModel,
    elevation_m: float,
    x0_px: float,
    y0_px: float,
    width_px: int,
    height_px: int,
    geometry: FrameGeometry | None = None,
) -> tuple[MapArray, MapArray]:
    """Where the pixels of a rectangle of the raster lie in a frame, as maps for :func:`remap`.

    Parameters
    ----------
    raster, camera
        The raster, and the camera of the prepared frame.
    elevation_m
        Water surface elevation.
    x0_px, y0_px, width_px, height_px
        The rectangle in raster pixels; it may reach outside the raster.
    geometry
        If given, the maps lead into the decoded frame, so that no frame is turned or undistorted as a whole.

    Returns
    -------
    map_x, map_y
        float32 of shape (height_px, width_px); ``OUTSIDE_PX`` where the camera does not see the water plane.
    """
    matrix = image_matrix(raster, camera, elevation_m)
    return plane_maps(matrix, x0_px, y0_px, width_px, height_px, geometry)


def image_matrix(raster: GroundRaster, camera: CameraModel, elevation_m: float) -> FloatArray:
    """Homography (3, 3) from raster pixels to the prepared frame through the water plane; depth is its third row."""
    plane = np.column_stack([camera.matrix[:, :2], camera.matrix[:, 2] * elevation_m + camera.matrix[:, 3]])
    return plane @ raster.world_matrix


def plane_maps(
    matrix: FloatArray,
    x0_px: float,
    y0_px: float,
    width_px: int,
    height_px: int,
    geometry: FrameGeometry | None = None,
) -> tuple[MapArray, MapArray]:
    """As :func:`source_maps` for any homography (3, 3) whose third component is positive where the frame is seen."""
    x, y = x0_px + np.arange(width_px, dtype=float), y0_px + np.arange(height_px, dtype=float)
    u, v, depth = ((row[0] * x)[None, :] + (row[1] * y + row[2])[:, None] for row in matrix)
    inverse = 1.0 / np.where(depth > 0.0, depth, np.nan)
    x_px, y_px = u * inverse, v * inverse
    if geometry is not None and not geometry.is_identity:
        x_px, y_px = _decoded(x_px, y_px, geometry)
    return _bounded(x_px, y_px)


def remap(frame: Picture, map_x: MapArray, map_y: MapArray) -> Picture:
    """The picture (height, width) of the maps, interpolated bilinearly in ``frame``; 0 outside of it.

    OpenCV rounds the place to 1/32 pixel. Maps of any size are taken, frames below 32767 pixels a side.
    """
    # whoever reads a scaffold needs the raster but moves no pixels, and OpenCV is large
    import cv2

    height, width = map_x.shape
    if max(height, width) <= _LONGEST_MAP:
        return cv2.remap(frame, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    out = np.empty((height, width, *frame.shape[2:]), dtype=frame.dtype)
    for top in range(0, height, _LONGEST_MAP):
        for left in range(0, width, _LONGEST_MAP):
            part = np.s_[top : top + _LONGEST_MAP, left : left + _LONGEST_MAP]
            out[part] = remap(frame, map_x[part], map_y[part])
    return out


def ground_sample_distance(camera: CameraModel, xy_m: ArrayLike, elevation_m: float) -> FloatArray:
    """Metres on the water per source pixel at places X, Y (n, 2): the finest and the coarsest direction, (n, 2).

    The square root of their product is the size of a square pixel of the same area. NaN behind the camera.
    """
    places = as_points(xy_m, 2, "world coordinates")
    world = np.column_stack([places, np.full(len(places), float(elevation_m))])
    pixels, depth, matrix = camera.project(world), camera.depth_m(world), camera.matrix
    jacobian = (matrix[None, :2, :2] - pixels[:, :, None] * matrix[2, :2]) / depth[:, None, None]
    seen = np.isfinite(jacobian).all(axis=(1, 2))
    distance = np.full((len(places), 2), np.nan)
    with np.errstate(divide="ignore"):
        distance[seen] = 1.0 / np.linalg.svd(jacobian[seen], compute_uv=False)
    return distance


def _box(world_m: ArrayLike) -> tuple[tuple[float, float], tuple[float, float]]:
    points = np.asarray(world_m, dtype=float)
    if points.ndim != 2 or points.shape[1] < 2 or not len(points):
        raise ValueError(f"world coordinates must have the shape (n, 2) or (n, 3), not {points.shape}")
    (x_min, y_min), (x_max, y_max) = points[:, :2].min(axis=0).tolist(), points[:, :2].max(axis=0).tolist()
    return (x_min, y_min), (x_max, y_max)


def _decoded(x_px: FloatArray, y_px: FloatArray, geometry: FrameGeometry) -> tuple[FloatArray, FloatArray]:
    if not geometry.preparation.lens.is_identity:
        # Far outside the frame a distortion folds back into it; the prepared frame ends at its border.
        size = geometry.prepared_size
        with np.errstate(invalid="ignore"):
            beyond = (x_px <= -1) | (x_px >= size.width_px) | (y_px <= -1) | (y_px >= size.height_px)
        x_px = np.where(beyond, np.nan, x_px)
    return geometry.decoded_maps(x_px, y_px)


def _bounded(x_px: FloatArray, y_px: FloatArray) -> tuple[MapArray, MapArray]:
    lost = ~(np.isfinite(x_px) & np.isfinite(y_px))
    limits = OUTSIDE_PX, -OUTSIDE_PX
    map_x, map_y = np.clip(x_px, *limits), np.clip(y_px, *limits)
    map_x[lost] = map_y[lost] = OUTSIDE_PX
    return map_x.astype(np.float32), map_y.astype(np.float32)
