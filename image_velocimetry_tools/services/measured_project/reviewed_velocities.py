"""Velocities after review: what was measured, what lines drawn by hand say, and what was typed into the table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from ...domain.angles import direction_vector
from ...domain.project import MeasuredVelocities, PointReview, Project
from ...domain.velocimetry import REJECTING, PointFlag
from ...numerics.streak_angle import manual_velocity, mean_line_angle_deg

FloatArray = NDArray[np.float64]


class VelocityOrigin(StrEnum):
    """Where the velocity of a point comes from."""

    MEASURED = "measured"
    LINES = "lines drawn on its space-time image"
    UPSTREAM = "measured, marked as upstream"
    TYPED = "typed"


@dataclass(frozen=True, slots=True, eq=False)
class ReviewedVelocities:
    """Velocities (n,) at the points, as the reviewer left them; NaN where unknown.

    ``normal_mps`` is signed, positive downstream; ``speed_mps`` is not negative. ``flags`` are what still speaks
    against a point by itself: a velocity that a person gave has none that set it aside.
    """

    speed_mps: FloatArray
    normal_mps: FloatArray
    origin: tuple[VelocityOrigin, ...]
    flags: tuple[tuple[PointFlag, ...], ...]

    @property
    def is_decided(self) -> NDArray[np.bool_]:
        """Whether a person decided on the velocity of each point (n,)."""
        return np.array([origin is not VelocityOrigin.MEASURED for origin in self.origin], dtype=bool)

    @property
    def is_given(self) -> NDArray[np.bool_]:
        """Whether the velocity of each point (n,) is a person's, and not a measured one whose sense was decided."""
        return np.array([origin in _GIVEN for origin in self.origin], dtype=bool)


_GIVEN = (VelocityOrigin.LINES, VelocityOrigin.TYPED)


def reviewed_velocities(project: Project) -> ReviewedVelocities:
    """The velocities of a project after review; a typed velocity goes before lines, lines before the measurement.

    Raises
    ------
    ValueError
        If the project has no velocities.
    """
    found = project.velocities
    if found is None:
        raise ValueError("the project has no velocities")
    speed, normal = found.speed_mps.copy(), found.normal_mps.copy()
    origin = [VelocityOrigin.MEASURED] * len(speed)
    for index, review in project.reviews.items():
        lines = _streaks(review)
        if index < len(speed) and (len(lines) or review.is_upstream):
            speed[index], normal[index] = _of_review(found, index, review, lines)
            origin[index] = VelocityOrigin.LINES if len(lines) else VelocityOrigin.UPSTREAM
    for index, edit in project.discharge.stations.items():
        if index < len(speed) and edit.velocity_mps is not None:
            speed[index], normal[index] = abs(edit.velocity_mps), edit.velocity_mps
            origin[index] = VelocityOrigin.TYPED
    flags = tuple(
        tuple(flag for flag in own if flag not in REJECTING) if source in _GIVEN else own
        for own, source in zip(found.own_flags, origin, strict=True)
    )
    return ReviewedVelocities(speed, normal, tuple(origin), flags)


def _streaks(review: PointReview) -> FloatArray:
    """The lines (n, 2, 2) that tell a speed: those that take some time."""
    lines = np.array(review.lines_px, dtype=float).reshape(-1, 2, 2)
    return lines[lines[:, 0, 0] != lines[:, 1, 0]]


def _of_review(found: MeasuredVelocities, index: int, review: PointReview, lines: FloatArray) -> tuple[float, float]:
    """Speed and normal component of a reviewed point.

    A drawn line tells a speed along the search line but not its sense, so the component counts as downstream unless the
    reviewer says otherwise.
    """
    if not len(lines):
        return float(found.speed_mps[index]), -abs(float(found.normal_mps[index]))
    angle = mean_line_angle_deg(lines)
    speed = abs(float(manual_velocity(angle, found.pixel_size_m, found.interval_s)))
    line_deg = found.search_line_deg[index]
    along = direction_vector(line_deg if np.isfinite(line_deg) else found.direction_deg[index])
    normal = speed * abs(float(along @ found.downstream))
    return speed, -normal if review.is_upstream else normal
