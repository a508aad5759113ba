from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from projects_at_hand import project_of_mill

from image_velocimetry_tools.domain.errors import Problem
from image_velocimetry_tools.domain.ground_control import GroundControlPoint, GroundControlPoints
from image_velocimetry_tools.domain.project import Calibration, Project
from image_velocimetry_tools.domain.units import METRIC
from image_velocimetry_tools.domain.video import FrameSize
from image_velocimetry_tools.gui.models.orthorectification import (
    PointKind,
    image_marks,
    kind_of,
    places_in_rectified,
    point_problems,
    point_rows,
    residuals_by_row,
)
from image_velocimetry_tools.gui.models.orthorectification_findings import (
    blamed_point,
    calibration_findings,
    matrix_of,
    matrix_title,
    method_reason,
)
from image_velocimetry_tools.gui.models.orthorectification_points import (
    PointField,
    next_to_digitise,
    shifted,
    with_field,
    with_pixel,
    without_pixels,
)
from image_velocimetry_tools.gui.models.rectified_image import RectifiedImage
from image_velocimetry_tools.services.orthorectification_service import Orthorectification, OrthorectificationService


@pytest.fixture(scope="module")
def project() -> Project:
    return project_of_mill()


def _solved(
    project: Project, points: GroundControlPoints | None = None, method: str | None = None
) -> Orthorectification:
    calibration = project.calibration
    assert calibration.image_size is not None
    return OrthorectificationService().solve(
        points or calibration.points, calibration.image_size, calibration.water_surface_elevation_m or 0.0,
        extent=calibration.extent, method=method,
    )  # fmt: skip


def test_that_residuals_of_another_table_are_not_taken_for_those_of_this_one(project: Project) -> None:
    solved = _solved(project)
    fewer = GroundControlPoints(project.calibration.points.points[1:])
    assert all(residuals_by_row(project.calibration.points, solved))
    assert not any(residuals_by_row(fewer, solved))
    assert not any(residuals_by_row(fewer, None))


def test_that_residuals_lead_from_the_digitised_point_to_where_the_solution_puts_it(project: Project) -> None:
    points = project.calibration.points
    moved = with_pixel(points, 0, (points.points[0].x_px or 0.0) + 5.0, points.points[0].y_px or 0.0)
    solved = _solved(project, moved)
    marks = image_marks(moved, solved)
    assert solved.camera is not None
    expected = solved.camera.project(moved.world_m)
    assert marks.xy_px + marks.errors_px == pytest.approx(expected)


def test_that_the_point_that_spoils_the_solution_is_found(project: Project) -> None:
    points = project.calibration.points
    for row in range(len(points)):
        point = points.points[row]
        moved = with_pixel(points, row, (point.x_px or 0.0) + 20.0, (point.y_px or 0.0) - 15.0)
        blamed = blamed_point(moved, _solved(project, moved))
        assert blamed is not None
        assert blamed[0] == point.name
        assert blamed[1] < 1.0
    assert blamed_point(points, _solved(project)) is None


def test_that_marks_tell_what_points_are_for() -> None:
    used = GroundControlPoint("a", 0.0, 0.0, 0.0, 1.0, 2.0)
    assert kind_of(used) is PointKind.USED
    assert kind_of(replace(used, use_in_rectification=False)) is PointKind.UNUSED
    assert kind_of(replace(used, use_in_rectification=False, use_in_validation=True)) is PointKind.VALIDATION
    marks = image_marks(GroundControlPoints((used, replace(used, x_px=None))), None)
    assert np.isnan(marks.xy_px[1]).all()
    assert np.isnan(marks.errors_px).all()
    assert marks.plumb_lines_px.shape == (0, 2, 2)


def test_that_places_need_a_solution(project: Project) -> None:
    points = project.calibration.points
    assert np.isnan(places_in_rectified(points, None)).all()
    solved = _solved(project)
    places = places_in_rectified(points, solved)
    assert solved.rectification.raster_to_world(places) == pytest.approx(points.world_m[:, :2])
    assert places_in_rectified(GroundControlPoints(()), solved).shape == (0, 2)


