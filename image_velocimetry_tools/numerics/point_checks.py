"""What makes a set of control points unfit: points that are missing, repeated, or all in one plane or line."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain.errors import Problem

FloatArray = NDArray[np.float64]

SAME_PIXEL_PX = 1e-3
SAME_PLACE_SHARE = 1e-6


def point_name(names: Sequence[str] | None, index: int) -> str:
    """The user's name of a point, or its position in the table counted from 1."""
    return f"point {names[index]}" if names is not None else f"point {index + 1}"


def as_points(values: ArrayLike, dimensions: int, what: str) -> FloatArray:
    """``values`` as an array (n, dimensions) of float.

    Raises
    ------
    ValueError
        If the array has another shape.
    """
    points = np.asarray(values, dtype=float)
    if points.ndim != 2 or points.shape[1] != dimensions:
        raise ValueError(f"{what} must have the shape (n, {dimensions}), not {points.shape}")
    return points


def set_problems(world_m: FloatArray, pixels: FloatArray, names: Sequence[str] | None = None) -> list[Problem]:
    """Numbers that are not finite, and points that occur twice.

    Parameters
    ----------
    world_m
        World coordinates, shape (n, 2) or (n, 3), metres.
    pixels
        Pixel coordinates, shape (n, 2).
    names
        Names of the points, for the messages.
    """
    finite = np.isfinite(world_m).all(axis=1) & np.isfinite(pixels).all(axis=1)
    problems = [
        Problem("a coordinate is not a finite number", point_name(names, i), "Complete the point or leave it out")
        for i in np.flatnonzero(~finite).tolist()
    ]
    if len(world_m) < 2 or not finite.all():
        return problems
    same_place_m = SAME_PLACE_SHARE * float(np.linalg.norm(np.ptp(world_m, axis=0)))
    problems += _twins(world_m, same_place_m, names, "has the same world coordinates as")
    problems += _twins(pixels, SAME_PIXEL_PX, names, "has the same pixel coordinates as")
    return problems


def _twins(points: FloatArray, tolerance: float, names: Sequence[str] | None, relation: str) -> list[Problem]:
    apart = np.linalg.norm(points[:, None, :] - points[None, :, :], axis=2)
    first, second = np.nonzero(np.triu(apart <= tolerance, k=1))
    return [
        Problem(f"it {relation} {point_name(names, i)}", point_name(names, j), "Correct one of the two or leave it out")
        for i, j in zip(first.tolist(), second.tolist(), strict=True)
    ]


def thickness(points: FloatArray) -> float:
    """Smallest over largest singular value of the centred points: 0 for a plane in space or a line in the plane."""
    singular = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)
    return float(singular[-1] / singular[0]) if singular[0] > 0 else 0.0


def lone_point(points: FloatArray, least_thickness: float) -> int | None:
    """Index of the only point outside the plane (3-D) or line (2-D) of all the others, or None.

    Such a set is as degenerate as one that lies in the plane altogether: the ray through the lone point is free.
    """
    for index in range(len(points)):
        if thickness(np.delete(points, index, axis=0)) < least_thickness:
            return index
    return None
