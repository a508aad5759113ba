from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from known_rivers import FRAME, LEVEL_M, facts_of
from projects_at_hand import project_of_mill

from image_velocimetry_tools.domain.project import Calibration, PointLayout, Project
from image_velocimetry_tools.services.project_setup.known_water import known_water
from image_velocimetry_tools.services.project_setup.scaffold import scaffold_of
from image_velocimetry_tools.services.rectification.job_geometry import JobGeometryService
from image_velocimetry_tools.services.rectification.static_ground import static_ground

SHAPE = (FRAME.height_px, FRAME.width_px)


@pytest.fixture(scope="module")
def project() -> Project:
    return project_of_mill()


def changed(project: Project, part: str, **changes: Any) -> Project:
    return replace(project, **{part: replace(getattr(project, part), **changes)})


def mask_of(project: Project) -> np.ndarray:
    water = known_water(project, facts_of())
    assert water is not None
    return static_ground(water, SHAPE)


def test_that_the_ground_of_the_preview_is_that_of_the_measurement(project: Project) -> None:
    geometry = JobGeometryService().prepare(scaffold_of(project), facts_of(), LEVEL_M)
    np.testing.assert_array_equal(mask_of(project), static_ground(geometry, SHAPE))


def test_that_the_water_is_known_before_a_flow_direction_is_stated(project: Project) -> None:
    early = changed(project, "velocimetry", is_direction_set=False)
    np.testing.assert_array_equal(mask_of(early), mask_of(project))


def test_that_before_there_is_a_survey_the_line_as_drawn_shows_the_water(project: Project) -> None:
    early = changed(project, "section", survey=None)
    assert (mask_of(early) == mask_of(project)).mean() > 0.98


def test_that_a_line_of_points_shows_the_water(project: Project) -> None:
    line = changed(project, "grid", layout=PointLayout.LINE, line_px=project.section.line_px)
    found = known_water(line, facts_of())
    assert found is not None
    assert found.source == "the line of points"
    assert (mask_of(line) == mask_of(project)).mean() > 0.98


def test_that_a_grid_of_points_shows_the_water(project: Project) -> None:
    grid = changed(project, "grid", layout=PointLayout.REGULAR)
    found = known_water(grid, facts_of())
    assert found is not None
    assert found.source == "the grid of points"
    assert (static_ground(found, SHAPE) == 0).any()


def test_that_nothing_is_known_without_a_line_a_level_or_control_points(project: Project) -> None:
    assert known_water(changed(project, "section", line_px=None), facts_of()) is None
    assert known_water(changed(project, "calibration", water_surface_elevation_m=None), facts_of()) is None
    assert known_water(replace(project, calibration=Calibration()), facts_of()) is None
    assert known_water(changed(project, "grid", layout=PointLayout.LINE), facts_of()) is None
