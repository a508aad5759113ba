"""ISO 748 and the interpolated variance estimator."""

from __future__ import annotations

import math

import numpy as np
import pytest

from image_velocimetry_tools.numerics.discharge import mid_section
from image_velocimetry_tools.numerics.uncertainty import (
    DischargeUncertainty,
    Rating,
    UncertaintyInputs,
    interpolated_variance,
    iso748,
    rectification_uncertainty,
    u_m_of_verticals,
    user_rating,
)

STATION = np.arange(11.0)
DEPTH = np.array([0, 0.5, 0.9, 1.2, 1.4, 1.5, 1.45, 1.2, 0.8, 0.4, 0])
MEAN_VELOCITY = 0.85 * np.array([0, 0.4, 0.7, 0.9, 1.05, 1.1, 1, 0.85, 0.6, 0.3, 0])
PANELS = mid_section(STATION, MEAN_VELOCITY, DEPTH)
INPUTS = UncertaintyInputs(u_rect=rectification_uncertainty(0.05, 10.0))


def ive(velocity: np.ndarray = MEAN_VELOCITY, depth: np.ndarray = DEPTH) -> DischargeUncertainty:
    flow = mid_section(STATION, velocity, depth).panel_discharge_m3s
    return interpolated_variance(STATION, depth, velocity, flow, INPUTS)


class TestIso748:
    def test_that_the_eleven_stations_have_their_known_figures(self) -> None:
        assert (PANELS.discharge_m3s, PANELS.area_m2) == pytest.approx((6.885, 9.35))
        result = iso748(PANELS.panel_discharge_m3s, DEPTH, INPUTS)
        assert INPUTS.u_s == pytest.approx(0.0335410, abs=5e-8)
        known = {"u_m": 0.042, "u_b": 0.00193973, "u_d": 0.00193973, "u_p": 0.0271562, "u_v": 0.0310356, "u_c": 0.0}
        for name, value in known.items():
            assert result.components[name] == pytest.approx(value, abs=5e-8), name
        assert result.u_q == pytest.approx(0.0678026, abs=5e-8)
        assert result.u95 == pytest.approx(0.1356052, abs=5e-8)
        assert result.u95_percent == pytest.approx(13.56052, abs=5e-6)

    def test_that_the_five_stations_have_their_known_figures(self) -> None:
        """The reference divides by the discharge as displayed, 42.61 for 42.60625: a part in ten thousand."""
        depth = np.array([0.5, 2, 2.5, 1.5, 0.5])
        flow = mid_section([0, 5, 10, 15, 20], 0.85 * np.array([0.5, 1.5, 2, 1.2, 0.4]), depth).panel_discharge_m3s
        inputs = UncertaintyInputs(u_rect=rectification_uncertainty(0.15, 25.0))
        result = iso748(flow, depth, inputs)
        assert inputs.u_s == pytest.approx(0.0337046, abs=5e-8)
        assert result.components["u_m"] == pytest.approx(0.075)
        assert result.components["u_p"] == pytest.approx(0.0426217, rel=1e-4)
        assert result.components["u_v"] == pytest.approx(0.0487105, rel=1e-4)
        assert result.u95 == pytest.approx(0.2094646, rel=1e-4)

    def test_that_contributions_sum_to_one_and_rectification_has_its_own(self) -> None:
        """The reference counts alpha and rectification twice and shows the share of alpha for rectification."""
        result = iso748(PANELS.panel_discharge_m3s, DEPTH, INPUTS)
        assert sum(result.contributions.values()) == pytest.approx(1.0)
        assert result.contributions["u_rect"] == pytest.approx(0.005**2 / result.u_q**2)
        assert result.contributions["u_alpha"] == pytest.approx(0.03**2 / result.u_q**2)
        assert result.contributions["u_s"] == pytest.approx(0.0002 / result.u_q**2)

    def test_that_shallow_panels_have_a_larger_depth_uncertainty(self) -> None:
        deep, shallow = iso748([1, 1], [2.0, 2.0], INPUTS), iso748([1, 1], [0.3, 0.3], INPUTS)
        assert deep.components["u_d"] == pytest.approx(0.005 / math.sqrt(2))
        assert shallow.components["u_d"] == pytest.approx(0.015 / math.sqrt(2))

    def test_that_the_verticals_may_be_fewer_than_the_panels(self) -> None:
        result = iso748(PANELS.panel_discharge_m3s, DEPTH, INPUTS, verticals=9)
        assert result.components["u_m"] == pytest.approx(0.051)

    def test_that_panels_without_velocity_count_as_zero(self) -> None:
        with_gap = iso748([1.0, np.nan, 2.0], [1, 1, 1])
        assert with_gap.components["u_p"] == pytest.approx(0.07 * math.sqrt(5) / 3)

    def test_that_no_discharge_has_no_uncertainty_but_a_reason(self) -> None:
        result = iso748([1.0, -1.0], [1, 1])
        assert math.isnan(result.u95)
        assert result.reason == "the discharge is zero"
        assert result.contributions == {}


