"""The orthorectification service: a table of points in, rectified pictures and residuals out, by all three methods."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from image_velocimetry_tools.domain.errors import GroundControlError, RectificationError
from image_velocimetry_tools.domain.ground_control import GroundControlPoint, GroundControlPoints
from image_velocimetry_tools.domain.scaffold import RasterExtent
from image_velocimetry_tools.domain.video import FramePreparation, FrameSize
from image_velocimetry_tools.numerics.camera import CameraModel
from image_velocimetry_tools.numerics.frame_geometry import FrameGeometry
from image_velocimetry_tools.numerics.raster import reference_extent
from image_velocimetry_tools.services.orthorectification_service import Orthorectification, OrthorectificationService

FRAME = FrameSize(160, 90)
LEVEL_M = 0.5
# A camera 10 m above and 20 m south of the origin that looks north and down.
AXIS = np.array([0.0, 20.0, -10.0]) / np.hypot(20.0, 10.0)
ROTATION = np.array([[1.0, 0.0, 0.0], np.cross(AXIS, [1.0, 0.0, 0.0]), AXIS])
INNER = np.array([[130.0, 0.0, 80.0], [0.0, 130.0, 45.0], [0.0, 0.0, 1.0]])
CAMERA = CameraModel(INNER @ np.column_stack([ROTATION, -ROTATION @ [0.0, -20.0, 10.0]]))
PLACES = np.array(
    [(-8, -4, 1.2), (8, -4, 2.0), (-7, 5, 0.3), (7, 5, 1.6), (0, 7, 3.0), (-3, -6, 0.6), (4, 0, 0.9), (-5, 1, 2.4)],
    dtype=float,
)
service = OrthorectificationService()


def table(world: np.ndarray, pixels: np.ndarray, **marks: bool) -> GroundControlPoints:
    return GroundControlPoints(
        tuple(
            GroundControlPoint(f"P{i}", *map(float, place), *map(float, pixel), **marks)
            for i, (place, pixel) in enumerate(zip(world, pixels, strict=True), start=1)
        )
    )


POINTS = table(PLACES, CAMERA.project(PLACES))
EXTENT = RasterExtent(-6.0, 6.0, -4.0, 4.0)


def solved(**options: object) -> Orthorectification:
    return service.solve(POINTS, FRAME, LEVEL_M, extent=EXTENT, **options)  # type: ignore[arg-type]


def scene(x_m: np.ndarray, y_m: np.ndarray) -> np.ndarray:
    return 128.0 + 60.0 * np.sin(0.9 * x_m) + 50.0 * np.cos(0.8 * y_m)


def film(camera: CameraModel, elevation_m: float, frame: FrameSize = FRAME) -> np.ndarray:
    y, x = np.mgrid[: frame.height_px, : frame.width_px]
    world = camera.back_project(np.column_stack([x.ravel(), y.ravel()]), elevation_m)
    grey = np.nan_to_num(scene(world[:, 0], world[:, 1]), nan=0.0)
    return np.rint(grey).astype(np.uint8).reshape(frame.height_px, frame.width_px)


def expected_picture(result: Orthorectification) -> np.ndarray:
    raster = result.rectification
    y, x = np.mgrid[: raster.height_px, : raster.width_px]
    world = raster.raster_to_world(np.column_stack([x.ravel(), y.ravel()]))
    return scene(world[:, 0], world[:, 1]).reshape(raster.height_px, raster.width_px)


def test_that_boneyard_is_rectified_like_in_the_reference(shared_data: Path) -> None:
    """Raster to the last digit; RMSE 4.1111 px instead of 4.1132 px, because each axis is scaled on its own."""
    with (shared_data / "boneyard_site" / "IVy_Boneyard_GCP.csv").open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    points = GroundControlPoints(
        tuple(GroundControlPoint(r[0], *map(float, r[1:6]), use_in_rectification=r[9] == "Yes") for r in rows)
    )
    extent = reference_extent(points.world_m)
    result = service.solve(points, FrameSize(1280, 720), 96.80448, extent=extent)
    assert result.method == "camera matrix"
    assert (result.rectification.width_px, result.rectification.height_px) == (921, 1001)
    assert result.rectification.gsd_m == pytest.approx(0.013843021262, abs=1e-12)
    assert 4.1 < result.rmse_px <= 4.113181
    assert result.rmse_m == pytest.approx(result.rmse_px * result.rectification.pixel_size_m)
    assert len(result.residuals) == 15
    components = [(r.dx_px, r.dy_px) for r in result.residuals]
    assert np.sqrt(np.mean(np.square(components))) == pytest.approx(result.rmse_px)
    np.testing.assert_allclose(service.pixel_to_world(result, [[640, 360]]), [[84.821410, 115.382467]], atol=5e-4)


@pytest.mark.parametrize("case", ["boneyard", "trapezoid", "long", "welton"])
def test_that_saved_projects_are_solved(shared_data: Path, case: str) -> None:
    with zipfile.ZipFile(shared_data / case / "scaffold_project.ivy") as project:
        data = json.loads(project.read("project_data.json"))
    saved = data["rectification_parameters"]
    frame = FrameSize(400, 816) if case == "welton" else FrameSize(1280, 720)
    points = table(np.array(saved["world_coords"], float), np.array(saved["pixel_coords"], float))
    extent = RasterExtent(*saved["extent"])
    result = service.solve(points, frame, saved["water_surface_elev"], extent=extent)
    assert result.rectification.gsd_m == pytest.approx(data["pixel_ground_scale_distance_m"], rel=1e-9)
    assert result.rmse_px < 0.3


@pytest.mark.parametrize(("flip_x", "flip_y"), [(False, False), (True, False), (False, True)])
def test_that_a_filmed_surface_is_rectified_to_a_map(flip_x: bool, flip_y: bool) -> None:
    result = solved(flip_x=flip_x, flip_y=flip_y)
    rectified = service.rectify(film(CAMERA, LEVEL_M), result).astype(float)
    difference = np.abs(rectified - expected_picture(result))
    assert np.median(difference) < 1.0
    assert difference.max() < 8.0


def test_that_the_water_level_moves_the_picture() -> None:
    high = service.at_water_level(POINTS, FRAME, CAMERA, solved().raster, 2.0)  # type: ignore[arg-type]
    right = service.rectify(film(CAMERA, 2.0), high).astype(float)
    wrong = service.rectify(film(CAMERA, 2.0), solved()).astype(float)
    assert np.median(np.abs(right - expected_picture(high))) < 1.0
    assert np.median(np.abs(wrong - expected_picture(high))) > 10.0
    np.testing.assert_array_equal(high.rectification.world_matrix, solved().rectification.world_matrix)


def test_that_a_decoded_frame_needs_no_turning() -> None:
    upright = film(CAMERA, LEVEL_M)
    decoded = np.ascontiguousarray(np.rot90(upright))
    geometry = FrameGeometry(FRAME.transposed, 0, FramePreparation(rotation_deg=90))
    difference = np.abs(
        service.rectify(decoded, solved(), geometry).astype(int) - service.rectify(upright, solved()).astype(int)
    )
    assert difference.max() <= 1


def homography_table() -> GroundControlPoints:
    level = PLACES[[0, 1, 2, 3, 6]].copy()
    level[:, 2] = LEVEL_M
    return table(level, CAMERA.project(level))


def test_that_points_on_the_water_rectify_by_homography() -> None:
    result = service.solve(homography_table(), FRAME, LEVEL_M)
    assert result.method == "homography"
    assert result.camera is None
    assert max(r.total_px for r in result.residuals) < 1e-3
    rectified = service.rectify(film(CAMERA, LEVEL_M), result).astype(float)
    left, top = result.planar.control_px.min(axis=0).astype(int)  # type: ignore[union-attr]
    right, bottom = result.planar.control_px.max(axis=0).astype(int)  # type: ignore[union-attr]
    box = np.s_[top:bottom, left:right]
    assert np.median(np.abs(rectified - expected_picture(result))[box]) < 1.0
    flipped = service.solve(homography_table(), FRAME, LEVEL_M, flip_y=True)
    turned = service.rectify(film(CAMERA, LEVEL_M), flipped)[::-1].astype(float)
    assert np.mean(np.abs(turned - rectified) > 2) < 1e-3


@pytest.mark.parametrize(("flip_x", "flip_y"), [(False, False), (True, True)])
def test_that_the_scale_method_leaves_the_picture_as_it_is(flip_x: bool, flip_y: bool) -> None:
    points = table(np.array([[0, 0, 0.0], [3, 4, 0.0]]), np.array([[10.0, 70.0], [70.0, 20.0]]))
    result = service.solve(points, FRAME, LEVEL_M, flip_x=flip_x, flip_y=flip_y)
    assert result.method == "scale"
    assert result.rectification.pixel_size_m == pytest.approx(5.0 / np.hypot(60, 50))
    assert result.rmse_m == pytest.approx(np.sqrt(8.0) * result.rectification.gsd_m)
    frame = film(CAMERA, LEVEL_M)
    expected = frame[::-1, ::-1] if flip_x else frame
    np.testing.assert_array_equal(service.rectify(frame, result), expected)
    np.testing.assert_allclose(service.pixel_to_world(result, [[70.0, 20.0]]), [[3.0, 4.0]], atol=1e-9)


@pytest.mark.parametrize("points", [POINTS, homography_table()], ids=["camera", "homography"])
def test_that_a_rectangle_equals_that_part_of_the_whole(points: GroundControlPoints) -> None:
    result = service.solve(points, FRAME, LEVEL_M)
    frame = film(CAMERA, LEVEL_M)
    whole = service.rectify(frame, result)
    part = service.rectify_rectangle(frame, result, 60, 40, 50, 30)
    np.testing.assert_array_equal(part, whole[40:70, 60:110])
    assert part.any()


def test_that_pixels_rasters_and_world_agree() -> None:
    result = solved(flip_x=True)
    pixels = np.array([[40.0, 50.0], [90.0, 60.0], [120.0, 30.0]])
    world = service.pixel_to_world(result, pixels)
    np.testing.assert_allclose(world, CAMERA.back_project(pixels, LEVEL_M)[:, :2], atol=1e-6)
    np.testing.assert_allclose(service.world_to_pixel(result, world), pixels, atol=1e-6)
    line = service.line_in_rectified_image(result, pixels)
    np.testing.assert_allclose(result.rectification.raster_to_world(line), world, atol=1e-6)
    np.testing.assert_allclose(service.line_in_original_image(result, line), pixels, atol=1e-6)


def test_that_a_line_in_the_sky_is_refused() -> None:
    level_view = np.array([[130.0, 80.0, 0.0, 0.0], [0.0, 10.0, -130.0, 260.0], [0.0, 1.0, 0.0, 20.0]])
    world = PLACES + np.array([0.0, 5.0, 0.0])
    camera = CameraModel.from_matrix(level_view, world)
    result = service.solve(table(world, camera.project(world)), FRAME, 0.0, extent=EXTENT)
    with pytest.raises(RectificationError, match="point 2 of the line: the line leaves the water plane"):
        service.line_in_rectified_image(result, [[80.0, 60.0], [80.0, 5.0]])


def test_that_projection_lines_end_below_the_points() -> None:
    result = solved()
    lines = service.projection_lines(POINTS, result)
    np.testing.assert_allclose(lines[:, 0], POINTS.pixels, atol=1e-6)
    feet = CAMERA.back_project(lines[:, 1], LEVEL_M)
    np.testing.assert_allclose(feet[:, :2], PLACES[:, :2], atol=1e-6)
    with pytest.raises(RectificationError, match="homography method knows no heights"):
        service.projection_lines(POINTS, service.solve(homography_table(), FRAME, LEVEL_M))


def test_that_validation_points_are_tested_but_not_used() -> None:
    spare = CAMERA.project([[2.0, 2.0, 1.0]])[0] + [3.0, -4.0]
    extra = table(np.array([[2.0, 2.0, 1.0]]), spare[None], use_in_rectification=False, use_in_validation=True)
    result = service.solve(GroundControlPoints(POINTS.points + extra.points), FRAME, LEVEL_M)
    residual = result.residuals[-1]
    assert (residual.is_used, residual.is_validation) == (False, True)
    assert (residual.dx_px, residual.dy_px) == pytest.approx((-3.0, 4.0), abs=1e-6)
    assert residual.total_px == pytest.approx(5.0)
    assert result.validation_rmse_px == pytest.approx(np.sqrt(12.5))
    assert result.rmse_px < 1e-6
    assert np.isnan(solved().validation_rmse_px)


def test_that_bad_points_are_named() -> None:
    missing = GroundControlPoint("pole", 1.0, 2.0, 3.0)
    problems = service.validate(GroundControlPoints((*POINTS.points, missing)))
    assert [str(p) for p in problems] == [
        "point pole: it is marked for rectification but has no pixels. Digitise it or unmark it."
    ]
    assert service.validate(POINTS) == ()
    twin = GroundControlPoints((*POINTS.points, POINTS.points[2]))
    with pytest.raises(GroundControlError, match="point P3: it has the same world coordinates as point P3"):
        service.solve_camera(twin)


def test_that_unknown_methods_and_unfit_sets_are_refused() -> None:
    with pytest.raises(RectificationError, match="unknown rectification method 'affine'"):
        solved(method="affine")
    with pytest.raises(GroundControlError, match="at least 6"):
        service.solve(homography_table(), FRAME, LEVEL_M, method="camera matrix")


def test_that_pictures_of_another_size_are_refused() -> None:
    with pytest.raises(RectificationError, match="control points belong to 160x90"):
        service.rectify(np.zeros((100, 160), np.uint8), solved())
    geometry = FrameGeometry(FRAME, 90)
    with pytest.raises(RectificationError, match="90x160 when prepared"):
        service.rectify(np.zeros((90, 160), np.uint8), solved(), geometry)


def test_that_a_homography_of_a_view_with_horizon_keeps_the_water() -> None:
    """Pixel (0, 0) shows sky, so that a homography whose last element is 1 has negative depth on the water."""
    upright_view = np.array([[130.0, 80.0, 0.0, 1600.0], [0.0, 45.0, -130.0, 1680.0], [0.0, 1.0, 0.0, 20.0]])
    level = np.array([(-6, 0, 0.0), (6, 0, 0.0), (8, 12, 0.0), (-8, 12, 0.0)]) + np.array([0.0, 15.0, 0.0])
    camera = CameraModel.from_matrix(upright_view, level)
    result = service.solve(table(level, camera.project(level)), FRAME, 0.0)
    assert max(r.total_px for r in result.residuals) < 1e-3
    assert np.isnan(service.pixel_to_world(result, [[0.0, 0.0]])).all()
    rectified = service.rectify(np.full((90, 160), 200, np.uint8), result)
    inside = result.rectification.world_to_raster([[0.0, 20.0]]).astype(int)[0]
    assert rectified[inside[1], inside[0]] == 200
