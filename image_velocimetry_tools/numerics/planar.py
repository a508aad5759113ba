"""Rectification without a camera: plane to plane by a homography, or one scale for an image from straight above."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain.errors import GroundControlError, Problem
from ..domain.video import FrameSize
from .camera import FEWEST_POINTS, camera_problems
from .four_point import FourPointSolution as FourPointSolution
from .four_point import four_point_positions as four_point_positions
from .point_checks import as_points, lone_point, point_name, set_problems, thickness

FloatArray = NDArray[np.float64]

PADDING_PX = 200
DIGITISING_ERROR_PX = 2.0
LEAST_PLANAR_THICKNESS = 1e-3
_RMSE_CLASSES_DEG_PX = ((5.0, 1.5), (15.0, 2.0), (30.0, 3.0), (45.0, 4.5))
_STEEPEST_RMSE_PX = 6.0


class RectificationMethod(StrEnum):
    """The ways from image to ground, by the names that project files use."""

    SCALE = "scale"
    HOMOGRAPHY = "homography"
    CAMERA_MATRIX = "camera matrix"


@dataclass(frozen=True, slots=True, eq=False)
class PlanarRectification:
    """A rectified image that is a plane transformation of the frame; the water level plays no part in it.

    ``image_to_output`` (3, 3) leads from pixels of the frame to pixels of the output, ``output_to_world`` (3, 3) from
    there to world X, Y in metres (a similarity). ``control_px`` (n, 2) are the control points in the output. The RMSE
    is an estimate from the view angle (homography) or the usual digitising error (scale), not a measured one.
    """

    method: RectificationMethod
    image_to_output: FloatArray
    output_to_world: FloatArray
    width_px: int
    height_px: int
    gsd_m: float
    rmse_px: float
    control_px: FloatArray
    view_angle_deg: float | None = None

    @property
    def rmse_m(self) -> float:
        """The estimated RMSE on the ground."""
        return self.rmse_px * self.gsd_m


def choose_method(world_m: ArrayLike) -> RectificationMethod:
    """The method for control points (n, 3), by their number and whether their elevations differ.

    Raises
    ------
    GroundControlError
        If no method fits: fewer than 2 points, 3 points, or 5 points of different elevations.
    """
    world = as_points(world_m, 3, "world coordinates")
    count, is_level = len(world), bool(np.all(world[:, 2] == world[:1, 2]))
    if count < 2:
        raise GroundControlError(
            f"At least 2 ground control points are required, got {count}",
            remedy="Digitise more points or mark more of them for rectification",
        )
    if count == 2:
        return RectificationMethod.SCALE
    if count == 3:
        raise GroundControlError(
            "Invalid configuration: 3 GCPs are too many for the scale method (2) and too few for a homography (4)",
            remedy="Mark exactly 2 of them for rectification or add at least one",
        )
    if count == 4 or is_level:
        return RectificationMethod.HOMOGRAPHY
    if count < FEWEST_POINTS:
        raise GroundControlError(
            f"Invalid configuration: {count} GCPs with varying elevations. Need at least {FEWEST_POINTS} points for "
            "camera matrix method or all points on same plane for homography",
            remedy="Add a point, or use only points of one elevation",
        )
    return RectificationMethod.CAMERA_MATRIX


def validate_ground_control(
    world_m: ArrayLike,
    pixels: ArrayLike,
    method: RectificationMethod | str | None = None,
    *,
    names: Sequence[str] | None = None,
) -> tuple[Problem, ...]:
    """Everything that is wrong with control points, for one method or for the one that would be chosen.

    Parameters
    ----------
    world_m, pixels
        World coordinates (n, 2 or 3) in metres and pixels (n, 2); the lengths may differ, which is one of the problems.
    method
        None chooses it.
    names
        Names of the points, for the messages.
    """
    world, observed = np.asarray(world_m, dtype=float), as_points(pixels, 2, "pixels")
    if world.ndim != 2 or world.shape[1] < 2:
        return (Problem("world coordinates need at least X and Y", "", "Complete the table of points"),)
    if len(world) != len(observed):
        found = f"there are {len(world)} world points but {len(observed)} pixel points"
        return (Problem(found, "", "Digitise every point that is marked for rectification"),)
    world = np.column_stack([world, np.zeros(len(world))]) if world.shape[1] == 2 else world
    try:
        chosen = RectificationMethod(method) if method is not None else choose_method(world)
    except GroundControlError as error:
        return error.problems
    if chosen is RectificationMethod.CAMERA_MATRIX:
        return tuple(camera_problems(world, observed, names=names))
    return tuple(_planar_problems(world[:, :2], observed, chosen, names))


def homography_rectification(
    world_m: ArrayLike,
    pixels: ArrayLike,
    frame: FrameSize,
    *,
    names: Sequence[str] | None = None,
    reference_layout: bool = False,
) -> PlanarRectification:
    """Rectification by the homography that fits all control points best.

    The box of the points becomes as wide as the frame; the canvas is a square with ``PADDING_PX`` / 2 before the box
    and more behind it. Y grows downwards in the output, a mirror image of a map, which ``flip_y`` afterwards mends.

    Parameters
    ----------
    world_m, pixels
        At least 4 points: world coordinates (n, 2 or 3) in metres on one plane (Z is not used), and pixels (n, 2).
    frame
        Size of the frame.
    names
        For the messages.
    reference_layout
        False: the box starts at the padding, whatever the datum. True: where USGS IVyTools puts it (pixels in its files
        refer to that): the same if the least X and Y are 0, out of the picture for positive coordinates.

    Raises
    ------
    GroundControlError
        If the points do not determine a homography.
    """
    world, observed = _planar_input(world_m, pixels, RectificationMethod.HOMOGRAPHY, names)
    width_m, height_m = np.ptp(world, axis=0).tolist()
    scale = frame.width_px / width_m
    offset = _layout_offset_px(scale * world, frame, reference_layout) + PADDING_PX / 2
    target = scale * world + offset
    matrix, _ = cv2.findHomography(observed, target)
    if matrix is None:
        raise _no_homography()
    side = math.ceil(max(frame.width_px, math.ceil(scale * height_m)) + 2 * PADDING_PX)
    angle_deg = view_angle_deg(matrix)
    to_world = np.array([[1 / scale, 0, -offset[0] / scale], [0, 1 / scale, -offset[1] / scale], [0, 0, 1.0]])
    return PlanarRectification(
        method=RectificationMethod.HOMOGRAPHY,
        image_to_output=np.asarray(matrix, dtype=float),
        output_to_world=to_world,
        width_px=side,
        height_px=side,
        gsd_m=1.0 / scale,
        rmse_px=rmse_of_view_angle_px(angle_deg),
        control_px=target,
        view_angle_deg=angle_deg,
    )


def scale_rectification(
    world_m: ArrayLike, pixels: ArrayLike, frame: FrameSize, *, names: Sequence[str] | None = None
) -> PlanarRectification:
    """Ground size of a pixel from two points in an image taken from straight above; the image stays as it is.

    Parameters
    ----------
    world_m, pixels
        Two points: world coordinates (2, 2 or 3) in metres (Z is not used), and pixels (2, 2).
    frame
        Size of the frame, which is that of the output.
    names
        Names of the points, for the messages.

    Raises
    ------
    GroundControlError
        If there are not two different points.
    """
    world, observed = _planar_input(world_m, pixels, RectificationMethod.SCALE, names)
    ground, image = complex(*(world[1] - world[0])), complex(*((observed[1] - observed[0]) * [1.0, -1.0]))
    turn = ground / image
    # World Y points up and image y down: the similarity works on (x, -y).
    linear = np.array([[turn.real, turn.imag], [turn.imag, -turn.real]])
    to_world = np.eye(3)
    to_world[:2, :2], to_world[:2, 2] = linear, world[0] - linear @ observed[0]
    return PlanarRectification(
        method=RectificationMethod.SCALE,
        image_to_output=np.eye(3),
        output_to_world=to_world,
        width_px=frame.width_px,
        height_px=frame.height_px,
        gsd_m=abs(turn),
        rmse_px=math.sqrt(2.0 * DIGITISING_ERROR_PX**2),
        control_px=observed,
    )


def view_angle_deg(homography: ArrayLike) -> float:
    """How far the camera looks aside from straight down: |angle between the first two columns - 90|, degrees."""
    first, second = np.asarray(homography, dtype=float)[:, 0], np.asarray(homography, dtype=float)[:, 1]
    cosine = float(first @ second / (np.linalg.norm(first) * np.linalg.norm(second)))
    return abs(math.degrees(math.acos(min(1.0, max(-1.0, cosine)))) - 90.0)


def rmse_of_view_angle_px(angle_deg: float) -> float:
    """Usual RMSE of a homography seen under a view angle, pixels (classes of USGS IVyTools)."""
    return next((rmse for limit, rmse in _RMSE_CLASSES_DEG_PX if angle_deg <= limit), _STEEPEST_RMSE_PX)


def _planar_input(
    world_m: ArrayLike, pixels: ArrayLike, method: RectificationMethod, names: Sequence[str] | None
) -> tuple[FloatArray, FloatArray]:
    problems = validate_ground_control(world_m, pixels, method, names=names)
    if problems:
        raise GroundControlError.from_problems(problems)
    return np.asarray(world_m, dtype=float)[:, :2], np.asarray(pixels, dtype=float)


def _planar_problems(
    world: FloatArray, pixels: FloatArray, method: RectificationMethod, names: Sequence[str] | None
) -> list[Problem]:
    count = len(world)
    if method is RectificationMethod.SCALE and count != 2:
        found = f"the scale method needs exactly 2 ground control points, got {count}"
        return [Problem(found, "", "Mark two points for rectification or choose another method")]
    if method is RectificationMethod.HOMOGRAPHY and count < 4:
        found = f"the homography method needs at least 4 ground control points, got {count}"
        return [Problem(found, "", "Digitise more points or mark more of them for rectification")]
    problems = set_problems(world, pixels, names)
    if problems or method is RectificationMethod.SCALE:
        return problems
    for points, where in ((world, "on the ground"), (pixels, "in the image")):
        remedy = "Use points that span an area, at least four of them with no three on one line"
        if thickness(points) < LEAST_PLANAR_THICKNESS:
            return [Problem(f"the ground control points lie on one line {where}", "", remedy)]
        lone = lone_point(points, LEAST_PLANAR_THICKNESS)
        if lone is not None:
            found = f"all ground control points but {point_name(names, lone)} lie on one line {where}"
            return [Problem(found, "", remedy)]
    return []


def _layout_offset_px(scaled: FloatArray, frame: FrameSize, reference_layout: bool) -> FloatArray:
    least, most = scaled.min(axis=0), scaled.max(axis=0)
    if not reference_layout:
        return np.asarray(-least, dtype=float)
    return np.array([abs(least[0]) + (frame.width_px - most[0]) / 2.0, abs(least[1])])


def _no_homography() -> GroundControlError:
    return GroundControlError(
        "no homography fits the ground control points", remedy="Check the order and the pixels of the points"
    )
