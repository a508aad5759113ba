"""Use cases of the grid: the points at which velocity is measured, and the masks that take some of them out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain.angles import FloatArray
from ..domain.section import CrossSection
from ..numerics.grid import IntArray, Mask, points_between_edges, points_on_line, regular_grid
from ..numerics.masks import close_small_gaps, points_in_polygons, polygon_mask
from ..numerics.section_line import LineStations


class PixelMap(Protocol):
    """What is needed of a rectified raster."""

    def world_to_pixel(self, xy_m: FloatArray, /) -> FloatArray:
        """Pixels (n, 2) of world XY (n, 2)."""

    def pixel_to_world(self, xy_px: FloatArray, /) -> FloatArray:
        """World XY (n, 2) of pixels (n, 2)."""


@dataclass(frozen=True, slots=True, eq=False)
class MeasurementPoints:
    """Points of one job in the order of the line: arrays (n,) or (n, 2).

    ``distance_m`` counts from the edge of water at the line's start; masked points are kept, so that numbers stay the
    same and their share of the discharge can be filled.
    """

    station_m: FloatArray
    distance_m: FloatArray
    xy_m: FloatArray
    xy_px: FloatArray
    is_masked: NDArray[np.bool_]


class GridService:
    """Where to measure: along the section line of a job, or as the desktop application draws points."""

    def measurement_points(
        self,
        line: LineStations,
        section: CrossSection,
        water_surface_elevation_m: float,
        count: int,
        raster: PixelMap,
        mask_polygons_px: Sequence[FloatArray] = (),
        mask_raster: PixelMap | None = None,
    ) -> MeasurementPoints:
        """Points of a job: the middles of ``count`` equal cells between the edges of water at its level.

        Parameters
        ----------
        line
            Map between line and stations.
        raster
            Rectified raster of this job's video.
        mask_polygons_px
            Polygons (m, 2) that are not measured, pixels of ``mask_raster`` (of ``raster`` if None).

        Raises
        ------
        SectionError
            If the level is below the bed or above an end of the survey.
        """
        edges = np.array(line.edge_stations(section, water_surface_elevation_m))
        stations = points_between_edges(edges[:, np.newaxis], count)[:, 0]
        xy_m = line.xy_of(stations)
        drawn_on = raster if mask_raster is None else mask_raster
        return MeasurementPoints(
            station_m=stations,
            distance_m=line.distance_from_start(stations, section, water_surface_elevation_m),
            xy_m=xy_m,
            xy_px=raster.world_to_pixel(xy_m),
            is_masked=points_in_polygons(drawn_on.world_to_pixel(xy_m), mask_polygons_px),
        )

    def mask(self, polygons_px: Sequence[FloatArray], width_px: int, height_px: int) -> Mask:
        """Mask (height, width): 1 where velocity may be measured, slivers between polygons closed."""
        mask = polygon_mask(polygons_px, width_px, height_px)
        return close_small_gaps(mask) if len(polygons_px) else mask

    def points_on_line(
        self, line_px: ArrayLike, count: int, width_px: int, height_px: int, mask: Mask | None = None
    ) -> IntArray:
        """Whole pixels (m, 2) on a line (2, 2) of the picture, ends included, masked ones left out."""
        return points_on_line(line_px, count, width_px, height_px, mask)

    def regular_grid(
        self, width_px: int, height_px: int, spacing_x_px: int, spacing_y_px: int, mask: Mask | None = None
    ) -> IntArray:
        """Whole pixels (m, 2) of a grid from (0, 0), row by row, masked ones left out."""
        return regular_grid(width_px, height_px, spacing_x_px, spacing_y_px, mask)
