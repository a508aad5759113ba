"""Edits that keep a project consistent: what was drawn stays in its place in the world."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from known_rivers import FRAME, LEVEL_M, mill_site
from projects_at_hand import project_of_mill

from image_velocimetry_tools.demo.truth import water_edges
from image_velocimetry_tools.domain.angles import direction_vector
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.domain.ground_control import GroundControlPoint, GroundControlPoints
from image_velocimetry_tools.domain.project import (
    DischargeSettings,
    GridSettings,
    MeasuredVelocities,
    PointReview,
    Project,
    StationEdit,
)
from image_velocimetry_tools.domain.section import Bank
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.domain.video import FrameSize
from image_velocimetry_tools.services.measured_project.new_velocities import with_velocities
from image_velocimetry_tools.services.project_setup.editing import (
    with_calibration_image,
    with_control_points,
    with_flips,
    with_method,
    with_section_line,
    with_section_line_in_image,
    with_start_bank,
    with_survey,
    with_water_surface_elevation,
)
from image_velocimetry_tools.services.project_setup.measurement_points import measurement_points_px
from image_velocimetry_tools.services.project_setup.scaffold import missing_for_measurement
from image_velocimetry_tools.services.project_setup.section_figures import section_figures
from image_velocimetry_tools.services.rectification.rectified_view import raster_of, view_of

MASK = np.array([[20.0, 30], [60, 30], [60, 70], [20, 70]])
LINE = np.array([[10.0, 20], [200, 150]])


@pytest.fixture(scope="module")
def project() -> Project:
    whole = project_of_mill()
    grid = GridSettings(count=20, line_px=LINE, mask_polygons_px=(MASK,))
    return replace(whole, grid=grid)


def in_world(project: Project) -> list[np.ndarray]:
    """Everything drawn, in metres, and where the water flows."""
    raster = raster_of(project.calibration)
    assert raster is not None
    assert project.section.line_px is not None
    assert project.grid.line_px is not None
    drawn = [project.section.line_px, project.grid.line_px, *project.grid.mask_polygons_px]
    flow = raster.world_matrix[:2, :2] @ direction_vector(project.velocimetry.parameters.phi_origin_deg)
    return [*(raster.pixel_to_world(pixels) for pixels in drawn), flow / np.hypot(*flow)]


def assert_same_places(before: Project, after: Project, flow_too: bool = True) -> None:
    for a, b in list(zip(in_world(before), in_world(after), strict=True))[: None if flow_too else -1]:
        np.testing.assert_allclose(a, b, atol=1e-6)


def with_point_moved(points: GroundControlPoints, pixels: float) -> GroundControlPoints:
    first = points.points[0]
    assert first.x_px is not None
    return GroundControlPoints((replace(first, x_px=first.x_px + pixels), *points.points[1:]))


def one_more(points: GroundControlPoints) -> GroundControlPoints:
    """The table with a point that lies outside the box of the others."""
    place = (58.0, 24.0, 127.0)
    x_px, y_px = mill_site().camera.project(np.array([place]))[0].tolist()
    return GroundControlPoints((*points.points, GroundControlPoint("far", *place, x_px, y_px)))


# -- the water level --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rise_m", [-0.2, 0.25])
@pytest.mark.parametrize("bank", [Bank.LEFT, Bank.RIGHT])
def test_that_the_line_follows_the_edges_of_water(rise_m: float, bank: Bank) -> None:
    site, project = mill_site(), project_of_mill()
    line = project.section.line_px
    assert line is not None
    if bank is Bank.RIGHT:
        project = with_start_bank(with_section_line(project, line[::-1]), bank)
    raised = with_water_surface_elevation(project, LEVEL_M + rise_m)
    stations = np.array(water_edges(site, LEVEL_M + rise_m))
    expected = site.world_of(stations if bank is Bank.LEFT else stations[::-1])
    assert raised.section.line_px is not None
    found = view_of(raised.calibration).raster.pixel_to_world(raised.section.line_px)
    np.testing.assert_allclose(found, expected, atol=2e-4)
    back = with_water_surface_elevation(raised, LEVEL_M)
    np.testing.assert_allclose(back.section.line_px, project.section.line_px, atol=1e-9)
    assert section_figures(raised).line_length_ratio == pytest.approx(1.0, abs=1e-3)


def test_that_the_line_stays_and_a_problem_is_told_where_the_level_is_outside_the_survey(project: Project) -> None:
    flooded = with_water_surface_elevation(project, LEVEL_M + 50)
    np.testing.assert_array_equal(flooded.section.line_px, project.section.line_px)
    assert any("lies outside the survey" in problem.what for problem in missing_for_measurement(flooded))
    unknown = with_water_surface_elevation(project, None)
    assert unknown.section is project.section
    assert any("elevation is not known" in problem.what for problem in missing_for_measurement(unknown))


# -- the rectified image ----------------------------------------------------------------------------------------------


def test_that_a_further_control_point_does_not_shift_what_is_drawn(project: Project) -> None:
    free = replace(project, calibration=replace(project.calibration, extent=None))
    more = with_control_points(free, one_more(free.calibration.points))
    before, after = view_of(free.calibration).raster, view_of(more.calibration).raster
    assert more.calibration.extent is not None
    np.testing.assert_array_equal(before.world_matrix, after.world_matrix)
    assert more.section is free.section
    assert more.grid is free.grid


def test_that_the_extent_follows_the_points_while_nothing_is_drawn(project: Project) -> None:
    bare = Project(calibration=replace(project.calibration, extent=None))
    assert with_control_points(bare, one_more(bare.calibration.points)).calibration.extent is None


def test_that_the_extent_is_given_up_where_the_points_are_in_another_datum(project: Project) -> None:
    points = project.calibration.points
    shifted = GroundControlPoints(tuple(replace(p, x_m=p.x_m + 4e5, y_m=p.y_m + 4e6) for p in points.points))
    assert with_control_points(project, shifted).calibration.extent is None


@pytest.mark.parametrize("flips", [(True, False), (False, True), (True, True)])
def test_that_drawings_and_flow_stay_in_the_world_when_the_image_is_mirrored(
    project: Project, flips: tuple[bool, bool]
) -> None:
    mirrored = with_flips(project, *flips)
    assert_same_places(project, mirrored)
    assert not np.allclose(mirrored.grid.mask_polygons_px[0], MASK)
    back = with_flips(mirrored, False, False)
    np.testing.assert_allclose(back.grid.mask_polygons_px[0], MASK, atol=1e-9)
    angle = project.velocimetry.parameters.phi_origin_deg
    assert back.velocimetry.parameters.phi_origin_deg == pytest.approx(angle)


def test_that_an_unset_direction_is_not_turned(project: Project) -> None:
    unset = replace(project, velocimetry=replace(project.velocimetry, is_direction_set=False))
    assert with_flips(unset, True, False).velocimetry is unset.velocimetry


def test_that_another_method_keeps_places(project: Project) -> None:
    flat = with_method(project, "homography")
    assert view_of(flat.calibration).method == "homography"
    assert_same_places(project, flat)


def test_that_unmarking_points_and_marking_them_again_loses_nothing(project: Project) -> None:
    """On the way the points determine no camera, then a homography."""
    automatic = with_method(project, None)
    points = automatic.calibration.points
    step = automatic
    for count in (7, 5, 4, 3, 5, len(points)):
        marked = tuple(replace(p, use_in_rectification=i < count) for i, p in enumerate(points.points))
        step = with_control_points(step, GroundControlPoints(marked))
    assert_same_places(automatic, step)


def test_that_a_larger_calibration_image_keeps_points_and_places(project: Project) -> None:
    size = FrameSize(2 * FRAME.width_px, 2 * FRAME.height_px)
    larger = with_calibration_image(project, b"picture", size, "larger.png")
    assert_same_places(project, larger)
    before, after = view_of(project.calibration).residuals, view_of(larger.calibration).residuals
    assert after.rmse_px == pytest.approx(2 * before.rmse_px, abs=1e-6)
    turned = with_calibration_image(project, b"picture", FRAME.transposed, "turned.png")
    assert turned.calibration.points is project.calibration.points


# -- the section ------------------------------------------------------------------------------------------------------


def test_that_a_line_is_drawn_in_the_calibration_image_as_well(project: Project) -> None:
    site = mill_site()
    edges = site.world_of(np.array(water_edges(site, LEVEL_M)))
    seen = site.camera.project(np.column_stack([edges, np.full(2, LEVEL_M)]))
    drawn = with_section_line_in_image(project, seen)
    np.testing.assert_allclose(drawn.section.line_px, project.section.line_px, atol=0.02)
    unknown = with_water_surface_elevation(project, None)
    with pytest.raises(IvyError, match="elevation is not known"):
        with_section_line_in_image(unknown, seen)


def test_that_a_survey_keeps_the_line(project: Project) -> None:
    survey = project.section.survey
    assert survey is not None
    lower = replace(survey, elevation_m=survey.elevation_m - 0.1)
    changed = with_survey(project, lower, "resurvey", DisplayUnits.ENGLISH)
    assert changed.section.survey is lower
    assert (changed.section.survey_name, changed.section.survey_units) == ("resurvey", DisplayUnits.ENGLISH)
    assert changed.section.line_px is project.section.line_px


# -- identity ---------------------------------------------------------------------------------------------------------


EDITS: list[tuple[str, Callable[[Project], Project], Callable[[Project], Project]]] = [
    ("level", lambda p: with_water_surface_elevation(p, LEVEL_M), lambda p: with_water_surface_elevation(p, 126.0)),
    (
        "points",
        lambda p: with_control_points(p, GroundControlPoints(tuple(p.calibration.points.points))),
        lambda p: with_control_points(p, with_point_moved(p.calibration.points, 1.0)),
    ),
    ("method", lambda p: with_method(p, "camera matrix"), lambda p: with_method(p, None)),
    ("flips", lambda p: with_flips(p, False, False), lambda p: with_flips(p, True, False)),
    (
        "survey",
        lambda p: with_survey(p, p.section.survey, p.section.survey_name, p.section.survey_units),
        lambda p: with_survey(p, None, "", p.section.survey_units),
    ),
    ("line", lambda p: with_section_line(p, p.section.line_px.copy()), lambda p: with_section_line(p, LINE)),  # type: ignore[union-attr]
    ("bank", lambda p: with_start_bank(p, Bank.LEFT), lambda p: with_start_bank(p, Bank.RIGHT)),
    (
        "image",
        lambda p: with_calibration_image(p, p.calibration.image, FRAME, "calibration.jpg"),  # type: ignore[arg-type]
        lambda p: with_calibration_image(p, b"other", FRAME, "other.jpg"),
    ),
]


@pytest.mark.parametrize(("same", "other"), [edit[1:] for edit in EDITS], ids=[edit[0] for edit in EDITS])
def test_that_velocities_are_out_of_date_after_a_change_and_not_before(
    project: Project, same: Callable[[Project], Project], other: Callable[[Project], Project]
) -> None:
    measured = with_velocities(project, velocities_of(project))
    assert same(measured) is measured
    assert measured.are_velocities_current
    assert not other(measured).are_velocities_current


# -- new velocities ---------------------------------------------------------------------------------------------------


def velocities_of(project: Project) -> MeasuredVelocities:
    points, _ = measurement_points_px(project)
    empty = np.full(len(points), np.nan)
    return MeasuredVelocities(
        xy_px=points,
        station_m=empty,
        speed_mps=empty,
        direction_deg=empty,
        normal_mps=empty,
        theta_deg=empty,
        quality=empty,
        peak=empty,
        ambiguity=empty,
        spread=empty,
        dispersion=empty,
        own_flags=((),) * len(points),
        downstream=np.array([1.0, 0.0]),
        pixel_size_m=0.02,
        interval_s=1 / 30,
        frame_count=60,
        fastest_mps=5.0,
        rectification_rmse_m=0.01,
        method="stiv",
        basis=project.basis,
        search_line_deg=empty,
    )


def reviewed(project: Project) -> Project:
    edits = DischargeSettings(alpha=0.8, stations=MappingProxyType({2: StationEdit(is_used=False)}))
    changed = with_velocities(project, velocities_of(project))
    return replace(changed, reviews=MappingProxyType({1: PointReview(is_upstream=True)}), discharge=edits)


def test_that_reviews_outlive_a_new_measurement_of_the_same_points(project: Project) -> None:
    before = reviewed(project)
    after = with_velocities(before, velocities_of(project))
    assert after.velocities is not before.velocities
    assert after.reviews is before.reviews
    assert after.discharge is before.discharge
    assert with_velocities(after, after.velocities) is after


@pytest.mark.parametrize("count", [20, 21])
def test_that_reviews_of_other_points_are_dropped(project: Project, count: int) -> None:
    before = reviewed(project)
    moved = with_section_line(project, LINE) if count == 20 else replace(project, grid=GridSettings(count=count))
    after = with_velocities(before, velocities_of(moved))
    assert not after.reviews
    assert not after.discharge.stations
    assert after.discharge.alpha == 0.8
