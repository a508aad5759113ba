"""The use cases of the grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from image_velocimetry_tools.domain.errors import SectionError
from image_velocimetry_tools.domain.section import Bank, CrossSection
from image_velocimetry_tools.numerics.section_line import line_stations
from image_velocimetry_tools.services.grid_service import GridService

SERVICE = GridService()
BED = CrossSection(np.array([0.0, 8.0, 12.0, 16.0]), np.array([4.0, 0.0, 0.0, 4.0]))
LINE = line_stations([[100.0, 50.0], [110.0, 50.0]], BED, 2.0, Bank.LEFT)


@dataclass(frozen=True)
class NorthUp:
    """World to pixels of a map with a pixel size and its origin at (90, 60)."""

    size_m: float

    def world_to_pixel(self, xy_m: np.ndarray, /) -> np.ndarray:
        return np.column_stack([xy_m[:, 0] - 90.0, 60.0 - xy_m[:, 1]]) / self.size_m

    def pixel_to_world(self, xy_px: np.ndarray, /) -> np.ndarray:
        return np.column_stack([90.0 + xy_px[:, 0] * self.size_m, 60.0 - xy_px[:, 1] * self.size_m])


def test_that_points_lie_between_the_edges_of_this_level() -> None:
    points = SERVICE.measurement_points(LINE, BED, 3.0, 13, NorthUp(0.1))
    assert points.station_m == pytest.approx(np.arange(13) + 2.5)
    assert points.distance_m == pytest.approx(np.arange(13) + 0.5)
    assert points.xy_m[0] == pytest.approx([98.5, 50.0])
    assert points.xy_px[0] == pytest.approx([85.0, 100.0])
    assert not points.is_masked.any()


def test_that_points_follow_the_line_from_the_right_bank() -> None:
    line = line_stations([[110.0, 50.0], [100.0, 50.0]], BED, 2.0, Bank.RIGHT)
    points = SERVICE.measurement_points(line, BED, 3.0, 13, NorthUp(0.1))
    assert points.station_m == pytest.approx(np.arange(13)[::-1] + 2.5)
    assert points.distance_m == pytest.approx(np.arange(13) + 0.5)


def test_that_masked_points_are_marked_and_kept() -> None:
    polygon = np.array([[99.0, 90.0], [121.0, 90.0], [121.0, 110.0], [99.0, 110.0]])
    points = SERVICE.measurement_points(LINE, BED, 2.0, 10, NorthUp(0.1), [polygon])
    assert points.xy_px[:2, 0] == pytest.approx([105.0, 115.0])
    assert points.is_masked.tolist() == [True, True, *[False] * 8]


def test_that_polygons_drawn_on_another_frame_size_cover_the_same_water() -> None:
    polygon = np.array([[99.0, 90.0], [121.0, 90.0], [121.0, 110.0], [99.0, 110.0]])
    points = SERVICE.measurement_points(LINE, BED, 2.0, 10, NorthUp(0.05), [polygon], NorthUp(0.1))
    assert points.xy_px[:2, 0] == pytest.approx([210.0, 230.0])
    assert points.is_masked.tolist() == [True, True, *[False] * 8]


def test_that_a_level_outside_the_survey_has_no_points() -> None:
    with pytest.raises(SectionError, match="above the"):
        SERVICE.measurement_points(LINE, BED, 5.0, 10, NorthUp(0.1))


def test_that_a_mask_takes_points_out_of_lines_and_grids() -> None:
    mask = SERVICE.mask([np.array([[0.0, 0.0], [50.0, 0.0], [50.0, 99.0], [0.0, 99.0]])], 100, 100)
    assert (mask[50, 40], mask[50, 80]) == (0, 1)
    assert SERVICE.points_on_line([[0, 50], [99, 50]], 4, 100, 100, mask).tolist() == [[66, 50], [99, 50]]
    assert SERVICE.regular_grid(100, 100, 40, 50, mask).tolist() == [[80, 0], [80, 50]]


def test_that_no_polygon_leaves_the_whole_picture() -> None:
    assert SERVICE.mask([], 30, 20).all()
