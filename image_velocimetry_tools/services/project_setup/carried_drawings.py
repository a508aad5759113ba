"""What was drawn in a rectified image, carried over to another rectified image of the same place."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...domain.angles import angular_difference_deg, direction_vector, geographic_direction
from ...domain.ground_control import GroundControlPoints
from ...domain.project import Calibration, GridSettings, Project, SectionSettings, VelocimetrySettings
from ...domain.scaffold import RasterExtent
from ...numerics.raster import GroundRaster, RectifiedRaster
from ..rectification.rectified_view import raster_of

FloatArray = NDArray[np.float64]

_SAME_DIRECTION_DEG = 1e-6


def has_drawings(project: Project) -> bool:
    """Whether a line or a mask lies in the rectified image."""
    grid = project.grid
    return project.section.line_px is not None or grid.line_px is not None or bool(grid.mask_polygons_px)


def with_calibration(project: Project, calibration: Calibration) -> Project:
    """Another calibration: lines, masks and the expected flow direction stay as they are in the world.

    They keep their pixels and angle if either rectified image is not known.
    """
    changed = replace(project, calibration=calibration)
    before, after = raster_of(project.calibration), raster_of(calibration)
    if before is None or after is None or _are_same(before, after):
        return changed
    return replace(
        changed,
        section=_carried_section(project.section, before, after),
        grid=_carried_grid(project.grid, before, after),
        velocimetry=_carried_direction(project.velocimetry, before, after),
    )


def with_pinned_extent(project: Project, points: GroundControlPoints) -> Calibration:
    """The calibration with the extent to use for other points.

    Once something is drawn, the extent that followed from the points before is kept, so that a point more does not
    shift everything. It is given up where the new points lie altogether elsewhere: in another datum, say.
    """
    calibration = project.calibration
    extent = calibration.extent
    if extent is None and has_drawings(project):
        raster = raster_of(calibration)
        extent = raster.extent if isinstance(raster, RectifiedRaster) else None
    if extent is not None and points.used and not _overlaps(extent, points):
        extent = None
    return calibration if extent == calibration.extent else replace(calibration, extent=extent)


def _overlaps(extent: RasterExtent, points: GroundControlPoints) -> bool:
    (x_min, y_min), (x_max, y_max) = points.world_m[:, :2].min(axis=0), points.world_m[:, :2].max(axis=0)
    is_beside = x_max < extent.x_min_m or x_min > extent.x_max_m
    return not (is_beside or y_max < extent.y_min_m or y_min > extent.y_max_m)


def _are_same(before: GroundRaster, after: GroundRaster) -> bool:
    return before is after or np.array_equal(before.world_matrix, after.world_matrix)


def _moved(points_px: FloatArray, before: GroundRaster, after: GroundRaster) -> FloatArray:
    return after.world_to_pixel(before.pixel_to_world(points_px))


def _carried_section(section: SectionSettings, before: GroundRaster, after: GroundRaster) -> SectionSettings:
    if section.line_px is None:
        return section
    return replace(section, line_px=_moved(section.line_px, before, after))


def _carried_grid(grid: GridSettings, before: GroundRaster, after: GroundRaster) -> GridSettings:
    if grid.line_px is None and not grid.mask_polygons_px:
        return grid
    return replace(
        grid,
        line_px=None if grid.line_px is None else _moved(grid.line_px, before, after),
        mask_polygons_px=tuple(_moved(polygon, before, after) for polygon in grid.mask_polygons_px),
    )


def _carried_direction(
    velocimetry: VelocimetrySettings, before: GroundRaster, after: GroundRaster
) -> VelocimetrySettings:
    if not velocimetry.is_direction_set:
        return velocimetry
    angle = velocimetry.parameters.phi_origin_deg
    in_world = before.world_matrix[:2, :2] @ direction_vector(angle)
    x, y = np.linalg.solve(after.world_matrix[:2, :2], in_world)
    turned = float(geographic_direction(x, y))
    if abs(float(angular_difference_deg(turned, angle))) < _SAME_DIRECTION_DEG:
        return velocimetry
    # a quarter turn or a mirror image of a whole number of degrees is one again
    turned = round(turned, 6) % 360.0
    return replace(velocimetry, parameters=replace(velocimetry.parameters, phi_origin_deg=turned))
