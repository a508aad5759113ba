"""What the Orthorectification tab says of a calibration: figures, problems and warnings, in display units."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import IvyError, Problem
from ...domain.ground_control import GroundControlPoints
from ...domain.project import Project
from ...domain.units import UnitSystem
from ...domain.video import FrameSize
from ...services.orthorectification_service import Orthorectification, OrthorectificationService
from ...services.project_setup.problems import level_problems
from ...services.rectification.picture_geometry import frame_scale
from ...services.rectification.plane_points import are_level
from .orthorectification import ErrorGrade, PointRow, names_of, points_outside
from .prepared_frames import preparation_warning
from .rectified_image import RectifiedImage
from .video import prepared_size

FloatArray = NDArray[np.float64]

CAMERA_MATRIX, HOMOGRAPHY, SCALE = "camera matrix", "homography", "scale"
_WORST_RMSE_PX = 5.0
# fewer points fit nearly any camera once one of them is left out
_FEWEST_TO_BLAME = 8
_LEAST_BLAME_PX = 1.5
_BLAMED_SHARE = 0.4
_FAR_FROM_POINTS_M = 10.0
_NO_VALUE = "–"


@dataclass(frozen=True, slots=True)
class CalibrationFindings:
    """Figures as (name, value with unit), sentences for the user, and what to do where nothing is there yet."""

    figures: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    note: str = ""


def calibration_findings(
    project: Project, image: RectifiedImage, rows: Sequence[PointRow], units: UnitSystem
) -> CalibrationFindings:
    """Everything that can be said of a calibration and the image that was worked out for it."""
    calibration = project.calibration
    if calibration.image is None and not len(calibration.points):
        note = "Import the image in which the control points are seen, and the table of the points."
        return CalibrationFindings(note=note)
    solved = image.solved
    problems = tuple(str(_here(problem.in_units(units))) for problem in image.problems)
    outside = points_outside(calibration)
    causes = _outside_sentences(outside, calibration.image_size)
    if problems:
        # what is certainly wrong comes before what may follow from it
        problems, causes = (*causes, *problems), ()
    warnings = (
        *causes,
        *(str(_here(problem)) for problem in level_problems(project)),
        *level_warnings(project, solved, units),
        *_image_warnings(project),
        *_row_warnings(rows, {*outside, *(name for problem in image.problems for name in names_of(problem))}),
        *_fit_warnings(calibration.points, solved, rows),
    )
    return CalibrationFindings(
        _figures(project, solved, units) if solved is not None else (), problems, tuple(warnings), ""
    )


def _here(problem: Problem) -> Problem:
    """The problem with a remedy for who stands on the tab already."""
    return replace(problem, remedy=problem.remedy.replace(" on the Orthorectification tab", ""))


def level_warnings(project: Project, solved: Orthorectification | None, units: UnitSystem) -> list[str]:
    """What speaks against the water level: a camera under water, control points far above or below it."""
    level_m, points = project.calibration.water_surface_elevation_m, project.calibration.points.used
    if level_m is None or solved is None or solved.camera is None or not points:
        return []

    def shown(height_m: float) -> str:
        return f"{height_m * units.length:.3f} {units.length_label}"

    camera_m, heights_m = float(solved.camera.centre_m[2]), [point.z_m for point in points]
    lowest_m, highest_m = min(heights_m), max(heights_m)
    if np.isfinite(camera_m) and level_m >= camera_m:
        return [
            f"The water surface elevation {shown(level_m)} lies above the camera ({shown(camera_m)}). Check the level,"
            " its unit and its datum."
        ]
    if max(lowest_m - level_m, level_m - highest_m) <= max(_FAR_FROM_POINTS_M, 3.0 * (highest_m - lowest_m)):
        return []
    return [
        f"The water surface elevation {shown(level_m)} lies far from the control points ({shown(lowest_m)} to"
        f" {shown(highest_m)}). Check the level, its unit and its datum."
    ]


def method_reason(project: Project, solved: Orthorectification | None) -> str:
    """Which method is used, and why."""
    chosen = project.calibration.method
    if solved is None:
        return _NO_VALUE if chosen is None else chosen.capitalize()
    if chosen is not None:
        return f"{solved.method.capitalize()}, as chosen"
    return f"{solved.method.capitalize()}, for {_points_in_words(project)}"


def _points_in_words(project: Project) -> str:
    """What decides which method is taken."""
    points = project.calibration.points.used
    heights = "of one elevation" if len({p.z_m for p in points}) == 1 else "of different elevations"
    return f"{len(points)} points" if len(points) <= 4 else f"{len(points)} points {heights}"


def matrix_of(solved: Orthorectification | None) -> FloatArray | None:
    """The matrix from world (3, 4), or from the image to the rectified one (3, 3), its last element 1."""
    if solved is None:
        return None
    if solved.camera is not None:
        return solved.camera.reference_matrix
    return None if solved.planar is None else solved.planar.image_to_output


def matrix_title(solved: Orthorectification | None) -> str:
    """What the matrix does."""
    if solved is None:
        return "There is no solution yet"
    if solved.camera is not None:
        return "Camera matrix: world coordinates in metres to pixels of the image"
    return "Homography: pixels of the image to pixels of the rectified image"


def size_warning(project: Project, size: FrameSize | None) -> str:
    """What follows if the image of a size and the frames of the video differ; empty if they do not."""
    frames = prepared_size(project.video)
    if size is None or frames is None or size == frames:
        return ""
    sentence = f"The image is {size}, but the prepared frames of the video are {frames}"
    try:
        frame_scale(frames, size)
    except IvyError:
        return f"{sentence}: the shapes differ. Use an image from the same camera with the same settings."
    return f"{sentence}. The shape is the same: points are scaled to the frames when velocities are measured."


def _image_warnings(project: Project) -> list[str]:
    sentences = (size_warning(project, project.calibration.image_size), preparation_warning(project))
    return [sentence for sentence in sentences if sentence]


def _outside_sentences(names: Sequence[str], size: FrameSize | None) -> tuple[str, ...]:
    if not names:
        return ()
    whose = f"Point {names[0]}: its pixels" if len(names) == 1 else f"Points {', '.join(names)}: their pixels"
    return (f"{whose} lie outside the image ({size}). Digitise {'it' if len(names) == 1 else 'them'} again.",)


def _row_warnings(rows: Sequence[PointRow], told: Set[str]) -> list[str]:
    """What is wrong with points of which nothing is told already."""
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.problem and row.name not in told:
            found.setdefault(row.problem, []).append(row.name)
    return [
        f"{'Point' if len(names) == 1 else 'Each of'} {', '.join(names)}: {sentence[0].lower()}{sentence[1:]}"
        for sentence, names in found.items()
    ]


def blamed_point(points: GroundControlPoints, solved: Orthorectification) -> tuple[str, float] | None:
    """The point without which all others fit well, and their RMSE in pixels then; None if there is no such point.

    A wrong point draws the solution to itself, so that its own error need not be the largest: each is left out in turn.
    """
    used = points.used
    if solved.camera is None or solved.rmse_px < _LEAST_BLAME_PX or len(used) < _FEWEST_TO_BLAME:
        return None
    service, found = OrthorectificationService(), []
    for point in used:
        others = GroundControlPoints(tuple(other for other in used if other is not point))
        try:
            camera = service.solve_camera(others)
        except IvyError:
            continue  # the others do not determine a camera: nothing can be said against the point
        error = camera.project(others.world_m) - others.pixels
        found.append((float(np.sqrt(np.mean(error**2))), point.name))
    rmse_px, name = min(found, default=(np.inf, ""))
    return (name, rmse_px) if rmse_px < _BLAMED_SHARE * solved.rmse_px else None


def _fit_warnings(
    points: GroundControlPoints, solved: Orthorectification | None, rows: Sequence[PointRow]
) -> list[str]:
    if solved is None:
        return []
    warnings = []
    if _is_mirrored(points, solved):
        warnings.append(
            "The image is a mirror image of the survey. Check whether X and Y of the points are exchanged, or whether"
            " the video is flipped."
        )
    blamed = blamed_point(points, solved)
    worst = [row for row in rows if row.grade is ErrorGrade.LARGE]
    if blamed is not None:
        name, rmse_px = blamed
        warnings.append(
            f"Point {name} does not fit the others: without it the RMSE would be {rmse_px:.2f} px instead of"
            f" {solved.rmse_px:.2f} px. Check its pixels and coordinates, or unmark it."
        )
    elif worst:
        names = ", ".join(f"{row.name} ({_error(row)})" for row in worst)
        warnings.append(f"These points fit much worse than the others: {names}. Check their pixels and coordinates.")
    elif solved.rmse_px > _WORST_RMSE_PX and not _is_estimate(solved):
        warnings.append(
            f"The points miss by {solved.rmse_px:.1f} px (RMSE). Check the coordinates, and the lens correction of the"
            " image."
        )
    return [*warnings, *_plane_warnings(points, solved)]


def _is_mirrored(points: GroundControlPoints, solved: Orthorectification) -> bool:
    """Whether the image is a mirror image of the world, seen from above; two points do not tell."""
    if solved.camera is not None:
        return solved.camera.is_mirrored
    if solved.planar is None or solved.method != HOMOGRAPHY or not points.used:
        return False
    # the sign of the functional determinant among the points; rows of an image grow downwards
    to_world = solved.planar.output_to_world @ solved.planar.image_to_output
    weight = to_world[2] @ [*points.pixels.mean(axis=0), 1.0]
    return bool(np.linalg.det(to_world) * weight > 0.0)


def _error(row: PointRow) -> str:
    is_seen = row.error_px is not None and np.isfinite(row.error_px)
    return f"{row.error_px:.1f} px" if is_seen else "behind the camera"


def _plane_warnings(points: GroundControlPoints, solved: Orthorectification) -> list[str]:
    """A homography takes all points for one plane, whatever their elevations."""
    if solved.method != HOMOGRAPHY or are_level(points):
        return []
    return [
        "The points lie at different elevations, but a homography takes all of them to lie on the water. Digitise at"
        " least six points and use the camera matrix, or use points at the water only."
    ]


def _is_estimate(solved: Orthorectification) -> bool:
    """Whether the RMSE is what is usual for such a view, not what the points show."""
    return solved.planar is not None and solved.rmse_px <= solved.planar.rmse_px


def _figures(project: Project, solved: Orthorectification, units: UnitSystem) -> tuple[tuple[str, str], ...]:
    rectification = solved.rectification

    def both(px: float) -> str:
        if not np.isfinite(px):
            return _NO_VALUE
        return f"{px:.2f} px, {px * rectification.pixel_size_m * units.length:.4f} {units.length_label}"

    figures = [
        *_method_figures(project, solved),
        ("Points used", _redundancy(project, solved)),
        ("Ground pixel size", f"{rectification.gsd_m * units.length:.5f} {units.length_label}"),
        ("RMSE", both(solved.rmse_px)),
        ("RMSE, validation", both(solved.validation_rmse_px)),
        ("Rectified image", f"{rectification.width_px} × {rectification.height_px} px"),
        ("Orientation", _orientation(solved)),
    ]
    if solved.camera is not None and np.isfinite(solved.camera.centre_m).all():
        centre = ", ".join(f"{value * units.length:.3f}" for value in solved.camera.centre_m)
        figures.append(("Camera X, Y, Z", f"{centre} {units.length_label}"))
    if solved.planar is not None and solved.planar.view_angle_deg is not None:
        figures.append(("View angle", f"{solved.planar.view_angle_deg:.1f}°"))
    return tuple(figures)


def _method_figures(project: Project, solved: Orthorectification) -> list[tuple[str, str]]:
    if project.calibration.method is not None:
        return [("Method", method_reason(project, solved))]
    # in one cell both would be cut off
    return [("Method", solved.method.capitalize()), ("Chosen for", _points_in_words(project))]


def _redundancy(project: Project, solved: Orthorectification) -> str:
    points = project.calibration.points
    used = len(points.used)
    exact = {CAMERA_MATRIX: 6, HOMOGRAPHY: 4, SCALE: 2}[solved.method]
    note = "; one more would show errors" if used == exact else ""
    return f"{used} of {len(points)}{note}"


def _orientation(solved: Orthorectification) -> str:
    # rows grow downwards: as on a map, Y falls with them
    is_map = np.linalg.det(solved.rectification.world_matrix[:2, :2]) < 0
    return "as on a map" if is_map else "mirror image of a map"
