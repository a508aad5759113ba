"""Edits of the measurement points and their masks, and what the Grid tab draws of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...domain.errors import IvyError, lengths_told_in
from ...domain.project import PointLayout, Project
from ...domain.units import UnitSystem, unit_system
from ...numerics.masks import points_in_polygons
from ...services.project_setup.measurement_points import measurement_points_px
from ...services.project_setup.problems import missing_for_measurement
from ...services.rectification.rectified_view import raster_of

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

MOST_POINTS_DRAWN = 5000
_FEWEST_POINTS = 2


def _no_points() -> FloatArray:
    return np.empty((0, 2))


def _no_flags() -> BoolArray:
    return np.empty(0, dtype=bool)


@dataclass(frozen=True, slots=True, eq=False)
class PointsFound:
    """Measurement points (n, 2), pixels of the rectified image, which of them are masked (n,), or why there are none.

    ``pixel_size_m`` is None where the image is not rectified yet.
    """

    points_px: FloatArray = field(default_factory=_no_points)
    is_masked: BoolArray = field(default_factory=_no_flags)
    pixel_size_m: float | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MaskRow:
    """One mask of the list: its area in display units (NaN if unknown) and how many points it covers."""

    vertices: int
    area: float
    points: int


def points_of(project: Project) -> PointsFound:
    """The points at which a project measures as it stands."""
    raster, grid = raster_of(project.calibration), project.grid
    size = None if raster is None else raster.pixel_size_m
    problems = tuple(str(problem) for problem in missing_for_measurement(project) if "Grid tab" in problem.remedy)
    if min(grid.count, grid.spacing_x_px, grid.spacing_y_px) < 1:
        return PointsFound(pixel_size_m=size, problems=problems)
    try:
        with lengths_told_in(unit_system(project.display_units)):
            points, is_masked = measurement_points_px(project)
    except IvyError as error:
        return PointsFound(pixel_size_m=size, problems=tuple(str(problem) for problem in error.problems))
    return PointsFound(points, is_masked, size, problems)


def with_grid(project: Project, **changes: Any) -> Project:
    """The project with some of the settings of its points changed; the same one if nothing does."""
    if all(_are_same(getattr(project.grid, name), value) for name, value in changes.items()):
        return project
    return replace(project, grid=replace(project.grid, **changes))


def _are_same(one: object, other: object) -> bool:
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return np.array_equal(one, other)
    return one == other if isinstance(other, int | str) else one is other


def with_mask(project: Project, polygon_px: ArrayLike) -> Project:
    """The project with one more mask (n, 2)."""
    return with_grid(project, mask_polygons_px=(*project.grid.mask_polygons_px, _polygon(polygon_px)))


def with_mask_moved(project: Project, index: int, polygon_px: ArrayLike) -> Project:
    """The project with one of its masks in another form."""
    masks = list(project.grid.mask_polygons_px)
    masks[index] = _polygon(polygon_px)
    return with_grid(project, mask_polygons_px=tuple(masks))


def without_masks(project: Project, indices: Collection[int]) -> Project:
    """The project without some of its masks."""
    masks = project.grid.mask_polygons_px
    kept = tuple(mask for index, mask in enumerate(masks) if index not in indices)
    return project if len(kept) == len(masks) else with_grid(project, mask_polygons_px=kept)


def _polygon(vertices_px: ArrayLike) -> FloatArray:
    return np.array(vertices_px, dtype=float).reshape(-1, 2)


def point_labels(layout: PointLayout, is_masked: BoolArray) -> tuple[str, ...]:
    """Numbers of points (n,) as stations and results count them.

    Where masked points are left out of the measurement they have none, and neither has a regular grid, of which only
    what the camera sees is measured.
    """
    if layout is PointLayout.REGULAR:
        return ("",) * len(is_masked)
    if layout is PointLayout.SECTION:
        return tuple(str(number + 1) for number in range(len(is_masked)))
    numbers = np.cumsum(~is_masked)
    return tuple("" if masked else str(number) for number, masked in zip(numbers, is_masked, strict=True))


def mask_rows(masks: Sequence[FloatArray], found: PointsFound, units: UnitSystem) -> tuple[MaskRow, ...]:
    """The rows of the list of masks."""
    size = float("nan") if found.pixel_size_m is None else found.pixel_size_m
    return tuple(
        MaskRow(
            len(mask),
            _area_px(mask) * size**2 * units.area,
            int(np.count_nonzero(points_in_polygons(found.points_px, [mask]))) if len(mask) >= 3 else 0,
        )
        for mask in masks
    )


def _area_px(polygon: FloatArray) -> float:
    x, y = polygon.T
    return 0.5 * abs(float(x @ np.roll(y, -1) - y @ np.roll(x, -1)))


def summary_of(project: Project, found: PointsFound, units: UnitSystem) -> str:
    """How many points there are, how far apart, and how many of them are masked."""
    count, masked = len(found.points_px), int(found.is_masked.sum())
    if count == 0:
        return "No points yet"
    text = f"{count} points" if count > 1 else "1 point"
    if project.grid.layout is not PointLayout.REGULAR and count >= _FEWEST_POINTS and found.pixel_size_m is not None:
        step_px = np.hypot(*np.diff(found.points_px, axis=0).T).mean()
        text += f", {step_px * found.pixel_size_m * units.length:.2f} {units.length_label} apart"
    if masked:
        text += f"; {masked} masked"
    if count > MOST_POINTS_DRAWN:
        text += f" (the first {MOST_POINTS_DRAWN} are drawn)"
    return text
