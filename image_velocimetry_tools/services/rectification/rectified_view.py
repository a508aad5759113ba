"""How a calibration image shows the ground: a projection and the raster of the rectified image, by any method."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

from ...domain.errors import GroundControlError, IvyError
from ...domain.ground_control import GroundControlPoints
from ...domain.project import Calibration
from ...domain.scaffold import RasterExtent
from ...domain.video import FrameSize
from ...numerics.camera import CameraModel, ReprojectionErrors, reprojection_errors
from ...numerics.flat_raster import FlatRaster, flat_raster, plane_camera
from ...numerics.planar import RectificationMethod
from ...numerics.raster import GroundRaster, RectifiedRaster, raster_for_frame
from ..orthorectification_service import Orthorectification, OrthorectificationService


@dataclass(frozen=True, slots=True, eq=False)
class RectifiedView:
    """Camera and raster of a calibration image.

    For the homography and scale methods ``camera`` projects the ground as one plane, whatever the height, so that the
    water level plays no part. ``residuals`` are those of the used points, with the RMSE of ``solved``, the solution at
    a level that means nothing.
    """

    method: RectificationMethod
    frame: FrameSize
    camera: CameraModel
    raster: RectifiedRaster | FlatRaster
    residuals: ReprojectionErrors
    solved: Orthorectification

    def raster_of(self, size: FrameSize) -> GroundRaster:
        """The raster of the same ground for frames of another size and the same shape.

        A larger frame is measured in the raster of the calibration image. With one of its own, the tiles would grow
        with the square of its size, and so would the memory and the time of a job.
        """
        if size.width_px >= self.frame.width_px:
            return self.raster
        if isinstance(self.raster, FlatRaster):
            return self.raster.scaled(size.width_px / self.frame.width_px)
        return raster_for_frame(self.raster.extent, size, self.raster.flip_x, self.raster.flip_y)


def rectified_view(
    points: GroundControlPoints,
    frame: FrameSize,
    method: str | None,
    extent: RasterExtent | None,
    flip_x: bool,
    flip_y: bool,
    service: OrthorectificationService | None = None,
) -> RectifiedView:
    """The view that control points in a calibration image of a size determine.

    ``method`` None chooses by the points, ``extent`` None takes their padded box (the camera matrix only).

    Raises
    ------
    GroundControlError
        If the points do not fit the method.
    RectificationError
        If the extent is empty or the method is unknown.
    """
    # neither camera nor raster depends on the level
    solved = (service or OrthorectificationService()).solve(
        points, frame, 0.0, method=method, extent=extent, flip_x=flip_x, flip_y=flip_y
    )
    _require_seen(solved)
    camera = solved.camera or plane_camera(solved.rectification)
    raster = solved.raster or flat_raster(solved.rectification)
    errors = reprojection_errors(camera, points.world_m, points.pixels, raster.pixel_size_m)
    residuals = replace(errors, rmse_px=solved.rmse_px, rmse_m=solved.rmse_m)
    return RectifiedView(solved.method, frame, camera, raster, residuals, solved)


def _require_seen(solved: Orthorectification) -> None:
    """Refuse a plane that puts some of its own points behind the camera: they do not lie in one."""
    lost = [residual.name for residual in solved.residuals if residual.is_used and math.isnan(residual.total_px)]
    if lost:
        raise GroundControlError(
            "no view of one plane shows all ground control points where they were digitised",
            where=f"point {', '.join(lost)}",
            remedy="Check coordinates and pixels, or digitise at least 6 points and use the camera matrix method",
        )


def view_of(calibration: Calibration) -> RectifiedView:
    """The view of a project's calibration; views are kept, so that asking again costs nothing.

    Raises
    ------
    IvyError
        If the image or the points do not suffice.
    """
    if calibration.image_size is None:
        raise IvyError("there is no calibration image", remedy="Choose one on the Orthorectification tab")
    return _kept_view(
        calibration.points,
        calibration.image_size,
        calibration.method,
        calibration.extent,
        calibration.flip_x,
        calibration.flip_y,
    )


def solved_at_level(calibration: Calibration, service: OrthorectificationService | None = None) -> Orthorectification:
    """The solution of a project's calibration at its own water level, which only the camera matrix needs.

    Raises
    ------
    IvyError
        If image, points or level do not suffice.
    """
    solver, level_m = service or OrthorectificationService(), calibration.water_surface_elevation_m
    if calibration.image_size is None:
        remedy = "Import one on the Orthorectification tab, or use a frame of the video"
        raise IvyError("there is no calibration image yet", remedy=remedy)
    if not calibration.points.used:
        raise IvyError("no control point is digitised yet", remedy="Import the points and digitise them")
    method = calibration.method or solver.choose_method(calibration.points)
    if level_m is None and method == RectificationMethod.CAMERA_MATRIX:
        remedy = "Enter it on the Orthorectification tab"
        raise IvyError("the water surface elevation is not known", remedy=remedy)
    return solver.solve(
        calibration.points,
        calibration.image_size,
        0.0 if level_m is None else level_m,
        method=method,
        extent=calibration.extent,
        flip_x=calibration.flip_x,
        flip_y=calibration.flip_y,
    )


def raster_of(calibration: Calibration) -> GroundRaster | None:
    """The raster of a project's rectified image, also while the points do not determine a camera; None if unknown."""
    try:
        return view_of(calibration).raster
    except IvyError:
        is_flat = calibration.method in (RectificationMethod.HOMOGRAPHY, RectificationMethod.SCALE)
        if is_flat or calibration.extent is None or calibration.image_size is None:
            return None
    try:
        return raster_for_frame(calibration.extent, calibration.image_size, calibration.flip_x, calibration.flip_y)
    except IvyError:
        return None


_kept_view = lru_cache(maxsize=16)(rectified_view)
