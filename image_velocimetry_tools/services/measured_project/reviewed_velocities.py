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
        has_lines = bool(np.isfinite(drawn_angle_deg(review)))
        if index < len(speed) and (has_lines or review.is_upstream):
            speed[index], normal[index] = _of_review(found, index, review)
            origin[index] = VelocityOrigin.LINES if has_lines else VelocityOrigin.UPSTREAM
    for index, edit in project.discharge.stations.items():
        if index < len(speed) and edit.velocity_mps is not None:
            speed[index], normal[index] = abs(edit.velocity_mps), edit.velocity_mps
            origin[index] = VelocityOrigin.TYPED
    flags = tuple(
        tuple(flag for flag in own if flag not in REJECTING) if source in _GIVEN else own
        for own, source in zip(found.own_flags, origin, strict=True)
    )
    return ReviewedVelocities(speed, normal, tuple(origin), flags)


def drawn_angle_deg(review: PointReview) -> float:
    """Mean angle, degrees counter-clockwise, of the lines drawn on an image; NaN where none tells a velocity."""
    return mean_line_angle_deg(np.array(review.lines_px, dtype=float).reshape(-1, 2, 2))


def is_drawn_upstream(found: MeasuredVelocities, index: int, review: PointReview) -> bool | None:
    """Whether the lines drawn on the image of a point go upstream; None where they do not say.

    Rows of an image follow one another along the search line, so a line that falls to the right goes with it.
    """
    angle_deg = drawn_angle_deg(review)
    along_section = float(_along_search_line(found, index) @ found.downstream)
    flow = -angle_deg * along_section
    return flow < 0.0 if np.isfinite(flow) and flow else None


def _along_search_line(found: MeasuredVelocities, index: int) -> FloatArray:
    """Unit vector in the rectified image in which the rows of an image follow one another."""
    line_deg = found.search_line_deg[index]
    if np.isfinite(line_deg):
        return direction_vector(line_deg)
    motion = direction_vector(found.direction_deg[index])
    return -motion if found.theta_deg[index] > 90.0 else motion


def _of_review(found: MeasuredVelocities, index: int, review: PointReview) -> tuple[float, float]:
    """Speed and normal component of a reviewed point; the reviewer says whether it counts as upstream."""
    angle_deg = drawn_angle_deg(review)
    if np.isnan(angle_deg):
        return float(found.speed_mps[index]), -abs(float(found.normal_mps[index]))
    speed = abs(float(manual_velocity(angle_deg, found.pixel_size_m, found.interval_s)))
    normal = speed * abs(float(_along_search_line(found, index) @ found.downstream))
    return speed, -normal if review.is_upstream else normal
