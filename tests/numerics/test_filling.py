"""Gap filling at constant Froude number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import DischargeError
from image_velocimetry_tools.numerics.filling import fill_gaps, measured_share


def test_that_a_gap_is_linear_between_its_neighbours_where_depth_is_even() -> None:
    filled = fill_gaps([0, 1, 3, 4], [2, 2, 2, 2], [1.0, 9.0, np.nan, 2.0], [True, False, False, True])
    assert filled.velocity_mps == pytest.approx([1.0, 1.25, 1.75, 2.0])
    assert filled.is_filled.tolist() == [False, True, True, False]


def test_that_stations_may_come_in_any_order() -> None:
    filled = fill_gaps([4, 1, 0, 3], [2, 2, 2, 2], [2.0, np.nan, 1.0, np.nan], [True, False, True, False])
    assert filled.velocity_mps == pytest.approx([2.0, 1.25, 1.0, 1.75])


def test_that_a_shallow_gap_is_slower_by_the_root_of_its_depth() -> None:
    filled = fill_gaps([0, 1, 2], [4, 1, 4], [2.0, np.nan, 2.0], [True, False, True])
    assert filled.velocity_mps == pytest.approx([2.0, 1.0, 2.0])


def test_that_the_ends_keep_the_froude_number_of_the_nearest_used_point() -> None:
    filled = fill_gaps([0, 1, 2, 3], [0.25, 1, 1, 4], [0, 1.0, 2.0, 0], [False, True, True, False])
    assert filled.velocity_mps == pytest.approx([0.5, 1.0, 2.0, 4.0])


def test_that_reverse_flow_is_filled_with_reverse_flow() -> None:
    filled = fill_gaps([0, 1, 2], [1, 1, 1], [-1.0, np.nan, -0.5], [True, False, True])
    assert filled.velocity_mps == pytest.approx([-1.0, -0.75, -0.5])


def test_that_dry_points_are_filled_with_zero_and_give_nothing_to_others() -> None:
    filled = fill_gaps([0, 1, 2], [0, 1, 0], [5.0, 1.0, np.nan], [True, True, False])
    assert filled.velocity_mps.tolist() == [5.0, 1.0, 0.0]
    assert fill_gaps([0, 1, 2], [0, 1, 1], [5.0, np.nan, 1.0], [True, False, True]).velocity_mps[1] == 1.0


@pytest.mark.parametrize("used", [[False, False], [False, True]])
def test_that_nothing_to_fill_from_is_an_error_not_zero(used: list[bool]) -> None:
    with pytest.raises(DischargeError, match="every point was rejected") as caught:
        fill_gaps([0, 1], [1, 1], [1.0, np.nan], used)
    assert caught.value.stage == "discharge"


@given(st.data())
def test_that_filling_never_invents_a_used_point_nor_changes_one(data: st.DataObject) -> None:
    n = data.draw(st.integers(1, 12))
    station = np.cumsum(data.draw(st.lists(st.floats(0.1, 2.0), min_size=n, max_size=n)))
    depth = np.array(data.draw(st.lists(st.floats(0.0, 3.0), min_size=n, max_size=n)))
    velocity = np.array(data.draw(st.lists(st.sampled_from([np.nan, -0.5, 0.0, 1.0, 2.5]), min_size=n, max_size=n)))
    used = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    try:
        filled = fill_gaps(station, depth, velocity, used)
    except DischargeError:
        assert not np.any(used & np.isfinite(velocity) & (depth > 0))
        return
    counted = used & np.isfinite(velocity)
    assert filled.is_filled.tolist() == (~counted).tolist()
    assert filled.velocity_mps[counted].tolist() == velocity[counted].tolist()
    assert np.isfinite(filled.velocity_mps).all()


def test_that_the_measured_share_is_that_of_the_discharge() -> None:
    assert measured_share([1.0, 6.0, 2.0, 1.0], [False, True, True, False]) == pytest.approx(0.8)
    assert measured_share([np.nan, 3.0, -1.0], [True, True, False]) == pytest.approx(0.75)
    assert np.isnan(measured_share([0.0, 0.0], [True, True]))
