"""The discharge of a project: its reviewed velocities and the decisions in its station table, with the verdict."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import DischargeError, Problem, lengths_told_in
from ...domain.project import MeasuredVelocities, Project
from ...domain.quality import QualityFigures
from ...domain.section import CrossSection
from ...domain.units import unit_system
from ...domain.velocimetry import REJECTING, PointFlag
from ...numerics.section import depths_at
from ...numerics.velocity import froude_number
from ..discharge_service import DischargeMeasurement, DischargeService, GapRule
from ..measuring.other_bank import other_bank_figures
from ..measuring.recomputation import StoredVelocities, VelocityFilter, own_flags_after
from ..measuring.usable_velocities import (
    CheckedVelocities,
    PointFlags,
    checked_along_section,
    median_of_known,
    require_enough,
    velocity_figures,
)
from ..measuring.verdict import Verdict, remarks_of, verdict_of
from ..project_setup.stated_bank import bank_remarks, contradicted_bank
from ..rectification.plane_points import is_bent_homography
from .out_of_date import why_out_of_date
from .reviewed_velocities import ReviewedVelocities, reviewed_velocities

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_BENT = "a homography takes the control points to lie on the water, but their elevations differ"
_NO_FIGURES = "the file says nothing of the quality of these velocities: measure again to have them judged"


@dataclass(frozen=True, slots=True, eq=False)
class ProjectDischarge:
    """A discharge with all that is shown, stored and reported of it; arrays (n,) in the order of the points, SI.

    ``is_used`` tells which velocities passed the checks and the reviewer; ``measurement.is_used`` which of them took
    part. ``alpha`` is that of each point. ``verdict`` is None, with the reason, where an opened file lacks the figures
    for one. ``is_current`` is false when the velocities belong to other settings than those that are shown.
    """

    measurement: DischargeMeasurement
    station_m: FloatArray
    velocities: ReviewedVelocities
    alpha: FloatArray
    flags: PointFlags
    is_used: BoolArray
    froude: FloatArray
    figures: QualityFigures | None
    verdict: Verdict | None
    reasons: tuple[str, ...]
    is_current: bool
    remarks: tuple[str, ...] = ()


def discharge_of_project(project: Project, service: DischargeService | None = None) -> ProjectDischarge:
    """The discharge as the project stands.

    Raises
    ------
    DischargeError
        If something is missing, or too few velocities are left.
    SectionError
        If the level lies outside the section.
    """
    with lengths_told_in(unit_system(project.display_units)):
        return _discharge_of(project, service or DischargeService())


def _discharge_of(project: Project, service: DischargeService) -> ProjectDischarge:
    found, survey, level = _required(project)
    depth_m = depths_at(survey, found.station_m, level)
    reviewed = reviewed_velocities(project)
    flags, is_used = _checked(project, found, reviewed, depth_m)
    require_enough(flags, is_used, remedy="Use more stations, or choose a milder filter", stage="discharge")
    alpha = _alphas(project, len(found.station_m))
    measurement = service.measure(
        survey,
        level,
        found.station_m,
        reviewed.normal_mps,
        is_used,
        alpha=alpha,
        gap_rule=GapRule(project.discharge.gap_rule),
        rectification_rmse_m=found.rectification_rmse_m,
    )
    checked = _checked_velocities(found, reviewed, flags, is_used, depth_m)
    figures = _figures(project, found, reviewed, checked, measurement)
    verdict, reasons = _judged(project, found, figures)
    with_filled = tuple(
        own + ((PointFlag.FILLED,) if is_filled else ())
        for own, is_filled in zip(flags, measurement.is_filled, strict=True)
    )
    return ProjectDischarge(
        measurement=measurement,
        station_m=found.station_m,
        velocities=reviewed,
        alpha=alpha,
        flags=with_filled,
        is_used=is_used,
        froude=checked.froude,
        figures=figures,
        verdict=verdict,
        reasons=reasons,
        is_current=project.are_velocities_current,
        remarks=(*(() if figures is None else remarks_of(figures)), *bank_remarks(project)),
    )


def _required(project: Project) -> tuple[MeasuredVelocities, CrossSection, float]:
    found, survey, level = project.velocities, project.section.survey, project.calibration.water_surface_elevation_m
    problems = []
    if found is None:
        problems.append(Problem("there are no velocities yet", remedy="Measure them on the Velocimetry tab"))
    elif not np.isfinite(found.station_m).any():
        what = "the velocities were measured at points that lie on no cross-section"
        problems.append(Problem(what, remedy="Choose points along the section on the Grid tab and measure again"))
    if survey is None:
        problems.append(Problem("there is no cross-section", remedy="Import it on the Cross-Section tab"))
    if level is None:
        remedy = "Enter it on the Orthorectification tab"
        problems.append(Problem("the water surface elevation is not known", remedy=remedy))
    if problems or found is None or survey is None or level is None:
        raise DischargeError.from_problems(problems)
    return found, survey, level


def _checked(
    project: Project, found: MeasuredVelocities, reviewed: ReviewedVelocities, depth_m: FloatArray
) -> tuple[PointFlags, BoolArray]:
    """Flags and which points count: the program's judgement, then the person's."""
    wanted, own = project.discharge, own_flags(project, found, reviewed)
    flags, is_used = checked_along_section(
        own, found.station_m, reviewed.normal_mps, depth_m, tests_neighbours=wanted.tests_neighbours
    )
    # who decided on a velocity has seen that it is unlike its neighbours
    decided = reviewed.is_decided
    flags = tuple(_without_outlier(f) if is_decided else f for f, is_decided in zip(flags, decided, strict=True))
    sound = np.array([not REJECTING.intersection(f) for f in flags], dtype=bool) & np.isfinite(reviewed.normal_mps)
    is_used = is_used | (decided & sound)
    for index, edit in wanted.stations.items():
        if edit.is_used is not None and index < len(is_used):
            is_used[index] = edit.is_used and np.isfinite(reviewed.normal_mps[index])
    return flags, is_used


def own_flags(project: Project, found: MeasuredVelocities, reviewed: ReviewedVelocities) -> PointFlags:
    """The flags of points by themselves, after the limits of the project; those of velocities given by hand stay."""
    wanted = project.discharge
    stored = StoredVelocities(
        station_m=found.station_m,
        speed_mps=reviewed.speed_mps,
        normal_mps=reviewed.normal_mps,
        quality=found.quality,
        spread=found.spread,
        dispersion=found.dispersion,
        flags=reviewed.flags,
        fastest_mps=found.fastest_mps,
        rectification_rmse_m=found.rectification_rmse_m,
    )
    judged = own_flags_after(stored, VelocityFilter(wanted.least_quality, wanted.largest_spread))
    given = reviewed.is_given
    return tuple(reviewed.flags[i] if given[i] else flags for i, flags in enumerate(judged))


def _without_outlier(flags: tuple[PointFlag, ...]) -> tuple[PointFlag, ...]:
    return tuple(flag for flag in flags if flag is not PointFlag.OUTLIER)


def _checked_velocities(
    found: MeasuredVelocities, reviewed: ReviewedVelocities, flags: PointFlags, is_used: BoolArray, depth_m: FloatArray
) -> CheckedVelocities:
    given = reviewed.is_given
    return CheckedVelocities(
        # how far the search can be trusted says nothing of velocities that a person gave
        speed_mps=np.where(given, 0.0, reviewed.speed_mps),
        normal_mps=reviewed.normal_mps,
        froude=froude_number(np.abs(reviewed.normal_mps), depth_m),
        spread=np.where(given, np.nan, found.spread),
        dispersion=np.where(given, np.nan, found.dispersion),
        flags=flags,
        is_used=is_used,
        fastest_mps=found.fastest_mps,
    )


def _alphas(project: Project, count: int) -> FloatArray:
    alpha = np.full(count, project.discharge.alpha)
    for index, edit in project.discharge.stations.items():
        if edit.alpha is not None and index < count:
            alpha[index] = edit.alpha
    return alpha


def _figures(
    project: Project,
    found: MeasuredVelocities,
    reviewed: ReviewedVelocities,
    checked: CheckedVelocities,
    measurement: DischargeMeasurement,
) -> QualityFigures | None:
    """The figures of the measurement with those that review and discharge decide; None where there are none."""
    if found.figures is None:
        return None
    decided = velocity_figures(checked, measurement, found.rectification_rmse_m)
    if reviewed.is_given.any():
        own = ~reviewed.is_given & np.isfinite(found.speed_mps)
        decided["median_quality"] = median_of_known(found.quality[own])
    survey = project.section.survey
    if survey is not None and contradicted_bank(project) is not None:
        alpha, rule = _alphas(project, len(found.station_m)), project.discharge.gap_rule
        decided |= other_bank_figures(
            measurement, survey, found.station_m, reviewed.normal_mps, alpha=alpha, gap_rule=rule
        )
    return replace(found.figures, **decided)


def _judged(
    project: Project, found: MeasuredVelocities, figures: QualityFigures | None
) -> tuple[Verdict | None, tuple[str, ...]]:
    outdated = () if project.are_velocities_current else (why_out_of_date(project),)
    if figures is None:
        return None, (*outdated, _NO_FIGURES)
    verdict, reasons = verdict_of(figures)
    # four points leave no residuals that would show it
    if is_bent_homography(found.basis.calibration):
        reasons = (*reasons, _BENT)
        verdict = Verdict.DOUBTFUL if verdict is Verdict.GOOD else verdict
    if outdated:
        verdict = Verdict.REJECTED
    return verdict, (*outdated, *reasons)
