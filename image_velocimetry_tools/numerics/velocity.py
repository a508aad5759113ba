"""Surface velocities as vectors, and the component that crosses the section."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..domain.angles import (
    FloatArray,
    angular_difference_deg,
    arithmetic_to_geographic,
    direction_vector,
    geographic_direction,
    geographic_to_arithmetic,
)

GRAVITY_MPS2 = 9.81


@dataclass(frozen=True, slots=True, eq=False)
class TaglineProjection:
    """Velocities projected on the normal of the line through the stations, with the directions used (geographic)."""

    tagline_direction_deg: float
    mean_flow_direction_deg: float
    normal_direction_deg: float
    normal_velocity_mps: FloatArray


def velocity_vectors(speed_mps: ArrayLike, direction_deg: ArrayLike) -> FloatArray:
    """Vectors (n, 2) in image axes (x right, y down) of speeds (n,) with geographic directions (n,).

    A negative speed is motion against its direction.
    """
    return np.asarray(speed_mps, dtype=float)[..., np.newaxis] * direction_vector(direction_deg)


def line_normal(start: ArrayLike, end: ArrayLike) -> FloatArray:
    """Unit vector (2,) at a quarter turn from +x to +y off the direction of a line; ValueError if it has no length."""
    along = np.asarray(end, dtype=float) - np.asarray(start, dtype=float)
    length = float(np.hypot(*along))
    if not length > 0.0:
        raise ValueError("a line without length has no normal")
    return np.array([-along[1], along[0]]) / length


def section_normal(line_px: ArrayLike, expected_direction_deg: float) -> FloatArray:
    """Unit normal (2,) of the section in image axes that points downstream.

    Of the two normals of the line (2, 2) it is the one nearer to the expected flow direction (geographic degrees).
    Where that direction runs along the line, so that neither is nearer, the line's bearing minus a quarter turn counts.
    """
    line = np.asarray(line_px, dtype=float)
    normal = -line_normal(line[0], line[1])
    downstream = float(normal @ direction_vector(expected_direction_deg))
    return -normal if downstream < -1e-12 else normal


def normal_component(speed_mps: ArrayLike, direction_deg: ArrayLike, normal: ArrayLike) -> FloatArray:
    """Signed component (n,) of velocities across the section, m/s: positive downstream, negative for reverse flow.

    Parameters
    ----------
    speed_mps, direction_deg
        Speeds (n,) and geographic directions (n,) in the rectified image; NaN stays NaN.
    normal
        Unit vector (2,) of :func:`section_normal`.
    """
    return np.asarray(velocity_vectors(speed_mps, direction_deg) @ np.asarray(normal, dtype=float))


def tagline_direction(points_px: ArrayLike) -> float:
    """Geographic direction, degrees, from the first to the last of points (n, 2) in image axes."""
    points = np.asarray(points_px, dtype=float)
    along = points[-1] - points[0]
    return float(geographic_direction(along[0], along[1]))


def project_on_tagline(points_px: ArrayLike, u_mps: ArrayLike, v_mps: ArrayLike) -> TaglineProjection:
    """Signed projection as the ``stiv_results.csv`` of a project file states it, for compatibility.

    The normal is the tagline's direction minus 90 degrees, turned by 180 only if it differs from the mean flow by more
    than 180 without wrapping; so its sign says little about downstream. Discharge uses :func:`normal_component`.

    Parameters
    ----------
    points_px
        Points (n, 2), image axes.
    u_mps, v_mps
        Velocity (n,) to the right and **up**; NaN is left out of the mean flow.
    """
    u, v = np.asarray(u_mps, dtype=float), np.asarray(v_mps, dtype=float)
    tagline = tagline_direction(points_px)
    known = np.isfinite(u) & np.isfinite(v)
    mean_u, mean_v = (float(u[known].mean()), float(v[known].mean())) if known.any() else (np.nan, np.nan)
    mean_flow = float(arithmetic_to_geographic(np.degrees(np.arctan2(mean_v, mean_u))))
    normal = (tagline - 90.0) % 360.0
    if abs(normal - mean_flow) > 180.0:
        normal -= 180.0
    radians = np.radians(geographic_to_arithmetic(normal))
    return TaglineProjection(tagline, mean_flow, normal % 360.0, u * np.cos(radians) + v * np.sin(radians))


def component_in_direction(speed_mps: ArrayLike, direction_deg: ArrayLike, tagline_direction_deg: float) -> FloatArray:
    """Component (n,) of each velocity along that normal of the tagline which is nearer to its own direction, m/s.

    All angles geographic. The sign of the result is the sign of the speed; used where a streak was read by hand.
    """
    off_normal = angular_difference_deg(direction_deg, tagline_direction_deg + 90.0)
    return np.asarray(np.asarray(speed_mps, dtype=float) * np.abs(np.cos(np.radians(off_normal))))


def froude_number(velocity_mps: ArrayLike, depth_m: ArrayLike) -> FloatArray:
    """Froude number v / sqrt(g d), signed like the velocity; NaN where there is no depth."""
    depth = np.asarray(depth_m, dtype=float)
    celerity = np.sqrt(GRAVITY_MPS2 * np.where(depth > 0.0, depth, np.nan))
    return np.asarray(np.asarray(velocity_mps, dtype=float) / celerity)
