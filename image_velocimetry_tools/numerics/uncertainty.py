"""Uncertainty of a discharge: ISO 748, the interpolated variance estimator, and the rating of a measurement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from ..domain.angles import FloatArray

# Coverage factor of a 95 % interval.
COVERAGE_95 = 2.0

_VERTICALS = (5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0)
_U_M = (0.075, 0.045, 0.030, 0.025, 0.020, 0.015, 0.010)


@dataclass(frozen=True, slots=True)
class UncertaintyInputs:
    """Relative standard uncertainties (one sigma, as fractions) that no measurement can tell.

    Systematic: ``u_so`` of the method, ``u_sm`` of the instrument, ``u_alpha`` of the velocity coefficient, ``u_rect``
    of the rectification. Per vertical: ``u_b`` width, ``u_p`` points in the vertical, ``u_v`` velocity, ``u_c`` repeat
    of the instrument, and depth, ``u_d_deep`` where it exceeds ``deep_m`` and ``u_d_shallow`` elsewhere.
    """

    u_so: float = 0.01
    u_sm: float = 0.01
    u_alpha: float = 0.03
    u_rect: float = 0.0
    u_b: float = 0.005
    u_p: float = 0.07
    u_v: float = 0.08
    u_c: float = 0.0
    u_d_deep: float = 0.005
    u_d_shallow: float = 0.015
    deep_m: float = 0.3

    @property
    def u_s(self) -> float:
        """All systematic parts together."""
        return float(np.sqrt(self.u_so**2 + self.u_sm**2 + self.u_alpha**2 + self.u_rect**2))


@dataclass(frozen=True, slots=True)
class DischargeUncertainty:
    """Relative uncertainty of a discharge.

    ``components`` are relative standard uncertainties (fractions) whose squares sum to ``u_q`` squared; ``u_s`` holds
    the method and the instrument, ``u_alpha`` and ``u_rect`` stand beside it. ``reason`` says why ``u_q`` is NaN.
    """

    u_q: float
    components: Mapping[str, float]
    reason: str = ""

    @property
    def u95(self) -> float:
        """Expanded uncertainty of 95 % as a fraction."""
        return COVERAGE_95 * self.u_q

    @property
    def u95_percent(self) -> float:
        """Expanded uncertainty of 95 % in percent."""
        return 100.0 * self.u95

    @property
    def contributions(self) -> dict[str, float]:
        """Share of each component in the variance, fractions that sum to 1; NaN if ``u_q`` is."""
        variance = self.u_q**2
        return {name: value**2 / variance if variance else float("nan") for name, value in self.components.items()}


class Rating(StrEnum):
    """Quality classes of a measurement as hydrographers write them down."""

    EXCELLENT = "Excellent"
    GOOD = "Good"
    FAIR = "Fair"
    POOR = "Poor"


def rectification_uncertainty(rmse_m: float | None, scene_width_m: float) -> float:
    """Relative uncertainty of lengths on the water: error of the control points over the width of the section.

    An error that is not known (None or NaN) counts as 0; the caller says so to the user.

    Raises
    ------
    ValueError
        If the width is not positive.
    """
    if not scene_width_m > 0.0:
        raise ValueError("Scene width must be positive")
    if rmse_m is None or np.isnan(rmse_m):
        return 0.0
    return float(rmse_m) / scene_width_m


def u_m_of_verticals(verticals: int) -> float:
    """Uncertainty that comes from a limited number of verticals (ISO 748), interpolated and held at 5 and 35."""
    return float(np.interp(verticals, _VERTICALS, _U_M))


def iso748(
    panel_discharge_m3s: ArrayLike,
    depth_m: ArrayLike,
    inputs: UncertaintyInputs | None = None,
    *,
    verticals: int | None = None,
) -> DischargeUncertainty:
    """Uncertainty by ISO 748.

    u_q^2 = u_so^2 + u_sm^2 + u_alpha^2 + u_rect^2 + u_m^2 + sum over b, d, p, v, c of (sum q_i^2 u_i^2) / (sum q_i)^2.

    Parameters
    ----------
    panel_discharge_m3s, depth_m
        Discharge and depth of the panels (n,); panels without discharge (NaN) count as zero, reverse flow by its sign
        in the total.
    inputs
        Relative uncertainties; the defaults if None.
    verticals
        Number of verticals for u_m; the length of the arrays if None. Pass the measured ones: neither an edge nor a
        filled point is a vertical.

    Returns
    -------
    DischargeUncertainty
        Components ``u_s u_alpha u_rect u_m u_b u_d u_p u_v u_c``; NaN with a reason if nothing flows.
    """
    given = inputs or UncertaintyInputs()
    flow, depth = np.nan_to_num(np.asarray(panel_discharge_m3s, dtype=float)), np.asarray(depth_m, dtype=float)
    total = float(flow.sum())
    if total == 0.0:
        return _unknown("the discharge is zero")
    u_d = np.where(depth > given.deep_m, given.u_d_deep, given.u_d_shallow)

    def over_panels(relative: ArrayLike) -> float:
        return float(np.sqrt(np.sum((flow * relative) ** 2)) / abs(total))

    components = _systematic(given) | {
        "u_m": u_m_of_verticals(flow.size if verticals is None else verticals),
        "u_b": over_panels(given.u_b),
        "u_d": over_panels(u_d),
        "u_p": over_panels(given.u_p),
        "u_v": over_panels(given.u_v),
        "u_c": over_panels(given.u_c),
    }
    return _combined(components)


def interpolated_variance(
    station_m: ArrayLike,
    depth_m: ArrayLike,
    mean_velocity_mps: ArrayLike,
    panel_discharge_m3s: ArrayLike,
    inputs: UncertaintyInputs | None = None,
) -> DischargeUncertainty:
    """Uncertainty by the interpolated variance estimator (Cohn, Kiang and Mason, 2013, J. Hydraul. Eng. 139(5)).

    How far depth and velocity of a station lie from the straight line between their neighbours tells their standard
    error: s^2 = sum of d_i^2 / (2 (1 - w + w^2)), over one less than the number of stations compared, two at either end
    being left out. In the discharge these weigh (q_i s_d / d_i)^2 and (q_i s_v / v_i)^2, here as the equal products of
    width, velocity and area that stand a velocity of zero. The instrument's relative uncertainty u_sm is the least that
    a single velocity can have. Stations without velocity are skipped; reverse flow counts like any other.

    Parameters
    ----------
    station_m, depth_m, mean_velocity_mps, panel_discharge_m3s
        Arrays (n,) in order along the section, edges included.

    Returns
    -------
    DischargeUncertainty
        Components ``u_s u_alpha u_rect u_d u_v u_b``; NaN with a reason for n <= 5 or if nothing flows.
    """
    given = inputs or UncertaintyInputs()
    station, depth, velocity = (np.asarray(v, dtype=float) for v in (station_m, depth_m, mean_velocity_mps))
    flow = np.nan_to_num(np.asarray(panel_discharge_m3s, dtype=float))
    total = float(flow.sum())
    if station.size <= 5:
        return _unknown(f"the interpolated variance needs more than 5 stations, there are {station.size}")
    if total == 0.0:
        return _unknown("the discharge is zero")
    s_d, s_v = _standard_error(station, depth), _standard_error(station, velocity)
    if np.isnan(s_d) or np.isnan(s_v):
        return _unknown("too few neighbouring stations have a depth and a velocity")
    inner = slice(2, -2)
    width = 0.5 * np.abs(station[3:-1] - station[1:-3])
    v = np.nan_to_num(velocity[inner])
    by_depth = v * width * s_d
    by_velocity = np.where(np.isfinite(velocity[inner]), width * depth[inner] * np.maximum(s_v, given.u_sm * abs(v)), 0)
    components = _systematic(given) | {
        "u_d": float(np.sqrt(np.sum(by_depth**2)) / abs(total)),
        "u_v": float(np.sqrt(np.sum(by_velocity**2)) / abs(total)),
        "u_b": float(np.sqrt(np.sum((flow * given.u_b) ** 2)) / abs(total)),
    }
    return _combined(components)


def user_rating(u95_percent: float) -> Rating:
    """Rating by the 95 % uncertainty in percent: under 3, 5 and 8; Poor if it is not known."""
    for limit, rating in ((3.0, Rating.EXCELLENT), (5.0, Rating.GOOD), (8.0, Rating.FAIR)):
        if u95_percent < limit:
            return rating
    return Rating.POOR


def _standard_error(station: FloatArray, value: FloatArray) -> float:
    before, here, after = station[1:-3], station[2:-2], station[3:-1]
    weight = (after - here) / (after - before)
    distance = value[2:-2] - (weight * value[1:-3] + (1.0 - weight) * value[3:-1])
    squared = distance**2 / (2.0 * (1.0 - weight + weight**2))
    compared = squared[np.isfinite(squared)]
    return float(np.sqrt(compared.sum() / (compared.size - 1))) if compared.size > 1 else float("nan")


def _systematic(given: UncertaintyInputs) -> dict[str, float]:
    return {
        "u_s": float(np.hypot(given.u_so, given.u_sm)),
        "u_alpha": given.u_alpha,
        "u_rect": given.u_rect,
    }


def _combined(components: dict[str, float]) -> DischargeUncertainty:
    return DischargeUncertainty(float(np.sqrt(sum(value**2 for value in components.values()))), components)


def _unknown(reason: str) -> DischargeUncertainty:
    return DischargeUncertainty(float("nan"), {}, reason)
