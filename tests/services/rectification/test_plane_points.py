from __future__ import annotations

from dataclasses import replace

import pytest
from measured_mill import measured_mill

from image_velocimetry_tools.domain.ground_control import GroundControlPoints
from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.services.measured_project.discharge import discharge_of_project
from image_velocimetry_tools.services.measuring.verdict import Verdict
from image_velocimetry_tools.services.rectification.plane_points import are_level, is_bent_homography


def with_method(method: str) -> Project:
    mill = measured_mill()
    assert mill.velocities is not None
    calibration = replace(mill.calibration, method=method)
    basis = replace(mill.velocities.basis, calibration=calibration)
    return replace(mill, calibration=calibration, velocities=replace(mill.velocities, basis=basis))


@pytest.mark.parametrize(("method", "verdict"), [("camera matrix", Verdict.GOOD), ("homography", Verdict.DOUBTFUL)])
def test_that_a_homography_of_points_at_different_elevations_makes_a_discharge_doubtful(
    method: str, verdict: Verdict
) -> None:
    project = with_method(method)
    assert is_bent_homography(project.calibration) is (method == "homography")
    found = discharge_of_project(project)
    assert found.verdict is verdict
    assert any("elevations differ" in reason for reason in found.reasons) is (method == "homography")


def test_that_points_on_the_water_are_level() -> None:
    points = measured_mill().calibration.points
    assert not are_level(points)
    assert are_level(GroundControlPoints(tuple(replace(point, z_m=5.0) for point in points.points)))
    assert are_level(GroundControlPoints(()))
