"""Durations as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.formats.jobs.durations import format_duration, parse_duration_s


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", 90),
        (90, 90),
        (1.5, 1.5),
        ("90s", 90),
        ("15m", 900),
        ("15 min", 900),
        ("2h", 7200),
        ("1h30m", 5400),
        (" 1d ", 86400),
        ("0", 0),
        ("1.5H", 5400),
    ],
)
def test_that_usual_spellings_are_read(text: object, seconds: float) -> None:
    assert parse_duration_s(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "15x", "m", "-5", -5, "1h 30", "nan", "inf", True, None, [1], "5m!"])
def test_that_anything_else_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="a duration such as"):
        parse_duration_s(text)


def test_that_a_bare_number_counts_in_the_unit_of_its_setting() -> None:
    assert parse_duration_s("30", "m") == parse_duration_s(30, "m") == parse_duration_s("30m", "s") == 1800.0


@given(st.integers(0, 10**7))
def test_that_what_is_written_reads_back(seconds: int) -> None:
    assert parse_duration_s(format_duration(seconds)) == pytest.approx(seconds, rel=1e-5)
