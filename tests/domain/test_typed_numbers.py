from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.domain.typed_numbers import is_typed_number, typed_number
from image_velocimetry_tools.formats.cell_numbers import parse_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("12,5", 12.5), ("12.5", 12.5), (" -0,25 ", -0.25), ("+7", 7.0), (",5", 0.5), ("3.", 3.0), ("1e-3", 0.001)],
)
def test_that_point_and_comma_are_decimal_signs(text: str, number: float) -> None:
    assert typed_number(text) == number


@pytest.mark.parametrize("text", ["1,234.5", "1.234,5", "1,234,567", "1.234.567", "1 234,5", "1'234.5", "1\u202f234"])
def test_that_thousands_separators_are_refused_with_what_to_type(text: str) -> None:
    with pytest.raises(IvyError, match=r"is not a number that can be read\. Type it without thousands separators"):
        typed_number(text)


@pytest.mark.parametrize("text", ["", "-", "high", "12 m", "1_000", "nan", "inf", "1e999", "١٢"])
def test_that_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(IvyError, match="Type a number"):
        typed_number(text)


@given(st.text("0123456789.,+-e ", max_size=9))
def test_that_the_window_reads_what_files_with_decimal_commas_say(text: str) -> None:
    try:
        in_a_file = parse_number(text, decimal_comma=True)
    except ValueError:
        assert not is_typed_number(text)
    else:
        assert typed_number(text) == in_a_file
