"""The camera matrix: the figures of the Boneyard site, round trips, and the sets of points that determine no camera."""

from __future__ import annotations

import csv
import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import GroundControlError
from image_velocimetry_tools.numerics.camera import CameraModel, reprojection_errors, solve_camera

REFERENCE_MATRIX = np.array(
    [
        [-6.349690824, -5.8097837319, -1.6305822528, 1400.6480517],
        [-0.52432063149, 0.092848459997, -7.8736772453, 815.01597043],
        [0.0012613914206, -0.0065838544309, -0.0030413875918, 1.0],
    ]
)
# name, X, Y, Z in metres, x, y in pixels of a 1280 x 720 frame: the used points of Boneyard Creek
BONEYARD = (
    ("GRP1", 82.711058, 113.340977, 96.630292, 920.63, 334.008),
    ("GRP11", 82.23508, 114.222702, 98.499454, 1048.237, 130.698),
    ("GRP12", 82.605383, 112.439677, 97.655672, 953.496, 198.533),
    ("GRP13", 82.27133, 114.853111, 97.456781, 1012.236, 294.244),
    ("GRP14", 87.52951, 116.188617, 96.286546, 238.646, 414.199),
    ("GRP17", 87.678634, 117.597047, 98.148634, 17.486, 195.167),
    ("GRP18", 88.808185, 113.917441, 97.530612, 244.937, 171.799),
    ("GRP2", 83.331032, 110.849629, 96.584477, 857.752, 259.424),
    ("GRP21", 89.037825, 113.11149, 98.070922, 262.771, 94.763),
    ("GRP25", 87.962125, 117.079475, 97.252013, 70.161, 314.739),
    ("GRP28", 86.716988, 116.74015, 96.247055, 318.491, 464.965),
    ("GRP5", 81.401982, 117.846042, 96.492747, 1247.146, 702.828),
    ("GRP6", 81.58304, 117.243243, 96.41625, 1180.366, 639.425),
    ("GRP7", 81.821749, 116.453532, 96.708079, 1107.525, 508.312),
    ("GRP8", 81.761663, 116.099254, 99.203599, 1215.128, 49.916),
)
NAMES = [row[0] for row in BONEYARD]
WORLD = np.array([row[1:4] for row in BONEYARD])
PIXELS = np.array([row[4:] for row in BONEYARD])
GSD_M = 0.013843021262


def read_points(path: Path) -> tuple[np.ndarray, np.ndarray]:
    with path.open(newline="") as file:
        header, *rows = list(csv.reader(file))
    metres = 0.3048 if "(ft)" in header[1] else 1.0
    used = [row for row in rows if row[9].lower() in ("yes", "y")]
    world = metres * np.array([[float(cell) for cell in row[1:4]] for row in used])
    return world, np.array([[float(cell) for cell in row[4:6]] for row in used])


