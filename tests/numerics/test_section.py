"""Wetted geometry: crossings, area, walls, depths, and the merge of sub-surveys."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import SectionError
from image_velocimetry_tools.domain.section import Bank, CrossSection, SubSurvey
from image_velocimetry_tools.numerics.section import depths_at, edges_of_water, find_crossings, wetted
from image_velocimetry_tools.numerics.section_merge import merge_sub_surveys
from image_velocimetry_tools.numerics.section_table import section_table

FOOT = 0.3048
BONEYARD_WIDTH_FT, BONEYARD_BED_FT, BONEYARD_TOP_FT = 19.686, 315.3897341, 328.1


def section(stations: list[float], elevations: list[float]) -> CrossSection:
    return CrossSection(np.array(stations, dtype=float), np.array(elevations, dtype=float))


def boneyard() -> CrossSection:
    """A flume with vertical walls: 101 points, 0.2007972 ft apart on the bed, the last gap a little wider."""
    station = np.concatenate([[0.0], np.arange(98) * 0.2007972, [BONEYARD_WIDTH_FT, BONEYARD_WIDTH_FT]])
    elevation = np.full(101, BONEYARD_BED_FT)
    elevation[[0, -1]] = BONEYARD_TOP_FT
    return CrossSection(station * FOOT, elevation * FOOT)


def mirrored(original: CrossSection) -> CrossSection:
    return CrossSection(-original.station_m[::-1], original.elevation_m[::-1])


@st.composite
def valleys(draw: st.DrawFn) -> CrossSection:
    """Sections of any shape, vertical steps and level stretches among them, whose ends stand at 10 m."""
    gaps = draw(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.5]), min_size=3, max_size=12))
    heights = draw(st.lists(st.integers(0, 18), min_size=len(gaps) - 1, max_size=len(gaps) - 1))
    station = np.concatenate([[0.0, 1.0], 1.0 + np.cumsum(gaps)])
    return CrossSection(station, np.array([10.0, 5.0, *[h * 0.5 for h in heights], 10.0]))


class TestCrossings:
    def test_that_a_v_is_crossed_on_both_sides(self) -> None:
        assert find_crossings(section([0, 10, 20], [10, 5, 10]), 7.5).tolist() == [5.0, 15.0]

    def test_that_a_zigzag_gives_every_crossing(self) -> None:
        crossings = find_crossings(section([0, 1, 2, 3, 4], [8, 10, 8, 10, 8]), 9.0)
        assert crossings.tolist() == [0.5, 1.5, 2.5, 3.5]

    def test_that_an_exact_hit_counts_once(self) -> None:
        """The reference gives [10, 10, 35] and [10, 10, 30]: both segments at a vertex report it."""
        bed = section([0, 10, 20, 30, 40, 50], [10, 8, 6, 7, 9, 11])
        assert find_crossings(bed, 8.0).tolist() == [10.0, 35.0]
        assert find_crossings(bed, 8.0, "firstlast").tolist() == [10.0, 35.0]
        assert find_crossings(section([0, 10, 20, 30], [10, 8, 6, 8]), 8.0).tolist() == [10.0, 30.0]

    def test_that_nothing_is_extrapolated(self) -> None:
        """The reference adds a crossing at -1.11, because 5.05 lies within its tolerance of 0.1."""
        assert find_crossings(section([0, 10, 20], [5.05, 5.5, 4]), 5.0) == pytest.approx([13.3333333])

    def test_that_a_bed_above_the_level_is_not_crossed(self) -> None:
        assert find_crossings(section([0, 10, 20], [5, 5, 5]), 4.0).size == 0

    def test_that_a_level_stretch_gives_its_two_ends(self) -> None:
        assert find_crossings(section([0, 10, 20, 30, 40], [6, 5, 5, 5, 6]), 5.0).tolist() == [10.0, 30.0]

    def test_that_a_wall_is_crossed_at_its_station(self) -> None:
        walls = section([2, 2, 8, 8], [5, 0, 0, 5])
        assert find_crossings(walls, 3.3).tolist() == [2.0, 8.0]
        assert find_crossings(walls, 5.0).tolist() == [2.0, 8.0]

    def test_that_firstlast_keeps_the_outermost(self) -> None:
        assert find_crossings(section([0, 1, 2, 3, 4], [8, 10, 8, 10, 8]), 9.0, "firstlast").tolist() == [0.5, 3.5]

    def test_that_an_unknown_mode_is_refused(self) -> None:
        with pytest.raises(ValueError, match="unknown mode"):
            find_crossings(boneyard(), 97.0, "inner")  # type: ignore[arg-type]


class TestWetted:
    @pytest.mark.parametrize(("level_ft", "area_m2"), [(317.6, 4.04233), (318.211, 5.15978), (318.6, 5.87122)])
    def test_that_the_boneyard_section_has_its_known_area_and_width(self, level_ft: float, area_m2: float) -> None:
        wet = wetted(boneyard(), level_ft * FOOT)
        assert wet.area_m2 == pytest.approx(area_m2, abs=5e-6)
        assert wet.top_width_m == pytest.approx(6.0002928, abs=1e-12)
        assert (wet.is_wall_first, wet.is_wall_last) == (True, True)
        depth = (level_ft - BONEYARD_BED_FT) * FOOT
        assert wet.edge_depth_first_m == pytest.approx(depth)
        assert wet.edge_depth_last_m == pytest.approx(depth)
        assert wet.wetted_perimeter_m == pytest.approx(6.0002928 + 2 * depth)
        assert wet.hydraulic_radius_m == pytest.approx(wet.area_m2 / wet.wetted_perimeter_m)

    def test_that_the_literal_section_is_the_surveyed_one(self, shared_data: Path) -> None:
        from scipy.io import loadmat

        content = loadmat(shared_data / "boneyard_site" / "Cross-Section_AC3_meters.mat")
        survey = content["Cross-Section-eng.csv"]["csv_survey"][0, 0]
        assert boneyard().station_m == pytest.approx(survey[:, 0] * FOOT, abs=1e-12)
        assert boneyard().elevation_m == pytest.approx(survey[:, 2] * FOOT, abs=1e-12)

    def test_that_a_trapezoid_has_its_closed_form(self) -> None:
        wet = wetted(section([0, 4, 10, 14], [4, 0, 0, 4]), 2.0)
        assert (wet.first_station_m, wet.last_station_m) == (2.0, 12.0)
        assert wet.area_m2 == pytest.approx(16.0)
        assert wet.wetted_width_m == pytest.approx(10.0)
        assert wet.wetted_perimeter_m == pytest.approx(6.0 + 2 * np.hypot(2.0, 2.0))
        assert wet.mean_depth_m == pytest.approx(1.6)
        assert wet.max_depth_m == 2.0
        assert (wet.is_wall_first, wet.is_wall_last, wet.edge_depth_first_m, wet.edge_depth_last_m) == (
            False,
            False,
            0,
            0,
        )

    def test_that_a_bar_above_water_counts_in_the_top_width_only(self) -> None:
        wet = wetted(section([0, 0, 2, 2, 5, 5, 9, 9], [5, 0, 0, 3, 3, 0, 0, 5]), 1.0)
        assert (wet.top_width_m, wet.wetted_width_m, wet.area_m2) == (9.0, 6.0, 6.0)

    def test_that_a_wall_surveyed_with_rising_stations_is_a_wall(self) -> None:
        wet = wetted(section([0, 0.02, 6, 9], [3, 0, 0, 3]), 1.0)
        assert wet.is_wall_first
        assert wet.edge_depth_first_m == 1.0
        assert not wet.is_wall_last

    def test_that_a_step_at_the_foot_of_a_wall_is_part_of_it(self) -> None:
        wet = wetted(section([0, 0, 0, 6, 6], [3, 2, 0, 0, 3]), 2.5)
        assert wet.edge_depth_first_m == 2.5

    def test_that_a_level_below_the_bed_says_by_how_much(self) -> None:
        with pytest.raises(SectionError, match=r"4\.000 m is 1\.000 m below the lowest point of the bed"):
            wetted(section([0, 10, 20], [10, 5, 10]), 4.0)

    def test_that_a_level_above_the_survey_says_where_and_by_how_much(self) -> None:
        bed = section([0, 10, 20], [10, 5, 8])
        assert not wetted(bed, 9.0).is_within_survey
        with pytest.raises(SectionError, match=r"1\.000 m above the right end of the survey \(station 20\.000 m\)"):
            edges_of_water(bed, 9.0)
        with pytest.raises(SectionError, match=r"3\.000 m above the left end"):
            edges_of_water(mirrored(bed), 11.0)

    def test_that_a_level_at_the_end_of_the_survey_is_within_it(self) -> None:
        bed = section([0, 10, 20], [8, 5, 8])
        assert edges_of_water(bed, 8.0) == (0.0, 20.0)
        assert edges_of_water(bed, 8.0 + 1e-13) == (0.0, 20.0)
        assert not wetted(bed, 8.0 + 1e-13).is_wall_first

    @given(valleys(), st.floats(0.1, 10.0), st.floats(0.1, 10.0))
    def test_that_area_and_perimeter_never_fall_with_the_level(self, bed: CrossSection, one: float, two: float) -> None:
        levels = np.sort([one, two])
        table = section_table(bed, levels)
        assert table.area_m2[0] <= table.area_m2[1] + 1e-12
        assert table.wetted_perimeter_m[0] <= table.wetted_perimeter_m[1] + 1e-12
        assert table.top_width_m[0] <= table.top_width_m[1] + 1e-12

    @given(valleys(), st.floats(0.1, 10.0))
    def test_that_a_mirrored_section_gives_mirrored_results(self, bed: CrossSection, level: float) -> None:
        if level <= bed.elevation_m.min() + 1e-6:
            return
        wet, other = wetted(bed, level), wetted(mirrored(bed), level)
        assert (wet.first_station_m, wet.last_station_m) == pytest.approx(
            (-other.last_station_m, -other.first_station_m)
        )
        assert (wet.edge_depth_first_m, wet.is_wall_first) == (other.edge_depth_last_m, other.is_wall_last)
        for name in ("area_m2", "wetted_perimeter_m", "wetted_width_m", "max_depth_m"):
            assert getattr(wet, name) == pytest.approx(getattr(other, name))
        crossings = find_crossings(bed, level)
        assert crossings == pytest.approx(-find_crossings(mirrored(bed), level)[::-1])

    @given(valleys(), st.floats(0.1, 10.0))
    def test_that_the_area_is_the_integral_of_the_depths(self, bed: CrossSection, level: float) -> None:
        if level <= bed.elevation_m.min() + 1e-6:
            return
        station = np.linspace(bed.station_m[0], bed.station_m[-1], 4001)
        middles = 0.5 * (station[1:] + station[:-1])
        sampled = float(np.sum(depths_at(bed, middles, level)) * (station[1] - station[0]))
        assert sampled == pytest.approx(wetted(bed, level).area_m2, abs=0.05)


class TestDepths:
    def test_that_a_vertical_wall_keeps_its_depth(self) -> None:
        """The reference takes the bed at the left wall and the wall's top at the right one: a depth of -3 m."""
        level = 318.211 * FOOT
        depth = (318.211 - BONEYARD_BED_FT) * FOOT
        right = BONEYARD_WIDTH_FT * FOOT
        stations = [0.0, 3.0, right, np.nextafter(right, 0), np.nextafter(right, 9)]
        assert depths_at(boneyard(), stations, level) == pytest.approx([depth] * 5)

    def test_that_depths_follow_the_bed(self) -> None:
        bed = section([0, 1, 2, 3, 4], [10, 8, 7.5, 8.5, 10])
        assert depths_at(bed, [0, 1, 2, 3, 4, 0.5], 10.0) == pytest.approx([0, 2, 2.5, 1.5, 0, 1.0])

    def test_that_a_step_within_the_water_gives_the_deeper_side(self) -> None:
        bed = section([0, 2, 2, 6], [5, 3, 1, 5])
        assert depths_at(bed, [2.0, 1.9999, 2.0001], 4.0) == pytest.approx([3.0, 1.0, 3.0], abs=2e-3)

    def test_that_there_is_no_depth_outside_the_survey(self) -> None:
        assert depths_at(boneyard(), [-0.5, 6.5], 97.0).tolist() == [0.0, 0.0]

    @given(valleys(), st.floats(-1.0, 12.0), st.lists(st.floats(-5, 40), min_size=1, max_size=8))
    def test_that_depths_are_never_negative(self, bed: CrossSection, level: float, stations: list[float]) -> None:
        depth = depths_at(bed, stations, level)
        assert depth.shape == (len(stations),)
        assert np.all((depth >= 0.0) & (depth <= max(level - bed.elevation_m.min(), 0.0) + 1e-9))


