"""Streak angles of space-time images read by hand, and the frame interval that draws them at 45 degrees."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ..domain.angles import FloatArray

# Project files write -999 where a node has no line.
NO_ANGLE_DEG = -900.0


def streak_velocity(theta_deg: ArrayLike, pixel_size_m: float, interval_s: float) -> FloatArray:
    """Velocity, m/s, of a streak at an angle from the time axis: tan(theta) pixels per frame, signed."""
    return np.asarray(np.tan(np.radians(np.asarray(theta_deg, dtype=float))) * pixel_size_m / interval_s)


def streak_angle_deg(velocity_mps: ArrayLike, pixel_size_m: float, interval_s: float) -> FloatArray:
    """Angle, degrees counter-clockwise, at which a velocity appears in the picture of a space-time image.

    Rows grow downwards, so a positive velocity has a negative angle: its :func:`streak_velocity` is the negative of it.
    """
    return np.asarray(-np.degrees(np.arctan(np.asarray(velocity_mps, dtype=float) * interval_s / pixel_size_m)))


def manual_velocity(
    angle_deg: ArrayLike, pixel_size_m: float, interval_s: float, *, is_upstream: bool = False
) -> FloatArray:
    """Velocity, m/s, of a line drawn by hand: |tan(angle)| pixels per frame, negative if marked as upstream flow.

    NaN where there is no line (NaN, or the project file's -999).
    """
    angle = np.asarray(angle_deg, dtype=float)
    speed = np.abs(streak_velocity(angle, pixel_size_m, interval_s))
    return np.where(angle > NO_ANGLE_DEG, -speed if is_upstream else speed, np.nan)


def mean_line_angle_deg(lines_px: ArrayLike) -> float:
    """Mean angle in (-90, 90), degrees counter-clockwise, of lines (n, 2, 2) in a picture; NaN if there is none.

    A line has no head: drawing it from either end gives the same angle, so angles are averaged doubled. A vertical
    line takes no time and tells no velocity, so it does not count.
    """
    lines = np.asarray(lines_px, dtype=float).reshape(-1, 2, 2)
    lines = lines[lines[:, 0, 0] != lines[:, 1, 0]]
    if not len(lines):
        return float("nan")
    along = lines[:, 1] - lines[:, 0]
    doubled = 2.0 * np.arctan2(-along[:, 1], along[:, 0])
    mean = 0.5 * np.degrees(np.arctan2(np.sin(doubled).mean(), np.cos(doubled).mean()))
    return float((mean + 90.0) % 180.0 - 90.0)


def optimal_interval_s(velocity_mps: float, pixel_size_m: float) -> float:
    """Frame interval, s, at which a velocity moves one pixel per frame: a streak of 45 degrees."""
    if not (velocity_mps > 0.0 and pixel_size_m > 0.0):
        raise ValueError("velocity and pixel size must be positive")
    return pixel_size_m / velocity_mps


def frame_step_for(interval_s: float, frame_rate_fps: float) -> int:
    """Number of frames, at least 1, whose time is nearest to an interval."""
    return max(1, round(interval_s * frame_rate_fps))


def sample_interval_s(frame_step: int, frame_rate_fps: float) -> float:
    """Time between the frames that are kept, s."""
    return frame_step / frame_rate_fps
