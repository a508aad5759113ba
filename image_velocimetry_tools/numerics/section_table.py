"""Properties of a cross-section over water levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..domain.angles import FloatArray
from ..domain.section import CrossSection
from .section import LEVEL_TOLERANCE_M, wetted
from .subsections import conveyances


@dataclass(frozen=True, slots=True, eq=False)
class SectionTable:
    """Properties of the section over water levels, arrays (n,), SI; zeros where the level is below the bed.

    ``conveyance_m3s`` is the sum over its subsections, NaN if their roughness is not known.
    """

    elevation_m: FloatArray
    area_m2: FloatArray
    top_width_m: FloatArray
    wetted_perimeter_m: FloatArray
    hydraulic_radius_m: FloatArray
    conveyance_m3s: FloatArray


def section_table(section: CrossSection, elevations_m: ArrayLike) -> SectionTable:
    """Area, top width, perimeter, hydraulic radius and conveyance over water levels (n,), for plots and ratings."""
    levels = np.atleast_1d(np.asarray(elevations_m, dtype=float))
    bed = float(section.elevation_m.min())
    rows = np.zeros((levels.size, 4))
    for row, level in zip(rows, levels, strict=True):
        if level > bed + LEVEL_TOLERANCE_M:
            wet = wetted(section, float(level))
            row[:] = wet.area_m2, wet.top_width_m, wet.wetted_perimeter_m, wet.hydraulic_radius_m
    area, width, perimeter, radius = rows.T
    return SectionTable(levels, area, width, perimeter, radius, conveyances(section, levels))
