from __future__ import annotations

import pytest

from image_velocimetry_tools.formats.stage.times import parse_time


@pytest.mark.parametrize(
    "text", ["", "2017-06-30", "30.06.2017 10:00", "2017-13-01 10:00", "now", "0001-01-01 00:00", "2017-06-30 25:00"]
)
def test_that_only_full_times_are_read(text: str) -> None:
    assert parse_time(text) is None
