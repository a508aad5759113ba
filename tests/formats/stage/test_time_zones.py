from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import StageRecordError
from image_velocimetry_tools.formats.stage.time_zones import is_repeated, is_skipped, parse_timezone

SUMMER = datetime(2017, 6, 30, 12)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("CDT", -5),
        ("cst", -6),
        ("EST", -5),
        ("EDT", -4),
        ("MST", -7),
        ("MDT", -6),
        ("PST", -8),
        ("PDT", -7),
        ("AKST", -9),
        ("AKDT", -8),
        ("HST", -10),
        ("UTC", 0),
        ("GMT", 0),
        ("-06:00", -6),
        ("+0530", 5.5),
        ("UTC-6", -6),
        (" +2 ", 2),
        ("America/Chicago", -5),
        ("Europe/Berlin", 2),
    ],
)
def test_that_codes_offsets_and_names_are_known(text: str, hours: float) -> None:
    assert parse_timezone(text).utcoffset(SUMMER) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", "Mars", "XYZ", "../etc", "/etc/passwd", "+99:00", "America", "a\x00b"])
def test_that_other_zones_are_refused(text: str) -> None:
    with pytest.raises(StageRecordError, match="is not known") as caught:
        parse_timezone(text)
    assert "America/Chicago" in caught.value.remedy


@given(st.text(max_size=12))
def test_that_any_text_is_a_zone_or_our_error(text: str) -> None:
    try:
        zone = parse_timezone(text)
    except StageRecordError:
        return
    assert zone.utcoffset(SUMMER) is not None


def test_that_changes_of_the_clock_are_recognised() -> None:
    zone = parse_timezone("America/Chicago")
    assert is_skipped(datetime(2017, 3, 12, 2, 30), zone)
    assert not is_repeated(datetime(2017, 3, 12, 2, 30), zone)
    assert is_repeated(datetime(2017, 11, 5, 1, 30), zone)
    assert not is_skipped(datetime(2017, 11, 5, 1, 30), zone)
    assert not is_skipped(SUMMER, zone)
    assert not is_repeated(SUMMER, zone)
    assert not is_repeated(datetime(2017, 11, 5, 1, 30), parse_timezone("CST"))
