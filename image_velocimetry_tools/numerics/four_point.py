"""Positions of four points from the six distances between them, for sites without a survey instrument."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..domain.errors import GroundControlError, Problem

FloatArray = NDArray[np.float64]

_MOST_STEPS = 200


@dataclass(frozen=True, slots=True, eq=False)
class FourPointSolution:
    """Positions (4, 2) of P, Q, R, S in metres, P at the origin and Q on the X axis.

    ``misclosure_m`` is the RMS difference between the taped distances (but for PQ, which is kept) and those between the
    positions: what the tape says against itself.
    """

    points_m: FloatArray
    misclosure_m: float


def four_point_positions(
    pq_m: float, qr_m: float, rs_m: float, ps_m: float, pr_m: float, qs_m: float
) -> FourPointSolution:
    """Positions of the corners of a quadrangle PQRS from its sides and diagonals, by least squares.

    Parameters
    ----------
    pq_m, qr_m, rs_m, ps_m
        The sides.
    pr_m, qs_m
        The diagonals.

    Raises
    ------
    GroundControlError
        If a distance is not positive, or the triangle PQR or PQS cannot be closed.

    Notes
    -----
    Five equations for the four coordinates of R and S. The residuals are differences of squared distances, so that a
    long distance weighs more than a short one, as in USGS IVyTools.
    """
    distances = {"PQ": pq_m, "QR": qr_m, "RS": rs_m, "PS": ps_m, "PR": pr_m, "QS": qs_m}
    problems = _distance_problems(distances)
    if problems:
        raise GroundControlError.from_problems(problems)
    measured = np.array([pr_m, ps_m, qr_m, rs_m, qs_m])
    corners = np.array([*_apex(pq_m, pr_m, qr_m), *_apex(pq_m, ps_m, qs_m)])
    damping = 1e-3
    residual, jacobian = _squared_misfit(corners, pq_m, measured)
    for _ in range(_MOST_STEPS):
        normal = jacobian.T @ jacobian
        step = -np.linalg.solve(normal + damping * np.diag(np.diag(normal)), jacobian.T @ residual)
        trial, trial_jacobian = _squared_misfit(corners + step, pq_m, measured)
        if trial @ trial > residual @ residual:
            damping *= 10.0
        else:
            corners, residual, jacobian, damping = corners + step, trial, trial_jacobian, damping / 10.0
        if float(np.abs(step).max()) < 1e-12 * pq_m:
            break
    points = np.array([[0.0, 0.0], [pq_m, 0.0], corners[:2], corners[2:]])
    return FourPointSolution(points, _misclosure_m(points, measured))


def _distance_problems(distances: dict[str, float]) -> list[Problem]:
    bad = [name for name, value in distances.items() if not (math.isfinite(value) and value > 0.0)]
    if bad:
        return [Problem("the distance must be greater than 0", name, "Measure it again") for name in bad]
    problems = []
    for triangle in (("PQ", "PR", "QR"), ("PQ", "PS", "QS")):
        sides = [distances[name] for name in triangle]
        if 2.0 * max(sides) >= sum(sides):
            found = "the longest of these distances is not shorter than the other two together"
            problems.append(Problem(found, ", ".join(triangle), "Check them and measure again"))
    return problems


def _apex(base: float, from_first: float, from_second: float) -> tuple[float, float]:
    x = (base**2 + from_first**2 - from_second**2) / (2.0 * base)
    return x, math.sqrt(max(0.0, from_first**2 - x**2))


def _squared_misfit(corners: FloatArray, base: float, measured: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Residuals (5,) of the squared distances PR, PS, QR, RS, QS and their derivatives (5, 4) by R and S."""
    r, s, q = corners[:2], corners[2:], np.array([base, 0.0])
    none = np.zeros(2)
    residual = np.array([r @ r, s @ s, (r - q) @ (r - q), (r - s) @ (r - s), (s - q) @ (s - q)]) - measured**2
    rows = ((r, none), (none, s), (r - q, none), (r - s, s - r), (none, s - q))
    return residual, 2.0 * np.array([np.concatenate(row) for row in rows])


def _misclosure_m(points: FloatArray, measured: FloatArray) -> float:
    p, q, r, s = points
    found = np.array([np.linalg.norm(end - start) for start, end in ((p, r), (p, s), (q, r), (r, s), (q, s))])
    return float(np.sqrt(np.mean((found - measured) ** 2)))
