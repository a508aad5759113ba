"""Sizes as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.domain.memory_size import parse_size, size_text

WHOLE = 16 * 1024**3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4GB", 4_000_000_000),
        ("512 MiB", 512 * 1024**2),
        ("1.5g", 3 * 1024**3 // 2),
        ("700kb", 700_000),
        ("2t", 2 * 1024**4),
        ("300000000 B", 300_000_000),
        (".5GiB", 1024**3 // 2),
        ("75%", 12 * 1024**3),
        (" 100 % ", WHOLE),
    ],
)
def test_that_a_size_is_read_with_its_unit(text: str, expected: int) -> None:
    assert parse_size(text, WHOLE) == expected


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is not a size"),
        ("much", "is not a size"),
        ("-4GB", "is not a size"),
        ("4,5GB", "is not a size"),
        ("4GB GB", "is not a size"),
        ("4", "has no unit"),
        ("4 gold", "'gold' in '4 gold' is not a unit"),
        ("0GB", "is nothing"),
        ("0%", "is nothing"),
        ("120%", "more than the whole"),
    ],
)
def test_that_anything_else_is_refused_with_an_example_of_what_is_meant(text: str, complaint: str) -> None:
    with pytest.raises(IvyError, match=complaint) as caught:
        parse_size(text, WHOLE, "--memory-limit")
    assert caught.value.problems[0].where == "--memory-limit"
    assert "'4GB'" in caught.value.remedy


@given(st.text(max_size=12))
def test_that_no_text_gives_anything_but_a_size_or_a_sentence(text: str) -> None:
    try:
        size_bytes = parse_size(text, WHOLE)
    except IvyError:
        return
    assert size_bytes > 0


@pytest.mark.parametrize(
    ("size_bytes", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1_500, "2 kB"), (312_400_000, "312 MB"), (1_260_000_000, "1.3 GB")],
)
def test_that_sizes_are_shown_with_few_digits(size_bytes: int, text: str) -> None:
    assert size_text(size_bytes) == text


@given(st.integers(min_value=1, max_value=10**15))
def test_that_a_size_that_is_shown_can_be_typed_in_again(size_bytes: int) -> None:
    text = size_text(size_bytes).replace("bytes", "B")
    assert parse_size(text, WHOLE) == pytest.approx(size_bytes, rel=0.34)
