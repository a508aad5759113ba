"""Tests of measured velocities; each gives a mask (n,) of the points that fail it and changes no velocity."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain.angles import FloatArray, angular_difference_deg

BoolArray = NDArray[np.bool_]

# Two neighbours on either side: more would average over the width of the shear layers at the banks.
NEIGHBOURS_PER_SIDE = 2

# Depth below which shallow water is not told apart: velocity over the root of nothing is no velocity.
SHALLOWEST_M = 0.01


def too_fast(speed_mps: ArrayLike, limit_mps: float) -> BoolArray:
    """Points whose speed exceeds the limit, either sign; NaN does not fail."""
    return np.asarray(np.abs(np.asarray(speed_mps, dtype=float)) > limit_mps)


def low_quality(quality: ArrayLike, threshold: float) -> BoolArray:
    """Points whose quality figure lies below the threshold or is unknown (NaN)."""
    return np.asarray(~(np.asarray(quality, dtype=float) >= threshold))


def outside_fan(direction_deg: ArrayLike, origin_deg: float, half_range_deg: float) -> BoolArray:
    """Points that move neither within a range about the searched direction nor, against the flow, opposite to it.

    Geographic degrees; NaN does not fail.
    """
    return np.asarray(_axial_difference(direction_deg, origin_deg) > half_range_deg + 1e-9)


def unlike_mean_direction(
    direction_deg: ArrayLike, largest_difference_deg: float, usable: ArrayLike | None = None
) -> BoolArray:
    """Points whose axis of motion is further than a limit from the axis that most usable points (n,) share.

    The common axis is the direction with the smallest sum of absolute differences (a circular median), so a few wild
    points do not turn it. Opposite directions are one axis: reverse flow is not wild. NaN does not fail.
    """
    direction = np.asarray(direction_deg, dtype=float)
    counted = direction[_mask(usable, direction) & np.isfinite(direction)]
    if not counted.size:
        return np.zeros(direction.shape, dtype=bool)
    spread = [float(np.sum(_axial_difference(counted, candidate))) for candidate in counted]
    common = counted[int(np.argmin(spread))]
    return np.asarray(_axial_difference(direction, common) > largest_difference_deg)


def unlike_neighbours(
    station_m: ArrayLike,
    velocity_mps: ArrayLike,
    depth_m: ArrayLike,
    usable: ArrayLike | None = None,
    *,
    threshold: float = 2.0,
    noise_share: float = 0.1,
) -> BoolArray:
    """Normalised median test along the section (after Westerweel and Scarano, 2005, Exp. Fluids 39).

    With the usable neighbours, two per side, m their median and r the median of their distances from m, a point fails
    if |v - m| / (r + noise) exceeds the threshold; noise is a share of the median |v| of the section. It must fail both
    as v / sqrt(depth), so that shallow edges are not rejected for being slow, and as v, so that a step of the bed under
    even flow is none of the surface. Velocity falls to zero at a bank, never faster than in a straight line: a point
    with neighbours on one side only passes between that line, from them to the outermost point, and their velocity.

    Parameters
    ----------
    station_m, velocity_mps, depth_m
        Arrays (n,), stations in any order; NaN velocities are never neighbours and do not fail.
    usable
        Points (n,) that may serve as neighbours; those that failed another test should not.
    threshold, noise_share
        Limit of the normalised distance and relative noise floor.
    """
    velocity, station = np.asarray(velocity_mps, dtype=float), np.asarray(station_m, dtype=float)
    good = _mask(usable, velocity) & np.isfinite(velocity)
    froude = velocity / np.sqrt(np.maximum(np.asarray(depth_m, dtype=float), SHALLOWEST_M))
    failed = [_fails_median_test(station, values, good, threshold, noise_share) for values in (velocity, froude)]
    return np.asarray(failed[0] & failed[1])


def _fails_median_test(
    station: FloatArray, values: FloatArray, good: BoolArray, threshold: float, noise_share: float
) -> BoolArray:
    order = np.argsort(station, kind="stable")
    noise = noise_share * float(np.median(np.abs(values[good]))) if good.any() else 0.0
    failed = np.zeros(values.shape, dtype=bool)
    for position, i in enumerate(order):
        before = order[:position][good[order[:position]]][-NEIGHBOURS_PER_SIDE:]
        after = order[position + 1 :][good[order[position + 1 :]]][:NEIGHBOURS_PER_SIDE]
        if np.isfinite(values[i]):
            bank_share = _share_at_bank(station[i], station[before], station[after], station[order[[0, -1]]])
            failed[i] = _is_unlike(values[i], values[before], values[after], bank_share, noise, threshold)
    return failed


def _share_at_bank(station: float, before: FloatArray, after: FloatArray, ends: FloatArray) -> float:
    """Share of its neighbours' velocity that a straight line to zero at the outermost point leaves; 1 between some."""
    if before.size == after.size == 0 or (before.size and after.size):
        return 1.0
    neighbours, end = (before, ends[1]) if before.size else (after, ends[0])
    return float(abs(station - end) / max(float(np.mean(np.abs(neighbours - end))), 1e-12))


def _is_unlike(
    value: float, before: FloatArray, after: FloatArray, bank_share: float, noise: float, threshold: float
) -> bool:
    neighbours = np.concatenate([before, after])
    if neighbours.size < 2:
        return False
    middle = float(np.median(neighbours))
    if bank_share < 1.0 and bank_share * abs(middle) <= value * np.sign(middle) <= abs(middle):
        return False
    scatter = float(np.median(np.abs(neighbours - middle)))
    return bool(abs(value - middle) > threshold * (scatter + noise))


def _axial_difference(direction_deg: ArrayLike, axis_deg: float) -> FloatArray:
    difference = np.abs(angular_difference_deg(direction_deg, axis_deg))
    return np.minimum(difference, 180.0 - difference)


def _mask(usable: ArrayLike | None, like: FloatArray) -> BoolArray:
    return np.ones(like.shape, dtype=bool) if usable is None else np.asarray(usable, dtype=bool)
