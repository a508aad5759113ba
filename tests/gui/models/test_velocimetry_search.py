from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from known_rivers import facts_of
from projects_at_hand import project_of_mill

from image_velocimetry_tools.builtins.velocimetry.settings import StivSettings
from image_velocimetry_tools.builtins.velocimetry.stiv import StivMethod
from image_velocimetry_tools.domain.errors import VelocimetryError
from image_velocimetry_tools.domain.project import PointLayout, Project
from image_velocimetry_tools.domain.scaffold import StivParameters
from image_velocimetry_tools.domain.video import FrameSize
from image_velocimetry_tools.gui.models.velocimetry_search import (
    advice_of,
    direction_of_line,
    even_pixels,
    fan_shape,
    readings_of,
    search_plan,
    with_direction,
    with_parameters,
)
from image_velocimetry_tools.numerics.stiv.ridge import measurable_px, velocity_search


@pytest.fixture(scope="module")
def project() -> Project:
    return project_of_mill()


def masked(project: Project, **changes: object) -> Project:
    """With a mask over everything right of the line's middle."""
    line = project.section.line_px
    assert line is not None
    x = float(line.mean(axis=0)[0])
    mask = np.array([[x, -1e4], [1e4, -1e4], [1e4, 1e4], [x, 1e4]])
    return replace(project, grid=replace(project.grid, mask_polygons_px=(mask,), **changes))


@pytest.mark.parametrize(("num_pixels", "n_frames"), [(20, 300), (32, 11), (64, 3)])
def test_that_the_readings_are_the_limits_of_the_search_itself(num_pixels: int, n_frames: int) -> None:
    search = velocity_search(num_pixels, n_frames)
    slowest, fastest = measurable_px(num_pixels, n_frames)
    assert slowest == pytest.approx(search.velocity_px[search.velocity_px > 0.0][0])
    assert fastest == pytest.approx(search.fastest_px)


def test_that_the_line_and_both_arcs_of_the_fan_are_drawn() -> None:
    fan = fan_shape(StivMethod(), StivParameters(num_pixels=21, phi_origin_deg=90.0, phi_range_deg=30.0))
    assert fan.line_px == pytest.approx(np.array([[-10.0, 0.0], [10.0, 0.0]]), abs=1e-9)
    tips = fan.outline_px[np.hypot(*fan.outline_px.T) > 1.0]
    angle = np.degrees(np.arctan2(tips[:, 1], np.abs(tips[:, 0])))
    assert np.abs(angle).max() == pytest.approx(30.0)
    assert {bool(side) for side in tips[:, 0] > 0} == {True, False}


def test_that_lines_that_start_on_the_point_are_drawn_so() -> None:
    theta = StivMethod(StivSettings(estimator="theta"))
    fan = fan_shape(theta, StivParameters(num_pixels=20, phi_origin_deg=0.0, phi_range_deg=0.0))
    assert fan.line_px[0] == pytest.approx([0.0, 0.0])
    assert fan.line_px[1][1] < -18.0


def test_that_a_fine_increment_costs_no_more_to_draw() -> None:
    fan = fan_shape(StivMethod(), StivParameters(phi_range_deg=180.0, d_phi_deg=0.01))
    assert len(fan.outline_px) < 500


def test_that_lines_without_enough_pixels_are_refused(project: Project) -> None:
    with pytest.raises(VelocimetryError):
        fan_shape(StivMethod(), StivParameters(num_pixels=4))
    plan = search_plan(with_parameters(project, num_pixels=4), StivMethod)
    assert plan.fan is None
    assert "at least 8 pixels" in plan.problems[0]
    assert len(plan.points_px) == project.grid.count


def test_that_masked_points_of_a_section_keep_their_place_and_are_not_searched(project: Project) -> None:
    plan = search_plan(masked(project), StivMethod)
    assert len(plan.points_px) == project.grid.count
    assert 0 < plan.is_searched.sum() < project.grid.count


def test_that_masked_points_of_a_line_are_left_out(project: Project) -> None:
    on_line = masked(project, layout=PointLayout.LINE, line_px=project.section.line_px)
    plan = search_plan(on_line, StivMethod)
    assert plan.is_searched.all()
    assert 0 < len(plan.points_px) < project.grid.count


def test_that_nothing_set_up_has_no_points() -> None:
    plan = search_plan(Project(), StivMethod)
    assert len(plan.points_px) == 0
    assert plan.fan is not None


