"""Where a video shows the points that are measured, whatever they were chosen by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import RectificationError, VideoError
from ...domain.ground_control import GroundControlPoints
from ...domain.scaffold import RasterExtent, StivParameters
from ...domain.video import FramePreparation, FrameSize, VideoMetadata
from ...numerics.camera import CameraModel, ReprojectionErrors
from ...numerics.frame_geometry import FrameGeometry
from ...numerics.raster import GroundRaster, image_matrix
from ...numerics.stiv import Fan
from ..grid_service import MeasurementPoints
from ..orthorectification_service import OrthorectificationService
from .rectified_view import rectified_view

FloatArray = NDArray[np.float64]

_SAME_ASPECT = 0.005


class FilmedSite(Protocol):
    """What is needed of the settings of a site to find the ground in its videos; a scaffold has it."""

    @property
    def rectification_method(self) -> str:
        """Name of the method, as in projects."""

    @property
    def ground_control(self) -> GroundControlPoints:
        """The points of the calibration image."""

    @property
    def extent(self) -> RasterExtent:
        """Extent of the rectified image on the ground (camera matrix only)."""

    @property
    def flip_x(self) -> bool:
        """Whether the columns of the rectified image are reversed."""

    @property
    def flip_y(self) -> bool:
        """Whether the rows of the rectified image are reversed."""

    @property
    def calibration_size(self) -> FrameSize:
        """Size of the calibration image."""

    @property
    def calibration_image(self) -> bytes | None:
        """The encoded picture."""

    @property
    def preparation(self) -> FramePreparation:
        """How frames are prepared."""

    @property
    def stiv(self) -> StivParameters:
        """Settings of the search."""


@dataclass(frozen=True, slots=True, eq=False)
class FilmedGround:
    """The frames of a video of a site and the ground in them; fields as in :class:`PointGeometry`."""

    frames: FrameGeometry
    scale: float
    camera: CameraModel
    residuals: ReprojectionErrors
    raster: GroundRaster
    calibration_raster: GroundRaster
    num_pixels: int


@dataclass(frozen=True, slots=True, eq=False)
class PointGeometry:
    """The geometry of one measurement; everything that does not need a decoded frame.

    ``camera`` belongs to the prepared frame of the video, ``raster`` to it or to the calibration image, whichever is
    the smaller (``calibration_raster`` is the one on which lines are drawn); ``scale`` is the frame's width over that
    of the calibration image. ``normal`` is the unit vector, in the raster, of the line's normal that points downstream,
    NaN for points on no line. ``outline_px`` (4, 2) are the corners, raster pixels, of a reach that is taken for water.
    """

    frames: FrameGeometry
    scale: float
    camera: CameraModel
    residuals: ReprojectionErrors
    raster: GroundRaster
    calibration_raster: GroundRaster
    water_surface_elevation_m: float
    points: MeasurementPoints
    normal: FloatArray
    outline_px: FloatArray
    num_pixels: int

    def to_decoded(self, raster_px: FloatArray) -> FloatArray:
        """Pixels (n, 2) of the decoded frame that show raster pixels (n, 2); NaN where the camera does not see them."""
        return decoded_places(raster_px, self.image_matrix, self.frames)

    def to_calibration_raster(self, raster_px: FloatArray) -> FloatArray:
        """Pixels (n, 2) of the raster on which the scaffold's line is drawn, of pixels (n, 2) of this one."""
        return self.calibration_raster.world_to_pixel(self.raster.pixel_to_world(raster_px))

    @property
    def image_matrix(self) -> FloatArray:
        """Homography (3, 3) from raster pixels to the prepared frame through the water surface."""
        return image_matrix(self.raster, self.camera, self.water_surface_elevation_m)

    def lines_are_seen(self, fan: Fan) -> NDArray[np.bool_]:
        """Whether the search lines of each point (n,) lie in the picture from end to end."""
        ends = np.concatenate([np.stack([fan.x_px[:, end], fan.y_px[:, end]], axis=1) for end in (0, -1)])
        seen = np.empty(len(self.points.xy_px), dtype=bool)
        for index, point in enumerate(self.points.xy_px):
            decoded = self.to_decoded(point + ends)
            size = self.frames.decoded_size
            limit = np.array([size.width_px - 1, size.height_px - 1])
            # a comparison with NaN is false: not seen
            seen[index] = bool(((decoded >= 0) & (decoded <= limit)).all())
        return seen


