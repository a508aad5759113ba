"""The table of discharge stations as hydrographers read and edit it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain.angles import FloatArray
from ..numerics.discharge import VelocityStatistics, mid_section, velocity_statistics

BoolArray = NDArray[np.bool_]

USED = "Used"
NOT_USED = "Not Used"


@dataclass(frozen=True, slots=True, eq=False)
class StationTable:
    """Stations in order along the section, arrays (n,), SI; a station that is not used has no width, area or discharge.

    A used station without velocity (NaN) has an area but no discharge. The columns sum to the totals.
    """

    station_m: FloatArray
    depth_m: FloatArray
    surface_velocity_mps: FloatArray
    alpha: FloatArray
    is_used: BoolArray
    width_m: FloatArray
    area_m2: FloatArray
    discharge_m3s: FloatArray

    @property
    def total_discharge_m3s(self) -> float:
        """Sum of the panels, 0 if no station is used."""
        return float(self.discharge_m3s.sum())

    @property
    def total_area_m2(self) -> float:
        """Sum of the panels, 0 if no station is used."""
        return float(self.area_m2.sum())

    @property
    def status(self) -> tuple[str, ...]:
        """The words "Used" and "Not Used" of the project files, (n,)."""
        return tuple(USED if used else NOT_USED for used in self.is_used)

    def statistics(self) -> VelocityStatistics | None:
        """Figures over the used stations, without those at the edges (no depth, no velocity); None if none is used."""
        if not self.is_used.any():
            return None
        flowing = self.is_used & (self.depth_m > 0.0) & (self.surface_velocity_mps != 0.0)
        return velocity_statistics(
            self.total_discharge_m3s,
            self.total_area_m2,
            self.surface_velocity_mps[flowing],
            self.alpha[self.is_used],
        )


def station_table(
    station_m: ArrayLike,
    depth_m: ArrayLike,
    surface_velocity_mps: ArrayLike,
    alpha: ArrayLike = 0.85,
    is_used: ArrayLike | None = None,
) -> StationTable:
    """Mid-section panels of the used stations; those that are not used leave their width to their neighbours.

    Raises
    ------
    ValueError
        If the arrays (n,) differ in length.
    """
    station, depth, surface = (np.asarray(v, dtype=float) for v in (station_m, depth_m, surface_velocity_mps))
    if not station.shape == depth.shape == surface.shape:
        raise ValueError("Input arrays must have the same length.")
    alphas = np.broadcast_to(np.asarray(alpha, dtype=float), station.shape).copy()
    used = np.ones(station.shape, dtype=bool) if is_used is None else np.array(is_used, dtype=bool)
    panels = mid_section(station[used], (alphas * surface)[used], depth[used])
    columns = np.zeros((3, station.size))
    columns[:, used] = panels.width_m, panels.panel_area_m2, np.nan_to_num(panels.panel_discharge_m3s)
    return StationTable(station, depth, surface, alphas, used, columns[0], columns[1], columns[2])


def with_status(table: StationTable, rows: Sequence[int], is_used: bool) -> StationTable:
    """The table with some rows set to Used or Not Used, panels recomputed."""
    used = table.is_used.copy()
    used[list(rows)] = is_used
    return station_table(table.station_m, table.depth_m, table.surface_velocity_mps, table.alpha, used)


def with_alpha(table: StationTable, alpha: float, rows: Sequence[int] | None = None) -> StationTable:
    """The table with another coefficient on some rows (all if None), discharges recomputed."""
    alphas = table.alpha.copy()
    alphas[slice(None) if rows is None else list(rows)] = alpha
    return station_table(table.station_m, table.depth_m, table.surface_velocity_mps, alphas, table.is_used)
