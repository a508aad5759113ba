"""The map between the line in the picture and the stations of the survey."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import SectionError
from image_velocimetry_tools.domain.section import Bank, CrossSection
from image_velocimetry_tools.numerics.section_line import line_stations

# Left bank 1:2, right bank 1:1, so that left and right cannot be confused.
BED = CrossSection(np.array([0.0, 8.0, 12.0, 16.0]), np.array([4.0, 0.0, 0.0, 4.0]))
LEFT_XY, RIGHT_XY = np.array([100.0, 50.0]), np.array([106.0, 58.0])  # 10 m apart, as the edges of water at 2 m


def test_that_a_line_from_the_left_bank_has_rising_stations() -> None:
    line = line_stations([LEFT_XY, RIGHT_XY], BED, 2.0, Bank.LEFT)
    assert (line.start_station_m, line.end_station_m) == (4.0, 14.0)
    assert line.length_ratio == pytest.approx(1.0)
    assert line.xy_of([4.0, 14.0, 9.0]) == pytest.approx(np.array([LEFT_XY, RIGHT_XY, [103.0, 54.0]]))


def test_that_a_line_from_the_right_bank_starts_at_the_last_crossing() -> None:
    line = line_stations([RIGHT_XY, LEFT_XY], BED, 2.0, Bank.RIGHT)
    assert (line.start_station_m, line.end_station_m) == (14.0, 4.0)
    assert line.station_of([RIGHT_XY, LEFT_XY]) == pytest.approx([14.0, 4.0])


@pytest.mark.parametrize("level", [1.0, 2.0, 3.0])
def test_that_both_start_banks_put_a_station_at_the_same_place(level: float) -> None:
    from_left = line_stations([LEFT_XY, RIGHT_XY], BED, 2.0, Bank.LEFT)
    from_right = line_stations([RIGHT_XY, LEFT_XY], BED, 2.0, Bank.RIGHT)
    assert from_left.edges(BED, level) == pytest.approx(from_right.edges(BED, level)[::-1])


def test_that_another_level_moves_the_edges_along_the_line() -> None:
    line = line_stations([RIGHT_XY, LEFT_XY], BED, 2.0, Bank.RIGHT)
    direction = (RIGHT_XY - LEFT_XY) / 10.0
    assert line.edge_stations(BED, 3.0) == (15.0, 2.0)
    assert line.edges(BED, 3.0) == pytest.approx(np.array([RIGHT_XY + direction, LEFT_XY - 2 * direction]))


def test_that_distances_count_from_the_edge_of_water_at_the_lines_start() -> None:
    from_left = line_stations([LEFT_XY, RIGHT_XY], BED, 2.0, Bank.LEFT)
    from_right = line_stations([RIGHT_XY, LEFT_XY], BED, 2.0, Bank.RIGHT)
    assert from_left.distance_from_start([2.0, 5.0, 15.0], BED, 3.0) == pytest.approx([0.0, 3.0, 13.0])
    assert from_right.distance_from_start([2.0, 5.0, 15.0], BED, 3.0) == pytest.approx([13.0, 10.0, 0.0])


def test_that_a_line_longer_than_the_survey_shows_in_the_ratio() -> None:
    line = line_stations([LEFT_XY, LEFT_XY + np.array([12.0, 0.0])], BED, 2.0, Bank.LEFT)
    assert line.length_ratio == pytest.approx(1.2)
    assert line.station_of([LEFT_XY + np.array([6.0, 0.0])]) == pytest.approx([9.0])


@given(st.floats(4.0, 14.0), st.floats(-5.0, 5.0), st.sampled_from(list(Bank)))
def test_that_a_point_beside_the_line_has_the_station_of_its_foot(station: float, aside: float, bank: Bank) -> None:
    line = line_stations([LEFT_XY, RIGHT_XY], BED, 2.0, bank)
    beside = line.xy_of([station]) + aside * np.array([-0.8, 0.6])
    assert line.station_of(beside) == pytest.approx([station])


@pytest.mark.parametrize(("level", "message"), [(5.0, "above the"), (-1.0, "below the lowest point")])
def test_that_a_scaffold_level_outside_the_section_is_refused(level: float, message: str) -> None:
    with pytest.raises(SectionError, match=message):
        line_stations([LEFT_XY, RIGHT_XY], BED, level, Bank.LEFT)


def test_that_a_job_level_outside_the_section_is_refused() -> None:
    with pytest.raises(SectionError, match="above the"):
        line_stations([LEFT_XY, RIGHT_XY], BED, 2.0, Bank.LEFT).edges(BED, 4.5)


def test_that_a_line_without_length_is_refused() -> None:
    with pytest.raises(SectionError, match="no length"):
        line_stations([LEFT_XY, LEFT_XY], BED, 2.0, Bank.LEFT)
    with pytest.raises(ValueError, match="shape"):
        line_stations([LEFT_XY], BED, 2.0, Bank.LEFT)
