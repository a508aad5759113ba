"""Whether control points that a homography takes for one plane lie in one."""

from __future__ import annotations

import numpy as np

from ...domain.errors import IvyError
from ...domain.ground_control import GroundControlPoints
from ...domain.project import Calibration
from ...numerics.planar import RectificationMethod
from .rectified_view import view_of

_LEVEL_SHARE = 0.02


def are_level(points: GroundControlPoints) -> bool:
    """Whether the elevations of the used points differ by little of what they reach over the ground."""
    if not points.used:
        return True
    reach_m = np.ptp(points.world_m, axis=0)
    return bool(reach_m[2] <= _LEVEL_SHARE * np.hypot(reach_m[0], reach_m[1]))


def is_bent_homography(calibration: Calibration) -> bool:
    """Whether the image is rectified by a homography of points that do not lie in one level plane."""
    try:
        method = view_of(calibration).method
    except IvyError:
        return False
    return method is RectificationMethod.HOMOGRAPHY and not are_level(calibration.points)