def synthetic_camera(
    centre: tuple[float, float, float], target: tuple[float, float, float], focal_px: float
) -> np.ndarray:
    """Matrix of a camera at ``centre`` that looks at ``target``, z up, principal point (640, 360)."""
    axis = np.subtract(target, centre) / np.linalg.norm(np.subtract(target, centre))
    right = np.cross(axis, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    rotation = np.array([right, np.cross(axis, right), axis])
    inner = np.array([[focal_px, 0.0, 640.0], [0.0, focal_px, 360.0], [0.0, 0.0, 1.0]])
    return inner @ np.column_stack([rotation, -rotation @ np.array(centre)])


def box_of_points(seed: int, count: int = 12) -> np.ndarray:
    return np.random.default_rng(seed).uniform([-8.0, -5.0, 0.0], [8.0, 5.0, 3.0], (count, 3))


def test_that_boneyard_is_solved_as_well_as_by_the_reference() -> None:
    """The reference scales all axes by one mixed deviation; normalising each set on its own fits slightly better.

    4.1111 px instead of 4.1132 px; the matrices differ by 3e-4 of an element, the camera centre by 0.5 mm.
    """
    camera = solve_camera(WORLD, PIXELS)
    errors = reprojection_errors(camera, WORLD, PIXELS, GSD_M)
    assert errors.rmse_px == pytest.approx(4.111114, abs=1e-5)
    assert errors.rmse_px <= 4.113181
    assert errors.total_px.mean() == pytest.approx(5.1196, abs=2e-3)
    assert errors.rmse_m == pytest.approx(4.111114 * GSD_M, abs=1e-7)
    np.testing.assert_allclose(camera.reference_matrix, REFERENCE_MATRIX, rtol=4e-4)
    np.testing.assert_allclose(camera.centre_m, [83.467673, 121.964637, 99.391473], atol=1e-3)


def test_that_the_reference_matrix_has_the_reference_error() -> None:
    camera = CameraModel.from_matrix(REFERENCE_MATRIX, WORLD)
    errors = reprojection_errors(camera, WORLD, PIXELS, GSD_M)
    assert errors.rmse_px == pytest.approx(4.113181, abs=1e-4)
    assert errors.total_px.mean() == pytest.approx(5.1196, abs=1e-4)
    np.testing.assert_allclose(camera.centre_m, [83.467673, 121.964637, 99.391473], atol=1e-5)


@pytest.mark.parametrize(
    ("pixel", "elevation_m", "expected"),
    [
        ((640, 360), 96.80448, (84.821410, 115.382467)),
        ((640, 360), 96.9907128, (84.723957, 115.856305)),
        ((100, 500), 96.80448, (86.922339, 118.287901)),
    ],
)
def test_that_pixels_meet_the_water_where_the_reference_says(
    pixel: tuple[int, int], elevation_m: float, expected: tuple[float, float]
) -> None:
    """With the reference's matrix to its printed digits; with our own within half a millimetre."""
    reference = CameraModel.from_matrix(REFERENCE_MATRIX, WORLD)
    np.testing.assert_allclose(reference.back_project([pixel], elevation_m), [[*expected, elevation_m]], atol=3e-6)
    np.testing.assert_allclose(
        solve_camera(WORLD, PIXELS).back_project([pixel], elevation_m)[0, :2], expected, atol=5e-4
    )


def test_that_the_survey_in_feet_is_solved_as_well_as_by_the_reference(shared_data: Path) -> None:
    world, pixels = read_points(shared_data / "boneyard_site" / "IVy_Boneyard_GCP_fixed.csv")
    assert len(world) == 12
    camera = solve_camera(world, pixels)
    errors = reprojection_errors(camera, world, pixels, GSD_M)
    assert errors.rmse_px == pytest.approx(2.763634, abs=1e-5)
    assert errors.rmse_px <= 2.764238
    np.testing.assert_allclose(
        camera.reference_matrix[2], [0.0016046387098, -0.0073043057309, -0.0023200038187, 1.0], rtol=2e-3
    )
    np.testing.assert_allclose(camera.centre_m, [83.097092, 123.417181, 99.941211], atol=1e-3)
    np.testing.assert_allclose(camera.back_project([[640, 360]], 96.80448)[0, :2], [84.817719, 115.359401], atol=5e-4)


def test_that_the_literals_are_the_survey(shared_data: Path) -> None:
    world, pixels = read_points(shared_data / "boneyard_site" / "IVy_Boneyard_GCP.csv")
    np.testing.assert_array_equal(world, WORLD)
    np.testing.assert_array_equal(pixels, PIXELS)


@pytest.mark.parametrize("case", ["boneyard", "trapezoid", "long", "welton"])
def test_that_the_cameras_of_saved_projects_are_found_again(shared_data: Path, case: str) -> None:
    """Among them an ideal nadir camera, whose matrix has no perspective terms in X and Y; one set has 0.3 px noise."""
    with zipfile.ZipFile(shared_data / case / "scaffold_project.ivy") as project:
        saved = json.loads(project.read("project_data.json"))["rectification_parameters"]
    world, pixels = np.array(saved["world_coords"], dtype=float), np.array(saved["pixel_coords"], dtype=float)
    camera = solve_camera(world, pixels)
    truth = CameraModel.from_matrix(saved["camera_matrix"], world)
    largest_px = 1.0 if case == "trapezoid" else 1e-6
    np.testing.assert_allclose(camera.project(world), truth.project(world), atol=largest_px)
    assert camera.is_in_front(world).all()
    assert not camera.is_mirrored


@given(
    x=st.floats(-8, 8), y=st.floats(-5, 5), z=st.floats(0, 3), height=st.floats(4, 60), focal_px=st.floats(300, 4000)
)
def test_that_back_projection_undoes_projection(x: float, y: float, z: float, height: float, focal_px: float) -> None:
    camera = CameraModel(synthetic_camera((1.0, -20.0, height), (0.0, 0.0, 0.0), focal_px))
    pixel = camera.project([[x, y, z]])
    np.testing.assert_allclose(camera.back_project(pixel, z), [[x, y, z]], atol=1e-6)


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    height=st.floats(5, 80),
    side=st.floats(-30, 30),
    east_m=st.sampled_from([0.0, -300.0, 4.5e5]),
)
def test_that_exact_points_give_back_their_camera(seed: int, height: float, side: float, east_m: float) -> None:
    """Whatever the datum: the sign of a matrix says nothing when the origin of the world lies behind the camera."""
    matrix = synthetic_camera((side, -25.0, height), (0.0, 0.0, 1.0), 1200.0)
    world = box_of_points(seed)
    pixels = CameraModel(matrix).project(world)
    shift = np.array([east_m, 2.0 * east_m, 0.0])
    camera = solve_camera(world + shift, pixels)
    assert camera.is_in_front(world + shift).all()
    assert not camera.is_mirrored
    np.testing.assert_allclose(camera.project(world + shift), pixels, atol=1e-4)
    np.testing.assert_allclose(camera.centre_m - shift, [side, -25.0, height], atol=1e-2)
    np.testing.assert_allclose(camera.depth_m(world + shift), CameraModel(matrix).depth_m(world), rtol=1e-4)


