"""Whether the section line starts at the bank that is stated: the expected flow direction and the picture tell it."""

from __future__ import annotations

import numpy as np

from ...domain.errors import IvyError
from ...domain.project import Project
from ...domain.section import Bank
from ...numerics.velocity import section_normal
from ..rectification.rectified_view import view_of
from ..rectification.start_bank import bank_remark, seen_start_bank


def bank_remarks(project: Project) -> tuple[str, ...]:
    """A sentence if the start bank of a project does not fit the expected flow direction."""
    return bank_remark(contradicted_bank(project), project.section.start_bank)


def contradicted_bank(project: Project) -> Bank | None:
    """The bank at which the line starts, seen downstream, if another one is stated; None if not, or if unknown.

    Of a mirrored picture nothing is said.
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
    level_m = project.calibration.water_surface_elevation_m or 0.0
    seen = seen_start_bank(line_px, normal, view.raster, view.camera, level_m)
    return None if seen is project.section.start_bank else seen
