"""Geographic angles (degrees clockwise from image up) and arithmetic ones (counter-clockwise from image right)."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]


def geographic_to_arithmetic(angle_deg: ArrayLike) -> FloatArray:
    """Degrees clockwise from up to degrees counter-clockwise from right, in [0, 360)."""
    return _full_circle(450.0 - np.mod(np.asarray(angle_deg, dtype=float), 360.0))


def arithmetic_to_geographic(angle_deg: ArrayLike) -> FloatArray:
    """Degrees counter-clockwise from right to degrees clockwise from up, in [0, 360)."""
    return _full_circle(90.0 - np.asarray(angle_deg, dtype=float))


def signed_degrees(angle_deg: ArrayLike) -> FloatArray:
    """The same angle in [-180, 180)."""
    return np.mod(np.asarray(angle_deg, dtype=float) + 180.0, 360.0) - 180.0


def angular_difference_deg(angle_deg: ArrayLike, reference_deg: ArrayLike) -> FloatArray:
    """Signed shortest turn from ``reference_deg`` to ``angle_deg``, in [-180, 180)."""
    return signed_degrees(np.asarray(angle_deg, dtype=float) - np.asarray(reference_deg, dtype=float))


def direction_vector(geographic_deg: ArrayLike) -> FloatArray:
    """Unit vectors in image axes (x right, y down) of geographic angles; shape (..., 2)."""
    radians = np.radians(np.asarray(geographic_deg, dtype=float))
    return np.stack([np.sin(radians), -np.cos(radians)], axis=-1)


def geographic_direction(x_px: ArrayLike, y_px: ArrayLike) -> FloatArray:
    """Geographic angle of vectors given in image axes (x right, y down)."""
    return _full_circle(np.degrees(np.arctan2(np.asarray(x_px, dtype=float), -np.asarray(y_px, dtype=float))))


def _full_circle(angle_deg: ArrayLike) -> FloatArray:
    """The same angle in [0, 360); the remainder of a negative number next to zero rounds to 360 itself."""
    turned = np.mod(angle_deg, 360.0)
    return np.where(turned == 360.0, 0.0, turned)