@pytest.mark.parametrize("factor", [1.0, -1.0, -0.004])
def test_that_sign_and_scale_of_a_matrix_do_not_matter(factor: float) -> None:
    raw = synthetic_camera((3.0, -20.0, 9.0), (0.0, 0.0, 0.0), 900.0)
    world = box_of_points(3)
    camera = CameraModel.from_matrix(factor * raw, world)
    np.testing.assert_allclose(camera.matrix, raw, atol=1e-9)


def test_that_parallel_rays_are_a_camera_too() -> None:
    """A drone from far above: the third row is (0, 0, 0, 1), so that the matrix has no inverse and no centre."""
    affine = np.array([[50.0, 3.0, 8.0, 640.0], [2.0, -50.0, -5.0, 360.0], [0.0, 0.0, 0.0, 1.0]])
    world = box_of_points(5)
    pixels = np.column_stack([world, np.ones(len(world))]) @ affine[:2].T
    camera = solve_camera(world, pixels)
    np.testing.assert_allclose(camera.project(world), pixels, atol=1e-6)
    np.testing.assert_allclose(camera.back_project(pixels[:1], world[0, 2]), world[:1], atol=1e-8)
    assert np.isinf(CameraModel.from_matrix(-affine, world).centre_m).all()


def test_that_a_mirrored_picture_is_recognised() -> None:
    flipped = PIXELS * [-1.0, 1.0] + [1279.0, 0.0]
    assert solve_camera(WORLD, flipped).is_mirrored
    assert solve_camera(WORLD[:, [1, 0, 2]], PIXELS).is_mirrored


def test_that_points_behind_the_camera_have_no_pixel() -> None:
    camera = solve_camera(WORLD, PIXELS)
    behind = 2.0 * camera.centre_m - WORLD[0]
    assert not camera.is_in_front([behind])[0]
    assert np.isnan(camera.project([behind])).all()


def test_that_pixels_above_the_horizon_meet_no_water() -> None:
    camera = CameraModel(synthetic_camera((0.0, -20.0, 5.0), (0.0, 0.0, 4.0), 800.0))
    world = camera.back_project([[640.0, 700.0], [640.0, 100.0]], 0.0)
    assert np.isfinite(world[0]).all()
    assert np.isnan(world[1]).all()


def test_that_a_resampled_picture_shows_the_same_places() -> None:
    """A pixel of 1920 x 1080 covers the same part of the scene as 2/3 of a pixel of 1280 x 720."""
    camera = solve_camera(WORLD, PIXELS)
    larger = camera.scaled(1.5, 1.5)
    np.testing.assert_allclose(larger.project(WORLD), 1.5 * (camera.project(WORLD) + 0.5) - 0.5, atol=1e-9)
    np.testing.assert_allclose(larger.scaled(1 / 1.5, 1 / 1.5).matrix, camera.matrix, atol=1e-9)


def test_that_a_camera_survives_pickling() -> None:
    camera = solve_camera(WORLD, PIXELS)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(camera)).matrix, camera.matrix)


