"""Discharges from stored velocities: those of the measurement if nothing changes, and what each change does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from known_rivers import LEVEL_M, measured, mill_site, opened

from image_velocimetry_tools.domain.errors import DischargeError, SectionError
from image_velocimetry_tools.domain.section import CrossSection
from image_velocimetry_tools.domain.velocimetry import PointFlag
from image_velocimetry_tools.services.discharge_service import GapRule
from image_velocimetry_tools.services.measuring.measured_job import MeasuredJob
from image_velocimetry_tools.services.measuring.recomputation import (
    DischargeRules,
    RecomputedDischarge,
    StoredVelocities,
    VelocityFilter,
    recompute,
)
from image_velocimetry_tools.services.measuring.verdict import Verdict


@pytest.fixture(scope="module")
def job() -> MeasuredJob:
    return measured(mill_site())


@pytest.fixture(scope="module")
def section() -> CrossSection:
    return opened(mill_site()).section


def velocities_of(job: MeasuredJob, **changes: object) -> StoredVelocities:
    stiv = job.velocities.stiv
    stored = StoredVelocities(
        station_m=job.geometry.points.station_m,
        speed_mps=stiv.magnitudes_mps,
        normal_mps=job.velocities.normal_mps,
        quality=stiv.quality,
        spread=stiv.spread,
        dispersion=stiv.dispersion,
        flags=job.velocities.flags,
        fastest_mps=stiv.fastest_mps,
        rectification_rmse_m=job.geometry.residuals.rmse_m,
    )
    return replace(stored, **changes)


def again(job: MeasuredJob, section: CrossSection, **rules: object) -> RecomputedDischarge:
    return recompute(velocities_of(job), section, LEVEL_M, replace(DischargeRules(0.85), **rules), job.figures)


def test_that_without_a_change_everything_is_that_of_the_measurement(job: MeasuredJob, section: CrossSection) -> None:
    found = again(job, section)

    assert found.measurement.discharge.discharge_m3s == job.measurement.discharge.discharge_m3s
    assert found.measurement.iso == job.measurement.iso
    assert found.measurement.ive == job.measurement.ive
    np.testing.assert_array_equal(found.measurement.velocity_mps, job.measurement.velocity_mps)
    np.testing.assert_array_equal(found.is_used, job.velocities.is_used)
    np.testing.assert_array_equal(found.froude, job.velocities.froude)
    assert found.figures == job.figures
    assert (found.verdict, found.reasons) == (job.verdict, job.reasons)


@given(st.floats(0.1, 1.0))
def test_that_the_discharge_is_proportional_to_alpha(alpha: float) -> None:
    job, section = measured(mill_site()), opened(mill_site()).section

    found = again(job, section, alpha=alpha)

    expected = job.measurement.discharge.discharge_m3s * alpha / 0.85
    assert found.measurement.discharge.discharge_m3s == pytest.approx(expected, rel=1e-12)
    assert found.measurement.discharge.area_m2 == job.measurement.discharge.area_m2


def test_that_a_wild_velocity_is_set_aside_and_counts_if_the_neighbours_are_not_asked(
    job: MeasuredJob, section: CrossSection
) -> None:
    normal, middle = job.velocities.normal_mps.copy(), len(job.velocities.normal_mps) // 2
    normal[middle] *= 4.0
    wild, rules = velocities_of(job, normal_mps=normal), DischargeRules(0.85)
    without = replace(rules, velocity_filter=VelocityFilter(tests_neighbours=False))

    tested = recompute(wild, section, LEVEL_M, rules, job.figures)
    untested = recompute(wild, section, LEVEL_M, without, job.figures)

    assert PointFlag.OUTLIER in tested.flags[middle]
    assert PointFlag.FILLED in tested.flags[middle]
    assert tested.figures.measured_discharge_fraction < 1.0
    assert not tested.is_used[middle]
    assert untested.is_used[middle]
    assert untested.measurement.discharge.discharge_m3s > 1.05 * tested.measurement.discharge.discharge_m3s


def test_that_a_stricter_quality_sets_exactly_the_worse_points_aside(job: MeasuredJob, section: CrossSection) -> None:
    limit = float(np.sort(job.velocities.stiv.quality)[3])

    found = again(job, section, velocity_filter=VelocityFilter(least_quality=limit, tests_neighbours=False))

    has_flag = [PointFlag.LOW_QUALITY in flags for flags in found.flags]
    np.testing.assert_array_equal(has_flag, job.velocities.stiv.quality < limit)
    assert not found.is_used[np.array(has_flag)].any()


def test_that_a_filter_can_be_relaxed_again(job: MeasuredJob, section: CrossSection) -> None:
    strict = VelocityFilter(least_quality=float(np.median(job.velocities.stiv.quality)))
    flags = again(job, section, velocity_filter=strict).flags
    stored = velocities_of(job, flags=flags, filtered_by=strict)

    relaxed = recompute(
        stored, section, LEVEL_M, DischargeRules(0.85, velocity_filter=VelocityFilter(least_quality=0.06)), job.figures
    )

    assert relaxed.measurement.discharge.discharge_m3s == job.measurement.discharge.discharge_m3s


def test_that_a_method_keeps_a_flag_of_low_quality_that_it_gave_for_reasons_of_its_own(
    job: MeasuredJob, section: CrossSection
) -> None:
    own = ((PointFlag.LOW_QUALITY,), *job.velocities.flags[1:])
    rules = DischargeRules(0.85, velocity_filter=VelocityFilter(least_quality=0.01))

    found = recompute(velocities_of(job, flags=own), section, LEVEL_M, rules, job.figures)

    assert PointFlag.LOW_QUALITY in found.flags[0]
    assert not found.is_used[0]


def test_that_a_limit_of_the_spread_sets_unsteady_points_aside(job: MeasuredJob, section: CrossSection) -> None:
    limit = float(np.sort(job.velocities.stiv.spread)[-3])

    found = again(job, section, velocity_filter=VelocityFilter(largest_spread=limit, tests_neighbours=False))

    unsteady = np.array([PointFlag.UNSTEADY in flags for flags in found.flags])
    np.testing.assert_array_equal(unsteady, job.velocities.stiv.spread > limit)
    assert unsteady.sum() == 2
    assert not found.is_used[unsteady].any()


def test_that_a_dropped_point_takes_no_part_while_a_filled_one_does(job: MeasuredJob, section: CrossSection) -> None:
    masked = ((PointFlag.MASKED,), *job.velocities.flags[1:])
    stored = velocities_of(job, flags=masked)

    filled = recompute(stored, section, LEVEL_M, DischargeRules(0.85), job.figures)
    dropped = recompute(stored, section, LEVEL_M, DischargeRules(0.85, GapRule.DROP), job.figures)

    assert filled.measurement.is_filled[0]
    assert PointFlag.FILLED in filled.flags[0]
    assert np.isnan(dropped.measurement.velocity_mps[0])
    assert PointFlag.FILLED not in dropped.flags[0]
    assert dropped.figures.measured_discharge_fraction == 1.0


def test_that_a_deeper_section_carries_more_and_its_width_counts_in_the_verdict(
    job: MeasuredJob, section: CrossSection
) -> None:
    deeper = replace(section, elevation_m=section.elevation_m - 0.2 * (section.elevation_m < LEVEL_M))

    found = recompute(velocities_of(job), deeper, LEVEL_M, DischargeRules(0.85), job.figures, line_length_ratio=1.5)

    assert found.measurement.discharge.area_m2 > job.measurement.discharge.area_m2
    assert found.measurement.discharge.discharge_m3s > job.measurement.discharge.discharge_m3s
    assert found.verdict is Verdict.REJECTED
    assert any("1.500 times" in reason for reason in found.reasons)


def test_that_a_contradicted_bank_is_judged_on_the_section_of_the_recomputation(
    job: MeasuredJob, section: CrossSection
) -> None:
    told = replace(job.figures, stated_bank_discharge_m3s=1.0, other_bank_discharge_m3s=1.0)
    found = recompute(velocities_of(job), section, LEVEL_M, DischargeRules(0.8), told)
    assert found.figures.stated_bank_discharge_m3s == found.measurement.discharge.discharge_m3s
    assert found.figures.other_bank_discharge_m3s != pytest.approx(found.figures.stated_bank_discharge_m3s, rel=0.05)
    assert found.verdict is Verdict.DOUBTFUL
    assert np.isnan(again(job, section).figures.other_bank_discharge_m3s)


def test_that_a_level_outside_the_section_is_refused(job: MeasuredJob, section: CrossSection) -> None:
    with pytest.raises(SectionError):
        recompute(velocities_of(job), section, LEVEL_M + 50.0, DischargeRules(0.85), job.figures)


def test_that_a_filter_that_leaves_nearly_nothing_is_refused_with_the_reasons(
    job: MeasuredJob, section: CrossSection
) -> None:
    with pytest.raises(DischargeError, match=r"none of the 20 velocities can be used .*quality too low at 20"):
        again(job, section, velocity_filter=VelocityFilter(least_quality=1.0))