def test_that_rows_without_pixels_have_no_errors(project: Project) -> None:
    calibration = replace(project.calibration, points=without_pixels(project.calibration.points, [0]))
    rows = point_rows(calibration, _solved(project, calibration.points), (), METRIC)
    assert rows[0].x_px is None
    assert rows[0].error_px is None
    assert "Digitise it" in rows[0].problem
    assert rows[1].error_px is not None


def test_that_rows_move_as_far_as_there_is_room() -> None:
    points = GroundControlPoints(tuple(GroundControlPoint(name, 0.0, 0.0, 0.0) for name in "abcd"))

    def order(rows: list[int], step: int) -> tuple[str, list[int]]:
        moved, chosen = shifted(points, rows, step)
        return "".join(point.name for point in moved.points), chosen

    assert order([1, 2], -1) == ("bcad", [0, 1])
    assert order([0, 2], -1) == ("acbd", [0, 1])
    assert order([0, 1], -1) == ("abcd", [0, 1])
    assert order([1, 3], 1) == ("acbd", [2, 3])
    assert order([], 1) == ("abcd", [])


def test_that_the_next_point_to_digitise_is_sought_round_the_table() -> None:
    done = GroundControlPoint("a", 0.0, 0.0, 0.0, 1.0, 1.0)
    open_ = replace(done, x_px=None, y_px=None)
    points = GroundControlPoints((open_, done, open_, done))
    assert next_to_digitise(points, 0) == 2
    assert next_to_digitise(points, 2) == 0
    assert next_to_digitise(GroundControlPoints((done,)), -1) is None


def test_that_the_reason_for_the_method_is_told(project: Project) -> None:
    automatic = replace(project, calibration=replace(project.calibration, method=None))
    assert method_reason(automatic, _solved(project)).endswith("points of different elevations")
    assert method_reason(automatic, None) == "–"
    chosen = replace(project, calibration=replace(project.calibration, method="homography"))
    assert method_reason(chosen, None) == "Homography"


def test_that_matrices_are_told_with_what_they_do(project: Project) -> None:
    solved = _solved(project)
    matrix = matrix_of(solved)
    assert matrix is not None
    assert matrix[2, 3] == pytest.approx(1.0)
    assert "Camera matrix" in matrix_title(solved)
    assert matrix_of(None) is None
    assert "no solution" in matrix_title(None)
    flat = _solved(project, method="homography")
    assert "Homography" in matrix_title(flat)
    assert matrix_of(flat).shape == (3, 3)  # type: ignore[union-attr]


def test_that_a_problem_of_several_points_is_told_at_each(project: Project) -> None:
    names = [point.name for point in project.calibration.points.points]
    problem = Problem("it lies behind the camera", f"point {names[0]}, {names[2]}", "Check it")
    found = point_problems(project.calibration, (problem, Problem("something else")))
    assert [bool(sentence) for sentence in found[:3]] == [True, False, True]


def test_that_four_points_of_a_plane_have_an_estimated_error_and_say_so() -> None:
    places = [(0.0, 0.0, 120.0, 400.0), (10.0, 0.0, 520.0, 410.0), (10.0, 6.0, 430.0, 150.0), (0.0, 6.0, 200.0, 140.0)]
    points = GroundControlPoints(tuple(GroundControlPoint(f"P{x}{y}", x, y, 5.0, u, v) for x, y, u, v in places))
    calibration = Calibration(points=points, image_size=FrameSize(640, 480))
    project = replace(Project(), calibration=calibration)
    solved = _solved(project)
    rows = point_rows(calibration, solved, (), METRIC)
    findings = calibration_findings(project, RectifiedImage(calibration, solved=solved), rows, METRIC)
    figures = dict(findings.figures)
    assert (figures["Method"], figures["Chosen for"]) == ("Homography", "4 points")
    assert figures["Points used"] == "4 of 4; one more would show errors"
    assert figures["RMSE"] == "4.50 px, 0.0703 m"
    assert figures["View angle"] == "42.9°"
    assert figures["RMSE, validation"] == "–"
    assert findings.warnings == ()


