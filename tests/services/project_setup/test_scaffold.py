"""What a project lacks before it can be measured, and the settings of a site that it amounts to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest
from known_rivers import facts_of, mill_site, opened
from projects_at_hand import project_of_mill

from image_velocimetry_tools.domain.errors import ScaffoldError, SectionError
from image_velocimetry_tools.domain.ground_control import GroundControlPoints
from image_velocimetry_tools.domain.project import PointLayout, Project
from image_velocimetry_tools.domain.video import Clip, ContrastFilters, FrameSize
from image_velocimetry_tools.services.project_setup.scaffold import missing_for_measurement, scaffold_of
from image_velocimetry_tools.services.project_setup.section_figures import section_figures
from image_velocimetry_tools.services.rectification import rectified_view

TABS = ("Video", "Frames", "Orthorectification", "Cross-Section", "Grid", "Velocimetry", "Discharge")


@pytest.fixture(scope="module")
def project() -> Project:
    return project_of_mill()


def changed(project: Project, part: str, **changes: Any) -> Project:
    return replace(project, **{part: replace(getattr(project, part), **changes)})


def test_that_the_scaffold_is_what_a_batch_reads_from_the_saved_project(project: Project) -> None:
    expected, found = opened(mill_site()), scaffold_of(project)
    for field in fields(expected):
        if field.name in ("source_path", "project", "comments", "measured_on"):
            continue
        want, have = getattr(expected, field.name), getattr(found, field.name)
        if isinstance(want, np.ndarray):
            np.testing.assert_array_equal(have, want)
        else:
            assert have == want, field.name


def test_that_a_complete_project_lacks_nothing(project: Project) -> None:
    assert missing_for_measurement(project) == ()


def test_that_an_empty_project_is_told_all_that_it_lacks_in_the_order_of_the_tabs() -> None:
    with pytest.raises(ScaffoldError) as caught:
        scaffold_of(Project())
    remedies = [problem.remedy for problem in caught.value.problems]
    assert remedies == [
        "Choose a video on the Video tab",
        "Choose one on the Orthorectification tab",
        "Enter it on the Orthorectification tab",
        "Import it on the Cross-Section tab",
        "Draw the section line on the Cross-Section tab",
        "Set the expected flow direction on the Velocimetry tab",
    ]


def few_points(project: Project) -> Project:
    points = project.calibration.points.points
    return changed(project, "calibration", points=GroundControlPoints(points[:5]), method=None)


@pytest.mark.parametrize(
    ("broken", "words", "tab"),
    [
        (lambda p: changed(p, "video", metadata=None), "cannot be read or is missing", "Video"),
        (lambda p: changed(p, "video", clip=Clip(5.0, 3.0)), "before|after", "Video"),
        (
            lambda p: changed(p, "video", metadata=facts_of(size=FrameSize(300, 300))),
            "another shape than the calibration image",
            "Video",
        ),
        (
            lambda p: changed(
                p, "video", preparation=replace(p.video.preparation, contrast=ContrastFilters(clahe_clip_limit=-1.0))
            ),
            "CLAHE",
            "Frames",
        ),
        (few_points, "5 GCPs with varying elevations", "Orthorectification"),
        (lambda p: changed(p, "calibration", points=GroundControlPoints(())), "digitised", "Orthorectification"),
        (lambda p: changed(p, "calibration", water_surface_elevation_m=3.0), "outside the survey", "Cross-Section"),
        (lambda p: changed(p, "section", line_px=np.array([[5.0, 5], [5, 5]])), "no length", "Cross-Section"),
        (lambda p: changed(p, "section", line_px=np.array([[-9.0, 5], [5, 5]])), "outside the rect", "Cross-Section"),
        (lambda p: changed(p, "grid", count=1), "too few", "Grid"),
        (lambda p: changed(p, "grid", layout=PointLayout.LINE), "no line of points", "Grid"),
        (lambda p: changed(p, "grid", layout=PointLayout.REGULAR, spacing_x_px=0), "less than a pixel", "Grid"),
        (lambda p: changed(p, "velocimetry", is_direction_set=False), "flow direction", "Velocimetry"),
        (
            lambda p: changed(p, "velocimetry", parameters=replace(p.velocimetry.parameters, d_phi_deg=0.0)),
            "angle increment is 0",
            "Velocimetry",
        ),
        (lambda p: changed(p, "discharge", alpha=1.5), r"1\.5, outside", "Discharge"),
    ],
)
def test_that_each_problem_names_its_tab(
    project: Project, broken: Callable[[Project], Project], words: str, tab: str
) -> None:
    problems = missing_for_measurement(broken(project))
    with pytest.raises(ScaffoldError, match=words):
        raise ScaffoldError.from_problems(problems)
    assert f"the {tab} tab" in problems[0].remedy


def test_that_points_without_a_section_need_neither_survey_nor_line(project: Project) -> None:
    bare = changed(project, "section", survey=None, line_px=None)
    assert len(missing_for_measurement(bare)) == 2
    assert missing_for_measurement(changed(bare, "grid", layout=PointLayout.REGULAR)) == ()
    drawn = changed(bare, "grid", layout=PointLayout.LINE, line_px=np.array([[10.0, 10], [90, 90]]))
    assert missing_for_measurement(drawn) == ()


def test_that_a_camera_is_not_solved_again_for_an_edit_of_something_else(project: Project) -> None:
    missing_for_measurement(project)
    with mock.patch.object(rectified_view.OrthorectificationService, "solve_camera") as solve:
        missing_for_measurement(changed(project, "grid", count=30))
        missing_for_measurement(changed(project, "calibration", water_surface_elevation_m=126.1))
    solve.assert_not_called()


def test_that_a_project_at_other_points_is_no_scaffold(project: Project) -> None:
    bare = changed(project, "section", survey=None, line_px=None)
    with pytest.raises(ScaffoldError, match="do not lie along a cross-section"):
        scaffold_of(changed(bare, "grid", layout=PointLayout.REGULAR))


def test_that_the_section_figures_are_those_of_the_level(project: Project) -> None:
    found = section_figures(project)
    assert found.right_edge_station_m - found.left_edge_station_m == pytest.approx(found.top_width_m)
    assert found.hydraulic_radius_m == pytest.approx(found.area_m2 / found.wetted_perimeter_m)
    assert found.mean_depth_m < found.max_depth_m
    assert found.line_length_m == pytest.approx(found.top_width_m, rel=1e-3)
    assert found.line_length_ratio == pytest.approx(1.0, abs=1e-3)


def test_that_the_section_has_figures_before_its_line_is_drawn(project: Project) -> None:
    undrawn = section_figures(changed(project, "section", line_px=None))
    assert (undrawn.line_length_m, undrawn.line_length_ratio) == (None, None)
    with pytest.raises(SectionError, match="no cross-section"):
        section_figures(changed(project, "section", survey=None))
    with pytest.raises(SectionError):
        section_figures(changed(project, "calibration", water_surface_elevation_m=500.0))


def test_that_the_video_file_is_not_looked_for(project: Project) -> None:
    """It may lie on a share that does not answer."""
    assert missing_for_measurement(changed(project, "video", path=Path("/nowhere/mill.mp4"))) == ()
