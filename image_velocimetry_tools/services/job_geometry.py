"""Where one video shows what: camera, raster, section line and measurement points at the water level of a job."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..domain.errors import RectificationError, VideoError
from ..domain.scaffold import Scaffold
from ..domain.video import FrameSize, VideoMetadata
from ..numerics.camera import CameraModel, ReprojectionErrors, reprojection_errors
from ..numerics.frame_geometry import FrameGeometry
from ..numerics.raster import RectifiedRaster, image_matrix, raster_for_frame
from ..numerics.section_line import LineStations
from ..numerics.stiv import Fan
from ..numerics.velocity import section_normal
from .cross_section_service import CrossSectionService
from .grid_service import GridService, MeasurementPoints
from .orthorectification_service import OrthorectificationService

FloatArray = NDArray[np.float64]

_SAME_ASPECT = 0.005
# how far up and down the river, in widths of it, the picture is taken to show water
_WATER_REACH_WIDTHS = 3.0


@dataclass(frozen=True, slots=True, eq=False)
class JobGeometry:
    """The geometry of one job; everything that does not need a decoded frame.

    ``camera`` belongs to the prepared frame of the job's video, ``raster`` to it or to the calibration image,
    whichever is the smaller (``calibration_raster`` is the one the scaffold's lines are drawn on); ``scale`` is the
    frame's width over that of the calibration image. ``normal`` is the unit vector, in the raster, of the section's
    normal that points downstream.
    """

    frames: FrameGeometry
    scale: float
    camera: CameraModel
    residuals: ReprojectionErrors
    raster: RectifiedRaster
    calibration_raster: RectifiedRaster
    water_surface_elevation_m: float
    line: LineStations
    edges_px: FloatArray
    points: MeasurementPoints
    normal: FloatArray
    num_pixels: int

    def to_decoded(self, raster_px: FloatArray) -> FloatArray:
        """Pixels (n, 2) of the decoded frame that show raster pixels (n, 2); NaN where the camera does not see them."""
        homogeneous = np.column_stack([raster_px, np.ones(len(raster_px))]) @ self.image_matrix.T
        depth = np.where(homogeneous[:, 2] > 0, homogeneous[:, 2], np.nan)
        prepared = homogeneous[:, :2] / depth[:, None]
        size = self.frames.prepared_size
        beyond = (
            (prepared < 0).any(axis=1) | (prepared[:, 0] > size.width_px - 1) | (prepared[:, 1] > size.height_px - 1)
        )
        prepared[beyond] = np.nan
        return self.frames.to_decoded(prepared)

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

    def water_outline_px(self) -> FloatArray:
        """Corners (4, 2), raster pixels, of the reach of water up and down the river from the section."""
        reach = _WATER_REACH_WIDTHS * float(np.hypot(*(self.edges_px[1] - self.edges_px[0]))) * self.normal
        first, last = self.edges_px
        return np.array([first - reach, last - reach, last + reach, first + reach])


class JobGeometryService:
    """Derives the geometry of a job from the settings of the site and the facts of its video.

    Parameters
    ----------
    orthorectification, cross_sections, grids
        Services that do the parts of it.
    """

    def __init__(
        self,
        orthorectification: OrthorectificationService | None = None,
        cross_sections: CrossSectionService | None = None,
        grids: GridService | None = None,
    ) -> None:
        self._orthorectification = orthorectification or OrthorectificationService()
        self._cross_sections = cross_sections or CrossSectionService()
        self._grids = grids or GridService()

    def prepare(self, scaffold: Scaffold, video: VideoMetadata, water_surface_elevation_m: float) -> JobGeometry:
        """Geometry of a video of the site at a water level, metres.

        Raises
        ------
        VideoError
            If the frame has another shape than the calibration image.
        GroundControlError
            If the control points do not determine a camera.
        SectionError
            If the level, or that of the scaffold, does not cut the section.
        RectificationError
            If the section line has no length in the world.
        """
        frames = FrameGeometry(video.size, video.rotation_tag_deg, scaffold.preparation)
        scale = frame_scale(frames.prepared_size, scaffold.calibration_size, str(video.path))
        size, calibrated = frames.prepared_size, scaffold.calibration_size
        camera = self._orthorectification.solve_camera(scaffold.ground_control)
        drawn_on = raster_for_frame(scaffold.extent, calibrated, scaffold.flip_x, scaffold.flip_y)
        # A larger frame is measured in the raster of the calibration image. With one of its own, the tiles would grow
        # with the square of its size, and so would the memory and the time of a job.
        raster = drawn_on
        if size.width_px < calibrated.width_px:
            raster = raster_for_frame(scaffold.extent, size, scaffold.flip_x, scaffold.flip_y)
        points_of_control = scaffold.ground_control
        residuals = reprojection_errors(
            camera, points_of_control.world_m, points_of_control.pixels, drawn_on.pixel_size_m
        )
        line = self._cross_sections.line(
            drawn_on.pixel_to_world(scaffold.line_px),
            scaffold.section,
            scaffold.water_surface_elevation_m,
            scaffold.start_bank,
        )
        points = self._grids.measurement_points(
            line,
            scaffold.section,
            water_surface_elevation_m,
            scaffold.grid_points,
            raster,
            scaffold.mask_polygons_px,
            drawn_on,
        )
        edges_px = raster.world_to_pixel(line.edges(scaffold.section, water_surface_elevation_m))
        return JobGeometry(
            frames=frames,
            scale=scale,
            camera=camera.scaled(size.width_px / calibrated.width_px, size.height_px / calibrated.height_px),
            residuals=residuals,
            raster=raster,
            calibration_raster=drawn_on,
            water_surface_elevation_m=water_surface_elevation_m,
            line=line,
            edges_px=edges_px,
            points=points,
            normal=section_normal(edges_px, scaffold.stiv.phi_origin_deg),
            num_pixels=_scaled_length(scaffold.stiv.num_pixels, drawn_on.pixel_size_m / raster.pixel_size_m),
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
