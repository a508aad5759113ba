"""The points of a project before they are measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from known_rivers import LEVEL_M, facts_of, mill_site, opened
from projects_at_hand import project_of_mill

from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.domain.project import PointLayout, Project
from image_velocimetry_tools.services.project_setup.measurement_points import measurement_points_px, unmasked_points_px
from image_velocimetry_tools.services.rectification.job_geometry import JobGeometryService


@pytest.fixture(scope="module")
def project() -> Project:
    return project_of_mill()


def laid_out(project: Project, layout: PointLayout, **grid: object) -> Project:
    return replace(project, grid=replace(project.grid, layout=layout, **grid))


def square(x: float, y: float, half: float) -> np.ndarray:
    return np.array([[x - half, y - half], [x + half, y - half], [x + half, y + half], [x - half, y + half]])


def test_that_the_points_of_a_section_are_those_that_are_measured(project: Project) -> None:
    expected = JobGeometryService().prepare(opened(mill_site()), facts_of(), LEVEL_M).points
    points, is_masked = measurement_points_px(project)
    np.testing.assert_allclose(points, expected.xy_px, atol=1e-9)
    assert not is_masked.any()
    masked = laid_out(project, PointLayout.SECTION, mask_polygons_px=(square(*points[4], 3.0),))
    np.testing.assert_array_equal(np.flatnonzero(measurement_points_px(masked)[1]), [4])


def test_that_a_line_has_points_at_both_ends_and_those_under_a_mask_are_left_out(project: Project) -> None:
    line = np.array([[20.0, 30.0], [220.0, 30.0]])
    drawn = laid_out(project, PointLayout.LINE, line_px=line, count=11, mask_polygons_px=(square(120, 30, 30.0),))
    points, is_masked = measurement_points_px(drawn)
    np.testing.assert_array_equal(points[[0, -1]], line)
    assert is_masked[5]
    assert not is_masked[[0, -1]].any()
    assert len(unmasked_points_px(drawn)) == (~is_masked).sum() < 11


def test_that_a_short_line_has_no_point_twice(project: Project) -> None:
    short = laid_out(project, PointLayout.LINE, line_px=np.array([[20.0, 30.0], [24.0, 30.0]]), count=20)
    points, _ = measurement_points_px(short)
    np.testing.assert_array_equal(points[:, 0], [20, 21, 22, 23, 24])


def test_that_a_polygon_of_two_corners_covers_nothing(project: Project) -> None:
    regular = laid_out(project, PointLayout.REGULAR, mask_polygons_px=(np.array([[0.0, 0.0], [300.0, 300.0]]),))
    assert not measurement_points_px(regular)[1].any()


def test_that_missing_parts_are_told(project: Project) -> None:
    with pytest.raises(IvyError, match="no line of points"):
        measurement_points_px(laid_out(project, PointLayout.LINE))
    with pytest.raises(IvyError, match="is missing"):
        measurement_points_px(replace(project, section=replace(project.section, line_px=None)))
    with pytest.raises(IvyError, match="no calibration image"):
        measurement_points_px(Project())
