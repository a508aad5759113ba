"""The use cases of the cross-section."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from image_velocimetry_tools.domain.errors import SectionError
from image_velocimetry_tools.domain.section import Bank, SubSurvey
from image_velocimetry_tools.services.cross_section_service import CrossSectionService

SERVICE = CrossSectionService()
BRIDGE = SubSurvey("bridge", np.array([0.0, 10.0, 20.0]), np.array([10.0, 5.0, 8.0]))


def test_that_the_edges_of_a_v_are_found() -> None:
    section = SERVICE.merge([BRIDGE])
    assert SERVICE.edges_of_water(section, 7.5) == pytest.approx((5.0, 18.3333333))
    assert SERVICE.crossings(section, 7.5) == pytest.approx([5.0, 18.3333333])
    assert SERVICE.depths(section, [0.0, 10.0], 7.5).tolist() == [0.0, 2.5]


def test_that_a_level_outside_the_survey_is_refused() -> None:
    with pytest.raises(SectionError, match="above the right end"):
        SERVICE.edges_of_water(SERVICE.merge([BRIDGE]), 8.5)


def test_that_a_sub_survey_can_be_moved_and_flipped() -> None:
    section = SERVICE.merge([BRIDGE], [0.03])
    moved = SERVICE.placed(section, 0, station_offset_m=2.0, stage_offset_m=-1.0)
    assert moved.station_m.tolist() == [2.0, 12.0, 22.0]
    assert moved.elevation_m.tolist() == [9.0, 4.0, 7.0]
    flipped = SERVICE.placed(moved, -1, start_edge=Bank.RIGHT)
    assert flipped.elevation_m.tolist() == [7.0, 4.0, 9.0]
    assert flipped.station_m.tolist() == [2.0, 12.0, 22.0]
    assert flipped.manning_n == (0.03,)
    assert SERVICE.placed(flipped, 0, start_edge=Bank.LEFT, stage_offset_m=0.0).elevation_m.tolist() == [10.0, 5.0, 8.0]


def test_that_the_table_rises_from_the_bed_to_the_lower_bank() -> None:
    table = SERVICE.table(SERVICE.merge([BRIDGE]), count=4)
    assert table.elevation_m.tolist() == [5.0, 6.0, 7.0, 8.0]
    assert table.top_width_m == pytest.approx([0.0, 2 + 10 / 3, 4 + 20 / 3, 16.0])
    assert table.area_m2 == pytest.approx(0.5 * table.top_width_m * (table.elevation_m - 5.0))


def test_that_the_line_is_tied_to_the_stations() -> None:
    line = SERVICE.line([[0.0, 0.0], [0.0, 16.0]], SERVICE.merge([BRIDGE]), 8.0, Bank.RIGHT)
    assert (line.start_station_m, line.end_station_m) == (20.0, 4.0)


def test_that_the_first_level_inside_the_survey_is_taken() -> None:
    section = SERVICE.merge([BRIDGE])
    assert SERVICE.first_level_inside(section, [None, 1e-5, float("nan"), 7.0, 6.0]) == 7.0


def test_that_all_levels_outside_are_named() -> None:
    section = SERVICE.merge([BRIDGE])
    with pytest.raises(SectionError) as caught:
        SERVICE.first_level_inside(section, [1e-5, 9.0])
    assert [problem.what.split(" m is ")[0] for problem in caught.value.problems] == [
        "the water level 0.000",
        "the water level 9.000",
    ]
    with pytest.raises(SectionError, match="no water level is given"):
        SERVICE.first_level_inside(section, [None])


def test_that_the_boneyard_survey_has_its_known_areas(shared_data: Path) -> None:
    section = SERVICE.load(shared_data / "boneyard_site" / "Cross-Section_AC3_meters.mat")
    areas = [SERVICE.wetted(section, level * 0.3048).area_m2 for level in (317.6, 318.211, 318.6)]
    assert areas == pytest.approx([4.04233, 5.15978, 5.87122], abs=5e-6)
    left, right = SERVICE.edges_of_water(section, 318.211 * 0.3048)
    assert (left, right) == pytest.approx((0.0, 6.0002928))
