"""Where the measured points of a result lie in the prepared frame of its video, and where their arrows head."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...batch.job.result import JobResult, PointResult
from ...domain.angles import direction_vector
from ...domain.errors import RectificationError
from ...domain.scaffold import RasterExtent
from ...domain.video import ContrastFilters, FramePreparation, LensModel
from ...numerics.camera import CameraModel
from ...numerics.raster import RectifiedRaster, image_matrix
from ...numerics.velocity import line_normal

FloatArray = NDArray[np.float64]

_WATER_REACH_WIDTHS = 3.0


class PointKind(StrEnum):
    """What became of the velocity of a point."""

    USED = "measured"
    FILLED = "filled"
    REJECTED = "set aside"


@dataclass(frozen=True, slots=True, eq=False)
class WaterArrows:
    """What is drawn on the water of one job, in pixels of the prepared frame.

    ``foot_px`` (n, 2) are the points, ``heading`` (n, 2) unit vectors of motion as the frame shows it, ``speed_mps``
    (n,) speeds and ``kinds`` n kinds. ``section_px`` (2, 2) is the section from edge to edge of water, ``outline_px``
    (m, 2) surrounds the reach of water. What the camera does not see is NaN.
    """

    foot_px: FloatArray
    heading: FloatArray
    speed_mps: FloatArray
    kinds: tuple[PointKind, ...]
    section_px: FloatArray
    outline_px: FloatArray


def water_arrows(result: JobResult) -> WaterArrows:
    """The arrows of a result.

    Used points show their surface velocity, filled ones the velocity across the section that stands in for theirs, and
    rejected ones their raw estimate.

    Raises
    ------
    RectificationError
        If the result does not say how the picture was rectified, or has fewer than two points.
    """
    if len(result.points) < 2:
        raise RectificationError("the result has too few points to be drawn", where=result.job_id)
    try:
        to_frame = _FrameProjection(result)
    except (KeyError, TypeError, ValueError) as error:
        raise RectificationError(
            "the result does not say how the picture was rectified", where=result.job_id, remedy="Measure it again"
        ) from error
    raster_px = np.array([(point.x_px, point.y_px) for point in result.points])
    edges = _edges_px(result, raster_px)
    normal = _downstream(result, edges)
    shown = [_shown_velocity(point, normal) for point in result.points]
    along = np.array([vector for vector, _ in shown])
    speed = np.hypot(along[:, 0], along[:, 1])
    step = np.divide(along, speed[:, None], out=np.full_like(along, np.nan), where=speed[:, None] > 0)
    foot = to_frame(raster_px)
    moved = to_frame(raster_px + step) - foot
    length = np.hypot(moved[:, 0], moved[:, 1])[:, None]
    return WaterArrows(
        foot_px=foot,
        heading=np.divide(moved, length, out=np.full_like(moved, np.nan), where=length > 0),
        speed_mps=speed,
        kinds=tuple(kind for _, kind in shown),
        section_px=to_frame(edges),
        outline_px=to_frame(_outline(edges, normal)),
    )


def preparation_of(result: JobResult) -> FramePreparation:
    """How the frames of the job were prepared; plain frames if the result does not say."""
    stated: Mapping[str, Any] = result.provenance.parameters.get("preparation") or {}
    known = {key: stated[key] for key in ("rotation_deg", "flip", "stabilize") if key in stated}
    lens = LensModel(**stated["lens"]) if stated.get("lens") else LensModel()
    # tone and contrast serve the measurement; people see the frame as the camera took it
    return FramePreparation(**known, lens=lens, contrast=ContrastFilters())


class _FrameProjection:
    """Takes pixels (n, 2) of the rectified image to pixels of the prepared frame through the water of the job."""

    def __init__(self, result: JobResult) -> None:
        stated = result.provenance.parameters
        camera = CameraModel(np.array(stated["camera_matrix"], dtype=float))
        self._matrix = image_matrix(_raster(stated), camera, result.water_surface_elevation_m)

    def __call__(self, raster_px: FloatArray) -> FloatArray:
        homogeneous = np.column_stack([raster_px, np.ones(len(raster_px))]) @ self._matrix.T
        depth = np.where(homogeneous[:, 2] > 0, homogeneous[:, 2], np.nan)
        return np.asarray(homogeneous[:, :2] / depth[:, None], dtype=float)


def _raster(stated: Mapping[str, Any]) -> RectifiedRaster:
    extent, size_m = RasterExtent(**stated["extent"]), float(stated["pixel_size_m"])
    columns = math.ceil((extent.x_max_m - extent.x_min_m) / size_m)
    rows = math.ceil((extent.y_max_m - extent.y_min_m) / size_m)
    gsd_m = float(stated.get("pixel_gsd_m", size_m))
    return RectifiedRaster(extent, columns, rows, size_m, gsd_m, bool(stated["flip_x"]), bool(stated["flip_y"]))


def _edges_px(result: JobResult, raster_px: FloatArray) -> FloatArray:
    """Edges of water (2, 2) in the rectified image: distances grow evenly along the section line."""
    distance = np.array([point.distance_from_edge_m for point in result.points])
    first, last = int(distance.argmin()), int(distance.argmax())
    if distance[last] == distance[first]:
        raise RectificationError("all points of the result lie at one place", where=result.job_id)
    per_metre = (raster_px[last] - raster_px[first]) / (distance[last] - distance[first])
    start = raster_px[first] - distance[first] * per_metre
    ends = [edge.distance_from_edge_m for edge in result.edges] or [0.0, result.wetted_width_m]
    return np.array([start + min(ends) * per_metre, start + max(ends) * per_metre])


def _downstream(result: JobResult, edges_px: FloatArray) -> FloatArray:
    """Unit normal (2,) of the section in the rectified image for which normal velocities have the sign they have."""
    normal = line_normal(edges_px[0], edges_px[1])
    agreement = 0.0
    for point in result.points:
        if None not in (point.surface_velocity_mps, point.direction_deg, point.normal_velocity_mps):
            agreement += float(_raw_velocity(point) @ normal) * (point.normal_velocity_mps or 0.0)
    return normal if agreement >= 0 else -normal


def _shown_velocity(point: PointResult, normal: FloatArray) -> tuple[FloatArray, PointKind]:
    if not point.used and point.filled_velocity_mps is not None:
        return point.filled_velocity_mps * normal, PointKind.FILLED
    return _raw_velocity(point), PointKind.USED if point.used else PointKind.REJECTED


def _raw_velocity(point: PointResult) -> FloatArray:
    """Velocity (2,) in axes of the rectified image; zero where there is no estimate."""
    if point.surface_velocity_mps is None or point.direction_deg is None:
        return np.zeros(2)
    return np.asarray(point.surface_velocity_mps * direction_vector(point.direction_deg), dtype=float)


def _outline(edges_px: FloatArray, normal: FloatArray) -> FloatArray:
    """Points (m, 2) all over the reach of water up and down the river from the section."""
    reach = _WATER_REACH_WIDTHS * float(np.hypot(*(edges_px[1] - edges_px[0]))) * normal
    steps = np.linspace(-1.0, 1.0, 61)[:, None] * reach
    return np.concatenate([edge + steps for edge in (edges_px[0], edges_px.mean(axis=0), edges_px[1])])
