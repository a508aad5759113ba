"""From ground control points to a rectified image: which method, how good, and what lies where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain.errors import Problem, RectificationError
from ..domain.ground_control import GroundControlPoint, GroundControlPoints
from ..domain.scaffold import RasterExtent
from ..domain.video import FrameSize
from ..numerics.camera import CameraModel, reprojection_errors, solve_camera
from ..numerics.frame_geometry import FrameGeometry
from ..numerics.planar import (
    PlanarRectification,
    RectificationMethod,
    choose_method,
    homography_rectification,
    scale_rectification,
    validate_ground_control,
)
from ..numerics.raster import RectifiedRaster, extent_of_points, raster_for_frame, remap
from ..numerics.rectification import Rectification, camera_rectification, flat_rectification

FloatArray = NDArray[np.float64]
Picture = NDArray[Any]


@dataclass(frozen=True, slots=True)
class PointResidual:
    """Error of one digitised point: where the solution puts it minus where it was digitised, pixels of the image.

    Points for validation took no part in the solution, so that theirs are the honest errors.
    """

    name: str
    dx_px: float
    dy_px: float
    total_px: float
    is_used: bool
    is_validation: bool


@dataclass(frozen=True, slots=True, eq=False)
class Orthorectification:
    """A solved rectification.

    ``camera`` and ``raster`` are there for the camera matrix method, ``planar`` for the other two. ``rmse_px`` is the
    reprojection RMSE over both components of the used points; without a camera it is not less than the estimate of
    :class:`PlanarRectification`, since a few points leave no error to see. ``rmse_m`` is the same times the pixel size.
    ``validation_rmse_px`` is NaN without validation points.
    """

    method: RectificationMethod
    frame: FrameSize
    water_surface_elevation_m: float
    rectification: Rectification
    rmse_px: float
    rmse_m: float
    residuals: tuple[PointResidual, ...]
    camera: CameraModel | None = None
    raster: RectifiedRaster | None = None
    planar: PlanarRectification | None = None

    @property
    def validation_rmse_px(self) -> float:
        """RMSE over both components of the points that are for validation only; NaN if there are none."""
        return _rmse_px([r for r in self.residuals if r.is_validation and not r.is_used])


class OrthorectificationService:
    """Solve, validate and apply rectifications; no state, no window, usable alone from Python."""

    def choose_method(self, points: GroundControlPoints) -> RectificationMethod:
        """The method for the used points.

        Raises
        ------
        GroundControlError
            If no method fits their number and elevations.
        """
        return choose_method(points.world_m)

    def method_for(self, points: GroundControlPoints, method: RectificationMethod | str | None) -> RectificationMethod:
        """The method of a name; that for the used points if it is None.

        Raises
        ------
        GroundControlError
            If no method fits them.
        RectificationError
            If there is no method of that name.
        """
        return self.choose_method(points) if method is None else _method(method)

    def validate(
        self, points: GroundControlPoints, method: RectificationMethod | str | None = None
    ) -> tuple[Problem, ...]:
        """Everything that is wrong with the used points, for a method or for the one that would be chosen."""
        missing = [
            Problem("it is marked for rectification but has no pixels", f"point {p.name}", "Digitise it or unmark it")
            for p in points.points
            if p.use_in_rectification and not p.is_digitised
        ]
        return (*missing, *validate_ground_control(points.world_m, points.pixels, method, names=_names(points)))

    def solve_camera(self, points: GroundControlPoints) -> CameraModel:
        """Camera matrix of the used points.

        Raises
        ------
        GroundControlError
            If they do not determine a camera; the message names the points.
        """
        return solve_camera(points.world_m, points.pixels, names=_names(points))

    def solve(
        self,
        points: GroundControlPoints,
        frame: FrameSize,
        water_surface_elevation_m: float,
        *,
        method: RectificationMethod | str | None = None,
        extent: RasterExtent | None = None,
        flip_x: bool = False,
        flip_y: bool = False,
    ) -> Orthorectification:
        """Solve the rectification of the used points.

        Parameters
        ----------
        points
            The table of points; the used ones determine the solution.
        frame
            Size of the prepared frame in which the points were digitised.
        water_surface_elevation_m
            Level of the water plane in the datum of the points; the homography and scale methods do not use it.
        method
            None chooses by number and elevations of the points.
        extent
            Extent of the rectified image on the ground (camera matrix only); None takes the padded box of the points.
        flip_x, flip_y
            Reverse the columns or rows of the rectified image.

        Raises
        ------
        GroundControlError
            If the points do not fit the method.
        RectificationError
            If the extent is empty or the method is unknown.
        """
        chosen = self.method_for(points, method)
        if chosen is RectificationMethod.CAMERA_MATRIX:
            camera = self.solve_camera(points)
            used_extent = extent or extent_of_points(points.world_m)
            raster = raster_for_frame(used_extent, frame, flip_x, flip_y)
            return self.at_water_level(points, frame, camera, raster, water_surface_elevation_m)
        solver = homography_rectification if chosen is RectificationMethod.HOMOGRAPHY else scale_rectification
        planar = solver(points.world_m, points.pixels, frame, names=_names(points))
        return _flat(points, frame, planar, flat_rectification(planar, flip_x, flip_y), water_surface_elevation_m)

    def at_water_level(
        self,
        points: GroundControlPoints,
        frame: FrameSize,
        camera: CameraModel,
        raster: RectifiedRaster,
        water_surface_elevation_m: float,
    ) -> Orthorectification:
        """The rectification of a solved camera at another water level; raster and residuals do not depend on it."""
        errors = reprojection_errors(camera, points.world_m, points.pixels, raster.pixel_size_m)
        return Orthorectification(
            method=RectificationMethod.CAMERA_MATRIX,
            frame=frame,
            water_surface_elevation_m=water_surface_elevation_m,
            rectification=camera_rectification(raster, camera, water_surface_elevation_m),
            rmse_px=errors.rmse_px,
            rmse_m=errors.rmse_m,
            residuals=_camera_residuals(points, camera),
            camera=camera,
            raster=raster,
        )

    def rectify(self, picture: Picture, solved: Orthorectification, geometry: FrameGeometry | None = None) -> Picture:
        """The whole rectified picture.

        Parameters
        ----------
        picture
            The prepared frame, (height, width) or (height, width, channels), or the decoded one with its ``geometry``.
        solved
            The rectification.
        geometry
            How the decoded frame becomes the prepared one.

        Raises
        ------
        RectificationError
            If the picture has another size than the rectification was solved for.
        """
        _check_size(picture, solved, geometry)
        return solved.rectification.rectify(picture, geometry)

    def rectify_rectangle(
        self,
        picture: Picture,
        solved: Orthorectification,
        x0_px: int,
        y0_px: int,
        width_px: int,
        height_px: int,
        geometry: FrameGeometry | None = None,
    ) -> Picture:
        """The rectangle of the rectified picture that starts at a raster pixel; it may reach outside.

        Arguments and errors are those of :meth:`rectify`; the result is (height_px, width_px) and equals that part of
        the whole picture.
        """
        _check_size(picture, solved, geometry)
        return remap(picture, *solved.rectification.maps(x0_px, y0_px, width_px, height_px, geometry))

    def line_in_rectified_image(self, solved: Orthorectification, line_px: ArrayLike) -> FloatArray:
        """Raster pixels (n, 2) of a line drawn on the water in the original image, (n, 2) image pixels.

        Raises
        ------
        RectificationError
            If a point of the line lies above the horizon.
        """
        line = solved.rectification.image_to_raster(line_px)
        lost = np.flatnonzero(np.isnan(line).any(axis=1))
        if lost.size:
            raise RectificationError(
                "the line leaves the water plane: this point of it lies at or above the horizon",
                where=f"point {int(lost[0]) + 1} of the line",
                remedy="Draw the line on the water surface",
            )
        return line

    def line_in_original_image(self, solved: Orthorectification, line_px: ArrayLike) -> FloatArray:
        """Image pixels (n, 2) of a line in the rectified image (n, 2); NaN where the camera does not see it."""
        return solved.rectification.raster_to_image(line_px)

    def pixel_to_world(self, solved: Orthorectification, pixels: ArrayLike) -> FloatArray:
        """World X, Y (n, 2) on the water of pixels (n, 2) of the original image; NaN above the horizon."""
        return solved.rectification.image_to_world(pixels)

    def world_to_pixel(self, solved: Orthorectification, xy_m: ArrayLike) -> FloatArray:
        """Pixels (n, 2) of the original image that show places X, Y (n, 2) on the water; NaN behind the camera."""
        return solved.rectification.world_to_image(xy_m)

    def projection_lines(self, points: GroundControlPoints, solved: Orthorectification) -> FloatArray:
        """Lines (n, 2, 2) in the original image from each used point to its plumb foot on the water plane.

        Shows at a glance how far the points stand above the water. Needs the camera matrix method.

        Raises
        ------
        RectificationError
            If the rectification was solved by another method.
        """
        if solved.camera is None:
            raise RectificationError(
                f"the {solved.method} method knows no heights above the water",
                remedy="Use the camera matrix method",
            )
        feet_m = points.world_m
        feet_m[:, 2] = solved.water_surface_elevation_m
        return np.stack([solved.camera.project(points.world_m), solved.camera.project(feet_m)], axis=1)


def _flat(
    points: GroundControlPoints,
    frame: FrameSize,
    planar: PlanarRectification,
    rectification: Rectification,
    water_surface_elevation_m: float,
) -> Orthorectification:
    residuals = _flat_residuals(points, rectification)
    rmse_px = max(_rmse_px([r for r in residuals if r.is_used]), planar.rmse_px)
    return Orthorectification(
        method=planar.method,
        frame=frame,
        water_surface_elevation_m=water_surface_elevation_m,
        rectification=rectification,
        rmse_px=rmse_px,
        rmse_m=rmse_px * rectification.pixel_size_m,
        residuals=residuals,
        planar=planar,
    )


def _rmse_px(residuals: Sequence[PointResidual]) -> float:
    """RMSE over both components; NaN of no points."""
    errors = [(r.dx_px, r.dy_px) for r in residuals]
    return float(np.sqrt(np.mean(np.square(errors)))) if errors else float("nan")


def _names(points: GroundControlPoints) -> list[str]:
    return [p.name for p in points.used]


def _method(name: RectificationMethod | str) -> RectificationMethod:
    try:
        return RectificationMethod(name)
    except ValueError:
        known = ", ".join(method.value for method in RectificationMethod)
        raise RectificationError(
            f"unknown rectification method {str(name)!r}", remedy=f"Choose one of: {known}"
        ) from None


def _check_size(picture: Picture, solved: Orthorectification, geometry: FrameGeometry | None) -> None:
    found = FrameSize(picture.shape[1], picture.shape[0])
    expected = geometry.decoded_size if geometry is not None else solved.frame
    if found != expected or (geometry is not None and geometry.prepared_size != solved.frame):
        prepared = geometry.prepared_size if geometry is not None else found
        raise RectificationError(
            f"the picture is {found} ({prepared} when prepared), but the control points belong to {solved.frame}",
            remedy="Use a picture of that size, or scale the camera to this one",
        )


def _tested(points: GroundControlPoints) -> list[GroundControlPoint]:
    return [p for p in points.points if p.is_digitised and (p.use_in_rectification or p.use_in_validation)]


def _camera_residuals(points: GroundControlPoints, camera: CameraModel) -> tuple[PointResidual, ...]:
    tested = _tested(points)
    return _residuals(tested, camera.project(np.array([[p.x_m, p.y_m, p.z_m] for p in tested])))


def _flat_residuals(points: GroundControlPoints, rectification: Rectification) -> tuple[PointResidual, ...]:
    tested = _tested(points)
    return _residuals(tested, rectification.world_to_image(np.array([[p.x_m, p.y_m] for p in tested])))


def _residuals(tested: Sequence[GroundControlPoint], found_px: FloatArray) -> tuple[PointResidual, ...]:
    error = found_px - np.array([[p.x_px, p.y_px] for p in tested], dtype=float)
    return tuple(
        PointResidual(
            p.name, float(dx), float(dy), float(np.hypot(dx, dy)), p.use_in_rectification, p.use_in_validation
        )
        for p, (dx, dy) in zip(tested, error, strict=True)
    )
