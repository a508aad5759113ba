"""Geographic and arithmetic angles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.angles import (
    angular_difference_deg,
    arithmetic_to_geographic,
    direction_vector,
    geographic_direction,
    geographic_to_arithmetic,
    signed_degrees,
)


def test_that_geographic_angles_become_arithmetic() -> None:
    assert geographic_to_arithmetic([30, 90, 180, 270, 360]).tolist() == [60, 0, 270, 180, 90]
    wrapped = [-90, -45, 0, 45, 360, 450, 720]
    assert geographic_to_arithmetic(wrapped).tolist() == [180, 135, 90, 45, 90, 0, 90]


def test_that_signed_arithmetic_angles_lie_within_half_a_turn() -> None:
    assert signed_degrees(geographic_to_arithmetic([270, 180, 90])).tolist() == [-180, -90, 0]


def test_that_arithmetic_angles_become_geographic() -> None:
    assert arithmetic_to_geographic([60, 0, 90, 180, 270]).tolist() == [30, 90, 0, 270, 180]
    wrapped = [-90, -45, 0, 45, 360, 450, 720]
    assert arithmetic_to_geographic(wrapped).tolist() == [180, 135, 90, 45, 90, 0, 90]


@given(st.floats(-720, 720))
def test_that_the_round_trip_is_the_same_direction(angle: float) -> None:
    there_and_back = arithmetic_to_geographic(geographic_to_arithmetic(angle))
    assert float(angular_difference_deg(there_and_back, angle)) == pytest.approx(0.0, abs=1e-9)


def test_that_the_shortest_turn_is_signed() -> None:
    assert angular_difference_deg([10, 350, 190], [350, 10, 10]).tolist() == [20, -20, -180]


def test_that_directions_are_clockwise_from_up_in_image_axes() -> None:
    expected = np.array([[0, -1], [1, 0], [0, 1], [-1, 0]])
    assert direction_vector([0, 90, 180, 270]) == pytest.approx(expected, abs=1e-12)


@given(st.floats(0, 359.99))
def test_that_a_vector_has_the_direction_it_was_made_of(angle: float) -> None:
    x, y = direction_vector(angle)
    assert float(angular_difference_deg(geographic_direction(x, y), angle)) == pytest.approx(0.0, abs=1e-9)


@given(st.floats(-1e-15, 1e-15))
def test_that_directions_next_to_north_stay_below_a_full_circle(sideways: float) -> None:
    assert 0.0 <= float(geographic_direction(sideways, -1.0)) < 360.0
    assert 0.0 <= float(arithmetic_to_geographic(90.0 + sideways)) < 360.0
