"""Which velocities of a section count, whether they are enough for a discharge, and what they say of its quality."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import DischargeError
from ...domain.velocimetry import REJECTING, PointFlag
from ...numerics.filling import measured_share
from ...numerics.velocity_filters import unlike_neighbours
from ..discharge_service import DischargeMeasurement

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
PointFlags = tuple[tuple[PointFlag, ...], ...]

FEWEST_POINTS = 3
FEWEST_POINTS_SHARE = 0.15
"""With fewer used points, or a smaller share of them, there is no discharge at all."""


@dataclass(frozen=True, slots=True, eq=False)
class CheckedVelocities:
    """Velocities at the points of a section with what the checks made of them, arrays (n,); NaN where unknown.

    ``fastest_mps`` is the largest measurable speed.
    """

    speed_mps: FloatArray
    normal_mps: FloatArray
    froude: FloatArray
    spread: FloatArray
    dispersion: FloatArray
    flags: PointFlags
    is_used: BoolArray
    fastest_mps: float


def checked_along_section(
    own_flags: Sequence[tuple[PointFlag, ...]],
    station_m: FloatArray,
    normal_mps: FloatArray,
    depth_m: FloatArray,
    *,
    tests_neighbours: bool = True,
) -> tuple[PointFlags, BoolArray]:
    """Flags completed by what the normal velocities (n,) show, and which points count.

    Points are set aside by the flags that they have and, if wanted, by comparison with their neighbours.
    """
    good = np.array([not REJECTING.intersection(flags) for flags in own_flags]) & np.isfinite(normal_mps)
    outlier = np.zeros(good.shape, dtype=bool)
    if tests_neighbours:
        outlier = _outliers(station_m, normal_mps, depth_m, good)
    flags = tuple(
        flags + ((PointFlag.OUTLIER,) if is_outlier else ()) + ((PointFlag.REVERSE,) if velocity < 0.0 else ())
        for flags, is_outlier, velocity in zip(own_flags, outlier, normal_mps, strict=True)
    )
    return flags, good & ~outlier


def _outliers(station_m: FloatArray, normal_mps: FloatArray, depth_m: FloatArray, good: BoolArray) -> BoolArray:
    """Points unlike their neighbours; one that is set aside is no neighbour any more, so the others are asked again."""
    left = good
    while (found := unlike_neighbours(station_m, normal_mps, depth_m, left) & left).any():
        left = left & ~found
    return good & ~left


def require_enough(flags: PointFlags, is_used: BoolArray, *, remedy: str, stage: str) -> None:
    """Refuse to make a discharge of a few velocities.

    Raises
    ------
    DischargeError
        If so few are left that the rest would be guesswork; the message counts the reasons.
    """
    used = int(is_used.sum())
    if used >= max(FEWEST_POINTS, FEWEST_POINTS_SHARE * len(is_used)):
        return
    counts = Counter(flag for own in flags for flag in REJECTING.intersection(own))
    reasons = ", ".join(f"{flag} at {count}" for flag, count in counts.most_common())
    unmasked = len(flags) - counts[PointFlag.MASKED]
    if unmasked < max(FEWEST_POINTS, FEWEST_POINTS_SHARE * len(flags)):
        left = f"only {unmasked} of the {len(flags)} points lie outside the masks"
        what = left if unmasked else f"all {len(flags)} points lie under masks"
        raise DischargeError(what, remedy="Delete masks on the Grid tab", stage=stage)
    what = f"{f'only {used}' if used else 'none'} of the {len(flags)} velocities can be used"
    what += f" ({reasons})" if reasons else ""
    raise DischargeError(what, remedy=remedy, stage=stage)


def velocity_figures(
    velocities: CheckedVelocities, measurement: DischargeMeasurement, rectification_rmse_m: float
) -> dict[str, Any]:
    """Those of the :class:`.verdict.QualityFigures` that the choice of velocities and their discharge decide."""
    # a bar within the section is measured too, but is no water
    wet = velocities.is_used & (measurement.depth_m > 0.0)
    used = wet if wet.any() else velocities.is_used
    spread = velocities.spread[used]
    at_edge = [PointFlag.FAN_EDGE in own for own, is_used in zip(velocities.flags, used, strict=True) if is_used]
    return {
        "measured_discharge_fraction": _measured_share(measurement),
        "used_point_fraction": float(velocities.is_used.mean()),
        "still_point_fraction": float(np.mean([PointFlag.NO_TEXTURE in own for own in velocities.flags])),
        "median_spread": float(np.nanmedian(spread)) if np.isfinite(spread).any() else float("nan"),
        "median_dispersion": median_of_known(velocities.dispersion[used]),
        "fan_edge_fraction": float(np.mean(at_edge)),
        "gcp_rmse_share_of_width": rectification_rmse_m / measurement.wetted.wetted_width_m,
        "speed_ratio": float(velocities.speed_mps[used].max() / velocities.fastest_mps),
        "reverse_fraction": float((velocities.normal_mps[used] < 0).mean()),
        "max_froude": float(np.nanmax(velocities.froude[used])),
    }


def median_of_known(values: FloatArray) -> float:
    """Median of the finite values; NaN if there are none."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")


def _measured_share(measurement: DischargeMeasurement) -> float:
    """Share of the section between the edge panels that was measured; edges are never measured in any method.

    The smaller one of the shares of discharge and area: filled velocities that are too small weigh too little.
    """
    panels = measurement.discharge
    total = panels.measured_fraction + panels.interpolated_fraction
    of_discharge = panels.measured_fraction / total if total > 0 else 0.0
    return min(of_discharge, measured_share(panels.panel_area_m2[1:-1], panels.is_measured[1:-1]))