def test_that_fewer_than_six_points_are_refused() -> None:
    with pytest.raises(GroundControlError, match="at least 6 ground control points, got 5"):
        solve_camera(WORLD[:5], PIXELS[:5])


def test_that_six_points_are_enough() -> None:
    spread = [0, 4, 5, 8, 11, 14]
    camera = solve_camera(WORLD[spread], PIXELS[spread])
    assert reprojection_errors(camera, WORLD[spread], PIXELS[spread], 1.0).rmse_px < 4.2


def test_that_a_missing_number_names_its_point() -> None:
    world = WORLD.copy()
    world[3, 2] = np.nan
    with pytest.raises(GroundControlError, match="point GRP13: a coordinate is not a finite number"):
        solve_camera(world, PIXELS, names=NAMES)


def test_that_repeated_points_are_all_named() -> None:
    world, pixels = WORLD.copy(), PIXELS.copy()
    world[4], pixels[6] = world[1], pixels[2]
    with pytest.raises(GroundControlError) as caught:
        solve_camera(world, pixels, names=NAMES)
    messages = [str(problem) for problem in caught.value.problems]
    assert len(messages) == 2
    assert messages[0].startswith("point GRP14: it has the same world coordinates as point GRP11.")
    assert messages[1].startswith("point GRP18: it has the same pixel coordinates as point GRP12.")


@pytest.mark.parametrize("thickness_m", [0.0, 0.005])
def test_that_points_of_one_plane_are_refused(thickness_m: float) -> None:
    """Also a tilted plane, and one with a little survey noise, where the error would be small and the camera wrong."""
    world = box_of_points(1)
    world[:, 2] = 0.1 * world[:, 0] + 0.2 * world[:, 1] + thickness_m * np.random.default_rng(2).normal(size=len(world))
    pixels = CameraModel(synthetic_camera((0.0, -25.0, 12.0), (0.0, 0.0, 0.0), 900.0)).project(world)
    with pytest.raises(GroundControlError, match="lie in one plane"):
        solve_camera(world, pixels)


def test_that_one_point_outside_the_plane_does_not_help() -> None:
    """Its system is solved without any error by a matrix that is no camera at all."""
    world = box_of_points(1)
    world[1:, 2] = 0.0
    pixels = CameraModel(synthetic_camera((0.0, -25.0, 12.0), (0.0, 0.0, 0.0), 900.0)).project(world)
    with pytest.raises(GroundControlError, match="all ground control points but point pole lie in one plane"):
        solve_camera(world, pixels, names=["pole", *map(str, range(11))])


def test_that_points_off_a_plane_on_one_line_of_sight_do_not_help() -> None:
    centre = np.array([0.0, -25.0, 12.0])
    camera = CameraModel(synthetic_camera(tuple(centre), (0.0, 0.0, 0.0), 900.0))
    world = box_of_points(1)
    world[2:, 2] = 0.0
    world[1] = centre + 0.9 * (world[0] - centre)
    pixels = camera.project(world)
    pixels[1] += 0.01  # otherwise refused as repeated pixels
    with pytest.raises(GroundControlError, match="line of sight"):
        solve_camera(world, pixels)


def test_that_points_on_one_line_of_the_image_are_refused() -> None:
    pixels = np.column_stack([np.arange(12.0) * 50, np.arange(12.0) * 20])
    with pytest.raises(GroundControlError, match="one line of the image"):
        solve_camera(box_of_points(4), pixels)


def test_that_points_behind_the_camera_are_named() -> None:
    camera = CameraModel(synthetic_camera((0.0, -25.0, 12.0), (0.0, 0.0, 0.0), 900.0))
    world = box_of_points(6)
    world[7] = [1.0, -40.0, 16.0]
    homogeneous = np.column_stack([world, np.ones(len(world))]) @ camera.matrix.T
    pixels = homogeneous[:, :2] / homogeneous[:, 2:]
    with pytest.raises(GroundControlError, match="point 8: it would lie behind the camera"):
        solve_camera(world, pixels)


def test_that_arrays_of_the_wrong_shape_are_programming_errors() -> None:
    with pytest.raises(ValueError, match="shape"):
        solve_camera(WORLD[:, :2], PIXELS)
    with pytest.raises(ValueError, match="15 world points but 14 pixels"):
        solve_camera(WORLD, PIXELS[1:])
