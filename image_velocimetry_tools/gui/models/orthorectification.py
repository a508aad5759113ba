"""What the Orthorectification tab shows of points: rows of their table and marks in the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import Problem
from ...domain.ground_control import GroundControlPoint, GroundControlPoints
from ...domain.project import Calibration
from ...domain.sentences import begun_with_capital
from ...domain.units import UnitSystem
from ...domain.video import FrameSize
from ...services.orthorectification_service import Orthorectification, OrthorectificationService, PointResidual

FloatArray = NDArray[np.float64]

_LARGE, _SUSPECT = 2.0, 1.5
_LEAST_LARGE_PX, _LEAST_SUSPECT_PX = 2.0, 1.0


class ErrorGrade(StrEnum):
    """How an error compares with those of the other points."""

    USUAL = "usual"
    SUSPECT = "suspect"
    LARGE = "large"


class PointKind(StrEnum):
    """What a point is for."""

    USED = "used"
    VALIDATION = "validation"
    UNUSED = "unused"


@dataclass(frozen=True, slots=True)
class PointRow:
    """A point as its table shows it: coordinates in display units, errors in pixels, None where unknown."""

    name: str
    x: float
    y: float
    z: float
    x_px: float | None
    y_px: float | None
    error_x_px: float | None
    error_y_px: float | None
    error_px: float | None
    is_used: bool
    is_validation: bool
    grade: ErrorGrade = ErrorGrade.USUAL
    problem: str = ""
    """Sentences on what is wrong with the point."""


@dataclass(frozen=True, slots=True, eq=False)
class ImageMarks:
    """What is drawn over the original image, in its pixels.

    ``xy_px`` (n, 2) are NaN for points that are not digitised. ``errors_px`` (n, 2) lead from there to where the
    solution puts the points, NaN where unknown. ``plumb_lines_px`` (m, 2, 2) lead from points to the water plane.
    """

    names: tuple[str, ...]
    kinds: tuple[PointKind, ...]
    xy_px: FloatArray
    errors_px: FloatArray
    plumb_lines_px: FloatArray


def kind_of(point: GroundControlPoint) -> PointKind:
    """What a point is for."""
    if point.use_in_rectification:
        return PointKind.USED
    return PointKind.VALIDATION if point.use_in_validation else PointKind.UNUSED


def residuals_by_row(
    points: GroundControlPoints, solved: Orthorectification | None
) -> tuple[PointResidual | None, ...]:
    """The residual of each point in the table, None where there is none.

    A solution of another table, which the present one will replace in a moment, gives none.
    """
    rows = [
        row for row, p in enumerate(points.points) if p.is_digitised and (p.use_in_rectification or p.use_in_validation)
    ]
    found: list[PointResidual | None] = [None] * len(points)
    if solved is not None and [r.name for r in solved.residuals] == [points.points[row].name for row in rows]:
        for row, residual in zip(rows, solved.residuals, strict=True):
            found[row] = residual
    return tuple(found)


def point_rows(
    calibration: Calibration, solved: Orthorectification | None, problems: tuple[Problem, ...], units: UnitSystem
) -> list[PointRow]:
    """The rows of the table."""
    points = calibration.points
    residuals = residuals_by_row(points, solved)
    grades = _grades(residuals)
    sentences = point_problems(calibration, problems)
    return [
        _row(point, residual, grade, sentence, units)
        for point, residual, grade, sentence in zip(points.points, residuals, grades, sentences, strict=True)
    ]


def names_of(problem: Problem) -> list[str]:
    """The points that a problem is about."""
    kind, _, names = problem.where.partition(" ")
    return names.split(", ") if kind == "point" else []


def point_problems(calibration: Calibration, problems: tuple[Problem, ...] = ()) -> list[str]:
    """What is wrong with each point, in sentences; empty where nothing is."""
    names = [point.name for point in calibration.points.points]
    found = []
    for point in calibration.points.points:
        sentences = [str(Problem(p.what, "", p.remedy)) for p in problems if point.name in names_of(p)]
        if names.count(point.name) > 1:
            sentences.append("Another point has the same ID. Give each its own.")
        if point.use_in_rectification and not point.is_digitised:
            sentences.append("It is marked for rectification but has no pixels. Digitise it or unmark it.")
        if calibration.image_size is not None and _is_outside(point, calibration.image_size):
            sentences.append(f"Its pixels lie outside the image ({calibration.image_size}). Digitise it again.")
        found.append(" ".join(map(begun_with_capital, sentences)))
    return found


def points_outside(calibration: Calibration) -> list[str]:
    """The points marked for rectification whose pixels lie outside the calibration image."""
    size = calibration.image_size
    if size is None:
        return []
    return [p.name for p in calibration.points.points if p.use_in_rectification and _is_outside(p, size)]


def image_marks(points: GroundControlPoints, solved: Orthorectification | None) -> ImageMarks:
    """What is drawn over the original image."""
    unknown = (np.nan, np.nan)
    residuals = residuals_by_row(points, solved)
    xy = [(p.x_px, p.y_px) if p.x_px is not None and p.y_px is not None else unknown for p in points.points]
    errors = [unknown if r is None else (r.dx_px, r.dy_px) for r in residuals]
    return ImageMarks(
        names=tuple(point.name for point in points.points),
        kinds=tuple(map(kind_of, points.points)),
        xy_px=np.array(xy, dtype=float).reshape(-1, 2),
        errors_px=np.array(errors, dtype=float).reshape(-1, 2),
        plumb_lines_px=_plumb_lines(points, solved),
    )


def places_in_rectified(points: GroundControlPoints, solved: Orthorectification | None) -> FloatArray:
    """Pixels (n, 2) of the rectified image at the surveyed X, Y of the points; NaN without a solution."""
    if solved is None or not len(points):
        return np.full((len(points), 2), np.nan)
    return solved.rectification.world_to_raster([[p.x_m, p.y_m] for p in points.points])


def _plumb_lines(points: GroundControlPoints, solved: Orthorectification | None) -> FloatArray:
    none = np.empty((0, 2, 2))
    if solved is None or solved.camera is None or not points.used:
        return none
    lines = OrthorectificationService().projection_lines(points, solved)
    return lines[np.isfinite(lines).all(axis=(1, 2))]


def _row(
    point: GroundControlPoint, residual: PointResidual | None, grade: ErrorGrade, problem: str, units: UnitSystem
) -> PointRow:
    return PointRow(
        name=point.name,
        x=point.x_m * units.length,
        y=point.y_m * units.length,
        z=point.z_m * units.length,
        x_px=point.x_px,
        y_px=point.y_px,
        error_x_px=None if residual is None else residual.dx_px,
        error_y_px=None if residual is None else residual.dy_px,
        error_px=None if residual is None else residual.total_px,
        is_used=point.use_in_rectification,
        is_validation=point.use_in_validation,
        grade=grade,
        problem=problem,
    )


def _grades(residuals: tuple[PointResidual | None, ...]) -> list[ErrorGrade]:
    """Errors against the root mean square of those of the used points."""
    used = [r.total_px for r in residuals if r is not None and r.is_used and np.isfinite(r.total_px)]
    usual_px = float(np.sqrt(np.mean(np.square(used)))) if used else 0.0
    large_px = max(_LEAST_LARGE_PX, _LARGE * usual_px)
    suspect_px = max(_LEAST_SUSPECT_PX, _SUSPECT * usual_px)

    def grade(residual: PointResidual | None) -> ErrorGrade:
        if residual is None or residual.total_px <= suspect_px:
            return ErrorGrade.USUAL
        # not a number: behind the camera
        return ErrorGrade.SUSPECT if residual.total_px <= large_px else ErrorGrade.LARGE

    return [grade(residual) for residual in residuals]


def _is_outside(point: GroundControlPoint, size: FrameSize) -> bool:
    if point.x_px is None or point.y_px is None:
        return False
    return not (-0.5 <= point.x_px <= size.width_px - 0.5 and -0.5 <= point.y_px <= size.height_px - 0.5)
