"""The rectified raster: its figures at Boneyard, its maps to the world and into frames."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import RectificationError
from image_velocimetry_tools.domain.scaffold import RasterExtent
from image_velocimetry_tools.domain.video import FramePreparation, FrameSize, LensModel
from image_velocimetry_tools.numerics.camera import CameraModel
from image_velocimetry_tools.numerics.frame_geometry import FrameGeometry
from image_velocimetry_tools.numerics.raster import (
    OUTSIDE_PX,
    RectifiedRaster,
    extent_of_points,
    ground_sample_distance,
    raster_for_frame,
    reference_extent,
    remap,
    source_maps,
)

# Corners of the box of the 15 used points of Boneyard Creek, metres.
BOX = np.array([[81.401982, 110.849629, 96.2], [89.037825, 117.846042, 99.2]])
EXTENT = RasterExtent(78.95992254, 91.70895975, 107.52414013, 121.38142326)
CAMERA = CameraModel(
    np.array(
        [
            [-6.349690824, -5.8097837319, -1.6305822528, 1400.6480517],
            [-0.52432063149, 0.092848459997, -7.8736772453, 815.01597043],
            [0.0012613914206, -0.0065838544309, -0.0030413875918, 1.0],
        ]
    )
)
FRAME = FrameSize(160, 90)
SMALL_CAMERA = CAMERA.scaled(1 / 8, 1 / 8)
LEVEL_M = 96.9907128


def small_raster(flip_x: bool = False, flip_y: bool = False) -> RectifiedRaster:
    return raster_for_frame(EXTENT, FRAME, flip_x, flip_y)


def picture(size: FrameSize = FRAME, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(1, 256, (size.height_px, size.width_px), dtype=np.uint8)


def whole(raster: RectifiedRaster, frame: np.ndarray, geometry: FrameGeometry | None = None) -> np.ndarray:
    maps = source_maps(raster, SMALL_CAMERA, LEVEL_M, 0, 0, raster.width_px, raster.height_px, geometry)
    return remap(frame, *maps)


def test_that_the_extent_of_reference_files_is_reproduced() -> None:
    found = reference_extent(BOX)
    np.testing.assert_allclose(
        [found.x_min_m, found.x_max_m, found.y_min_m, found.y_max_m],
        [78.95992254, 91.70895975, 107.52414013, 121.38142326],
        atol=5e-9,
    )


@pytest.mark.parametrize(
    ("frame", "size", "gsd_m"),
    [
        (FrameSize(1280, 720), (921, 1001), 0.013843021262),
        (FrameSize(1920, 1080), (1382, 1502), 0.009225475337),
    ],
)
def test_that_the_raster_has_the_figures_of_the_reference(
    frame: FrameSize, size: tuple[int, int], gsd_m: float
) -> None:
    raster = raster_for_frame(reference_extent(BOX), frame)
    assert (raster.width_px, raster.height_px) == size
    assert raster.gsd_m == pytest.approx(gsd_m, abs=1e-12)
    area_m2 = (91.70895975 - 78.95992254) * (121.38142326 - 107.52414013)
    assert raster.pixel_size_m == pytest.approx(np.sqrt(area_m2 / (frame.width_px * frame.height_px)))


def test_that_new_extents_do_not_depend_on_the_datum() -> None:
    """Unlike those of the reference, which pad UTM coordinates by a hundred kilometres and negative ones inwards."""
    near, far = extent_of_points(BOX), extent_of_points(BOX + np.array([4e5, -3000.0, 0.0]))
    assert near.x_min_m == pytest.approx(81.401982 - 0.03 * 7.635843)
    assert near.x_max_m == pytest.approx(89.037825 + 0.03 * 7.635843)
    assert near.y_min_m == pytest.approx(110.849629 - 0.03 * 7.635843)
    assert far.x_max_m - far.x_min_m == pytest.approx(near.x_max_m - near.x_min_m)
    assert far.y_max_m - far.y_min_m == pytest.approx(near.y_max_m - near.y_min_m)


def test_that_points_on_a_line_along_an_axis_still_span_an_extent() -> None:
    found = extent_of_points([[0.0, 5.0], [10.0, 5.0]])
    assert found.y_max_m - found.y_min_m == pytest.approx(0.6)


def test_that_empty_extents_are_refused() -> None:
    with pytest.raises(RectificationError, match="span no area"):
        extent_of_points([[1.0, 2.0], [1.0, 2.0]])
    for extent in (RasterExtent(0, 0, 0, 1), RasterExtent(0, 1, 5, 2), RasterExtent(0, np.nan, 0, 1)):
        with pytest.raises(RectificationError, match="extent of the rectified image is empty"):
            raster_for_frame(extent, FRAME)


def test_that_the_raster_is_a_map_with_north_up() -> None:
    raster = small_raster()
    lower_left = [[0.0, raster.height_px - 1.0]]
    np.testing.assert_allclose(raster.pixel_to_world(lower_left), [[EXTENT.x_min_m, EXTENT.y_min_m]])
    east, north = raster.pixel_to_world([[1.0, raster.height_px - 1.0], [0.0, raster.height_px - 2.0]])
    np.testing.assert_allclose(east, [EXTENT.x_min_m + raster.pixel_size_m, EXTENT.y_min_m])
    np.testing.assert_allclose(north, [EXTENT.x_min_m, EXTENT.y_min_m + raster.pixel_size_m])


@given(x=st.floats(-50, 200), y=st.floats(-50, 200), flip_x=st.booleans(), flip_y=st.booleans())
def test_that_pixels_come_back_from_the_world(x: float, y: float, flip_x: bool, flip_y: bool) -> None:
    raster = small_raster(flip_x, flip_y)
    np.testing.assert_allclose(raster.world_to_pixel(raster.pixel_to_world([[x, y]])), [[x, y]], atol=1e-9)


@pytest.mark.parametrize(("flip_x", "flip_y"), [(True, False), (False, True), (True, True)])
def test_that_flips_reverse_the_finished_picture(flip_x: bool, flip_y: bool) -> None:
    """Up to one grey level: the place is computed in another order, and OpenCV rounds it to 1/32 pixel."""
    plain, flipped = whole(small_raster(), picture()), whole(small_raster(flip_x, flip_y), picture())
    expected = plain[:: -1 if flip_y else 1, :: -1 if flip_x else 1].astype(int)
    assert np.mean(np.abs(flipped - expected) > 0) < 1e-3


def test_that_the_maps_lead_where_the_camera_projects() -> None:
    raster = small_raster(flip_y=True)
    map_x, map_y = source_maps(raster, SMALL_CAMERA, LEVEL_M, 30, 40, 25, 20)
    y, x = np.mgrid[40:60, 30:55].astype(float)
    places = raster.pixel_to_world(np.column_stack([x.ravel(), y.ravel()]))
    pixels = SMALL_CAMERA.project(np.column_stack([places, np.full(len(places), LEVEL_M)]))
    np.testing.assert_allclose(np.column_stack([map_x.ravel(), map_y.ravel()]), pixels, atol=1e-4)
    assert map_x.dtype == map_y.dtype == np.float32


@pytest.mark.parametrize("rotation", [0, 90])
@pytest.mark.parametrize("lens", [LensModel(), LensModel(-0.1, 0.01)])
def test_that_a_rectangle_equals_that_part_of_the_whole_picture(rotation: int, lens: LensModel) -> None:
    decoded = FRAME.transposed if rotation else FRAME
    geometry = FrameGeometry(decoded, 0, FramePreparation(rotation_deg=rotation, lens=lens))
    raster, frame = small_raster(), picture(decoded)
    part = remap(frame, *source_maps(raster, SMALL_CAMERA, LEVEL_M, 35, 51, 40, 33, geometry))
    np.testing.assert_array_equal(part, whole(raster, frame, geometry)[51:84, 35:75])
    assert part.any()


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_that_a_turned_frame_is_rectified_without_turning_it(rotation: int) -> None:
    prepared = picture()
    decoded = np.ascontiguousarray(np.rot90(prepared, rotation // 90))
    geometry = FrameGeometry(FrameSize(decoded.shape[1], decoded.shape[0]), rotation)
    raster = small_raster()
    np.testing.assert_array_equal(geometry.picture(decoded), prepared)
    maps = source_maps(raster, SMALL_CAMERA, LEVEL_M, 0, 0, raster.width_px, raster.height_px)
    x, y = source_maps(raster, SMALL_CAMERA, LEVEL_M, 0, 0, raster.width_px, raster.height_px, geometry)
    seen = (maps[0] > OUTSIDE_PX) & (np.abs(maps[0]) < 1e4) & (np.abs(maps[1]) < 1e4)
    back = geometry.to_prepared(np.column_stack([x[seen], y[seen]]))
    np.testing.assert_allclose(back, np.column_stack([maps[0][seen], maps[1][seen]]), atol=2e-3)
    difference = np.abs(whole(raster, decoded, geometry).astype(int) - whole(raster, prepared))
    assert np.mean(difference > 8) < 1e-3


def test_that_a_folding_lens_brings_nothing_back_into_the_picture() -> None:
    """Far outside the frame r (1 - 0.3 r^2) returns to 0 and would show the middle of the frame a second time."""
    geometry = FrameGeometry(FRAME, 0, FramePreparation(lens=LensModel(k1=-0.3)))
    wide = raster_for_frame(RasterExtent(60.0, 110.0, 85.0, 121.5), FRAME)
    rectified = whole(wide, picture(), geometry)
    x, y = source_maps(wide, SMALL_CAMERA, LEVEL_M, 0, 0, wide.width_px, wide.height_px)
    outside = (x <= -1) | (y <= -1) | (x >= FRAME.width_px) | (y >= FRAME.height_px)
    assert outside.any()
    assert not rectified[outside].any()
    assert rectified.any()


def test_that_the_water_behind_the_camera_is_outside() -> None:
    """The camera stands at Y = 121.96 and looks to smaller Y; what lies behind would appear upside down."""
    behind = raster_for_frame(RasterExtent(78.0, 90.0, 123.5, 135.0), FRAME)
    map_x, map_y = source_maps(behind, SMALL_CAMERA, LEVEL_M, 0, 0, behind.width_px, behind.height_px)
    world = behind.pixel_to_world([[70.0, 20.0]])
    assert not SMALL_CAMERA.is_in_front([[*world[0], LEVEL_M]])[0]
    assert map_x[20, 70] == map_y[20, 70] == OUTSIDE_PX
    assert not remap(picture(), map_x, map_y)[20, 70]


def test_that_a_rectangle_may_reach_outside_the_raster() -> None:
    raster = small_raster()
    larger = source_maps(raster, SMALL_CAMERA, LEVEL_M, -6, -4, raster.width_px + 12, raster.height_px + 8)
    assert np.isfinite(larger[0]).all()
    np.testing.assert_array_equal(remap(picture(), *larger)[4:-4, 6:-6], whole(raster, picture()))


def test_that_maps_longer_than_opencv_allows_are_cut() -> None:
    rows = np.linspace(0.0, 89.0, 33000, dtype=np.float32)[:, None] + np.zeros((1, 2), np.float32)
    columns = np.full_like(rows, 7.0)
    frame = picture()
    found = remap(frame, columns, rows)
    assert found.shape == (33000, 2)
    np.testing.assert_array_equal(found[32500:], remap(frame, columns[32500:], rows[32500:]))


def test_that_colour_survives() -> None:
    maps = source_maps(small_raster(), SMALL_CAMERA, LEVEL_M, 30, 40, 10, 12)
    assert remap(np.dstack([picture()] * 3), *maps).shape == (12, 10, 3)


def test_that_source_pixels_grow_with_the_distance() -> None:
    near, far = ground_sample_distance(CAMERA, [[84.0, 118.0], [86.0, 108.0]], LEVEL_M)
    assert (far > 2 * near).all()
    assert near[0] < near[1]
    assert far[0] < far[1]


def test_that_the_ground_sample_distance_is_that_of_neighbouring_pixels() -> None:
    place = np.array([84.8, 115.4])
    pixel = CAMERA.project([[*place, LEVEL_M]])
    around = CAMERA.back_project(pixel + 0.01 * np.array([[0, 0], [1, 0], [0, 1]]), LEVEL_M)[:, :2]
    right, down = (around[1] - around[0]) / 0.01, (around[2] - around[0]) / 0.01
    found = ground_sample_distance(CAMERA, [place], LEVEL_M)[0]
    assert np.prod(found) == pytest.approx(abs(right[0] * down[1] - right[1] * down[0]), rel=1e-3)
    assert np.isnan(ground_sample_distance(CAMERA, [[83.5, 130.0]], LEVEL_M)).all()