class TestTable:
    def test_that_levels_below_the_bed_are_dry(self) -> None:
        table = section_table(boneyard(), np.array([90.0, 317.6 * FOOT]))
        assert table.area_m2 == pytest.approx([0.0, 4.04233], abs=5e-6)
        assert table.hydraulic_radius_m[0] == 0.0
        assert np.isnan(table.conveyance_m3s).all()

    def test_that_one_roughness_gives_the_conveyance(self) -> None:
        bed = CrossSection(np.array([0.0, 0.0, 4.0, 4.0]), np.array([3.0, 0.0, 0.0, 3.0]), manning_n=(0.03,))
        assert section_table(bed, [2.0]).conveyance_m3s == pytest.approx([8.0 * 1.0 ** (2 / 3) / 0.03])


def survey(name: str, stations: list[float], elevations: list[float], **settings: object) -> SubSurvey:
    return SubSurvey(name, np.array(stations, dtype=float), np.array(elevations, dtype=float), **settings)  # type: ignore[arg-type]


class TestMerge:
    def test_that_offsets_are_added(self) -> None:
        merged = merge_sub_surveys((survey("a", [0, 5, 9], [3, 1, 3], station_offset_m=2.0, stage_offset_m=0.5),))
        assert merged.station_m.tolist() == [2.0, 7.0, 11.0]
        assert merged.elevation_m.tolist() == [3.5, 1.5, 3.5]

    def test_that_a_survey_from_the_right_bank_is_mirrored_with_its_steps(self) -> None:
        merged = merge_sub_surveys((survey("a", [0, 0, 10, 20, 30], [9, 1, 2, 3, 4], start_edge=Bank.RIGHT),))
        assert merged.station_m.tolist() == [0.0, 10.0, 20.0, 30.0, 30.0]
        assert merged.elevation_m.tolist() == [4.0, 3.0, 2.0, 1.0, 9.0]

    def test_that_overlapping_surveys_are_merged_by_station(self) -> None:
        right = survey("adcp", [4, 6, 8], [1, 2, 5])
        left = survey("bank", [0, 2, 5], [5, 2, 1])
        merged = merge_sub_surveys((right, left))
        assert merged.station_m.tolist() == [0.0, 2.0, 4.0, 5.0, 6.0, 8.0]
        assert merged.elevation_m.tolist() == [5.0, 2.0, 1.0, 1.0, 2.0, 5.0]
        assert merged.sub_surveys == (right, left)

    def test_that_a_wall_where_surveys_meet_keeps_its_order(self) -> None:
        right = survey("right", [5, 5, 9], [3, 4, 6])
        left = survey("left", [0, 5, 5], [6, 1, 2])
        assert merge_sub_surveys((right, left)).elevation_m.tolist() == [6.0, 1.0, 2.0, 3.0, 4.0, 6.0]

    def test_that_every_bad_row_is_named(self) -> None:
        surveys = (survey("a.csv", [0, 5, np.nan], [3, np.inf, 3]), survey("b.csv", [0, 4, 3], [3, 1, 3]))
        with pytest.raises(SectionError) as caught:
            merge_sub_surveys(surveys)
        assert [problem.where for problem in caught.value.problems] == [
            "survey 'a.csv', row 2",
            "survey 'a.csv', row 3",
            "survey 'b.csv', row 3",
        ]
        assert "unsorted stations: 3.0000 m follows 4.0000 m" in str(caught.value)

    def test_that_an_offset_that_is_no_number_is_refused(self) -> None:
        with pytest.raises(SectionError, match="offset is not a number"):
            merge_sub_surveys((survey("a", [0, 5], [3, 1], stage_offset_m=float("nan")),))

    @pytest.mark.parametrize("surveys", [(), (survey("a", [0], [1]),), (survey("a", [], []),)])
    def test_that_fewer_than_two_points_are_refused(self, surveys: tuple[SubSurvey, ...]) -> None:
        with pytest.raises(SectionError, match="at least 2 are needed"):
            merge_sub_surveys(surveys)

    def test_that_a_section_without_width_is_refused(self) -> None:
        with pytest.raises(SectionError, match="one station"):
            merge_sub_surveys((survey("a", [3, 3], [1, 5]),))

    def test_that_arrays_that_do_not_fit_are_a_programming_error(self) -> None:
        with pytest.raises(ValueError, match="elevations"):
            merge_sub_surveys((survey("a", [0, 1], [1, 2, 3]),))
