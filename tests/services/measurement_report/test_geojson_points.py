"""The velocities as points for maps."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reported_measurements import reported_project

from image_velocimetry_tools.domain.errors import OutputError
from image_velocimetry_tools.domain.ground_control import GroundControlPoints
from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.services.rectification.rectified_view import solved_at_level
from image_velocimetry_tools.services.report_service import CsvTable, ReportService


def written(tmp_path: Path, project: Project) -> dict[str, Any]:
    path = ReportService().write_csv(tmp_path, CsvTable.VELOCITY_POINTS, project)
    assert path.name == "velocities.geojson"
    whole: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return whole


def test_that_each_point_lies_where_it_does_on_the_ground_with_its_velocity_and_flags(tmp_path: Path) -> None:
    project = reported_project()
    found = project.velocities
    assert found is not None
    whole = written(tmp_path, project)
    assert whole["type"] == "FeatureCollection"
    assert "not longitude and latitude" in whole["coordinates_are"]
    plane = solved_at_level(project.calibration).rectification
    places = [feature["geometry"]["coordinates"] for feature in whole["features"]]
    np.testing.assert_allclose(places, plane.raster_to_world(found.xy_px), rtol=1e-9)
    facts = [feature["properties"] for feature in whole["features"]]
    np.testing.assert_allclose([one["normal_velocity_mps"] for one in facts], found.normal_mps, rtol=1e-9)
    assert facts[1]["flags"] == "filled from its neighbours"
    assert facts[1]["used"] is False


def test_that_velocities_along_the_axes_of_the_site_have_the_measured_speed(tmp_path: Path) -> None:
    project = reported_project()
    found = project.velocities
    assert found is not None
    facts = [feature["properties"] for feature in written(tmp_path, project)["features"]]
    speed = [np.hypot(one["x_velocity_mps"], one["y_velocity_mps"]) for one in facts]
    np.testing.assert_allclose(speed, found.speed_mps, rtol=1e-6)
    plane = solved_at_level(project.calibration).rectification
    downstream = plane.raster_to_world([found.downstream]) - plane.raster_to_world([[0.0, 0.0]])
    along = [one["x_velocity_mps"] * downstream[0, 0] + one["y_velocity_mps"] * downstream[0, 1] for one in facts]
    np.testing.assert_allclose(along / np.linalg.norm(downstream), found.normal_mps, atol=2e-3)


def test_that_points_without_a_place_on_the_ground_are_refused(tmp_path: Path) -> None:
    project = reported_project()
    lost = replace(project, calibration=replace(project.calibration, points=GroundControlPoints(())))
    with pytest.raises(OutputError, match="the points have no place on the ground"):
        written(tmp_path, lost)