@pytest.mark.parametrize("method", ["homography", "camera matrix"])
def test_that_a_solution_that_is_still_shown_does_not_stand_in_the_way_of_an_emptied_table(
    project: Project, method: str
) -> None:
    solved = _solved(project, method=method)
    emptied = replace(project, calibration=replace(project.calibration, points=GroundControlPoints(())))
    rows = point_rows(emptied.calibration, solved, (), METRIC)
    findings = calibration_findings(emptied, RectifiedImage(project.calibration, solved=solved), rows, METRIC)
    assert dict(findings.figures)["Points used"] == "0 of 0"


@pytest.mark.parametrize("is_solved", [True, False])
def test_that_pixels_outside_the_picture_are_told_before_what_may_follow_from_them(
    project: Project, is_solved: bool
) -> None:
    table = project.calibration.points
    points = with_pixel(table, 3, 99999.0, 10.0)
    bent = replace(project, calibration=replace(project.calibration, points=points))
    behind = tuple(Problem("it would lie behind the camera", f"point {p.name}", "Check it") for p in points.points[:4])
    solved = _solved(bent, table) if is_solved else None
    image = RectifiedImage(bent.calibration, solved=solved, problems=() if is_solved else behind)
    findings = calibration_findings(bent, image, point_rows(bent.calibration, solved, image.problems, METRIC), METRIC)
    sentences = [*findings.problems, *findings.warnings]
    name = points.points[3].name
    assert sentences[0].startswith(f"Point {name}: its pixels lie outside the image")
    assert sum("lie outside" in sentence for sentence in sentences) == 1
    assert bool(findings.problems) is not is_solved


def test_that_a_point_keeps_its_id_when_it_is_emptied(project: Project) -> None:
    points = project.calibration.points
    assert with_field(points, 0, PointField.NAME, " ") is points


@pytest.mark.parametrize("is_swapped", [False, True])
def test_that_exchanged_axes_are_suspected_for_points_of_a_plane_too(is_swapped: bool) -> None:
    places = [(0.0, 0.0, 120.0, 400.0), (10.0, 0.0, 520.0, 410.0), (10.0, 6.0, 430.0, 150.0), (0.0, 6.0, 200.0, 140.0)]
    points = GroundControlPoints(
        tuple(GroundControlPoint(f"P{x}{y}", *((y, x) if is_swapped else (x, y)), 5.0, u, v) for x, y, u, v in places)
    )
    calibration = Calibration(points=points, image_size=FrameSize(640, 480))
    project = replace(Project(), calibration=calibration)
    solved = _solved(project)
    rows = point_rows(calibration, solved, (), METRIC)
    findings = calibration_findings(project, RectifiedImage(calibration, solved=solved), rows, METRIC)
    assert any("X and Y of the points are exchanged" in warning for warning in findings.warnings) is is_swapped


@pytest.mark.parametrize(
    ("level_m", "words"),
    [
        (500.0, "lies above the camera"),
        (-200.0, "lies far from the control points"),
        (-200.0, "lies outside the survey"),
    ],
)
def test_that_a_level_that_cannot_be_is_told_where_it_is_typed(project: Project, level_m: float, words: str) -> None:
    calibration = replace(project.calibration, water_surface_elevation_m=level_m)
    changed = replace(project, calibration=calibration)
    solved = _solved(project)
    for one, is_told in ((project, False), (changed, True)):
        image = RectifiedImage(one.calibration, solved=solved)
        rows = point_rows(one.calibration, solved, (), METRIC)
        warnings = calibration_findings(one, image, rows, METRIC).warnings
        assert any(words in sentence for sentence in warnings) is is_told
        assert not any("on the Orthorectification tab" in sentence for sentence in warnings)
