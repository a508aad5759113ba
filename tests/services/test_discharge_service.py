"""The use cases of the discharge."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import DischargeError, SectionError
from image_velocimetry_tools.domain.section import CrossSection
from image_velocimetry_tools.numerics.grid import points_between_edges
from image_velocimetry_tools.numerics.uncertainty import Rating, UncertaintyInputs
from image_velocimetry_tools.services.discharge_service import DischargeMeasurement, DischargeService, GapRule

SERVICE = DischargeService()
FLUME = CrossSection(np.array([0.0, 0.0, 10.0, 10.0]), np.array([3.0, 0.0, 0.0, 3.0]))
CHANNEL = CrossSection(np.array([0.0, 4.0, 12.0, 16.0]), np.array([4.0, 0.0, 0.0, 4.0]))
STATION = points_between_edges([[2.0], [14.0]], 24)[:, 0]
VELOCITY = 1.5 * (1 - np.abs((STATION - 8.0) / 6.0) ** 4)
ALL = np.ones(24, dtype=bool)


def measure(velocity: np.ndarray = VELOCITY, used: np.ndarray = ALL, **settings: object) -> DischargeMeasurement:
    return SERVICE.measure(CHANNEL, 2.0, STATION, velocity, used, **settings)  # type: ignore[arg-type]


class TestStationTable:
    X, D, V = (0, 5, 10, 15, 20), (0.5, 2, 2.5, 1.5, 0.5), (0.5, 1.5, 2, 1.2, 0.4)

    def test_that_the_totals_have_their_known_figures(self) -> None:
        table = SERVICE.station_table(self.X, self.D, self.V)
        assert table.total_discharge_m3s == pytest.approx(42.60625)
        assert table.total_area_m2 == pytest.approx(32.5)

    def test_that_a_station_not_used_leaves_its_width_to_its_neighbours(self) -> None:
        table = SERVICE.with_status(SERVICE.station_table(self.X, self.D, self.V), [2], False)
        assert table.total_discharge_m3s == pytest.approx(31.55625)
        assert table.total_area_m2 == pytest.approx(28.75)
        assert table.width_m.tolist() == [2.5, 7.5, 0.0, 7.5, 2.5]
        assert table.status == ("Used", "Used", "Not Used", "Used", "Used")
        back = SERVICE.with_status(table, [2], True)
        assert back.total_discharge_m3s == pytest.approx(42.60625)

    def test_that_no_used_station_gives_zero_and_no_statistics(self) -> None:
        table = SERVICE.with_status(SERVICE.station_table(self.X, self.D, self.V), range(5), False)
        assert (table.total_discharge_m3s, table.total_area_m2, table.statistics()) == (0.0, 0.0, None)

    def test_that_the_columns_sum_to_the_totals(self) -> None:
        """The reference halves the area of the edges once more in its table (2.5, 20, 2.5), but not in the totals."""
        table = SERVICE.station_table([0, 5, 10], [2, 4, 2], [1, 1, 1])
        assert table.width_m.tolist() == [2.5, 5.0, 2.5]
        assert table.area_m2.tolist() == [5.0, 20.0, 5.0]
        assert (table.total_area_m2, table.total_discharge_m3s) == pytest.approx((30.0, 25.5))

    def test_that_a_used_station_without_velocity_has_no_discharge(self) -> None:
        table = SERVICE.station_table([0, 1, 2, 3], [0, 1.2, 1.5, 0], [0, np.nan, 2, 0], 1.0)
        assert table.discharge_m3s.tolist() == [0.0, 0.0, 3.0, 0.0]
        assert table.total_area_m2 == pytest.approx(2.70)

    def test_that_another_alpha_reaches_the_discharges_at_once(self) -> None:
        """The reference leaves the discharges of the table at the old coefficient."""
        table = SERVICE.station_table(self.X, self.D, self.V)
        assert SERVICE.with_alpha(table, 0.9).total_discharge_m3s == pytest.approx(42.60625 * 0.9 / 0.85)
        one = SERVICE.with_alpha(table, 0.90, [2])
        assert one.alpha.tolist() == [0.85, 0.85, 0.90, 0.85, 0.85]
        assert one.discharge_m3s[2] == pytest.approx(0.9 * 2.0 * 12.5)
        assert table.alpha.tolist() == [0.85] * 5

    def test_that_statistics_are_those_of_the_water_not_of_its_edges(self) -> None:
        table = SERVICE.station_table([0, 1, 2, 3, 4], [0, 1, 1, 1, 0], [0, 1, np.nan, 2, 0], 0.8)
        figures = table.statistics()
        assert figures is not None
        assert figures.average_surface_velocity_mps == 1.5
        assert figures.max_surface_velocity_mps == 2.0
        assert figures.average_alpha == pytest.approx(0.8)
        assert figures.average_velocity_mps == pytest.approx(2.4 / 3.0)

    def test_that_unequal_lengths_are_refused(self) -> None:
        with pytest.raises(ValueError, match="same length"):
            SERVICE.station_table([0, 1], [1, 1, 1], [1, 1, 1])


class TestMeasure:
    def test_that_a_smooth_profile_gives_its_discharge(self) -> None:
        share = 0.5 * (1 - np.cos(np.linspace(0, np.pi, 20001)))
        x = 2.0 + 12.0 * share
        depth = np.minimum(2.0, np.minimum(x - 2.0, 14.0 - x))
        truth = 0.85 * float(np.trapezoid(1.5 * (1 - np.abs((x - 8.0) / 6.0) ** 4) * depth, x))
        result = measure()
        assert result.discharge.discharge_m3s == pytest.approx(truth, rel=3e-3)
        assert result.discharge.area_m2 == pytest.approx(20.0)
        assert result.discharge.measured_fraction == pytest.approx(1.0)
        assert result.statistics.max_surface_velocity_mps == pytest.approx(VELOCITY.max())
        assert result.statistics.average_velocity_mps == pytest.approx(result.discharge.discharge_m3s / 20.0)

    def test_that_the_order_of_the_points_does_not_matter(self) -> None:
        order = np.random.default_rng(4).permutation(24)
        shuffled = SERVICE.measure(CHANNEL, 2.0, STATION[order], VELOCITY[order], ALL)
        assert shuffled.discharge.discharge_m3s == measure().discharge.discharge_m3s
        assert shuffled.velocity_mps.tolist() == VELOCITY[order].tolist()

    def test_that_rejected_points_are_filled_and_said_to_be(self) -> None:
        raw, used = VELOCITY.copy(), ALL.copy()
        raw[[10, 11]], used[[10, 11]] = (99.0, np.nan), False
        result = measure(raw, used)
        assert result.discharge.discharge_m3s == pytest.approx(measure().discharge.discharge_m3s, rel=2e-3)
        assert result.velocity_mps[[10, 11]] == pytest.approx(VELOCITY[[10, 11]], rel=0.02)
        assert np.flatnonzero(result.is_filled).tolist() == [10, 11]
        assert np.flatnonzero(~result.is_used).tolist() == [10, 11]
        two_panels_m3s = 2 * 0.5 * 2.0 * 0.85 * 1.5
        share = two_panels_m3s / result.discharge.discharge_m3s
        assert result.discharge.interpolated_fraction == pytest.approx(share, rel=0.02)

    def test_that_a_used_point_without_velocity_is_filled(self) -> None:
        raw = VELOCITY.copy()
        raw[3] = np.nan
        result = measure(raw)
        assert not result.is_used[3]
        assert result.is_filled[3]

    def test_that_dropped_points_widen_their_neighbours(self) -> None:
        used = ALL.copy()
        used[11] = False
        result = measure(used=used, gap_rule="drop")
        assert result.discharge.station_m.size == 25
        assert math.isnan(result.velocity_mps[11])
        assert not result.is_filled.any()
        assert result.discharge.width_m[11] == pytest.approx(0.75)
        assert result.discharge.interpolated_fraction == 0.0
        with pytest.raises(ValueError, match="interpolate"):
            measure(gap_rule="interpolate")

    def test_that_fewer_measured_verticals_are_more_uncertain(self) -> None:
        used = ALL.copy()
        used[::3] = False
        assert measure().iso.components["u_m"] == pytest.approx(0.021)
        assert measure(used=used).iso.components["u_m"] == pytest.approx(0.029)

    def test_that_filled_points_do_not_hide_the_scatter(self) -> None:
        noise = np.random.default_rng(7).normal(0.0, 0.15, 24)
        used = ALL.copy()
        used[1::2] = False
        filled, alone = measure(VELOCITY + noise, used), measure((VELOCITY + noise), used, gap_rule=GapRule.DROP)
        assert filled.ive == alone.ive
        assert filled.ive.components["u_v"] > 0.01

    def test_that_rectification_and_rating_follow_the_residuals(self) -> None:
        result = measure(rectification_rmse_m=0.6)
        assert result.iso.components["u_rect"] == pytest.approx(0.05)
        assert result.ive.components["u_rect"] == pytest.approx(0.05)
        assert result.rating is Rating.POOR
        quiet = UncertaintyInputs(u_so=0.0, u_sm=0.0, u_alpha=0.0, u_p=0.0, u_v=0.0)
        assert measure(inputs=quiet).rating is Rating.GOOD

    def test_that_too_few_points_leave_the_reason(self) -> None:
        used = np.zeros(24, dtype=bool)
        used[[5, 12, 18]] = True
        result = measure(used=used)
        assert math.isnan(result.ive.u95)
        assert "more than 5 stations" in result.ive.reason
        assert math.isfinite(result.iso.u95)

    def test_that_points_on_and_beyond_the_edges_take_no_part(self) -> None:
        station = np.concatenate([[1.0, 2.0], STATION, [14.0, 15.5]])
        velocity = np.concatenate([[9.0, 9.0], VELOCITY, [9.0, 9.0]])
        result = SERVICE.measure(CHANNEL, 2.0, station, velocity, np.ones(28, dtype=bool))
        assert result.discharge.discharge_m3s == measure().discharge.discharge_m3s
        assert result.is_used.tolist() == [False, False, *[True] * 24, False, False]

    def test_that_a_station_given_twice_counts_once(self) -> None:
        station, velocity = np.append(STATION, STATION[8]), np.append(VELOCITY, 50.0)
        result = SERVICE.measure(CHANNEL, 2.0, station, velocity, np.append(ALL, False))
        assert result.discharge.discharge_m3s == measure().discharge.discharge_m3s

    def test_that_every_velocity_rejected_is_an_error(self) -> None:
        with pytest.raises(DischargeError, match="every point was rejected"):
            measure(used=~ALL)

    def test_that_no_point_in_the_water_is_an_error(self) -> None:
        with pytest.raises(DischargeError, match="between the edges of water"):
            SERVICE.measure(CHANNEL, 2.0, [0.5, 15.0], [1.0, 1.0], [True, True])

    @pytest.mark.parametrize(("level", "message"), [(4.5, "above the"), (-0.5, "below the lowest")])
    def test_that_a_level_outside_the_survey_is_an_error(self, level: float, message: str) -> None:
        with pytest.raises(SectionError, match=message):
            SERVICE.measure(CHANNEL, level, STATION, VELOCITY, ALL)

    def test_that_the_measurement_has_a_station_table(self) -> None:
        result = SERVICE.measure(FLUME, 2.0, [2.0, 5.0, 8.0], [1.0, 1.2, 1.0], [True, False, True], alpha=0.9)
        table = SERVICE.measurement_table(result)
        assert table.station_m.tolist() == [0.0, 2.0, 5.0, 8.0, 10.0]
        assert table.total_discharge_m3s == pytest.approx(result.discharge.discharge_m3s)
        assert table.total_area_m2 == pytest.approx(result.discharge.area_midsection_m2)
        assert table.status == ("Used",) * 5

    @given(st.lists(st.booleans(), min_size=24, max_size=24), st.sampled_from(list(GapRule)))
    def test_that_no_gap_rule_invents_a_used_point(self, used: list[bool], rule: GapRule) -> None:
        if not any(used):
            return
        result = measure(used=np.array(used), gap_rule=rule)
        assert result.is_used.tolist() == used
        assert not np.any(result.is_used & result.is_filled)
        total = result.discharge
        shares = total.measured_fraction + total.interpolated_fraction + total.edge_fraction
        assert shares == pytest.approx(1.0)

    @given(st.integers(0, 23))
    def test_that_reverse_flow_lowers_the_discharge(self, point: int) -> None:
        velocity = VELOCITY.copy()
        velocity[point] *= -1.0
        assert measure(velocity).discharge.discharge_m3s < measure().discharge.discharge_m3s