class TestInterpolatedVariance:
    def test_that_the_eleven_stations_have_the_corrected_figures(self) -> None:
        """By an independent loop over the published formula.

        The reference gives u_d 0.0185226 and u_v 0.0183908: it weighs q^2 s/d where (q s/d)^2 is meant. Its u_b of
        0.00193438 leaves out the panels next to the edges.
        """
        weights = {}
        for name, values in (("u_d", DEPTH), ("u_v", MEAN_VELOCITY)):
            total = 0.0
            for i in range(2, 9):
                estimate = 0.5 * values[i - 1] + 0.5 * values[i + 1]
                total += (values[i] - estimate) ** 2 / (2 * (1 - 0.5 + 0.25))
            s = math.sqrt(total / (11 - 5))
            variance = sum((PANELS.panel_discharge_m3s[i] * s / values[i]) ** 2 for i in range(2, 9))
            weights[name] = math.sqrt(variance) / 6.885
        result = ive()
        assert result.components["u_d"] == pytest.approx(weights["u_d"])
        assert result.components["u_v"] == pytest.approx(weights["u_v"])
        assert result.components["u_d"] == pytest.approx(0.0166517, abs=5e-8)
        assert result.components["u_v"] == pytest.approx(0.0164422, abs=5e-8)
        assert result.components["u_b"] == pytest.approx(0.00193973, abs=5e-8)
        expected = math.sqrt(INPUTS.u_s**2 + weights["u_d"] ** 2 + weights["u_v"] ** 2 + 0.00193973**2)
        assert result.u_q == pytest.approx(expected)
        assert result.u95 == pytest.approx(0.0818875, abs=5e-7)
        assert sum(result.contributions.values()) == pytest.approx(1.0)

    def test_that_units_do_not_matter(self) -> None:
        """The reference's s_d / d q^2 changes with the unit of discharge."""
        feet = 1 / 0.3048
        flow = PANELS.panel_discharge_m3s * feet**3
        other = interpolated_variance(STATION * feet, DEPTH * feet, MEAN_VELOCITY * feet, flow, INPUTS)
        assert other.components == pytest.approx(dict(ive().components))

    def test_that_a_straight_profile_has_the_uncertainty_of_the_instrument_left(self) -> None:
        velocity, depth = np.linspace(0.5, 1.5, 11), np.linspace(1.0, 2.0, 11)
        result = ive(velocity, depth)
        flow = mid_section(STATION, velocity, depth).panel_discharge_m3s
        assert result.components["u_d"] == pytest.approx(0.0, abs=1e-12)
        assert result.components["u_v"] == pytest.approx(0.01 * math.sqrt(np.sum(flow[2:-2] ** 2)) / flow.sum())

    def test_that_uneven_spacing_weighs_the_nearer_neighbour_more(self) -> None:
        station = np.array([0.0, 1.0, 1.5, 4.0, 6.0, 6.5, 9.0, 10.0])
        depth = 1.0 + 0.2 * station
        result = interpolated_variance(
            station, depth, np.ones(8), mid_section(station, np.ones(8), depth).panel_discharge_m3s
        )
        assert result.components["u_d"] == pytest.approx(0.0, abs=1e-12)

    def test_that_reverse_flow_counts_as_it_is(self) -> None:
        opposite = ive(-MEAN_VELOCITY)
        assert opposite.u_q == pytest.approx(ive().u_q)

    def test_that_a_missing_velocity_is_skipped(self) -> None:
        velocity = MEAN_VELOCITY.copy()
        velocity[5] = np.nan
        result = ive(velocity)
        assert math.isfinite(result.u_q)
        assert result.components["u_v"] != ive().components["u_v"]

    def test_that_five_stations_have_no_variance_but_a_reason(self) -> None:
        """The reference divides by n - 5 and returns infinity."""
        result = interpolated_variance(np.arange(5.0), np.ones(5), np.ones(5), np.ones(5))
        assert math.isnan(result.u95)
        assert result.reason == "the interpolated variance needs more than 5 stations, there are 5"

    def test_that_too_many_gaps_have_a_reason(self) -> None:
        velocity = np.array([0, np.nan, 1, np.nan, 1, np.nan, 0])
        result = interpolated_variance(np.arange(7.0), np.ones(7), velocity, np.ones(7))
        assert result.reason == "too few neighbouring stations have a depth and a velocity"

    def test_that_no_discharge_has_a_reason(self) -> None:
        assert (
            interpolated_variance(np.arange(8.0), np.ones(8), np.ones(8), np.zeros(8)).reason == "the discharge is zero"
        )


class TestInputs:
    @pytest.mark.parametrize(
        ("verticals", "u_m"), [(3, 0.075), (5, 0.075), (11, 0.042), (25, 0.020), (27, 0.018), (35, 0.010), (90, 0.010)]
    )
    def test_that_more_verticals_are_less_uncertain(self, verticals: int, u_m: float) -> None:
        assert u_m_of_verticals(verticals) == pytest.approx(u_m)

    def test_that_rectification_is_relative_to_the_width(self) -> None:
        assert rectification_uncertainty(0.05, 10.0) == pytest.approx(0.005)
        assert rectification_uncertainty(None, 10.0) == 0.0
        assert rectification_uncertainty(float("nan"), 10.0) == 0.0

    @pytest.mark.parametrize("width", [0.0, -1.0, float("nan")])
    def test_that_a_width_must_be_positive(self, width: float) -> None:
        with pytest.raises(ValueError, match="Scene width must be positive"):
            rectification_uncertainty(0.05, width)


@pytest.mark.parametrize(
    ("percent", "rating"),
    [
        (2.99, Rating.EXCELLENT),
        (3.0, Rating.GOOD),
        (5.0, Rating.FAIR),
        (8.0, Rating.POOR),
        (float("nan"), Rating.POOR),
    ],
)
def test_that_ratings_follow_the_percent(percent: float, rating: Rating) -> None:
    assert user_rating(percent) is rating
