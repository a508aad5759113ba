"""Whether the section line starts at the bank that is stated: the expected flow direction and the picture tell it."""

from __future__ import annotations

import numpy as np

from ...domain.errors import IvyError
from ...domain.project import Project
from ...domain.section import Bank
from ...numerics.velocity import section_normal
from ..rectification.rectified_view import view_of

_DOWNSTREAM_SHARE = 0.05


def contradicted_bank(project: Project) -> Bank | None:
    """The bank at which the line starts, seen downstream, if another one is stated; None if not, or if unknown.

    A camera sees the water from above, so right and left are told in its picture, whatever the handedness of the
    coordinates. Of a mirrored picture nothing is said.
    """
    line_px, velocimetry = project.section.line_px, project.velocimetry
    is_mirrored = project.video.preparation.flip != "none"
    if line_px is None or not velocimetry.is_direction_set or is_mirrored or not np.ptp(line_px, axis=0).any():
        return None
    try:
        view = view_of(project.calibration)
    except IvyError:
        return None
    normal = section_normal(line_px, velocimetry.parameters.phi_origin_deg)
    middle = line_px.mean(axis=0)
    below = middle + _DOWNSTREAM_SHARE * float(np.hypot(*(line_px[1] - line_px[0]))) * normal
    ground_m = view.raster.pixel_to_world(np.array([*line_px, middle, below]))
    level_m = project.calibration.water_surface_elevation_m or 0.0
    start, end, middle, below = view.camera.project(np.column_stack([ground_m, np.full(4, level_m)]))
    across, (along_x, along_y) = end - start, below - middle
    # rows grow downwards: the right hand of (x, y) is (-y, x)
    rightwards = float(across @ np.array([-along_y, along_x]))
    if not np.isfinite(rightwards) or rightwards == 0.0:
        return None
    seen = Bank.LEFT if rightwards > 0.0 else Bank.RIGHT
    return None if seen is project.section.start_bank else seen
