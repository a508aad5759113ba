from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from measured_mill import measured_mill

from image_velocimetry_tools.domain.project import PointReview, Project, StationEdit
from image_velocimetry_tools.domain.video import Clip
from image_velocimetry_tools.services.measured_project.discharge import discharge_of_project
from image_velocimetry_tools.services.measured_project.new_velocities import dropped_decisions, with_velocities

LINES = PointReview(lines_px=((2.0, 3.0, 30.0, 20.0),), comment="glare")
UPSTREAM = PointReview(is_upstream=True)
EDIT = StationEdit(is_used=True, alpha=0.7, velocity_mps=0.9)


@pytest.fixture(scope="module")
def decided() -> Project:
    project = measured_mill()
    stations = MappingProxyType({3: EDIT, 4: StationEdit(is_used=False)})
    return replace(
        project,
        reviews=MappingProxyType({1: LINES, 2: UPSTREAM}),
        discharge=replace(project.discharge, stations=stations),
    )


def measured_again(project: Project, changed: Project | None = None, **changes: Any) -> Project:
    assert project.velocities is not None
    basis = (changed or project).basis
    return with_velocities(changed or project, replace(project.velocities, basis=basis, **changes))


def test_that_decisions_outlive_the_same_measurement(decided: Project) -> None:
    after = measured_again(decided)
    assert after.reviews is decided.reviews
    assert after.discharge is decided.discharge
    assert dropped_decisions(decided, after) == 0


@pytest.mark.parametrize("what", ["interval_s", "pixel_size_m", "search_line_deg", "images"])
def test_that_lines_drawn_on_images_of_another_scale_are_dropped_and_the_comment_stays(
    decided: Project, what: str
) -> None:
    found = decided.velocities
    assert found is not None
    value: Any = getattr(found, what)
    other = tuple(image[:, :60] for image in value) if what == "images" else value * 2.0
    after = measured_again(decided, **{what: other})
    assert dict(after.reviews) == {1: PointReview(comment="glare"), 2: UPSTREAM}
    assert after.discharge is decided.discharge
    assert dropped_decisions(decided, after) == 1


def test_that_another_frame_step_does_not_halve_the_velocity_of_a_line_drawn_before(decided: Project) -> None:
    found = decided.velocities
    assert found is not None
    after = measured_again(decided, interval_s=2.0 * found.interval_s)
    assert discharge_of_project(after).velocities.normal_mps[1] == found.normal_mps[1]


@pytest.mark.parametrize("what", ["video", "clip", "level", "direction"])
def test_that_only_coefficients_and_comments_outlive_in_other_water(decided: Project, what: str) -> None:
    changes: dict[str, Any] = {}
    project = decided
    if what == "video":
        project = replace(project, video=replace(project.video, path=Path("flood.mp4")))
    elif what == "clip":
        project = replace(project, video=replace(project.video, clip=Clip(1.0, 2.0)))
    elif what == "level":
        level = project.calibration.water_surface_elevation_m
        assert level is not None
        project = replace(project, calibration=replace(project.calibration, water_surface_elevation_m=level + 0.1))
    else:
        assert project.velocities is not None
        changes["downstream"] = -project.velocities.downstream
    after = measured_again(decided, project, **changes)
    assert dict(after.reviews) == {1: PointReview(comment="glare")}
    assert dict(after.discharge.stations) == {3: StationEdit(alpha=0.7)}
    assert dropped_decisions(decided, after) == 4


def test_that_nothing_outlives_at_other_points(decided: Project) -> None:
    found = decided.velocities
    assert found is not None
    after = measured_again(decided, xy_px=found.xy_px + np.array([1.0, 0.0]))
    assert not after.reviews
    assert not after.discharge.stations
