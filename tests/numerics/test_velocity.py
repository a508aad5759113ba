"""Vectors, the normal component, streak angles and the tests of velocities."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.angles import direction_vector
from image_velocimetry_tools.numerics.streak_angle import (
    frame_step_for,
    manual_velocity,
    mean_line_angle_deg,
    optimal_interval_s,
    sample_interval_s,
    streak_angle_deg,
    streak_velocity,
)
from image_velocimetry_tools.numerics.velocity import (
    component_in_direction,
    froude_number,
    line_normal,
    normal_component,
    project_on_tagline,
    section_normal,
    tagline_direction,
    velocity_vectors,
)
from image_velocimetry_tools.numerics.velocity_filters import (
    low_quality,
    outside_fan,
    too_fast,
    unlike_mean_direction,
    unlike_neighbours,
)


class TestTagline:
    def test_that_flow_across_an_upright_line_projects_whole(self) -> None:
        projected = project_on_tagline([(0, 0), (0, 5), (0, 10)], [2, 2, 2], [0, 0, 0])
        assert (projected.tagline_direction_deg, projected.mean_flow_direction_deg) == (180.0, 90.0)
        assert projected.normal_velocity_mps == pytest.approx([2, 2, 2])

    def test_that_the_sign_follows_the_order_of_the_points(self) -> None:
        points, v = np.array([(10, 50), (20, 50), (30, 50)]), np.array([-1.0, -2.0, -1.5])
        projected = project_on_tagline(points, np.zeros(3), v)
        assert projected.normal_direction_deg == 0.0
        assert projected.normal_velocity_mps == pytest.approx([-1, -2, -1.5])
        turned = project_on_tagline(points[::-1], np.zeros(3), v)
        assert turned.normal_velocity_mps == pytest.approx([1, 2, 1.5])

    def test_that_missing_velocities_stay_missing_and_out_of_the_mean(self) -> None:
        projected = project_on_tagline([(0, 0), (0, 10)], [2, np.nan], [0, np.nan])
        assert projected.mean_flow_direction_deg == 90.0
        assert np.isnan(projected.normal_velocity_mps).tolist() == [False, True]

    def test_that_the_normal_is_turned_without_wrapping_as_in_project_files(self) -> None:
        """A normal of 350 beside a flow of 10 degrees is turned away from it; discharge does not use this one."""
        tagline = 100.0 * direction_vector([80.0, 260.0])
        flow_up_right = np.sin(np.radians(10.0)), np.cos(np.radians(10.0))
        projected = project_on_tagline(tagline[::-1], *([component] * 2 for component in flow_up_right))
        assert projected.normal_direction_deg == pytest.approx(170.0)
        assert projected.normal_velocity_mps == pytest.approx([np.cos(np.radians(160.0))] * 2)

    def test_that_components_have_their_known_figures(self) -> None:
        assert float(component_in_direction(2.0, 45.0, 90.0)) == pytest.approx(1.41421, abs=5e-6)
        assert float(component_in_direction(-1.5, 18.43, 90.0)) == pytest.approx(-1.423066, abs=5e-7)

    @pytest.mark.parametrize(
        ("start", "end", "normal"),
        [((0, 0), (4, 0), (0, 1)), ((1, 2), (5, 6), (-0.7071, 0.7071)), ((0, 0), (0, 4), (-1, 0))],
    )
    def test_that_lines_have_their_normals(self, start: object, end: object, normal: object) -> None:
        assert line_normal(start, end) == pytest.approx(np.array(normal), abs=5e-5)

    def test_that_a_line_without_length_has_none(self) -> None:
        with pytest.raises(ValueError, match="no normal"):
            line_normal((1, 1), (1, 1))

    def test_that_a_tagline_runs_from_the_first_to_the_last_point(self) -> None:
        assert tagline_direction([(0, 0), (3, 9), (10, 0)]) == 90.0


class TestNormalComponent:
    LINE = np.array([[0.0, 50.0], [100.0, 50.0]])

    @pytest.mark.parametrize("line", [LINE, LINE[::-1]])
    def test_that_downstream_is_positive_whatever_the_order_of_the_line(self, line: np.ndarray) -> None:
        """The reference keeps the normal "up" here and gets negative values for flow down the picture."""
        normal = section_normal(line, expected_direction_deg=170.0)
        assert normal == pytest.approx([0.0, 1.0])
        assert normal_component([1.0, 1.0, 2.0], [180.0, 0.0, 120.0], normal) == pytest.approx([1.0, -1.0, 1.0])

    def test_that_a_negative_speed_is_reverse_flow(self) -> None:
        normal = section_normal(self.LINE, 180.0)
        assert normal_component([-0.7], [180.0], normal) == pytest.approx([-0.7])
        assert normal_component([-0.7], [0.0], normal) == pytest.approx([0.7])

    def test_that_flow_along_the_line_has_no_component(self) -> None:
        assert normal_component([3.0], [90.0], section_normal(self.LINE, 180.0)) == pytest.approx([0.0])

    def test_that_a_flow_expected_along_the_line_takes_its_left_normal(self) -> None:
        assert section_normal(self.LINE, 90.0) == pytest.approx([0.0, -1.0])

    def test_that_missing_stays_missing(self) -> None:
        assert np.isnan(normal_component([np.nan], [180.0], np.array([0.0, 1.0])))[0]

    @given(st.floats(0, 360), st.floats(0, 360))
    def test_that_the_expected_direction_never_flows_upstream(self, bearing: float, expected: float) -> None:
        line = np.array([[5.0, 5.0], [5.0, 5.0] + 40.0 * direction_vector(bearing)])
        normal = section_normal(line, expected)
        assert np.hypot(*normal) == pytest.approx(1.0)
        assert float(normal_component(1.0, expected, normal)) >= -1e-9

    def test_that_vectors_are_in_image_axes(self) -> None:
        assert velocity_vectors([2.0, 1.0], [0.0, 90.0]) == pytest.approx(np.array([[0, -2], [1, 0]]), abs=1e-12)


def test_that_the_froude_number_is_signed_and_needs_a_depth() -> None:
    froude = froude_number([1.0, -2.0, 1.0], [1.0, 4.0, 0.0])
    assert froude[:2] == pytest.approx([1 / np.sqrt(9.81), -1 / np.sqrt(9.81)])
    assert np.isnan(froude[2])


class TestStreakAngle:
    def test_that_angle_and_velocity_have_their_known_figures(self) -> None:
        assert float(streak_velocity(45.0, 0.15, 0.1)) == pytest.approx(1.5)
        assert float(streak_angle_deg(1.5, 0.15, 0.1)) == pytest.approx(-45.0)

    @given(st.floats(-20, 20))
    def test_that_the_drawn_angle_gives_the_opposite_velocity(self, velocity: float) -> None:
        angle = streak_angle_deg(velocity, 0.15, 0.1)
        assert float(streak_velocity(angle, 0.15, 0.1)) == pytest.approx(-velocity, abs=1e-9)

    def test_that_a_line_by_hand_has_the_sign_of_its_mark(self) -> None:
        assert manual_velocity([45.0, -45.0, 0.0], 0.15, 0.1) == pytest.approx([1.5, 1.5, 0.0])
        assert float(manual_velocity(45.0, 0.15, 0.1, is_upstream=True)) == pytest.approx(-1.5)
        assert np.isnan(manual_velocity([-999.0, np.nan], 0.15, 0.1)).all()

    def test_that_lines_are_averaged_whichever_end_they_were_drawn_from(self) -> None:
        """The reference averages unit vectors: a line drawn from the other end cancels the first."""
        lines = [[[0, 0], [10, -10]], [[10, -10], [0, 0]]]
        assert mean_line_angle_deg(lines) == pytest.approx(45.0)
        assert mean_line_angle_deg([[[0, 0], [10, 0]], [[0, 0], [10, 10]]]) == pytest.approx(-22.5)
        assert np.isnan(mean_line_angle_deg([]))

    def test_that_the_sample_rate_has_its_known_figures(self) -> None:
        assert frame_step_for(0.1, 30.0) == 3
        assert frame_step_for(0.1, 60.0) == 6
        assert frame_step_for(0.001, 30.0) == 1
        assert sample_interval_s(3, 30.0) == pytest.approx(0.1)
        assert optimal_interval_s(1.5, 0.15) == pytest.approx(0.1)
        with pytest.raises(ValueError, match="positive"):
            optimal_interval_s(0.0, 0.15)


class TestFilters:
    def test_that_speed_is_limited_either_way(self) -> None:
        assert too_fast([1.0, -3.0, 3.0, np.nan, 2.0], 2.0).tolist() == [False, True, True, False, False]

    def test_that_unknown_quality_is_low(self) -> None:
        assert low_quality([0.5, 0.3, np.nan], 0.4).tolist() == [False, True, True]

    def test_that_the_fan_is_open_at_both_ends_of_its_axis(self) -> None:
        directions = [10.0, 350.0, 20.0, 190.0, 205.0, np.nan]
        assert outside_fan(directions, 0.0, 15.0).tolist() == [False, False, True, False, True, False]

    def test_that_a_wild_direction_is_found_across_north(self) -> None:
        directions = [355.0, 358.0, 2.0, 5.0, 60.0, 178.0, np.nan]
        assert unlike_mean_direction(directions, 20.0).tolist() == [False] * 4 + [True, False, False]
        assert unlike_mean_direction([np.nan, np.nan], 20.0).tolist() == [False, False]

    @pytest.mark.parametrize("wild", [3.0, -1.0, 0.0])
    def test_that_an_outlier_in_mid_channel_is_found(self, wild: float) -> None:
        station, depth = np.arange(15.0), np.ones(15)
        velocity = 1.2 * (1 - np.abs(np.arange(15) / 7 - 1) ** 4) + 0.3
        velocity[6] = wild
        failed = unlike_neighbours(station, velocity, depth)
        assert failed.tolist() == [i == 6 for i in range(15)]

    def test_that_two_wild_points_side_by_side_are_found(self) -> None:
        velocity = np.ones(12)
        velocity[[5, 6]] = 4.0, -2.0
        assert np.flatnonzero(unlike_neighbours(np.arange(12.0), velocity, np.ones(12))).tolist() == [5, 6]

    def test_that_slow_water_over_a_bar_and_even_flow_over_a_hole_pass(self) -> None:
        depth = np.full(11, 2.0)
        depth[5] = 0.3
        bar = np.sqrt(depth / 2.0)
        assert not unlike_neighbours(np.arange(11.0), bar, depth).any()
        assert not unlike_neighbours(np.arange(11.0), np.ones(11), depth).any()
        bar[5] = -0.6
        assert np.flatnonzero(unlike_neighbours(np.arange(11.0), bar, depth)).tolist() == [5]

    def test_that_points_set_aside_are_no_neighbours(self) -> None:
        velocity = np.array([1.0, 9.0, 9.0, 1.0, 9.0, 9.0, 1.0])
        usable = velocity < 5
        failed = unlike_neighbours(np.arange(7.0), velocity, np.ones(7), usable)
        assert failed.tolist() == [False, True, True, False, True, True, False]

    def test_that_the_order_of_the_points_does_not_matter(self) -> None:
        station = np.array([3.0, 0.0, 5.0, 1.0, 4.0, 2.0])
        velocity = np.where(station == 2.0, 5.0, 1.0)
        assert unlike_neighbours(station, velocity, np.ones(6)).tolist() == (station == 2.0).tolist()

    def test_that_few_or_missing_points_do_not_fail(self) -> None:
        assert not unlike_neighbours([0.0, 1.0], [1.0, 9.0], [1.0, 1.0]).any()
        assert not unlike_neighbours([0.0, 1.0, 2.0], [np.nan] * 3, [1.0] * 3).any()

    def test_that_a_bank_point_faster_than_its_neighbours_fails(self) -> None:
        velocity = np.array([2.5, 1.0, 1.0, 1.0, 1.0, -1.0])
        assert unlike_neighbours(np.arange(6.0), velocity, np.ones(6)).tolist() == [True, *[False] * 4, True]

    @pytest.mark.parametrize("side", [1, -1])
    def test_that_slow_water_far_from_the_bank_with_nothing_beyond_it_fails(self, side: int) -> None:
        velocity = np.array([0.6, 0.9, 1.0, 1.0, 1.0, 0.001, *[np.nan] * 5, 0.3])[::side]
        usable = np.isfinite(velocity) & (velocity != 0.3)
        failed = unlike_neighbours(np.arange(12.0), velocity, np.ones(12), usable) & usable
        assert np.flatnonzero(failed[::side]).tolist() == [5]

    @given(st.integers(10, 40), st.floats(0.1, 0.6), st.floats(0.1, 0.6), st.floats(0.05, 5.0), st.booleans())
    def test_that_smooth_profiles_pass_at_walls_and_banks(
        self, count: int, left: float, right: float, peak: float, has_walls: bool
    ) -> None:
        position = (np.arange(count) + 0.5) / count
        velocity = peak * (2 * position) ** left * (2 * (1 - position)) ** right
        depth = np.ones(count) if has_walls else 2.0 * np.minimum(1.0, 4 * np.minimum(position, 1 - position))
        assert not unlike_neighbours(position, velocity, depth).any()
        assert not unlike_neighbours(position, -velocity, depth).any()
