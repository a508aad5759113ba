"""The parts of a result that follow from its discharge, the same for a measurement and for its recomputation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...domain.quality import QualityFigures
from ...domain.section import CrossSection
from ...numerics.section_line import LineStations
from ...numerics.uncertainty import DischargeUncertainty
from ...services.discharge_service import DischargeMeasurement
from ...services.measuring.verdict import Verdict
from .result import EdgeResult, Quality, Uncertainty

FloatArray = NDArray[np.float64]


def discharge_fields(measurement: DischargeMeasurement, used_speeds_mps: FloatArray) -> dict[str, Any]:
    """Fields of a :class:`.result.JobResult`; the speeds are those at the points that passed the checks."""
    discharge, wet = measurement.discharge, measurement.wetted
    return {
        "discharge_m3s": discharge.discharge_m3s,
        "area_m2": discharge.area_m2,
        "area_midsection_m2": discharge.area_midsection_m2,
        "wetted_width_m": wet.wetted_width_m,
        "mean_depth_m": wet.mean_depth_m,
        "max_depth_m": wet.max_depth_m,
        "mean_velocity_mps": discharge.mean_velocity_mps,
        "mean_surface_velocity_mps": float(used_speeds_mps.mean()),
        "max_surface_velocity_mps": float(used_speeds_mps.max()),
        "measured_discharge_fraction": discharge.measured_fraction,
        "interpolated_discharge_fraction": discharge.interpolated_fraction,
        "edge_discharge_fraction": discharge.edge_fraction,
        "uncertainty": _uncertainty(measurement.iso, measurement.ive, str(measurement.rating.value)),
    }


def quality_result(
    verdict: Verdict, reasons: tuple[str, ...], figures: QualityFigures, remarks: tuple[str, ...] = ()
) -> Quality:
    """The verdict with what it rests on."""
    return Quality(verdict=verdict.value, reasons=reasons, remarks=remarks, figures=finite_or_none(figures.as_dict()))


def point_fields(measurement: DischargeMeasurement, station_m: FloatArray) -> list[dict[str, Any]]:
    """Fields of a :class:`.result.PointResult` for each of the points (n,) that the discharge was made of."""
    discharge, filled = measurement.discharge, measurement.is_filled
    panel = _panel_of_point(discharge.station_m, station_m, measurement.velocity_mps)
    return [
        {
            "depth_m": float(measurement.depth_m[i]),
            "used": bool(measurement.is_used[i]),
            "filled_velocity_mps": number_or_none(measurement.velocity_mps[i]) if filled[i] else None,
            "unit_discharge_m2s": None if panel[i] < 0 else float(discharge.unit_discharge_m2s[panel[i]]),
            "panel_width_m": None if panel[i] < 0 else float(discharge.width_m[panel[i]]),
            "panel_discharge_m3s": None if panel[i] < 0 else float(discharge.panel_discharge_m3s[panel[i]]),
        }
        for i in range(len(station_m))
    ]


def edge_results(
    measurement: DischargeMeasurement, line: LineStations, section: CrossSection, water_surface_elevation_m: float
) -> tuple[EdgeResult, ...]:
    """The two edge panels, the one at the start of the line first."""
    discharge, wet = measurement.discharge, measurement.wetted
    distance = line.distance_from_start(discharge.station_m[[0, -1]], section, water_surface_elevation_m)
    edges = [
        EdgeResult(
            station_m=float(discharge.station_m[index]),
            distance_from_edge_m=float(distance[index]),
            depth_m=float(discharge.depth_m[index]),
            is_wall=is_wall,
            panel_width_m=float(discharge.width_m[index]),
            discharge_m3s=float(discharge.panel_discharge_m3s[index]),
            wall_exponent=number_or_none(discharge.wall_exponents[index]),
        )
        for index, is_wall in ((0, wet.is_wall_first), (-1, wet.is_wall_last))
    ]
    return tuple(sorted(edges, key=lambda edge: edge.distance_from_edge_m))


def number_or_none(value: Any) -> float | None:
    """A figure as JSON can hold it: None if it is not finite."""
    number = float(value)
    return number if math.isfinite(number) else None


def finite_or_none(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same figures with None in place of what is not finite, which JSON cannot hold."""
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in values.items()
    }


def _panel_of_point(panels_m: FloatArray, stations_m: FloatArray, velocity_mps: FloatArray) -> NDArray[np.int64]:
    """Index (n,) of the panel of each point, -1 where it has none."""
    nearest = np.clip(np.searchsorted(panels_m, stations_m), 0, len(panels_m) - 1)
    took_part = np.isfinite(velocity_mps) & (panels_m[nearest] == stations_m)
    return np.where(took_part, nearest, -1)


def _uncertainty(iso: DischargeUncertainty, ive: DischargeUncertainty, rating: str) -> Uncertainty:
    return Uncertainty(
        iso_u95=number_or_none(iso.u95_percent),
        ive_u95=number_or_none(ive.u95_percent),
        iso_contribution=finite_or_none(iso.contributions),
        ive_contribution=finite_or_none(ive.contributions),
        rating=rating,
    )
