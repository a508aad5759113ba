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
    even flow is none of the surface. A point with neighbours on one side only lies at a bank, where velocity falls to
    zero: there a value between zero and the neighbours passes.

    Parameters
    ----------
    station_m, velocity_mps, depth_m
        Arrays (n,), stations in any order; NaN velocities are never neighbours and do not fail.
    usable
        Points (n,) that may serve as neighbours; those that failed another test should not.
    threshold, noise_share
        Limit of the normalised distance and relative noise floor.
    """
    velocity = np.asarray(velocity_mps, dtype=float)
    good = _mask(usable, velocity) & np.isfinite(velocity)
    order = np.argsort(np.asarray(station_m, dtype=float), kind="stable")
    froude = velocity / np.sqrt(np.maximum(np.asarray(depth_m, dtype=float), SHALLOWEST_M))
    failed = [_fails_median_test(values, good, order, threshold, noise_share) for values in (velocity, froude)]
    return np.asarray(failed[0] & failed[1])


def _fails_median_test(
    values: FloatArray, good: BoolArray, order: NDArray[np.intp], threshold: float, noise_share: float
) -> BoolArray:
    noise = noise_share * float(np.median(np.abs(values[good]))) if good.any() else 0.0
    failed = np.zeros(values.shape, dtype=bool)
    for position, i in enumerate(order):
        before = order[:position][good[order[:position]]][-NEIGHBOURS_PER_SIDE:]
        after = order[position + 1 :][good[order[position + 1 :]]][:NEIGHBOURS_PER_SIDE]
        if np.isfinite(values[i]):
            failed[i] = _is_unlike(values[i], values[before], values[after], noise, threshold)
    return failed


def _is_unlike(value: float, before: FloatArray, after: FloatArray, noise: float, threshold: float) -> bool:
    neighbours = np.concatenate([before, after])
    if neighbours.size < 2:
        return False
    middle = float(np.median(neighbours))
    if not (before.size and after.size) and 0.0 <= value * np.sign(middle) <= abs(middle):
        return False
    scatter = float(np.median(np.abs(neighbours - middle)))
    return bool(abs(value - middle) > threshold * (scatter + noise))


def _axial_difference(direction_deg: ArrayLike, axis_deg: float) -> FloatArray:
    difference = np.abs(angular_difference_deg(direction_deg, axis_deg))
    return np.minimum(difference, 180.0 - difference)


def _mask(usable: ArrayLike | None, like: FloatArray) -> BoolArray:
    return np.ones(like.shape, dtype=bool) if usable is None else np.asarray(usable, dtype=bool)
