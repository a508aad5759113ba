from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from projects_at_hand import project_of_mill

from image_velocimetry_tools.domain.project import PointLayout, Project
from image_velocimetry_tools.domain.units import METRES_PER_FOOT, DisplayUnits, unit_system
from image_velocimetry_tools.gui.models.grid import (
    PointsFound,
    mask_rows,
    point_labels,
    points_of,
    summary_of,
    with_grid,
    with_mask,
    with_mask_moved,
    without_masks,
)
from image_velocimetry_tools.services.project_setup.editing import with_water_surface_elevation

METRIC, ENGLISH = unit_system("metric"), unit_system("english")
SQUARE = [(10.0, 10.0), (30.0, 10.0), (30.0, 30.0), (10.0, 30.0)]


@pytest.fixture(scope="module")
def project() -> Project:
    return project_of_mill()


def test_that_points_along_the_section_are_middles_of_equal_cells(project: Project) -> None:
    line, found = project.section.line_px, points_of(with_grid(project, count=10))
    assert line is not None
    share = np.hypot(*(found.points_px - line[0]).T) / np.hypot(*(line[1] - line[0]))
    assert share == pytest.approx((np.arange(10) + 0.5) / 10, abs=0.02)


def test_that_points_of_a_line_need_the_line(project: Project) -> None:
    found = points_of(with_grid(project, layout=PointLayout.LINE))
    assert len(found.points_px) == 0
    assert "line of points" in found.problems[0]


@pytest.mark.parametrize("changes", [{"count": 0}, {"spacing_x_px": 0, "layout": PointLayout.REGULAR}])
def test_that_a_stored_grid_without_points_is_told_and_not_an_error(
    project: Project, changes: dict[str, object]
) -> None:
    found = points_of(with_grid(project, **changes))
    assert len(found.points_px) == 0
    assert "Grid tab" in found.problems[0]


def test_that_a_level_above_the_banks_is_told_in_the_units_of_the_window(project: Project) -> None:
    flooded = with_water_surface_elevation(replace(project, display_units=DisplayUnits.ENGLISH), 1000.0)
    found = points_of(flooded)
    assert "3280.840 ft" in found.problems[0]
    assert " m " not in found.problems[0]


def test_that_nothing_set_up_says_what_is_missing() -> None:
    found = points_of(Project())
    assert found.problems
    assert found.pixel_size_m is None


def test_that_masked_points_keep_their_number_on_a_section_and_have_none_elsewhere() -> None:
    is_masked = np.array([False, True, False])
    assert point_labels(PointLayout.SECTION, is_masked) == ("1", "2", "3")
    assert point_labels(PointLayout.LINE, is_masked) == ("1", "", "2")
    assert point_labels(PointLayout.REGULAR, is_masked) == ("", "", "")


def test_that_edits_that_change_nothing_are_none(project: Project) -> None:
    line = np.array([[1.0, 2.0], [3.0, 4.0]])
    with_line = with_grid(project, line_px=line)
    assert with_grid(with_line, line_px=line.copy()) is with_line
    assert with_grid(project, count=project.grid.count) is project
    assert without_masks(project, [3]) is project


def test_that_a_mask_is_drawn_changed_and_deleted(project: Project) -> None:
    masked = with_mask(with_mask(project, SQUARE), SQUARE[:3])
    moved = with_mask_moved(masked, 0, [(0.0, 0.0), *SQUARE[1:]])
    assert moved.grid.mask_polygons_px[0][0].tolist() == [0.0, 0.0]
    assert len(without_masks(moved, [0]).grid.mask_polygons_px) == 1


def test_that_masks_are_listed_with_their_area_and_points() -> None:
    points = np.array([[15.0, 15.0], [25.0, 25.0], [50.0, 50.0]])
    found = PointsFound(points, np.array([True, True, False]), 0.1)
    row = mask_rows([np.array(SQUARE)], found, METRIC)[0]
    assert (row.vertices, row.points) == (4, 2)
    assert row.area == pytest.approx(4.0)
    assert mask_rows([np.array(SQUARE)], found, ENGLISH)[0].area == pytest.approx(4.0 / METRES_PER_FOOT**2)
    assert np.isnan(mask_rows([np.array(SQUARE)], PointsFound(points), METRIC)[0].area)


def test_that_the_summary_counts_points_and_masked_ones(project: Project) -> None:
    points = np.column_stack([np.arange(0.0, 50.0, 10.0), np.zeros(5)])
    found = PointsFound(points, np.array([True, False, False, False, False]), 0.1)
    assert summary_of(project, found, METRIC) == "5 points, 1.00 m apart; 1 masked"
    assert summary_of(project, PointsFound(), METRIC) == "No points yet"
    many = PointsFound(np.zeros((6000, 2)), np.zeros(6000, dtype=bool), 0.1)
    regular = replace(project, grid=replace(project.grid, layout=PointLayout.REGULAR))
    assert "the first 5000 are drawn" in summary_of(regular, many, METRIC)
