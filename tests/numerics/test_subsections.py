"""Subsections: hand-computed geometry and conveyance."""

from __future__ import annotations

import numpy as np
import pytest

from image_velocimetry_tools.domain.section import CrossSection
from image_velocimetry_tools.numerics.section import wetted
from image_velocimetry_tools.numerics.section_table import section_table
from image_velocimetry_tools.numerics.subsections import subsections_at


def compound(manning_n=(0.03, 0.08), bounds=(4.0,)) -> CrossSection:
    """A channel 4 m wide and 3 m deep beside a flood plain 10 m wide and 1 m deep, when the water stands at 3 m."""
    station = np.array([0.0, 0.0, 4.0, 4.0, 14.0, 14.0])
    elevation = np.array([4.0, 0.0, 0.0, 2.0, 2.0, 4.0])
    return CrossSection(station, elevation, (), manning_n, bounds)


def test_that_each_part_has_its_own_geometry_and_conveyance() -> None:
    channel, plain = subsections_at(compound(), 3.0)
    assert (channel.area_m2, channel.wetted_perimeter_m, channel.top_width_m) == pytest.approx((12.0, 3 + 4 + 2, 4.0))
    assert (plain.area_m2, plain.wetted_perimeter_m, plain.top_width_m) == pytest.approx((10.0, 10 + 1, 10.0))
    assert channel.conveyance_m3s == pytest.approx(12.0 * (12 / 9) ** (2 / 3) / 0.03)
    assert plain.conveyance_m3s == pytest.approx(10.0 * (10 / 11) ** (2 / 3) / 0.08)
    assert (channel.first_station_m, channel.last_station_m, plain.last_station_m) == (0.0, 4.0, 14.0)


def test_that_a_wall_at_a_boundary_belongs_to_the_side_of_its_foot() -> None:
    mirrored = CrossSection(14.0 - compound().station_m[::-1], compound().elevation_m[::-1], (), (0.08, 0.03), (10.0,))
    plain, channel = subsections_at(mirrored, 3.0)
    assert (plain.wetted_perimeter_m, channel.wetted_perimeter_m) == pytest.approx((11.0, 9.0))


def test_that_a_boundary_between_surveyed_points_cuts_the_bed() -> None:
    valley = CrossSection(np.array([0.0, 10.0, 20.0]), np.array([10.0, 0.0, 10.0]), (), (0.03, 0.05), (5.0,))
    left, right = subsections_at(valley, 8.0)
    assert left.area_m2 == pytest.approx(0.5 * 3.0 * 3.0)
    assert left.area_m2 + right.area_m2 == pytest.approx(wetted(valley, 8.0).area_m2)
    perimeter = left.wetted_perimeter_m + right.wetted_perimeter_m
    assert perimeter == pytest.approx(wetted(valley, 8.0).wetted_perimeter_m)


def test_that_the_conveyance_of_the_section_is_the_sum_of_its_parts() -> None:
    parts = subsections_at(compound(), 3.0)
    table = section_table(compound(), [1.0, 3.0])
    assert table.conveyance_m3s[1] == pytest.approx(sum(part.conveyance_m3s for part in parts))
    assert table.conveyance_m3s[0] == pytest.approx(4.0 * (4 / 6) ** (2 / 3) / 0.03)


def test_that_parts_outside_the_survey_or_dry_carry_nothing() -> None:
    _, plain = subsections_at(compound(), 1.0)
    assert (plain.area_m2, plain.conveyance_m3s) == (0.0, 0.0)
    outside = subsections_at(compound((0.03, 0.04), (50.0,)), 3.0)[1]
    assert (outside.area_m2, outside.conveyance_m3s) == (0.0, 0.0)


def test_that_without_roughness_there_is_no_conveyance() -> None:
    (whole,) = subsections_at(compound((), ()), 3.0)
    assert np.isnan(whole.conveyance_m3s)
    assert whole.area_m2 == pytest.approx(22.0)
