"""Mid-section discharge from velocities and depths at stations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..domain.angles import FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class MidSection:
    """Panels (n,) of the mid-section method and their sums, SI; panels without velocity are NaN and not summed."""

    discharge_m3s: float
    area_m2: float
    width_m: FloatArray
    panel_area_m2: FloatArray
    panel_discharge_m3s: FloatArray


@dataclass(frozen=True, slots=True)
class VelocityStatistics:
    """Figures of a measurement, SI: mean velocity Q / A, and of those surface velocities and coefficients known."""

    average_velocity_mps: float
    average_surface_velocity_mps: float
    max_surface_velocity_mps: float
    average_alpha: float


def rantz_mean_velocity(surface_velocity_mps: ArrayLike, alpha: ArrayLike = 0.85) -> FloatArray | float:
    """Depth-averaged from surface velocity, m/s: alpha * V (Rantz, 1982); a number for a number, else an array.

    Raises
    ------
    ValueError
        If the velocity is not numeric.
    """
    velocity = np.asarray(surface_velocity_mps)
    if velocity.dtype.kind not in "iuf":
        raise ValueError("Input must be a float or a numpy array with dtype float.")
    mean = velocity.astype(float) * np.asarray(alpha, dtype=float)
    return float(mean) if mean.ndim == 0 else np.asarray(mean)


def panel_widths(station_m: ArrayLike) -> FloatArray:
    """Widths (n,) of the panels: half way to the neighbour on either side."""
    half = 0.5 * np.abs(np.diff(np.asarray(station_m, dtype=float)))
    return np.asarray(np.concatenate([half, [0.0]]) + np.concatenate([[0.0], half]))


def mid_section(station_m: ArrayLike, mean_velocity_mps: ArrayLike, depth_m: ArrayLike) -> MidSection:
    """Discharge as the sum of width * depth * velocity (Turnipseed and Sauer, 2010).

    Parameters
    ----------
    station_m, mean_velocity_mps, depth_m
        Arrays (n,) in order along the section, edges included; a NaN velocity adds area but no discharge.

    Raises
    ------
    ValueError
        If the arrays differ in length.
    """
    station, velocity, depth = (np.asarray(v, dtype=float) for v in (station_m, mean_velocity_mps, depth_m))
    if not station.shape == velocity.shape == depth.shape or station.ndim != 1:
        raise ValueError("Input arrays must have the same length.")
    width = panel_widths(station) if station.size else np.empty(0)
    area = width * depth
    flow = area * velocity
    return MidSection(float(np.nansum(flow)), float(np.nansum(area)), width, area, flow)


def velocity_statistics(
    discharge_m3s: float, area_m2: float, surface_velocity_mps: ArrayLike, alpha: ArrayLike
) -> VelocityStatistics:
    """Mean velocity Q / A (0 without area), mean and largest surface velocity, mean coefficient of points (n,).

    The means are over known values of the points given; pass measured points, not the edges, where velocity is 0 by
    definition and pulls the mean down.
    """
    surface = np.asarray(surface_velocity_mps, dtype=float)
    known = surface[np.isfinite(surface)]
    coefficients = np.asarray(alpha, dtype=float)
    coefficients = coefficients[np.isfinite(coefficients)]
    return VelocityStatistics(
        average_velocity_mps=discharge_m3s / area_m2 if area_m2 else 0.0,
        average_surface_velocity_mps=float(known.mean()) if known.size else 0.0,
        max_surface_velocity_mps=float(known.max()) if known.size else 0.0,
        average_alpha=float(coefficients.mean()) if coefficients.size else 0.0,
    )
