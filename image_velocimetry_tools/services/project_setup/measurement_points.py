"""The points at which a project measures, in its rectified image, whichever way they are laid out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import IvyError
from ...domain.project import GridSettings, PointLayout, Project
from ...numerics.raster import GroundRaster
from ..cross_section_service import CrossSectionService
from ..grid_service import GridService
from ..rectification.rectified_view import view_of

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


def measurement_points_px(project: Project) -> tuple[FloatArray, BoolArray]:
    """Points (n, 2), pixels of the rectified image, and whether each is masked (n,).

    Masked points of a section are measured as gaps; those of other layouts are left out.

    Raises
    ------
    IvyError
        If something is missing from which they follow.
    """
    raster = view_of(project.calibration).raster
    if project.grid.layout is PointLayout.SECTION:
        return _section_points(project, raster)
    points = free_points_px(project.grid, raster)
    return points, _masked(points, masks_of(project), raster)


def unmasked_points_px(project: Project) -> FloatArray:
    """Points (m, 2), pixels of the rectified image, of a layout that needs no section; masked ones are left out.

    Raises
    ------
    IvyError
        If none is left.
    """
    points, is_masked = measurement_points_px(project)
    if is_masked.all():
        remedy = "Change the points or the masks on the Grid tab"
        raise IvyError("no measurement point lies outside the masks", remedy=remedy)
    return points[~is_masked]


def free_points_px(grid: GridSettings, raster: GroundRaster) -> FloatArray:
    """Whole pixels (n, 2) of a line of points or a regular grid, before masking.

    Raises
    ------
    IvyError
        If there is no line.
    """
    service, size = GridService(), (raster.width_px, raster.height_px)
    if grid.layout is PointLayout.REGULAR:
        return service.regular_grid(*size, grid.spacing_x_px, grid.spacing_y_px).astype(float)
    if grid.line_px is None:
        raise IvyError("there is no line of points", remedy="Draw it on the Grid tab")
    # a short line gives the same pixel more than once
    points = service.points_on_line(grid.line_px, grid.count, *size)
    _, first = np.unique(points, axis=0, return_index=True)
    return points[np.sort(first)].astype(float)


def _section_points(project: Project, raster: GroundRaster) -> tuple[FloatArray, BoolArray]:
    section, level = project.section, project.calibration.water_surface_elevation_m
    if section.survey is None or section.line_px is None or level is None:
        remedy = "Complete the Cross-Section tab and the water surface elevation"
        raise IvyError("the section, its line or the water level is missing", remedy=remedy)
    line = CrossSectionService().line(raster.pixel_to_world(section.line_px), section.survey, level, section.start_bank)
    points = GridService().measurement_points(
        line, section.survey, level, project.grid.count, raster, masks_of(project)
    )
    return points.xy_px, points.is_masked


def _masked(points: FloatArray, masks: tuple[FloatArray, ...], raster: GroundRaster) -> BoolArray:
    if not masks:
        return np.zeros(len(points), dtype=bool)
    mask = GridService().mask(masks, raster.width_px, raster.height_px)
    column, row = points.astype(np.int64).T
    return np.asarray(mask[row, column] == 0)


def masks_of(project: Project) -> tuple[FloatArray, ...]:
    """The polygons that cover something: a click or two that never became one are left out."""
    return tuple(polygon for polygon in project.grid.mask_polygons_px if len(polygon) >= 3)
