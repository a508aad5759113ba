"""Use cases of the discharge: a measurement from velocities along a section, and the station table of the desktop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain.angles import FloatArray
from ..domain.errors import DischargeError
from ..domain.section import CrossSection
from ..numerics.discharge import VelocityStatistics, velocity_statistics
from ..numerics.filling import fill_gaps
from ..numerics.section import STATION_TOLERANCE_M, WettedSection, depths_at, edges_of_water, wetted
from ..numerics.section_discharge import SectionDischarge, section_discharge
from ..numerics.uncertainty import (
    DischargeUncertainty,
    Rating,
    UncertaintyInputs,
    interpolated_variance,
    iso748,
    rectification_uncertainty,
    user_rating,
)
from .station_table import StationTable, station_table, with_alpha, with_status

BoolArray = NDArray[np.bool_]


class GapRule(StrEnum):
    """What happens where no velocity could be used."""

    FROUDE = "froude"
    """Neighbours give the velocity, at constant Froude number."""
    DROP = "drop"
    """The point leaves the section; its neighbours' panels widen."""


@dataclass(frozen=True, slots=True, eq=False)
class DischargeMeasurement:
    """A discharge with everything that is reported of it; SI, arrays (n,) in the order of the points given.

    ``velocity_mps`` is what went into the discharge, measured or filled; NaN where the point took no part (dropped, on
    or beyond the edge of water, or at the station of another point). ``is_used`` is never true for a filled point.
    """

    discharge: SectionDischarge
    wetted: WettedSection
    depth_m: FloatArray
    velocity_mps: FloatArray
    is_used: BoolArray
    is_filled: BoolArray
    statistics: VelocityStatistics
    iso: DischargeUncertainty
    ive: DischargeUncertainty

    @property
    def rating(self) -> Rating:
        """Rating by the ISO uncertainty."""
        return user_rating(self.iso.u95_percent)


