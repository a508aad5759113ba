"""Velocities for points that could not be measured, taken from those that could."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain.angles import FloatArray
from ..domain.errors import DischargeError

BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class FilledVelocities:
    """Normal velocities (n,) without gaps, and which of them (n,) were filled."""

    velocity_mps: FloatArray
    is_filled: BoolArray


def fill_gaps(station_m: ArrayLike, depth_m: ArrayLike, velocity_mps: ArrayLike, used: ArrayLike) -> FilledVelocities:
    """Fill rejected, masked and unmeasurable points by constant Froude number.

    Between two used points v / sqrt(depth) is linear in the station; beyond the outermost used one it is that point's.
    Velocity falls to zero at the very edge of water in the edge panel of the discharge, not here.

    Parameters
    ----------
    station_m, depth_m, velocity_mps
        Arrays (n,), stations in any order; a velocity that is not used may be anything, NaN included.
    used
        Points (n,) whose velocity counts. One that is NaN is filled all the same.

    Returns
    -------
    FilledVelocities
        Used velocities unchanged, the others filled (0 where there is no depth).

    Raises
    ------
    DischargeError
        If no point with a depth is used.
    """
    station, depth, velocity = (np.asarray(values, dtype=float) for values in (station_m, depth_m, velocity_mps))
    is_used = np.asarray(used, dtype=bool) & np.isfinite(velocity)
    support = np.flatnonzero(is_used & (depth > 0.0))
    if not support.size:
        raise DischargeError(
            "no velocity is left to compute a discharge from: every point was rejected or masked",
            remedy="Look at the flags of the points, then at the clip, the search settings and the masks",
            stage="discharge",
        )
    support = support[np.argsort(station[support], kind="stable")]
    froude = velocity[support] / np.sqrt(depth[support])
    estimate = np.interp(station, station[support], froude) * np.sqrt(np.maximum(depth, 0.0))
    return FilledVelocities(np.where(is_used, velocity, estimate), ~is_used)


def measured_share(panel_discharge_m3s: ArrayLike, is_measured: ArrayLike) -> float:
    """Share, 0 to 1, of the discharge that flows through measured panels (n,).

    Panels with reverse flow count by their size, so that the share stays meaningful where they cancel others.
    NaN if nothing flows.
    """
    size = np.abs(np.nan_to_num(np.asarray(panel_discharge_m3s, dtype=float)))
    total = float(size.sum())
    return float(size[np.asarray(is_measured, dtype=bool)].sum() / total) if total > 0.0 else float("nan")
