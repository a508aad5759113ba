from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from image_velocimetry_tools.gui.models.discharge import ShareGrade, StationRow, StationStatus

ROW = StationRow(
    point=2, name="3", status=StationStatus.USED, station=4.0, width=1.0, depth=0.5, area=0.5, velocity=1.0,
    own_velocity=1.0, alpha=0.85, discharge=0.4, share_percent=4.0, origin="measured", flags="", is_decided=False,
)  # fmt: skip


@pytest.mark.parametrize(
    ("share_percent", "grade"),
    [
        (np.nan, ShareGrade.LITTLE),
        (4.99, ShareGrade.LITTLE),
        (5.0, ShareGrade.SOME),
        (9.99, ShareGrade.SOME),
        (10.0, ShareGrade.MUCH),
    ],
)
def test_that_shares_of_five_and_ten_percent_are_told_apart(share_percent: float, grade: ShareGrade) -> None:
    assert replace(ROW, share_percent=share_percent).share_grade is grade


def test_that_a_station_that_is_not_used_has_no_share() -> None:
    row = replace(ROW, status=StationStatus.SET_ASIDE, share_percent=20.0)
    assert row.share_grade is ShareGrade.NONE
    assert (row.is_used, row.is_filled, row.is_set_aside) == (False, False, True)


def test_that_a_row_without_a_point_is_an_edge_of_water() -> None:
    assert replace(ROW, point=None, status=StationStatus.EDGE).is_edge
    assert not ROW.is_edge
