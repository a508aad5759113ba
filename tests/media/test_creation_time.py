"""Times in metadata and file names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.media.creation_time import find_time, parse_creation_time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-05-14T20:24:55.123456Z", datetime(2022, 5, 14, 20, 24, 55, 123456, tzinfo=UTC)),
        ("2022-05-14T20:24:55Z", datetime(2022, 5, 14, 20, 24, 55, tzinfo=UTC)),
        ("2022/05/14 20:24:55", datetime(2022, 5, 14, 20, 24, 55)),
        ("Remote+Record_20250406T113118.732-05_00", datetime(2025, 4, 6, 11, 31, 18, 732000)),
        ("09085000-20250327-114207", datetime(2025, 3, 27, 11, 42, 7)),
        ("20160824100501", datetime(2016, 8, 24, 10, 5, 1)),
        ("logfile_run3_20230928_extra", datetime(2023, 9, 28)),
        ("cam20230101_other20230201T120000.000", datetime(2023, 2, 1, 12)),
        ("", None),
        (None, None),
        (20230201, None),
    ],
)
def test_that_the_times_of_the_reference_are_read(text: object, expected: datetime | None) -> None:
    """The reference drops a ``Z``; here the time stays aware, since an hour's mistake is another flood."""
    assert parse_creation_time(text) == expected


def test_that_a_month_and_day_are_read_without_a_year() -> None:
    found = parse_creation_time("boneyard-full-Aug31")
    assert found is not None
    assert (found.year, found.month, found.day) == (1900, 8, 31)
    assert parse_creation_time("boneyard_2016_full-Aug31") == datetime(2016, 8, 31)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022-05-14T20:24:55-05:00", datetime(2022, 5, 14, 20, 24, 55, tzinfo=timezone(timedelta(hours=-5)))),
        ("2022-05-14T20:24:55+0530", datetime(2022, 5, 14, 20, 24, 55, tzinfo=timezone(timedelta(hours=5.5)))),
        ("2023:06:15 12:30:45", datetime(2023, 6, 15, 12, 30, 45)),
        ("VID_20230615_123045.mp4", datetime(2023, 6, 15, 12, 30, 45)),
        ("PXL_20230615_123045678.mp4", datetime(2023, 6, 15, 12, 30, 45, 678000)),
        ("DJI_20230615123045_0001_V.MP4", datetime(2023, 6, 15, 12, 30, 45)),
        ("2023-06-15 12.30.45.mov", datetime(2023, 6, 15, 12, 30, 45)),
        ("weir_20230928_1230.mp4", datetime(2023, 9, 28, 12, 30)),
        ("20231345_120000", None),
        ("1700000000", None),
        ("Mayor1", None),
    ],
)
def test_that_names_of_common_cameras_are_read(text: str, expected: datetime | None) -> None:
    assert parse_creation_time(text) == expected


@pytest.mark.parametrize(
    ("text", "resolution"),
    [("20230928_123045", "second"), ("20230928_1230", "minute"), ("20230928_9999", "day"), ("Aug31", "day")],
)
def test_that_the_resolution_tells_a_bare_date_from_midnight(text: str, resolution: str) -> None:
    found = find_time(text)
    assert found is not None
    assert found.resolution == resolution


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31)), st.sampled_from(["%Y%m%d%H%M%S", "%Y-%m-%d_%H-%M-%S"])
)
def test_that_any_time_in_a_name_is_read_back(moment: datetime, layout: str) -> None:
    moment = moment.replace(microsecond=0)
    assert parse_creation_time(f"cam2_{moment.strftime(layout)}.mp4") == moment


@given(st.text())
def test_that_no_text_raises(text: str) -> None:
    find_time(text)
