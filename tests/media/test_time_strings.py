"""Clock times as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.media.time_strings import (
    float_seconds_to_time_string,
    hhmmss_to_seconds,
    milliseconds_to_time_string,
    seconds_to_hhmmss,
)


def test_that_the_figures_of_the_reference_are_met() -> None:
    assert seconds_to_hhmmss(10.14) == "00:00:10"
    assert seconds_to_hhmmss(3661.25, precision="high") == "01:01:01.25"
    assert seconds_to_hhmmss(10.61, precision="high") == "00:00:10.61"
    assert float_seconds_to_time_string(3661.23456) == "01:01:01.23"
    assert milliseconds_to_time_string(5000) == "00:00:05.00"
    assert milliseconds_to_time_string(65000) == "00:01:05.00"
    assert hhmmss_to_seconds("01:10:32.64") == pytest.approx(4232.64)
    assert hhmmss_to_seconds("01:10:32,64") == pytest.approx(4232.64)


@pytest.mark.parametrize("text", ["10:32.64", "1:2:3:4", "", "aa:bb:cc", "00:61:00", "00:00:60", "-1:00:00", "0:0:nan"])
def test_that_anything_but_three_parts_of_a_clock_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a time"):
        hhmmss_to_seconds(text)


def test_that_rounding_carries_over() -> None:
    assert seconds_to_hhmmss(3599.999, precision="high") == "01:00:00.00"


def test_that_a_time_is_not_negative() -> None:
    with pytest.raises(ValueError, match="cannot be -1"):
        seconds_to_hhmmss(-1)


@given(st.integers(0, 100 * 3600 * 99))
def test_that_text_and_seconds_convert_back(hundredths: int) -> None:
    text = seconds_to_hhmmss(hundredths / 100, precision="high")
    assert hhmmss_to_seconds(text) == pytest.approx(hundredths / 100, abs=1e-6)
