"""A discharge made anew from stored velocities: another coefficient, section, filter or gap rule, and no video.

With nothing changed every figure is that of the measurement, to the last bit.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...domain.quality import QualityFigures
from ...domain.section import CrossSection
from ...domain.velocimetry import PointFlag
from ...numerics.section import depths_at
from ...numerics.stiv.quality import LOW_QUALITY
from ...numerics.velocity import froude_number
from ...numerics.velocity_filters import low_quality
from ..discharge_service import DischargeMeasurement, DischargeService, GapRule
from .other_bank import other_bank_figures
from .usable_velocities import (
    BoolArray,
    CheckedVelocities,
    PointFlags,
    checked_along_section,
    require_enough,
    velocity_figures,
)
from .verdict import Verdict, verdict_of

FloatArray = NDArray[np.float64]

# what follows from the discharge, and is decided anew with it
_DERIVED = frozenset({PointFlag.OUTLIER, PointFlag.REVERSE, PointFlag.FILLED})


@dataclass(frozen=True, slots=True)
class VelocityFilter:
    """Which velocities count; None leaves a judgement to the velocimetry method.

    ``least_quality`` sets points below it aside, ``largest_spread`` those whose parts of the clip disagree by more (a
    share of the velocity). ``tests_neighbours`` sets aside what is unlike its neighbours along the section.
    """

    least_quality: float | None = None
    largest_spread: float | None = None
    tests_neighbours: bool = True


@dataclass(frozen=True, slots=True)
class DischargeRules:
    """How a discharge is made of velocities."""

    alpha: float
    gap_rule: GapRule = GapRule.FROUDE
    velocity_filter: VelocityFilter = VelocityFilter()


@dataclass(frozen=True, slots=True, eq=False)
class StoredVelocities:
    """What a measurement left of its points, arrays (n,) in the order of the section line, SI; NaN where unknown.

    ``filtered_by`` is the filter that ``flags`` already contain. ``fastest_mps`` is the largest measurable speed,
    ``rectification_rmse_m`` the error of the control points on the water.
    """

    station_m: FloatArray
    speed_mps: FloatArray
    normal_mps: FloatArray
    quality: FloatArray
    spread: FloatArray
    dispersion: FloatArray
    flags: PointFlags
    fastest_mps: float
    rectification_rmse_m: float
    filtered_by: VelocityFilter = VelocityFilter()


@dataclass(frozen=True, slots=True, eq=False)
class RecomputedDischarge:
    """A discharge from stored velocities, with the verdict on it; arrays (n,) in the order of the points.

    ``is_used`` tells which velocities passed the checks; ``measurement.is_used`` which of them took part.
    """

    measurement: DischargeMeasurement
    station_m: FloatArray
    flags: PointFlags
    is_used: BoolArray
    froude: FloatArray
    figures: QualityFigures
    verdict: Verdict
    reasons: tuple[str, ...]


def recompute(
    velocities: StoredVelocities,
    section: CrossSection,
    water_surface_elevation_m: float,
    rules: DischargeRules,
    figures: QualityFigures,
    *,
    line_length_ratio: float | None = None,
    service: DischargeService | None = None,
) -> RecomputedDischarge:
    """The discharge of stored velocities through a section at a level (metres), and the verdict on it.

    Parameters
    ----------
    figures
        Those of the measurement; what the discharge decides is replaced in them.
    line_length_ratio
        That of the section line on this section; None keeps the figure of the measurement.

    Raises
    ------
    SectionError
        If the level lies outside the section.
    DischargeError
        If so few velocities are left that the rest would be guesswork.
    """
    depth_m = depths_at(section, velocities.station_m, water_surface_elevation_m)
    flags, is_used = _flagged(velocities, depth_m, rules.velocity_filter)
    require_enough(flags, is_used, remedy="Choose a milder filter", stage="discharge")
    measurement = (service or DischargeService()).measure(
        section,
        water_surface_elevation_m,
        velocities.station_m,
        velocities.normal_mps,
        is_used,
        alpha=rules.alpha,
        gap_rule=rules.gap_rule,
        rectification_rmse_m=velocities.rectification_rmse_m,
    )
    froude = froude_number(np.abs(velocities.normal_mps), depth_m)
    checked = _checked_velocities(velocities, flags, is_used, froude)
    renewed = replace(figures, **velocity_figures(checked, measurement, velocities.rectification_rmse_m))
    if np.isfinite(figures.other_bank_discharge_m3s):
        of_bank = other_bank_figures(
            measurement,
            section,
            velocities.station_m,
            velocities.normal_mps,
            alpha=rules.alpha,
            gap_rule=rules.gap_rule,
            service=service,
        )
        renewed = replace(renewed, **of_bank)
    if line_length_ratio is not None:
        renewed = replace(renewed, line_length_ratio=line_length_ratio)
    verdict, reasons = verdict_of(renewed)
    with_filled = _with_filled(flags, measurement)
    return RecomputedDischarge(
        measurement, velocities.station_m, with_filled, is_used, froude, renewed, verdict, reasons
    )


def _flagged(velocities: StoredVelocities, depth_m: FloatArray, wanted: VelocityFilter) -> tuple[PointFlags, BoolArray]:
    """Flags without that of filled points, and which points count, as when they were measured."""
    own = own_flags_after(velocities, wanted)
    return checked_along_section(
        own, velocities.station_m, velocities.normal_mps, depth_m, tests_neighbours=wanted.tests_neighbours
    )


def own_flags_after(velocities: StoredVelocities, wanted: VelocityFilter) -> list[tuple[PointFlag, ...]]:
    """The flags that each point has by itself, without what follows from the discharge, after a filter's limits."""
    own = [tuple(flag for flag in flags if flag not in _DERIVED) for flags in velocities.flags]
    own = _with_quality_limit(own, velocities, wanted.least_quality)
    return _with_spread_limit(own, velocities.spread, wanted.largest_spread)


