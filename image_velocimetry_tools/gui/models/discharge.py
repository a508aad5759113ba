"""What the Discharge tab shows: the rows of the station table and the figures of the result, in display units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ...domain.project import MeasuredVelocities, Project
from ...domain.units import UnitSystem
from ...domain.velocimetry import PointFlag
from ...numerics.uncertainty import DischargeUncertainty
from ...services.measured_project.discharge import ProjectDischarge
from ...services.measured_project.reviewed_velocities import VelocityOrigin, reviewed_velocities
from .readings import Figure, Readings
from .share_grades import ShareGrade, share_grade

FloatArray = NDArray[np.float64]

COMPONENT_NAMES = {
    "u_s": "Systematic",
    "u_m": "Number of stations",
    "u_p": "Number of cells in the vertical",
    "u_b": "Width",
    "u_d": "Depth",
    "u_v": "Velocity",
    "u_c": "Instrument repeatability",
    "u_alpha": "Alpha",
    "u_rect": "Rectification",
}


class StationStatus(StrEnum):
    """What became of a station."""

    USED = "Used"
    FILLED = "Filled"
    SET_ASIDE = "Not used"
    EDGE = "Edge of water"


@dataclass(frozen=True, slots=True)
class StationRow:
    """One row of the station table, display units; NaN where there is none.

    ``point`` counts the measurement points from 0 in the order of the line, None for an edge of water. ``velocity`` is
    the one that counts: measured, reviewed, typed or filled, as ``origin`` says. ``own_velocity`` is the point's own,
    also where it is set aside. ``share_percent`` is that of the total discharge.
    """

    point: int | None
    name: str
    status: StationStatus
    station: float
    width: float
    depth: float
    area: float
    velocity: float
    own_velocity: float
    alpha: float
    discharge: float
    share_percent: float
    origin: str
    flags: str
    is_decided: bool

    @property
    def is_edge(self) -> bool:
        """Whether it is an edge of water, which has no measurement point."""
        return self.point is None

    @property
    def is_used(self) -> bool:
        """Whether its own velocity counts."""
        return self.status is StationStatus.USED

    @property
    def is_filled(self) -> bool:
        """Whether its velocity is filled from its neighbours."""
        return self.status is StationStatus.FILLED

    @property
    def is_set_aside(self) -> bool:
        """Whether it takes no part in the discharge."""
        return self.status is StationStatus.SET_ASIDE

    @property
    def share_grade(self) -> ShareGrade:
        """How much of the discharge depends on this station alone."""
        return ShareGrade.NONE if self.is_set_aside else share_grade(self.share_percent)


@dataclass(frozen=True, slots=True)
class UncertaintyRow:
    """One component of the uncertainty: standard uncertainties and shares in the variance, percent; NaN: not in it."""

    name: str
    iso_percent: float
    iso_share_percent: float
    ive_percent: float
    ive_share_percent: float


def station_rows(project: Project, found: ProjectDischarge | None, units: UnitSystem) -> tuple[StationRow, ...]:
    """The rows by rising station, edges of water first and last; without a discharge, the points by themselves."""
    if project.velocities is None:
        return ()
    points = _point_rows(project, project.velocities, found, units)
    rows = sorted(points, key=lambda row: row.station if np.isfinite(row.station) else np.inf)
    if found is None:
        return tuple(rows)
    return (_edge_row(found, 0, "left", units), *rows, _edge_row(found, -1, "right", units))


def station_readings(rows: Sequence[StationRow], units: UnitSystem) -> Readings:
    """What is read at the stations, over their distance and their velocity; that of a station not used is its own."""
    velocity = _column([row.own_velocity if row.is_set_aside else row.velocity for row in rows])
    station = _column([row.station for row in rows])
    figures = (
        Figure("station", station, units.length_label),
        Figure("depth", _column([row.depth for row in rows]), units.length_label),
        Figure("velocity", velocity, units.velocity_label),
        Figure("share of discharge", _column([row.share_percent for row in rows]), "%", decimals=1),
    )
    heads = tuple(row.name.capitalize() if row.is_edge else f"No. {row.name}" for row in rows)
    tails = tuple("" if row.is_edge or row.is_used else str(row.status).lower() for row in rows)
    return Readings(station, velocity, figures, heads, tails)


def _column(values: Sequence[float]) -> FloatArray:
    return np.array(values, dtype=float)


def _point_rows(
    project: Project, velocities: MeasuredVelocities, found: ProjectDischarge | None, units: UnitSystem
) -> list[StationRow]:
    reviewed = reviewed_velocities(project) if found is None else found.velocities
    own_flags = reviewed.flags if found is None else found.flags
    rows = []
    for point in range(len(velocities.speed_mps)):
        edit = project.discharge.stations.get(point)
        origin = reviewed.origin[point]
        row = StationRow(
            point=point,
            name=str(point + 1),
            status=StationStatus.SET_ASIDE,
            station=float(velocities.station_m[point]) * units.length,
            width=np.nan,
            depth=np.nan,
            area=np.nan,
            velocity=np.nan,
            own_velocity=float(reviewed.normal_mps[point]) * units.velocity,
            alpha=project.discharge.alpha if edit is None or edit.alpha is None else edit.alpha,
            discharge=np.nan,
            share_percent=np.nan,
            origin=str(origin),
            flags=", ".join(flag for flag in own_flags[point] if flag is not PointFlag.FILLED),
            is_decided=origin is not VelocityOrigin.MEASURED or (edit is not None and not edit.is_empty),
        )
        rows.append(row if found is None else _with_panel(row, found, point, units))
    return rows


def _with_panel(row: StationRow, found: ProjectDischarge, point: int, units: UnitSystem) -> StationRow:
    measurement, panels = found.measurement, found.measurement.discharge
    row = replace(row, depth=float(measurement.depth_m[point]) * units.length)
    if not np.isfinite(measurement.velocity_mps[point]):
        return row
    panel = int(np.argmin(np.abs(panels.station_m[1:-1] - found.station_m[point]))) + 1
    discharge = float(panels.panel_discharge_m3s[panel])
    is_filled = bool(measurement.is_filled[point])
    return replace(
        row,
        status=StationStatus.FILLED if is_filled else StationStatus.USED,
        width=float(panels.width_m[panel]) * units.length,
        area=float(panels.panel_area_m2[panel]) * units.area,
        velocity=float(measurement.velocity_mps[point]) * units.velocity,
        discharge=discharge * units.discharge,
        share_percent=_share(discharge, panels.discharge_m3s),
        origin="filled from its neighbours" if is_filled else row.origin,
    )


def _edge_row(found: ProjectDischarge, panel: int, side: str, units: UnitSystem) -> StationRow:
    panels = found.measurement.discharge
    discharge = float(panels.panel_discharge_m3s[panel])
    velocity = float(panels.surface_velocity_mps[panel]) * units.velocity
    return StationRow(
        point=None,
        name=f"{side} edge",
        status=StationStatus.EDGE,
        station=float(panels.station_m[panel]) * units.length,
        width=float(panels.width_m[panel]) * units.length,
        depth=float(panels.depth_m[panel]) * units.length,
        area=float(panels.panel_area_m2[panel]) * units.area,
        velocity=velocity,
        own_velocity=velocity,
        alpha=float(panels.alpha[panel]),
        discharge=discharge * units.discharge,
        share_percent=_share(discharge, panels.discharge_m3s),
        origin="law of the velocity near a wall" if velocity else "still at the bank",
        flags="",
        is_decided=False,
    )


def _share(discharge: float, total: float) -> float:
    return 100.0 * discharge / total if total else float("nan")


def result_figures(found: ProjectDischarge, units: UnitSystem) -> tuple[tuple[str, str], ...]:
    """Figures of the result below the total, as (name, value with unit)."""
    measurement = found.measurement
    panels, statistics = measurement.discharge, measurement.statistics

    def velocity(value: float) -> str:
        return f"{value * units.velocity:.3f} {units.velocity_label}"

    def percent(value: float) -> str:
        return "not known" if not np.isfinite(value) else f"{100.0 * value:.1f} %"

    return (
        ("Area", f"{measurement.wetted.area_m2 * units.area:.3f} {units.area_label}"),
        ("Top width", f"{measurement.wetted.top_width_m * units.length:.3f} {units.length_label}"),
        ("Mean velocity (Q/A)", velocity(statistics.average_velocity_mps)),
        ("Mean surface velocity", velocity(statistics.average_surface_velocity_mps)),
        ("Largest surface velocity", velocity(statistics.max_surface_velocity_mps)),
        ("Mean alpha", f"{statistics.average_alpha:.3f}"),
        ("Discharge measured", percent(panels.measured_fraction)),
        ("Discharge filled in", percent(panels.interpolated_fraction)),
        ("Discharge at the edges", percent(panels.edge_fraction)),
        ("Stations used", f"{int(measurement.is_used.sum())} of {len(measurement.is_used)}"),
        ("Uncertainty ISO 748 (95 %)", percent(measurement.iso.u95)),
        ("Uncertainty IVE (95 %)", percent(measurement.ive.u95)),
    )


def uncertainty_rows(found: ProjectDischarge) -> tuple[UncertaintyRow, ...]:
    """The components of both uncertainties, then their sum."""
    iso, ive = found.measurement.iso, found.measurement.ive
    names = [name for name in COMPONENT_NAMES if name in iso.components or name in ive.components]
    rows = [UncertaintyRow(COMPONENT_NAMES[name], *_component(iso, name), *_component(ive, name)) for name in names]
    total = UncertaintyRow("Total, one standard uncertainty", 100.0 * iso.u_q, 100.0, 100.0 * ive.u_q, 100.0)
    return (*rows, total, UncertaintyRow("95 %", iso.u95_percent, np.nan, ive.u95_percent, np.nan))


def _component(found: DischargeUncertainty, name: str) -> tuple[float, float]:
    nan = float("nan")
    return 100.0 * found.components.get(name, nan), 100.0 * found.contributions.get(name, nan)