class DischargeService:
    """Discharge, usable alone: no window, no files.

    Examples
    --------
    >>> service = DischargeService()
    >>> table = service.station_table([0, 5, 10], [2, 4, 2], [1, 1, 1])
    >>> table.total_area_m2, round(table.total_discharge_m3s, 6)
    (30.0, 25.5)
    """

    def measure(
        self,
        section: CrossSection,
        water_surface_elevation_m: float,
        station_m: ArrayLike,
        normal_velocity_mps: ArrayLike,
        is_used: ArrayLike,
        *,
        alpha: ArrayLike = 0.85,
        gap_rule: GapRule | str = GapRule.FROUDE,
        rectification_rmse_m: float | None = None,
        inputs: UncertaintyInputs | None = None,
    ) -> DischargeMeasurement:
        """Discharge through a section from surface velocities normal to it.

        Parameters
        ----------
        section, water_surface_elevation_m
            The survey and the level of this measurement, metres.
        station_m, normal_velocity_mps, is_used
            Arrays (n,) in any order: stations, velocities (positive downstream, anything where not used), and which
            of them count.
        alpha
            Surface to mean velocity, a number or (n,).
        gap_rule
            What to do where a velocity is not used.
        rectification_rmse_m
            Error of the control points on the water; None if not known, which counts as 0.
        inputs
            Relative uncertainties; their ``u_rect`` is set from the error and the width.

        Raises
        ------
        SectionError
            If the level is below the bed or above an end of the survey.
        DischargeError
            If no velocity is left to compute from.
        """
        edges_of_water(section, water_surface_elevation_m)
        wet = wetted(section, water_surface_elevation_m)
        station, velocity = np.asarray(station_m, dtype=float), np.asarray(normal_velocity_mps, dtype=float)
        depth = depths_at(section, station, water_surface_elevation_m)
        used = np.asarray(is_used, dtype=bool) & np.isfinite(velocity)
        alphas = np.broadcast_to(np.asarray(alpha, dtype=float), station.shape)
        taking_part = _taking_part(wet, station, used)
        filled = fill_gaps(station[taking_part], depth[taking_part], velocity[taking_part], used[taking_part])
        if GapRule(gap_rule) is GapRule.DROP:
            kept = ~filled.is_filled
            taking_part, values = taking_part[kept], filled.velocity_mps[kept]
        else:
            values = filled.velocity_mps
        counted = used[taking_part]
        total = section_discharge(wet, station[taking_part], depth[taking_part], values, counted, alphas[taking_part])
        final = np.full(station.shape, np.nan)
        final[taking_part] = values
        took_part = np.isfinite(final)
        iso, ive = _uncertainties(wet, total, inputs or UncertaintyInputs(), rectification_rmse_m)
        return DischargeMeasurement(
            discharge=total,
            wetted=wet,
            depth_m=depth,
            velocity_mps=final,
            is_used=used & took_part,
            is_filled=~used & took_part,
            statistics=velocity_statistics(
                total.discharge_m3s, wet.area_m2, values[counted], alphas[taking_part][counted]
            ),
            iso=iso,
            ive=ive,
        )

    def station_table(
        self,
        station_m: ArrayLike,
        depth_m: ArrayLike,
        surface_velocity_mps: ArrayLike,
        alpha: ArrayLike = 0.85,
        is_used: ArrayLike | None = None,
    ) -> StationTable:
        """Table of plain mid-section panels from arrays (n,), edges included; see :class:`StationTable`."""
        return station_table(station_m, depth_m, surface_velocity_mps, alpha, is_used)

    def with_status(self, table: StationTable, rows: Sequence[int], is_used: bool) -> StationTable:
        """The table with some rows set to Used or Not Used, panels recomputed."""
        return with_status(table, rows, is_used)

    def with_alpha(self, table: StationTable, alpha: float, rows: Sequence[int] | None = None) -> StationTable:
        """The table with another coefficient on some rows (all if None)."""
        return with_alpha(table, alpha, rows)

    def measurement_table(self, measurement: DischargeMeasurement) -> StationTable:
        """The panels of a measurement, edges included, in the form of the station table.

        Every row counts in the discharge, with its measured or filled velocity, so every row is "Used".
        """
        panels = measurement.discharge
        return StationTable(
            station_m=panels.station_m,
            depth_m=panels.depth_m,
            surface_velocity_mps=panels.surface_velocity_mps,
            alpha=panels.alpha,
            is_used=np.ones(panels.station_m.shape, dtype=bool),
            width_m=panels.width_m,
            area_m2=panels.panel_area_m2,
            discharge_m3s=panels.panel_discharge_m3s,
        )


def _taking_part(wet: WettedSection, station: FloatArray, used: BoolArray) -> NDArray[np.intp]:
    """Indices of the points inside the water by rising station, one for each station, a used one if there is any."""
    order = np.lexsort((~used, station))
    tolerance = STATION_TOLERANCE_M
    inside = (station > wet.first_station_m + tolerance) & (station < wet.last_station_m - tolerance)
    order = order[inside[order]]
    if not order.size:
        raise DischargeError(
            "no measurement point lies between the edges of water",
            remedy="Check the cross-section line, the start bank and the water level",
            stage="discharge",
        )
    is_new = np.diff(station[order], prepend=-np.inf) > 0.0
    return np.asarray(order[is_new])


def _uncertainties(
    wet: WettedSection, total: SectionDischarge, inputs: UncertaintyInputs, rmse_m: float | None
) -> tuple[DischargeUncertainty, DischargeUncertainty]:
    """ISO over all panels with the measured verticals; IVE over measured stations, filled ones hide their scatter."""
    given = replace(inputs, u_rect=rectification_uncertainty(rmse_m, wet.wetted_width_m))
    iso = iso748(total.panel_discharge_m3s, total.depth_m, given, verticals=int(total.is_measured.sum()))
    known = total.is_measured
    measured = section_discharge(
        wet,
        total.station_m[known],
        total.depth_m[known],
        total.surface_velocity_mps[known],
        np.ones(int(known.sum()), dtype=bool),
        total.alpha[known],
    )
    ive = interpolated_variance(
        measured.station_m,
        measured.depth_m,
        measured.alpha * measured.surface_velocity_mps,
        measured.panel_discharge_m3s,
        given,
    )
    return iso, ive
