"""Discharge of a surveyed section: mid-section panels, with the edge of water at either end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain.angles import FloatArray
from .discharge import mid_section
from .filling import measured_share
from .section import WettedSection

BoolArray = NDArray[np.bool_]

# Velocity near a wall is v1 (x / x1)^p. ISO 748 gives p = 1/m with m from 4 (rough) to 10 (smooth); a shear layer at
# the wall can be twice as wide as that, never narrower.
DEFAULT_WALL_EXPONENT = 1.0 / 6.0
SMALLEST_WALL_EXPONENT = 0.1
LARGEST_WALL_EXPONENT = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class SectionDischarge:
    """Discharge and its panels, SI; arrays (n + 2,) by rising station, the first and last being the edges of water.

    ``surface_velocity_mps`` of an edge panel is its mean: 0 at a sloped bank, by the near-wall law at a wall.
    ``measured_fraction + interpolated_fraction + edge_fraction`` is 1. ``wall_exponents`` are the p of the left and the
    right wall, NaN at a sloped bank. ``area_m2`` is the exact wetted area, ``area_midsection_m2`` that of the panels.
    """

    discharge_m3s: float
    area_m2: float
    area_midsection_m2: float
    measured_fraction: float
    interpolated_fraction: float
    edge_fraction: float
    station_m: FloatArray
    width_m: FloatArray
    depth_m: FloatArray
    alpha: FloatArray
    surface_velocity_mps: FloatArray
    panel_area_m2: FloatArray
    panel_discharge_m3s: FloatArray
    is_measured: BoolArray
    wall_exponents: tuple[float, float]

    @property
    def mean_velocity_mps(self) -> float:
        """Discharge over the exact wetted area."""
        return self.discharge_m3s / self.area_m2 if self.area_m2 > 0 else 0.0

    @property
    def unit_discharge_m2s(self) -> FloatArray:
        """Discharge per metre of width at each station, (n + 2,)."""
        return self.alpha * self.surface_velocity_mps * self.depth_m


def section_discharge(
    wet: WettedSection,
    station_m: ArrayLike,
    depth_m: ArrayLike,
    surface_velocity_mps: ArrayLike,
    is_measured: ArrayLike,
    alpha: ArrayLike = 0.85,
) -> SectionDischarge:
    """Mid-section discharge between the edges of water.

    At a sloped bank velocity and depth fall to zero at the edge. At a wall the edge panel, from the wall half way to
    the nearest point, holds the integral of the near-wall power law; its exponent is that of the two points nearest
    to the wall if both were measured and move alike. The rest of the nearest point's panel stays plain mid-section:
    integrating the law over all of the gap was tried against smooth profiles and is slightly worse, because a
    mid-section is a little low wherever velocity curves.

    Parameters
    ----------
    wet
        The section at this water level.
    station_m, depth_m, surface_velocity_mps
        Arrays (n,), stations strictly rising and inside the edges of water; the velocity is normal to the section,
        positive downstream, without gaps.
    is_measured
        Points (n,) whose velocity was measured rather than filled.
    alpha
        Coefficient from surface to mean velocity, a number or (n,); the edges take that of the nearest point.

    Raises
    ------
    ValueError
        If there is no point, the arrays do not fit, stations do not rise or lie outside, or a velocity is not finite.
    """
    inner, depth, velocity = (np.asarray(v, dtype=float) for v in (station_m, depth_m, surface_velocity_mps))
    measured = np.asarray(is_measured, dtype=bool)
    _check(wet, inner, depth, velocity, measured)
    station = np.concatenate([[wet.first_station_m], inner, [wet.last_station_m]])
    depths = np.concatenate([[wet.edge_depth_first_m], depth, [wet.edge_depth_last_m]])
    alphas = np.pad(np.broadcast_to(np.asarray(alpha, dtype=float), inner.shape), 1, mode="edge")
    surface = np.concatenate([[0.0], velocity, [0.0]])
    left = _wall_panel(station, depths, surface, measured)
    right = _wall_panel(-station[::-1], depths[::-1], surface[::-1], measured[::-1])
    panels = mid_section(station, alphas * surface, depths)
    flow = panels.panel_discharge_m3s
    flow[[0, -1]] = alphas[[0, -1]] * [left.flow_m3s, right.flow_m3s]
    surface[[0, -1]] = left.velocity_mps, right.velocity_mps
    is_edge = np.zeros(station.shape, dtype=bool)
    is_edge[[0, -1]] = True
    is_measured_panel = np.concatenate([[False], measured, [False]])
    return SectionDischarge(
        discharge_m3s=float(flow.sum()),
        area_m2=wet.area_m2,
        area_midsection_m2=panels.area_m2,
        measured_fraction=measured_share(flow, is_measured_panel),
        interpolated_fraction=measured_share(flow, ~is_measured_panel & ~is_edge),
        edge_fraction=measured_share(flow, is_edge),
        station_m=station,
        width_m=panels.width_m,
        depth_m=depths,
        alpha=alphas,
        surface_velocity_mps=surface,
        panel_area_m2=panels.panel_area_m2,
        panel_discharge_m3s=flow,
        is_measured=is_measured_panel,
        wall_exponents=(left.exponent, right.exponent),
    )


def wall_exponent(distance_m: ArrayLike, velocity_mps: ArrayLike, is_measured: ArrayLike) -> float:
    """Exponent p of v = v1 (x / x1)^p at a wall from the two nearest points (distances from the wall, rising).

    The logarithmic ratio of the two, held between 1/10 and 1/2; 1/6 if one of them was not measured, or if they flow in
    opposite directions.
    """
    x, v = np.asarray(distance_m, dtype=float), np.asarray(velocity_mps, dtype=float)
    if v.size < 2 or not np.all(np.asarray(is_measured, dtype=bool)[:2]) or v[0] * v[1] <= 0.0:
        return DEFAULT_WALL_EXPONENT
    ratio = float(np.log(v[1] / v[0]) / np.log(x[1] / x[0]))
    return float(np.clip(ratio, SMALLEST_WALL_EXPONENT, LARGEST_WALL_EXPONENT))


class _WallPanel(NamedTuple):
    flow_m3s: float
    velocity_mps: float
    exponent: float


def _wall_panel(station: FloatArray, depth: FloatArray, surface: FloatArray, measured: BoolArray) -> _WallPanel:
    """Surface flow and mean velocity between the wall at the first station and half way to the second."""
    if depth[0] <= 0.0:
        return _WallPanel(0.0, 0.0, float("nan"))
    gap = station[1] - station[0]
    p = wall_exponent(station[1:-1] - station[0], surface[1:-1], measured)
    # Integrals of s^p and s^(p + 1) over s = x / x1 from 0 to 1/2; the depth is linear in s.
    constant, linear = 0.5 ** (p + 1.0) / (p + 1.0), 0.5 ** (p + 2.0) / (p + 2.0)
    flow = surface[1] * gap * (depth[0] * constant + (depth[1] - depth[0]) * linear)
    return _WallPanel(float(flow), float(2.0 * surface[1] * constant), p)


def _check(
    wet: WettedSection, station: FloatArray, depth: FloatArray, velocity: FloatArray, measured: BoolArray
) -> None:
    if station.ndim != 1 or not station.size or not station.shape == depth.shape == velocity.shape == measured.shape:
        raise ValueError("stations, depths, velocities and the mask must be equally long, with at least one point")
    edges = np.concatenate([[wet.first_station_m], station, [wet.last_station_m]])
    if not np.all(np.diff(edges) > 0.0):
        raise ValueError("stations must rise and lie between the edges of water")
    if not (np.isfinite(velocity).all() and np.isfinite(depth).all()):
        raise ValueError("velocities and depths must be finite; fill the gaps first")
