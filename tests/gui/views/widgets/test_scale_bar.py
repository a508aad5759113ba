"""Round lengths of the scale bar."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.gui.views.widgets.scale_bar import round_length


@pytest.mark.parametrize(
    ("longest", "length"), [(1, 1), (1.99, 1), (2, 2), (4.9, 2), (7, 5), (0.035, 0.02), (999, 500)]
)
def test_that_lengths_are_round(longest, length):
    assert round_length(longest) == pytest.approx(length)


@given(st.floats(1e-6, 1e6))
def test_that_the_bar_fits_and_is_not_less_than_four_tenths_of_the_room(longest):
    length = round_length(longest)
    assert 0.399 * longest < length <= longest * (1 + 1e-9)
    mantissa = length / 10 ** math.floor(math.log10(length * (1 + 1e-9)))
    assert round(mantissa, 6) in (1, 2, 5)
