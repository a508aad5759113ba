"""Rectification without a camera: choice of the method, homography, scale, and four taped points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import GroundControlError
from image_velocimetry_tools.domain.video import FrameSize
from image_velocimetry_tools.numerics.planar import (
    choose_method,
    four_point_positions,
    homography_rectification,
    rmse_of_view_angle_px,
    scale_rectification,
    validate_ground_control,
)

FRAME = FrameSize(640, 480)
WORLD = np.array([(0, 0), (10, 0), (10, 6), (0, 6)], dtype=float)
PIXELS = np.array([(120, 400), (520, 410), (430, 150), (200, 140)], dtype=float)


def points(count: int, z_m: float = 0.0, lift_m: float = 0.0) -> np.ndarray:
    places = np.random.default_rng(count).uniform(0.0, 20.0, (count, 3))
    places[:, 2] = z_m
    places[-1:, 2] += lift_m
    return places


def applied(matrix: np.ndarray, xy: np.ndarray) -> np.ndarray:
    homogeneous = np.column_stack([xy, np.ones(len(xy))]) @ matrix.T
    return homogeneous[:, :2] / homogeneous[:, 2:]


@pytest.mark.parametrize(
    ("count", "lift_m", "method"),
    [
        (2, 0.0, "scale"),
        (2, 1.0, "scale"),
        (4, 0.0, "homography"),
        (4, 1.0, "homography"),
        (5, 0.0, "homography"),
        (9, 0.0, "homography"),
        (6, 1.0, "camera matrix"),
        (9, 1.0, "camera matrix"),
    ],
)
def test_that_number_and_heights_choose_the_method(count: int, lift_m: float, method: str) -> None:
    assert choose_method(points(count, 3.2, lift_m)) == method


@pytest.mark.parametrize(
    ("count", "message"),
    [
        (0, "At least 2 ground control points are required, got 0"),
        (1, "At least 2 ground control points are required, got 1"),
        (3, "3 GCPs are too many for the scale method"),
        (
            5,
            "Invalid configuration: 5 GCPs with varying elevations. Need at least 6 points for camera matrix method "
            "or all points on same plane for homography.",
        ),
    ],
)
def test_that_unfit_numbers_of_points_are_refused(count: int, message: str) -> None:
    """Three points are refused here, while the reference falls into a homography that then fails in OpenCV."""
    with pytest.raises(GroundControlError) as caught:
        choose_method(points(count, lift_m=1.0))
    assert message in str(caught.value)


def test_that_a_sound_set_has_no_problems() -> None:
    assert validate_ground_control(WORLD, PIXELS) == ()


def test_that_validation_reports_counts_dimensions_and_twins() -> None:
    def found(world: np.ndarray, pixels: np.ndarray) -> list[str]:
        return [str(problem) for problem in validate_ground_control(world, pixels, names=["a", "b", "c", "d"])]

    assert "4 world points but 3 pixel points" in found(WORLD, PIXELS[:3])[0]
    assert "at least X and Y" in found(WORLD[:, :1], PIXELS)[0]
    assert "At least 2" in found(WORLD[:1], PIXELS[:1])[0]
    twins = found(np.vstack([WORLD[:3], WORLD[:1]]), np.vstack([PIXELS[:2], PIXELS[1:2], PIXELS[3:]]))
    assert len(twins) == 2
    assert twins[0].startswith("point d: it has the same world coordinates as point a")
    assert twins[1].startswith("point c: it has the same pixel coordinates as point b")


def test_that_points_of_one_plane_do_not_pass_for_the_camera_matrix() -> None:
    pixels = np.random.default_rng(0).uniform(0, 600, (12, 2))
    problems = validate_ground_control(points(12), pixels, "camera matrix")
    assert "one plane" in problems[0].what


def test_that_the_homography_has_the_figures_of_the_reference() -> None:
    found = homography_rectification(WORLD, PIXELS, FRAME)
    np.testing.assert_allclose(found.control_px, [(100, 100), (740, 100), (740, 484), (100, 484)], atol=1e-9)
    assert (found.width_px, found.height_px) == (1040, 1040)
    assert found.gsd_m == pytest.approx(0.015625)
    expected = [[4.17142, 1.73243, -921.290], [0.0269049, -1.83994, 1004.998], [-3.00849e-4, 0.00439655, 1.0]]
    np.testing.assert_allclose(found.image_to_output, expected, rtol=2e-6)
    assert found.view_angle_deg == pytest.approx(42.9066, abs=1e-4)
    assert found.rmse_px == 4.5
    assert found.rmse_m == pytest.approx(0.0703125)
    np.testing.assert_allclose(applied(found.output_to_world, found.control_px), WORLD, atol=1e-9)


@given(east_m=st.floats(-1e5, 1e6), north_m=st.floats(-1e5, 5e6))
def test_that_the_homography_does_not_depend_on_the_datum(east_m: float, north_m: float) -> None:
    """The reference moves the picture out of its own canvas as soon as the coordinates are positive."""
    shift = np.array([east_m, north_m])
    found = homography_rectification(WORLD + shift, PIXELS, FRAME)
    np.testing.assert_allclose(found.control_px, [(100, 100), (740, 100), (740, 484), (100, 484)], atol=1e-4)
    np.testing.assert_allclose(applied(found.output_to_world, found.control_px), WORLD + shift, atol=1e-6)


def test_that_the_layout_of_reference_files_can_be_reproduced() -> None:
    """Least scaled X of -64 px: |min| + (640 - 576) / 2 = 96 px to the right, plus the padding."""
    found = homography_rectification(WORLD - [1.0, 2.0], PIXELS, FRAME, reference_layout=True)
    np.testing.assert_allclose(found.control_px[0], (132.0, 100.0), atol=1e-9)
    np.testing.assert_allclose(applied(found.output_to_world, found.control_px), WORLD - [1.0, 2.0], atol=1e-9)


def test_that_surplus_points_of_a_homography_are_averaged() -> None:
    exact = homography_rectification(WORLD, PIXELS, FRAME)
    inner = np.array([[2.0, 2.0], [5.0, 3.0], [8.0, 1.0]])
    seen = applied(np.linalg.inv(exact.image_to_output), inner / exact.gsd_m + 100.0)
    again = homography_rectification(np.vstack([WORLD, inner]), np.vstack([PIXELS, seen]), FRAME)
    np.testing.assert_allclose(again.image_to_output, exact.image_to_output, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    ("world", "message"),
    [
        ([(0, 0), (1, 1), (2, 2), (3, 3)], "lie on one line on the ground"),
        ([(0, 0), (1, 1), (2, 2), (3, 0)], "all ground control points but d lie on one line on the ground"),
    ],
)
def test_that_points_on_a_line_make_no_homography(world: list[tuple[int, int]], message: str) -> None:
    with pytest.raises(GroundControlError, match=message.replace("but d", "but point d")):
        homography_rectification(world, PIXELS, FRAME, names=["a", "b", "c", "d"])


@pytest.mark.parametrize(
    ("angle_deg", "rmse_px"), [(0, 1.5), (5, 1.5), (5.1, 2), (15, 2), (30, 3), (45, 4.5), (45.1, 6), (80, 6)]
)
def test_that_oblique_views_have_larger_errors(angle_deg: float, rmse_px: float) -> None:
    assert rmse_of_view_angle_px(angle_deg) == rmse_px


def test_that_two_points_give_the_scale() -> None:
    found = scale_rectification([(0, 0), (10, 10)], [(100, 100), (300, 300)], FRAME)
    assert found.gsd_m == pytest.approx(14.142136 / 282.842712)
    assert found.rmse_m == pytest.approx(np.sqrt(8.0) * 0.05)
    assert (found.width_px, found.height_px) == (640, 480)
    np.testing.assert_array_equal(found.image_to_output, np.eye(3))


@given(
    x=st.floats(-50, 50),
    y=st.floats(-50, 50),
    turn_deg=st.floats(0, 360),
    gsd_m=st.floats(0.002, 0.2),
)
def test_that_two_points_place_an_image_from_above(x: float, y: float, turn_deg: float, gsd_m: float) -> None:
    """A third place is found too: seen from above, the image is turned but not mirrored."""
    turn = np.exp(1j * np.radians(turn_deg))
    ground = np.array([0j, 4 + 1j, complex(x, y)])
    assume(abs(ground[2]) > 1.0)
    image = ground / gsd_m * turn
    pixels = np.column_stack([image.real + 320.0, -image.imag + 240.0])
    world = np.column_stack([ground.real, ground.imag])
    found = scale_rectification(world[:2], pixels[:2], FRAME)
    assert found.gsd_m == pytest.approx(gsd_m)
    np.testing.assert_allclose(applied(found.output_to_world, pixels), world, atol=1e-6)


def test_that_scale_needs_exactly_two_points() -> None:
    with pytest.raises(GroundControlError, match="exactly 2 ground control points, got 4"):
        scale_rectification(WORLD, PIXELS, FRAME)


def test_that_four_taped_points_have_the_positions_of_the_reference() -> None:
    found = four_point_positions(19.0, 13.5, 21.5, 21.5, 23.5, 30.0)
    expected = [(0, 0), (19, 0), (18.66567, 13.97161), (-1.64971, 21.56673)]
    np.testing.assert_allclose(found.points_m, expected, atol=1e-5)
    assert found.misclosure_m == pytest.approx(0.258, abs=1e-3)


@given(p=st.floats(5, 20), rx=st.floats(4, 25), ry=st.floats(3, 20), sx=st.floats(-6, 3), sy=st.floats(3, 20))
def test_that_exact_distances_give_back_their_quadrangle(p: float, rx: float, ry: float, sx: float, sy: float) -> None:
    corners = np.array([(0, 0), (p, 0), (rx, ry), (sx, sy)], dtype=float)
    first, second = [0, 1, 2, 0, 0, 1], [1, 2, 3, 3, 2, 3]
    found = four_point_positions(*np.linalg.norm(corners[first] - corners[second], axis=1).tolist())
    np.testing.assert_allclose(found.points_m, corners, atol=1e-5)
    assert found.misclosure_m < 1e-5


def test_that_impossible_distances_are_named() -> None:
    with pytest.raises(GroundControlError, match="PR: the distance must be greater than 0"):
        four_point_positions(19.0, 13.5, 21.5, 21.5, -1.0, 30.0)
    with pytest.raises(GroundControlError, match="PQ, PS, QS: the longest"):
        four_point_positions(19.0, 13.5, 21.5, 21.5, 23.5, 45.0)