def _with_quality_limit(
    flags: list[tuple[PointFlag, ...]], velocities: StoredVelocities, limit: float | None
) -> list[tuple[PointFlag, ...]]:
    """The flag of low quality by another limit; a method that gave it for a reason of its own keeps it."""
    if limit is None:
        return flags
    before = velocities.filtered_by.least_quality
    follows = low_quality(velocities.quality, LOW_QUALITY if before is None else before)
    return _reflagged(flags, PointFlag.LOW_QUALITY, follows, low_quality(velocities.quality, limit))


def _with_spread_limit(
    flags: list[tuple[PointFlag, ...]], spread: FloatArray, limit: float | None
) -> list[tuple[PointFlag, ...]]:
    if limit is None:
        return flags
    return _reflagged(flags, PointFlag.UNSTEADY, np.isfinite(spread), spread > limit)


def _reflagged(
    flags: list[tuple[PointFlag, ...]], flag: PointFlag, is_open: BoolArray, fails: BoolArray
) -> list[tuple[PointFlag, ...]]:
    """One flag taken away where it is open to judgement, then given to the points that fail and lack it."""
    kept = [
        tuple(other for other in own if other is not flag or not open_here)
        for own, open_here in zip(flags, is_open, strict=True)
    ]
    return [own + ((flag,) if failed and flag not in own else ()) for own, failed in zip(kept, fails, strict=True)]


def _with_filled(flags: PointFlags, measurement: DischargeMeasurement) -> PointFlags:
    return tuple(
        own + ((PointFlag.FILLED,) if is_filled else ())
        for own, is_filled in zip(flags, measurement.is_filled, strict=True)
    )


def _checked_velocities(
    velocities: StoredVelocities, flags: PointFlags, is_used: BoolArray, froude: FloatArray
) -> CheckedVelocities:
    return CheckedVelocities(
        speed_mps=velocities.speed_mps,
        normal_mps=velocities.normal_mps,
        froude=froude,
        spread=velocities.spread,
        dispersion=velocities.dispersion,
        flags=flags,
        is_used=is_used,
        fastest_mps=velocities.fastest_mps,
    )
