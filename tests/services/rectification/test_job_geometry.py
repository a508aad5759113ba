"""Where one video shows what, at the water level of its job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from known_rivers import FRAME, LEVEL_M, facts_of, mill_site, opened

from image_velocimetry_tools.demo import PinholeCamera
from image_velocimetry_tools.demo.truth import water_edges
from image_velocimetry_tools.domain.errors import RectificationError, SectionError, VideoError
from image_velocimetry_tools.domain.scaffold import Scaffold
from image_velocimetry_tools.domain.section import Bank
from image_velocimetry_tools.domain.video import FramePreparation, FrameSize, LensModel
from image_velocimetry_tools.numerics.camera import CameraModel
from image_velocimetry_tools.services.rectification.job_geometry import (
    JobGeometry,
    JobGeometryService,
    frame_scale,
    require_picture,
)
from image_velocimetry_tools.services.stiv_service import STIVService


def prepared(scaffold: Scaffold, size: FrameSize = FRAME, level_m: float = LEVEL_M, tag_deg: int = 0) -> JobGeometry:
    return JobGeometryService().prepare(scaffold, facts_of(size=size, rotation_tag_deg=tag_deg), level_m)


@pytest.fixture(scope="module")
def scaffold() -> Scaffold:
    return opened(mill_site())


@pytest.fixture(scope="module")
def geometry(scaffold: Scaffold) -> JobGeometry:
    return prepared(scaffold)


# -- the size rule ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", [0.5, 1.5, 2.0])
def test_that_a_frame_of_the_same_shape_scales_the_camera(scaffold: Scaffold, factor: float) -> None:
    geometry = prepared(scaffold, FrameSize(round(FRAME.width_px * factor), round(FRAME.height_px * factor)))
    assert geometry.scale == pytest.approx(factor)
    control = scaffold.ground_control
    expected = (control.pixels + 0.5) * factor - 0.5
    np.testing.assert_allclose(geometry.camera.project(control.world_m), expected, atol=1e-6)


@pytest.mark.parametrize("factor", [0.5, 1.5])
def test_that_another_frame_size_measures_at_the_same_places_of_the_world(
    scaffold: Scaffold, geometry: JobGeometry, factor: float
) -> None:
    other = prepared(scaffold, FrameSize(round(FRAME.width_px * factor), round(FRAME.height_px * factor)))
    np.testing.assert_allclose(other.points.xy_m, geometry.points.xy_m, atol=1e-9)
    np.testing.assert_allclose(other.points.station_m, geometry.points.station_m, atol=1e-9)
    np.testing.assert_allclose(other.raster.pixel_to_world(other.points.xy_px), geometry.points.xy_m, atol=1e-9)
    np.testing.assert_allclose(
        other.raster.pixel_to_world(other.edges_px), geometry.raster.pixel_to_world(geometry.edges_px), atol=1e-9
    )


def test_that_a_smaller_frame_has_a_coarser_raster_and_a_larger_one_the_same(
    scaffold: Scaffold, geometry: JobGeometry
) -> None:
    """The tiles of a larger frame would grow with the square of its size."""
    own = geometry.raster.pixel_size_m
    half, double = (prepared(scaffold, FrameSize(int(384 * factor), int(216 * factor))) for factor in (0.5, 2))
    assert half.raster.pixel_size_m == pytest.approx(2 * own, rel=1e-9)
    assert double.raster == geometry.raster


@pytest.mark.parametrize(("factor", "expected"), [(0.5, 12), (1.0, 24), (1.5, 24)])
def test_that_the_search_line_keeps_its_length_on_the_ground(scaffold: Scaffold, factor: float, expected: int) -> None:
    geometry = prepared(scaffold, FrameSize(round(FRAME.width_px * factor), round(FRAME.height_px * factor)))
    assert geometry.num_pixels == expected


def test_that_a_search_line_does_not_shrink_to_nothing(scaffold: Scaffold) -> None:
    assert prepared(scaffold, FrameSize(FRAME.width_px // 6, FRAME.height_px // 6)).num_pixels == 8


@pytest.mark.parametrize("size", [FrameSize(384, 288), FrameSize(216, 384), FrameSize(384, 212)])
def test_that_a_frame_of_another_shape_is_refused_with_both_sizes(scaffold: Scaffold, size: FrameSize) -> None:
    with pytest.raises(VideoError) as caught:
        JobGeometryService().prepare(scaffold, facts_of(Path("flood.mp4"), size), LEVEL_M)
    message = str(caught.value)
    assert f"its frames are {size}, those of the calibration image 384x216: the shapes differ" in message
    assert message.startswith("flood.mp4:")
    assert "same camera" in message
    assert caught.value.stage == "geometry"


def test_that_rounding_of_a_size_is_no_other_shape() -> None:
    assert frame_scale(FrameSize(854, 480), FrameSize(1920, 1080)) == pytest.approx(854 / 1920)


def test_that_half_a_percent_is_the_limit_of_the_same_shape() -> None:
    calibrated = FrameSize(1000, 1000)
    assert frame_scale(FrameSize(1000, 996), calibrated) == frame_scale(FrameSize(1000, 1004), calibrated) == 1.0
    for height in (994, 1006):
        with pytest.raises(VideoError, match="shapes differ"):
            frame_scale(FrameSize(1000, height), calibrated)


@pytest.mark.parametrize("tag_deg", [90, 270])
def test_that_the_rotation_tag_counts_before_shapes_are_compared(scaffold: Scaffold, tag_deg: int) -> None:
    geometry = prepared(scaffold, FRAME.transposed, tag_deg=tag_deg)
    assert geometry.frames.prepared_size == FRAME
    with pytest.raises(VideoError, match="shapes differ"):
        prepared(scaffold, FRAME, tag_deg=tag_deg)


# -- the section line -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rise_m", [-0.2, 0.0, 0.25])
@pytest.mark.parametrize("bank", [Bank.LEFT, Bank.RIGHT])
def test_that_the_edges_are_those_of_the_level_of_the_job(rise_m: float, bank: Bank) -> None:
    site = mill_site(start_bank=bank)
    geometry = prepared(opened(site), level_m=LEVEL_M + rise_m)
    stations = water_edges(site, LEVEL_M + rise_m)
    expected = site.world_of(np.array(stations if bank is Bank.LEFT else stations[::-1]))
    np.testing.assert_allclose(geometry.raster.pixel_to_world(geometry.edges_px), expected, atol=2e-4)


@pytest.mark.parametrize("bank", [Bank.LEFT, Bank.RIGHT])
def test_that_points_run_from_the_start_bank_between_the_edges(bank: Bank) -> None:
    site = mill_site(start_bank=bank)
    points = prepared(opened(site), level_m=LEVEL_M + 0.1).points
    left, right = water_edges(site, LEVEL_M + 0.1)
    cell = (right - left) / 20
    centres = left + cell * (np.arange(20) + 0.5)
    np.testing.assert_allclose(points.station_m, centres if bank is Bank.LEFT else centres[::-1], atol=2e-4)
    np.testing.assert_allclose(points.distance_m, cell * (np.arange(20) + 0.5), atol=2e-4)


@pytest.mark.parametrize("flips", [{}, {"flip_x": True}, {"flip_y": True}, {"flip_x": True, "flip_y": True}])
@pytest.mark.parametrize("bank", [Bank.LEFT, Bank.RIGHT])
def test_that_the_normal_points_downstream_whatever_the_bank_and_the_flips(bank: Bank, flips: dict[str, bool]) -> None:
    site = mill_site(start_bank=bank, **flips)
    geometry = prepared(opened(site))
    before, after = geometry.raster.world_to_pixel(
        np.array([site.world_of(np.array([3.0]), along)[0] for along in (0.0, 1.0)])
    )
    downstream = (after - before) / np.hypot(*(after - before))
    np.testing.assert_allclose(geometry.normal, downstream, atol=1e-3)


def test_that_a_level_below_the_bed_or_above_the_survey_is_refused(scaffold: Scaffold) -> None:
    bed, top = scaffold.section.elevation_m.min(), scaffold.section.elevation_m[[0, -1]].min()
    for level in (bed - 0.01, top + 0.01):
        with pytest.raises(SectionError):
            prepared(scaffold, level_m=float(level))


def test_that_a_line_without_length_is_refused(scaffold: Scaffold) -> None:
    with pytest.raises(SectionError, match="no length"):
        prepared(replace(scaffold, line_px=np.array([[100.0, 90.0], [100.0, 90.0]])))


def test_that_masks_drawn_in_the_calibration_image_hold_in_a_larger_frame(
    scaffold: Scaffold, geometry: JobGeometry
) -> None:
    x, y = geometry.points.xy_px[7]
    square = np.array([[x - 3, y - 3], [x + 3, y - 3], [x + 3, y + 3], [x - 3, y + 3]])
    masked = replace(scaffold, mask_polygons_px=(square,))
    for factor in (1, 2):
        found = prepared(masked, FrameSize(FRAME.width_px * factor, FRAME.height_px * factor)).points.is_masked
        np.testing.assert_array_equal(np.flatnonzero(found), [7])


def test_that_control_points_are_judged_in_the_calibration_image(scaffold: Scaffold) -> None:
    noisy = opened(mill_site(control_noise_px=1.0))
    small, large = prepared(noisy), prepared(noisy, FrameSize(2 * FRAME.width_px, 2 * FRAME.height_px))
    assert prepared(scaffold).residuals.rmse_px < 1e-6
    assert 0.2 < small.residuals.rmse_px < 2.0
    assert large.residuals.rmse_px == pytest.approx(small.residuals.rmse_px, rel=1e-9)
    assert large.residuals.rmse_m == pytest.approx(small.residuals.rmse_m, rel=1e-9)


# -- from the raster to the decoded frame -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "preparation",
    [
        FramePreparation(),
        FramePreparation(rotation_deg=90),
        FramePreparation(rotation_deg=180),
        FramePreparation(flip="hflip"),
        FramePreparation(lens=LensModel(k1=-0.1, k2=0.02)),
    ],
    ids=["plain", "quarter turn", "half turn", "flipped", "lens"],
)
def test_that_raster_pixels_are_found_in_the_decoded_frame(preparation: FramePreparation) -> None:
    """The way through the world: raster, water plane, camera, preparation undone."""
    site = mill_site(preparation=preparation)
    turned = FRAME.transposed if preparation.rotation_deg == 90 else FRAME
    geometry = prepared(opened(site), turned)
    xy = geometry.points.xy_px
    world = np.column_stack([geometry.raster.pixel_to_world(xy), np.full(len(xy), LEVEL_M)])
    expected = geometry.frames.to_decoded(site.camera.project(world))
    np.testing.assert_allclose(geometry.to_decoded(xy), expected, atol=1e-4)
    assert (geometry.to_decoded(xy) > 0).all()


def test_that_a_place_outside_the_frame_is_not_seen(geometry: JobGeometry) -> None:
    far = np.array([[-400.0, 100.0], [100.0, 2000.0]])
    assert np.isnan(geometry.to_decoded(far)).all()


def test_that_a_place_behind_the_camera_is_not_seen(geometry: JobGeometry) -> None:
    """Of a camera that looks to the horizon; without a look at the depth the place would appear in the sky."""
    north = np.array([0.0, 50.0, 0.0])
    stand = np.array([50.0, 22.0, LEVEL_M + 5.0])
    level_camera = PinholeCamera(tuple(stand), tuple(stand + north), 300.0, FRAME)
    looking = replace(geometry, camera=CameraModel(level_camera.matrix))
    ahead, behind = geometry.raster.world_to_pixel(np.array([[50.0, 22.0 + 40.0], [50.0, 22.0 - 40.0]]))
    assert np.isfinite(looking.to_decoded(ahead[np.newaxis])).all()
    assert np.isnan(looking.to_decoded(behind[np.newaxis])).all()


@pytest.mark.parametrize("side", ["left", "right", "top", "bottom"])
def test_that_lines_that_leave_the_picture_on_one_side_are_not_seen(scaffold: Scaffold, side: str) -> None:
    """One point so near to the border that only one end of its lines is outside, one well inside."""
    geometry = prepared(scaffold)
    fan = STIVService().line_search(scaffold.stiv).fan
    assert geometry.lines_are_seen(fan).all()
    middle = np.array([FRAME.width_px / 2, FRAME.height_px / 2])
    border = {
        "left": np.array([0.0, middle[1]]),
        "right": np.array([FRAME.width_px - 1.0, middle[1]]),
        "top": np.array([middle[0], 0.0]),
        "bottom": np.array([middle[0], FRAME.height_px - 1.0]),
    }[side]
    near, far = (_on_raster(geometry, border + step * (middle - border)) for step in (0.01, 0.4))
    shifted = geometry.points.xy_px.copy()
    shifted[0], shifted[1] = near, far
    moved = replace(geometry, points=replace(geometry.points, xy_px=shifted))
    np.testing.assert_array_equal(moved.lines_are_seen(fan)[:2], [False, True])


def _on_raster(geometry: JobGeometry, frame_px: np.ndarray) -> np.ndarray:
    """The raster pixel of the water that a pixel of the frame shows."""
    world = geometry.camera.back_project(frame_px[np.newaxis], LEVEL_M)
    return np.asarray(geometry.raster.world_to_pixel(world[:, :2])[0])


def test_that_a_job_of_which_nothing_is_seen_is_refused() -> None:
    require_picture(np.array([False, True]))
    with pytest.raises(RectificationError, match="all points lie outside the picture") as caught:
        require_picture(np.zeros(3, dtype=bool))
    assert caught.value.stage == "geometry"


def test_that_the_outline_of_the_water_reaches_up_and_down_the_river(geometry: JobGeometry) -> None:
    outline = geometry.outline_px
    first, last = geometry.edges_px
    width = np.hypot(*(last - first))
    np.testing.assert_allclose((outline[0] + outline[3]) / 2, first, atol=1e-9)
    np.testing.assert_allclose((outline[1] + outline[2]) / 2, last, atol=1e-9)
    np.testing.assert_allclose((outline[3] - outline[0]) / 2, 3 * width * geometry.normal, atol=1e-9)
