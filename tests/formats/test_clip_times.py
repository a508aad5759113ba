from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import VideoError
from image_velocimetry_tools.formats.clip_times import format_clip_time, parse_clip_time


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("15", 15.0),
        ("1:30", 90.0),
        ("01:02:03.5", 3723.5),
        ("00:00:15", 15.0),
        ("15.0", 15.0),
        ("0", 0.0),
        ("90:15", 5415.0),
        (" 5. ", 5.0),
        (".5", 0.5),
        ("100:00:00", 360000.0),
        ("01:10:32.64", 4232.64),
        ("01:10:32,64", 4232.64),
        ("5400", 5400.0),
    ],
)
def test_that_times_of_every_form_are_read(text: str, seconds: float) -> None:
    assert parse_clip_time(text) == pytest.approx(seconds, abs=1e-9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "nan",
        "inf",
        "-5",
        "+5",
        "1e1",
        "1:2:3:4",
        ":30",
        "1:",
        "1::2",
        "1:60",
        "1:60:00",
        "abc",
        "1 30",
        "0x10",
        "1.5:00",
        "1_0",
        "\u0661\u0662",
        "9" * 40,
        "00:00:15 AM",
    ],
)
def test_that_anything_else_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(VideoError, match="is not a time") as caught:
        parse_clip_time(text)
    assert "mm:ss" in caught.value.remedy


def test_that_a_minute_of_more_than_60_seconds_is_explained() -> None:
    with pytest.raises(VideoError, match="'1:75' is not a time: seconds must be less than 60 after a colon"):
        parse_clip_time("1:75")
    with pytest.raises(VideoError, match="minutes must be less than 60"):
        parse_clip_time("1:75:00")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (5.0, "00:00:05.00"),
        (65.0, "00:01:05.00"),
        (3661.25, "01:01:01.25"),
        (10.61, "00:00:10.61"),
        (3661.23456, "01:01:01.23"),
        (59.999, "00:01:00.00"),
        (360000.0, "100:00:00.00"),
    ],
)
def test_that_times_are_written_as_projects_hold_them(seconds: float, text: str) -> None:
    assert format_clip_time(seconds) == text


def test_that_whole_seconds_have_no_point() -> None:
    assert format_clip_time(10.14, decimals=0) == "00:00:10"


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_that_what_is_no_time_is_not_written(seconds: float) -> None:
    with pytest.raises(ValueError, match="is not a time"):
        format_clip_time(seconds)


@given(st.integers(0, 10**9))
def test_that_written_times_read_back(milliseconds: int) -> None:
    assert parse_clip_time(format_clip_time(milliseconds / 1000, 3)) == pytest.approx(milliseconds / 1000, abs=1e-9)


@given(st.text(max_size=20) | st.text("0123456789:.,-e ", max_size=12))
def test_that_any_text_is_a_finite_time_or_our_error(text: str) -> None:
    try:
        seconds = parse_clip_time(text)
    except VideoError:
        return
    assert 0.0 <= seconds < 1e31