def test_that_a_direction_is_stated_once(project: Project) -> None:
    unset = replace(project, velocimetry=replace(project.velocimetry, is_direction_set=False))
    angle = unset.velocimetry.parameters.phi_origin_deg
    stated = with_direction(unset, angle)
    assert stated.velocimetry.is_direction_set
    assert with_direction(stated, angle) is stated
    assert with_direction(stated, 359.99).velocimetry.parameters.phi_origin_deg == 0.0


@pytest.mark.parametrize(("end", "angle"), [((5.0, -5.0), 45.0), ((0.0, 3.0), 180.0), ((-2.0, 0.0), 270.0)])
def test_that_an_arrow_tells_a_geographic_direction(end: tuple[float, float], angle: float) -> None:
    assert direction_of_line(np.array([(0.0, 0.0), end])) == pytest.approx(angle)


def test_that_an_arrow_without_length_tells_nothing() -> None:
    assert direction_of_line(np.zeros((2, 2))) is None


def test_that_a_length_becomes_an_even_number_of_pixels() -> None:
    assert even_pixels(1.0, 0.033) == 30
    assert even_pixels(0.01, 0.033) == 8


def test_that_readings_follow_frame_step_and_pixel_size(project: Project) -> None:
    one = readings_of(project)
    clip = replace(project.video.clip, frame_step=2)
    two = readings_of(replace(project, video=replace(project.video, clip=clip)))
    assert one.interval_s is not None
    assert one.fastest_mps is not None
    assert one.pixel_size_m is not None
    assert two.interval_s == pytest.approx(2.0 * one.interval_s)
    assert two.fastest_mps == pytest.approx(one.fastest_mps / 2.0)
    length = project.velocimetry.parameters.num_pixels
    assert one.fastest_mps == pytest.approx(length / 2.0 * one.pixel_size_m / one.interval_s)


def test_that_a_smaller_video_has_larger_pixels_and_the_same_limit(project: Project) -> None:
    whole = readings_of(project)
    size = project.calibration.image_size
    assert size is not None
    half = facts_of(size=FrameSize(size.width_px // 2, size.height_px // 2))
    small = readings_of(replace(project, video=replace(project.video, metadata=half)))
    assert small.pixel_size_m == pytest.approx(2.0 * whole.pixel_size_m, rel=0.02)  # type: ignore[operator]
    assert small.fastest_mps == pytest.approx(whole.fastest_mps, rel=0.02)


def test_that_what_is_not_known_is_not_read_out(project: Project) -> None:
    assert readings_of(Project()).pixel_size_m is None
    assert readings_of(replace(project, video=replace(project.video, metadata=None))).interval_s is None
    other = replace(project, velocimetry=replace(project.velocimetry, method="klt"))
    assert readings_of(other).fastest_mps is None


@pytest.mark.parametrize(
    ("moved_px", "step", "words", "is_warning"),
    [
        (0.2, 1, "frame step 10", True),
        (2.0, 1, "which is fine", False),
        (12.0, 3, "frame step 1 ", True),
        (15.0, 1, "higher frame rate", True),
    ],
)
def test_that_advice_follows_the_displacement(
    project: Project, moved_px: float, step: int, words: str, is_warning: bool
) -> None:
    stepped = replace(project, video=replace(project.video, clip=replace(project.video.clip, frame_step=step)))
    stepped = with_parameters(stepped, num_pixels=60)
    readings = readings_of(stepped)
    assert readings.pixel_size_m is not None
    assert readings.interval_s is not None
    text, warns = advice_of(stepped, readings, moved_px * readings.pixel_size_m / readings.interval_s)
    assert words in text
    assert warns is is_warning


def test_that_a_line_too_short_for_the_speed_is_told_its_length(project: Project) -> None:
    short = with_parameters(project, num_pixels=8)
    readings = readings_of(short)
    assert readings.fastest_mps is not None
    text, warns = advice_of(short, readings, 1.5 * readings.fastest_mps)
    assert "too fast for this search line" in text
    assert warns
    needed = int(text.split("at least ")[1].split()[0])
    longer = readings_of(with_parameters(project, num_pixels=needed)).fastest_mps
    assert longer is not None
    assert longer > 1.5 * readings.fastest_mps


def test_that_there_is_no_advice_without_scales() -> None:
    assert advice_of(Project(), readings_of(Project()), 1.0) == ("", False)
