"""The line across the picture and the stations of the survey: one fixed linear map between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..domain.angles import FloatArray
from ..domain.errors import SectionError
from ..domain.section import Bank, CrossSection
from .section import edges_of_water


@dataclass(frozen=True, slots=True, eq=False)
class LineStations:
    """A line in world XY and the stations of its two ends; stations fall along a line that starts at the right bank.

    The map is fixed once, at the water level for which the line was drawn. At another level the edges of water lie
    elsewhere on the same straight line.
    """

    start_xy_m: FloatArray
    end_xy_m: FloatArray
    start_station_m: float
    end_station_m: float

    @property
    def length_ratio(self) -> float:
        """Length of the line in the world over the wetted width of the survey: 1 if picture and survey agree."""
        length = float(np.hypot(*(self.end_xy_m - self.start_xy_m)))
        return length / abs(self.end_station_m - self.start_station_m)

    def station_of(self, xy_m: ArrayLike) -> FloatArray:
        """Stations (n,) of world points (n, 2), projected onto the line; metres."""
        along = self.end_xy_m - self.start_xy_m
        share = (np.atleast_2d(np.asarray(xy_m, dtype=float)) - self.start_xy_m) @ along / (along @ along)
        return self.start_station_m + share * (self.end_station_m - self.start_station_m)

    def xy_of(self, stations_m: ArrayLike) -> FloatArray:
        """World XY (n, 2) on the line of stations (n,); metres."""
        stations = np.atleast_1d(np.asarray(stations_m, dtype=float))
        share = (stations - self.start_station_m) / (self.end_station_m - self.start_station_m)
        return self.start_xy_m + share[:, np.newaxis] * (self.end_xy_m - self.start_xy_m)

    def edge_stations(self, section: CrossSection, elevation_m: float) -> tuple[float, float]:
        """Stations of the edges of water at a level, the one on the side of the line's start first.

        Raises
        ------
        SectionError
            If the level is below the bed or above an end of the survey.
        """
        left, right = edges_of_water(section, elevation_m)
        return (left, right) if self.start_station_m < self.end_station_m else (right, left)

    def edges(self, section: CrossSection, elevation_m: float) -> FloatArray:
        """World XY (2, 2) of the edges of water at a level, in the order of the line; errors as ``edge_stations``."""
        return self.xy_of(self.edge_stations(section, elevation_m))

    def distance_from_start(self, stations_m: ArrayLike, section: CrossSection, elevation_m: float) -> FloatArray:
        """Distances (n,) of stations from the edge of water, at this level, at the line's start; metres."""
        start, end = self.edge_stations(section, elevation_m)
        distances = np.atleast_1d(np.asarray(stations_m, dtype=float)) - start
        return distances if end > start else -distances


def line_stations(
    line_world_m: ArrayLike, section: CrossSection, scaffold_wse_m: float, start_bank: Bank
) -> LineStations:
    """Fix the map between the scaffold's line and the stations of the survey.

    Parameters
    ----------
    line_world_m
        World XY (2, 2), metres, of the edges of water at ``scaffold_wse_m``, the first at the start bank.
    start_bank
        Bank at which the line starts. Stations count from the left bank, so a line from the right bank starts at the
        last crossing.

    Raises
    ------
    SectionError
        If the line has no length or the level lies outside the surveyed section.
    """
    line = np.asarray(line_world_m, dtype=float)
    if line.shape != (2, 2):
        raise ValueError(f"the line needs shape (2, 2), got {line.shape}")
    if not np.isfinite(line).all() or not np.hypot(*(line[1] - line[0])) > 0.0:
        raise SectionError(
            "the cross-section line has no length", remedy="Draw the line from one edge of water to the other"
        )
    left, right = edges_of_water(section, scaffold_wse_m)
    start, end = (right, left) if start_bank == Bank.RIGHT else (left, right)
    return LineStations(line[0].copy(), line[1].copy(), start, end)
