"""Mid-section discharge, and the edges of water at its ends."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.section import CrossSection
from image_velocimetry_tools.numerics.discharge import (
    mid_section,
    panel_widths,
    rantz_mean_velocity,
    velocity_statistics,
)
from image_velocimetry_tools.numerics.grid import points_between_edges
from image_velocimetry_tools.numerics.section import depths_at, wetted
from image_velocimetry_tools.numerics.section_discharge import SectionDischarge, section_discharge, wall_exponent

Profile = Callable[[np.ndarray], np.ndarray]


class TestMidSection:
    def test_that_the_published_example_is_reproduced(self) -> None:
        """Turnipseed and Sauer (2010), figure 2: 73.39 within 1 %; the exact formula gives 73.5639."""
        x = [
            1,
            4,
            7,
            10,
            13,
            16,
            19,
            22,
            24,
            26,
            28,
            30,
            32,
            34,
            36,
            38,
            40,
            42,
            44,
            47,
            50,
            53,
            56,
            59,
            62,
            65,
            68,
            71,
        ]
        d = [0, 0.95, 1.4, 2, 2.1, 2.3, 2.25, 2.21, 2.52, 2.81, 3.01, 2.95, 3.11, 3.21, 3.03, 3.11, 2.92, 2.54, 2.2]
        d += [2.05, 2.22, 2.14, 2.23, 2.04, 1.43, 1.07, 0.62, 0]
        v = [0, 0.29, 0.38, 0.32, 0.4, 0.42, 0.43, 0.48, 0.57, 0.62, 0.64, 0.72, 0.72, 0.74, 0.72, 0.65, 0.58, 0.52]
        v += [0.51, 0.47, 0.46, 0.43, 0.42, 0.4, 0.36, 0.4, 0.28, 0]
        result = mid_section(x, v, d)
        assert result.discharge_m3s == pytest.approx(73.5639, abs=5e-5)
        assert result.area_m2 == pytest.approx(143.845, abs=5e-4)

    def test_that_vertical_walls_have_their_half_panels(self) -> None:
        result = mid_section([0, 3, 7, 9, 10], [2, 3, 4, 5, 6], [1, 2, 3, 4, 5])
        assert (result.discharge_m3s, result.area_m2) == (105.0, 26.0)
        assert result.width_m.tolist() == [1.5, 3.5, 3, 1.5, 0.5]
        assert result.panel_area_m2.tolist() == [1.5, 7, 9, 6, 2.5]
        assert result.panel_discharge_m3s.tolist() == [3, 21, 36, 30, 15]

    def test_that_a_missing_velocity_has_an_area_but_no_discharge(self) -> None:
        result = mid_section([0, 1, 2, 3], [0, np.nan, 2, 0], [0, 1.2, 1.5, 0])
        assert (result.discharge_m3s, result.area_m2) == pytest.approx((3.0, 2.70))

    def test_that_zeros_give_zero(self) -> None:
        result = mid_section(np.zeros(3), np.zeros(3), np.zeros(3))
        assert (result.discharge_m3s, result.area_m2) == (0.0, 0.0)
        assert mid_section([], [], []).discharge_m3s == 0.0

    def test_that_unequal_lengths_are_refused(self) -> None:
        with pytest.raises(ValueError, match=r"^Input arrays must have the same length\.$"):
            mid_section([0, 1, 2], [1, 1], [1, 1, 1])

    def test_that_stations_may_fall(self) -> None:
        assert panel_widths([10, 9, 7, 3, 0]).tolist() == [0.5, 1.5, 3, 3.5, 1.5]

    def test_that_reverse_flow_lowers_the_discharge(self) -> None:
        forward = mid_section([0, 1, 2, 3], [1, 1, 1, 1], [1, 1, 1, 1]).discharge_m3s
        assert mid_section([0, 1, 2, 3], [1, -1, 1, 1], [1, 1, 1, 1]).discharge_m3s == forward - 2.0


class TestRantz:
    def test_that_the_mean_velocity_is_alpha_times_the_surface_velocity(self) -> None:
        assert rantz_mean_velocity(2.0) == pytest.approx(1.70)
        assert rantz_mean_velocity(np.array([2, 3, 4]), 0.8) == pytest.approx([1.6, 2.4, 3.2])

    def test_that_text_is_refused(self) -> None:
        with pytest.raises(ValueError, match="Input must be a float or a numpy array"):
            rantz_mean_velocity("1")  # type: ignore[arg-type]


class TestStatistics:
    def test_that_means_are_over_known_values(self) -> None:
        """The reference divides the sum of velocities by all rows, NaN included: an average surface velocity of 1.0."""
        figures = velocity_statistics(10.0, 5.0, [1.0, np.nan, 2.0], [0.85, 0.85, 0.90])
        assert figures.average_velocity_mps == 2.0
        assert figures.average_surface_velocity_mps == 1.5
        assert figures.max_surface_velocity_mps == 2.0
        assert figures.average_alpha == pytest.approx(0.8667, abs=5e-5)

    def test_that_no_area_and_no_values_give_zero(self) -> None:
        figures = velocity_statistics(10.0, 0.0, [np.nan], [])
        assert figures.average_velocity_mps == 0.0
        assert figures.average_surface_velocity_mps == 0.0
        assert figures.average_alpha == 0.0


FLUME = CrossSection(np.array([0.0, 0.0, 10.0, 10.0]), np.array([3.0, 0.0, 0.0, 3.0]))
STEPPED = CrossSection(np.array([0.0, 0.0, 4.0, 10.0, 10.0]), np.array([3.0, 1.6, 0.0, 0.8, 3.0]))
TRAPEZOID = CrossSection(np.array([0.0, 3.0, 8.0, 11.0]), np.array([3.0, 0.0, 0.0, 3.0]))
TRIANGLE = CrossSection(np.array([0.0, 6.0, 12.0]), np.array([3.0, 0.0, 3.0]))
LEVEL = 2.0

PROFILES: dict[str, Profile] = {
    **{f"1-|2x-1|^{k}": lambda x, k=k: 1 - np.abs(2 * x - 1) ** k for k in (2, 4, 8, 16)},  # type: ignore[misc]
    **{f"tanh {a}": lambda x, a=a: np.tanh(a * np.minimum(x, 1 - x)) for a in (5, 10, 25)},  # type: ignore[misc]
    **{f"power 1/{m}": lambda x, m=m: (4 * x * (1 - x)) ** (1 / m) for m in (2, 3, 5, 7, 10)},  # type: ignore[misc]
    "beta": lambda x: x**0.45 * (1 - x) ** 0.3,
    "log": lambda x: np.log1p(300 * np.minimum(x, 1 - x)) / np.log1p(150),
}


def measured(section: CrossSection, profile: Profile, count: int) -> SectionDischarge:
    wet = wetted(section, LEVEL)
    station = points_between_edges([[wet.first_station_m], [wet.last_station_m]], count)[:, 0]
    velocity = profile((station - wet.first_station_m) / wet.top_width_m)
    depth = depths_at(section, station, LEVEL)
    return section_discharge(wet, station, depth, velocity, np.ones(count, dtype=bool), alpha=1.0)


def true_discharge(section: CrossSection, profile: Profile) -> float:
    """By a fine quadrature that crowds towards the edges, where the profile is steep."""
    wet = wetted(section, LEVEL)
    share = 0.5 * (1 - np.cos(np.linspace(0, np.pi, 100_001)))
    station = wet.first_station_m + share * wet.top_width_m
    return float(np.trapezoid(profile(share) * depths_at(section, station, LEVEL), station))


class TestSectionDischarge:
    @pytest.mark.parametrize(
        ("section", "rms", "worst"),
        [(FLUME, 0.14, 0.28), (STEPPED, 0.16, 0.30), (TRAPEZOID, 0.13, 0.35), (TRIANGLE, 0.15, 0.32)],
        ids=["flume", "stepped", "trapezoid", "triangle"],
    )
    def test_that_smooth_profiles_are_integrated(self, section: CrossSection, rms: float, worst: float) -> None:
        """Percent of the true discharge, over all profiles and 15 to 30 points."""
        errors = np.array(
            [
                100 * (measured(section, profile, count).discharge_m3s / true_discharge(section, profile) - 1)
                for profile in PROFILES.values()
                for count in (15, 20, 25, 30)
            ]
        )
        assert np.sqrt(np.mean(errors**2)) < rms
        assert np.abs(errors).max() < worst

    def test_that_the_wall_law_beats_a_straight_line_to_zero(self) -> None:
        profile = PROFILES["power 1/7"]
        result, truth = measured(FLUME, profile, 20), true_discharge(FLUME, profile)
        straight = float(result.panel_discharge_m3s[1:-1].sum())
        assert straight / truth - 1 < -0.015
        assert abs(result.discharge_m3s / truth - 1) < 0.001

    def test_that_even_flow_between_walls_loses_only_the_shear_layers(self) -> None:
        result = measured(FLUME, np.ones_like, 20)
        assert result.wall_exponents == (0.1, 0.1)
        assert result.area_midsection_m2 == pytest.approx(20.0)
        assert result.area_m2 == pytest.approx(20.0)
        full_edge_panel, gap_area = 0.125 * LEVEL, 0.25 * LEVEL
        assert result.discharge_m3s == pytest.approx(20.0 - 2 * (full_edge_panel - gap_area * 0.5**1.1 / 1.1))

    def test_that_a_wall_panel_is_the_integral_of_law_and_depth(self) -> None:
        steep = CrossSection(np.array([0.0, 0.0, 4.0, 10.0, 10.0]), np.array([3.0, 1.0, -3.0, 0.0, 3.0]))
        wet = wetted(steep, LEVEL)
        result = section_discharge(wet, [2.0, 6.0], [3.0, 4.0], [1.0, 3**0.25], [True, True], alpha=1.0)
        x = 1.0 * np.linspace(0.0, 1.0, 20_001) ** 4
        assert result.wall_exponents[0] == pytest.approx(0.25)
        integral = np.trapezoid((x / 2.0) ** 0.25 * (1.0 + x), x)
        assert result.panel_discharge_m3s[0] == pytest.approx(integral, rel=1e-6)

    def test_that_panels_sum_to_the_totals_and_shares_to_one(self) -> None:
        result = measured(STEPPED, PROFILES["beta"], 17)
        assert result.discharge_m3s == pytest.approx(result.panel_discharge_m3s.sum())
        assert result.area_midsection_m2 == pytest.approx(result.panel_area_m2.sum())
        assert result.area_midsection_m2 == pytest.approx(result.area_m2, rel=0.01)
        assert result.measured_fraction + result.interpolated_fraction + result.edge_fraction == pytest.approx(1.0)
        assert result.mean_velocity_mps == pytest.approx(result.discharge_m3s / result.area_m2)
        assert result.unit_discharge_m2s[1:-1] * result.width_m[1:-1] == pytest.approx(result.panel_discharge_m3s[1:-1])

    def test_that_a_sloped_edge_has_no_flow(self) -> None:
        result = measured(TRAPEZOID, PROFILES["beta"], 20)
        assert result.depth_m[[0, -1]].tolist() == [0.0, 0.0]
        assert result.panel_discharge_m3s[[0, -1]].tolist() == [0.0, 0.0]
        assert result.station_m[[0, -1]] == pytest.approx([1.0, 10.0])
        assert np.isnan(result.wall_exponents).all()
        assert result.edge_fraction == 0.0

    def test_that_a_low_wall_has_no_more_velocity_than_its_point(self) -> None:
        low = CrossSection(np.array([0.0, 0.0, 5.0, 10.0]), np.array([3.0, 1.99, 0.0, 3.0]))
        result = measured(low, lambda x: np.ones_like(x), 20)
        assert 0.0 < result.surface_velocity_mps[0] < 1.0
        assert result.surface_velocity_mps[-1] == 0.0

    @given(st.sampled_from(sorted(PROFILES)), st.integers(2, 30), st.sampled_from([FLUME, STEPPED, TRAPEZOID]))
    def test_that_a_mirrored_section_has_the_same_discharge(self, name: str, count: int, section: CrossSection) -> None:
        other = CrossSection(-section.station_m[::-1], section.elevation_m[::-1])
        profile = PROFILES[name]
        one, two = measured(section, profile, count), measured(other, lambda x: profile(1 - x), count)
        assert one.discharge_m3s == pytest.approx(two.discharge_m3s)
        assert one.panel_discharge_m3s == pytest.approx(two.panel_discharge_m3s[::-1])

    @given(st.integers(0, 11))
    def test_that_reverse_flow_lowers_the_discharge(self, reversed_point: int) -> None:
        wet, station = wetted(FLUME, LEVEL), points_between_edges([[0.0], [10.0]], 12)[:, 0]
        velocity = np.ones(12)
        depth, all_measured = np.full(12, LEVEL), np.ones(12, dtype=bool)
        forward = section_discharge(wet, station, depth, velocity, all_measured).discharge_m3s
        velocity[reversed_point] = -1.0
        assert section_discharge(wet, station, depth, velocity, all_measured).discharge_m3s < forward - 2.5
        opposite = section_discharge(wet, station, depth, -np.ones(12), all_measured).discharge_m3s
        assert opposite == pytest.approx(-forward)

    def test_that_filled_points_are_the_interpolated_share(self) -> None:
        wet, station = wetted(FLUME, LEVEL), points_between_edges([[0.0], [10.0]], 10)[:, 0]
        is_measured = np.arange(10) != 4
        result = section_discharge(wet, station, np.full(10, 2.0), np.ones(10), is_measured, alpha=0.9)
        assert result.interpolated_fraction == pytest.approx(0.9 * 2.0 / result.discharge_m3s)
        assert result.is_measured.tolist() == [False, *is_measured, False]

    def test_that_each_point_has_its_own_coefficient(self) -> None:
        wet, station = wetted(TRAPEZOID, LEVEL), np.array([4.0, 5.5, 7.0])
        result = section_discharge(wet, station, [2, 2, 2], [1, 1, 1], [True] * 3, alpha=[0.7, 0.8, 0.9])
        assert result.alpha.tolist() == [0.7, 0.7, 0.8, 0.9, 0.9]
        assert result.panel_discharge_m3s == pytest.approx([0, 2.25 * 1.4, 1.5 * 1.6, 2.25 * 1.8, 0])

    @pytest.mark.parametrize(
        ("station", "velocity", "message"),
        [
            ([], [], "at least one"),
            ([5, 4], [1, 1], "must rise"),
            ([0, 4], [1, 1], "must rise"),
            ([4], [np.nan], "finite"),
        ],
    )
    def test_that_arrays_that_make_no_section_are_refused(
        self, station: object, velocity: object, message: str
    ) -> None:
        depth = np.ones(len(np.atleast_1d(station)))
        with pytest.raises(ValueError, match=message):
            section_discharge(wetted(FLUME, LEVEL), station, depth, velocity, np.ones(depth.shape, dtype=bool))


class TestWallExponent:
    def test_that_two_measured_points_give_the_exponent(self) -> None:
        assert wall_exponent([1.0, 3.0], [2.0, 2.0 * 3**0.25], [True, True]) == pytest.approx(0.25)

    @pytest.mark.parametrize(("velocities", "exponent"), [([1.0, 1.0], 0.1), ([2.0, 1.0], 0.1), ([1.0, 9.0], 0.5)])
    def test_that_it_stays_within_what_walls_do(self, velocities: list[float], exponent: float) -> None:
        assert wall_exponent([1.0, 3.0], velocities, [True, True]) == exponent

    @pytest.mark.parametrize(
        ("velocities", "is_measured"),
        [
            ([1.0, 1.2], [False, True]),
            ([1.0, 1.2], [True, False]),
            ([-1.0, 1.2], [True, True]),
            ([0.0, 1.0], [True] * 2),
        ],
    )
    def test_that_it_is_a_sixth_where_the_points_do_not_tell(
        self, velocities: list[float], is_measured: list[bool]
    ) -> None:
        assert wall_exponent([1.0, 3.0], velocities, is_measured) == pytest.approx(1 / 6)
        assert wall_exponent([1.0], [1.0], [True]) == pytest.approx(1 / 6)