def decoded_places(raster_px: FloatArray, image_matrix: FloatArray, frames: FrameGeometry) -> FloatArray:
    """Pixels (n, 2) of decoded frames that show raster pixels (n, 2), NaN where none does.

    ``image_matrix`` (3, 3) leads from raster pixels to the prepared frame.
    """
    homogeneous = np.column_stack([raster_px, np.ones(len(raster_px))]) @ image_matrix.T
    depth = np.where(homogeneous[:, 2] > 0, homogeneous[:, 2], np.nan)
    prepared = homogeneous[:, :2] / depth[:, None]
    size = frames.prepared_size
    beyond = (prepared < 0).any(axis=1) | (prepared[:, 0] > size.width_px - 1) | (prepared[:, 1] > size.height_px - 1)
    prepared[beyond] = np.nan
    return frames.to_decoded(prepared)


def filmed_ground(
    site: FilmedSite, video: VideoMetadata, orthorectification: OrthorectificationService | None = None
) -> FilmedGround:
    """Find the ground of a site in a video.

    Raises
    ------
    VideoError
        If the frame has another shape than the calibration image.
    GroundControlError
        If the control points do not fit the method.
    """
    frames = FrameGeometry(video.size, video.rotation_tag_deg, site.preparation)
    size, calibrated = frames.prepared_size, site.calibration_size
    scale = frame_scale(size, calibrated, str(video.path))
    view = rectified_view(
        site.ground_control,
        calibrated,
        site.rectification_method,
        site.extent,
        site.flip_x,
        site.flip_y,
        orthorectification,
    )
    raster = view.raster_of(size)
    return FilmedGround(
        frames=frames,
        scale=scale,
        camera=view.camera.scaled(size.width_px / calibrated.width_px, size.height_px / calibrated.height_px),
        residuals=view.residuals,
        raster=raster,
        calibration_raster=view.raster,
        num_pixels=_scaled_length(site.stiv.num_pixels, view.raster.pixel_size_m / raster.pixel_size_m),
    )


def frame_scale(size: FrameSize, calibrated: FrameSize, where: str = "") -> float:
    """Width of a frame over that of the calibration image, if both have the same shape.

    Raises
    ------
    VideoError
        If the aspects differ: the camera, or its settings, changed in a way that no scale undoes.
    """
    aspect, expected = size.width_px / size.height_px, calibrated.width_px / calibrated.height_px
    if abs(aspect / expected - 1.0) > _SAME_ASPECT:
        raise VideoError(
            f"its frames are {size}, those of the calibration image {calibrated}: the shapes differ",
            where=where,
            remedy="Use a video from the same camera and with the same settings, or a scaffold made for this one",
            stage="geometry",
        )
    return size.width_px / calibrated.width_px


def require_picture(seen: NDArray[np.bool_]) -> None:
    """Refuse a job none of whose search lines lie in the picture.

    Raises
    ------
    RectificationError
        If no point is seen.
    """
    if not seen.any():
        raise RectificationError(
            "the search lines of all points lie outside the picture at this water level",
            remedy="Check the water level, the section line and the length of the search lines",
            stage="geometry",
        )


def _scaled_length(num_pixels: int, factor: float) -> int:
    """Length of the search line in pixels of another raster, the same on the ground, even as the scaffold's."""
    return max(8, 2 * round(num_pixels * factor / 2.0))
