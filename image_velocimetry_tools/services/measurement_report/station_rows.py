"""Discharge stations from edge to edge, the points without a panel of their own among them; SI."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..measured_project.discharge import ProjectDischarge
from ..measured_project.reviewed_velocities import VelocityOrigin

_NAN = float("nan")


@dataclass(frozen=True, slots=True)
class StationRow:
    """One station; ``point`` counts from 0 along the line and is None at the edges of water.

    A point that took no part has NaN for its panel. ``surface_mps`` is what went into the discharge, or else what was
    found and not used.
    """

    point: int | None
    status: str
    station_m: float
    width_m: float
    depth_m: float
    area_m2: float
    surface_mps: float
    alpha: float
    discharge_m3s: float
    remarks: str
    is_used: bool

    @property
    def counts(self) -> bool:
        """Whether the station has a share in the discharge."""
        return bool(np.isfinite(self.discharge_m3s))


def station_rows(found: ProjectDischarge) -> tuple[StationRow, ...]:
    """All stations by rising station, the edges of water first and last."""
    panels, measurement = found.measurement.discharge, found.measurement
    partners = np.flatnonzero(np.isfinite(measurement.velocity_mps))
    partners = partners[np.argsort(found.station_m[partners], kind="stable")]
    panel_of = {int(point): panel for panel, point in enumerate(partners, start=1)}
    last = len(panels.station_m) - 1
    inner = [_point(found, point, panel_of.get(point)) for point in range(len(found.station_m))]
    inner.sort(key=lambda row: row.station_m)
    return (_edge(found, 0), *inner, _edge(found, last))


def _edge(found: ProjectDischarge, panel: int) -> StationRow:
    return _row(found, panel, None, "Edge", "")


def _point(found: ProjectDischarge, point: int, panel: int | None) -> StationRow:
    measurement = found.measurement
    status = "Used" if measurement.is_used[point] else "Filled" if measurement.is_filled[point] else "Not used"
    remarks = [flag.value for flag in found.flags[point]]
    origin = found.velocities.origin[point]
    if origin is not VelocityOrigin.MEASURED:
        remarks.insert(0, origin.value)
    if panel is not None:
        return _row(found, panel, point, status, ", ".join(remarks))
    station, depth = float(found.station_m[point]), float(measurement.depth_m[point])
    surface, alpha = float(found.velocities.normal_mps[point]), float(found.alpha[point])
    return StationRow(
        point, status, station, _NAN, depth, _NAN, surface, alpha, _NAN, ", ".join(remarks), is_used=False
    )


def _row(found: ProjectDischarge, panel: int, point: int | None, status: str, remarks: str) -> StationRow:
    panels = found.measurement.discharge
    return StationRow(
        point=point,
        status=status,
        station_m=float(panels.station_m[panel]),
        width_m=float(panels.width_m[panel]),
        depth_m=float(panels.depth_m[panel]),
        area_m2=float(panels.panel_area_m2[panel]),
        surface_mps=float(panels.surface_velocity_mps[panel]),
        alpha=float(panels.alpha[panel]),
        discharge_m3s=float(panels.panel_discharge_m3s[panel]),
        remarks=remarks,
        is_used=status == "Used",
    )
