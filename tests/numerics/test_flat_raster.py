"""The rectified image of homography and scale, in the terms of a camera and a raster."""

from __future__ import annotations

import numpy as np
import pytest

from image_velocimetry_tools.domain.video import FrameSize
from image_velocimetry_tools.numerics.flat_raster import flat_raster, plane_camera
from image_velocimetry_tools.numerics.planar import homography_rectification, scale_rectification
from image_velocimetry_tools.numerics.raster import image_matrix
from image_velocimetry_tools.numerics.rectification import Rectification, flat_rectification

FRAME = FrameSize(640, 360)
WORLD_M = np.array([[500010.0, 4200020.0], [500022.0, 4200021.0], [500021.0, 4200029.0], [500011.0, 4200028.5]])
PIXELS = np.array([[100.0, 300.0], [520.0, 290.0], [430.0, 60.0], [160.0, 80.0]])


@pytest.fixture(params=["homography", "scale", "homography flipped", "scale flipped"])
def flat(request: pytest.FixtureRequest) -> Rectification:
    """Rectifications on UTM coordinates."""
    if request.param.startswith("homography"):
        planar = homography_rectification(WORLD_M, PIXELS, FRAME)
    else:
        planar = scale_rectification(WORLD_M[:2], PIXELS[:2], FRAME)
    flipped = request.param.endswith("flipped")
    return flat_rectification(planar, flip_x=flipped, flip_y=flipped)


def test_that_pixels_and_ground_are_those_of_the_rectification(flat: Rectification) -> None:
    raster = flat_raster(flat)
    places = np.array([[3.0, 4.0], [200.5, 100.25]])
    np.testing.assert_allclose(raster.pixel_to_world(places), flat.raster_to_world(places), atol=1e-6)
    np.testing.assert_allclose(raster.world_to_pixel(raster.pixel_to_world(places)), places, atol=1e-6)


@pytest.mark.parametrize("elevation_m", [0.0, 120.0])
def test_that_the_camera_of_the_plane_shows_the_same_at_all_heights(flat: Rectification, elevation_m: float) -> None:
    raster, camera = flat_raster(flat), plane_camera(flat)
    ground = np.column_stack([WORLD_M[:2], np.full(2, elevation_m)])
    np.testing.assert_allclose(camera.project(ground), PIXELS[:2], atol=1e-4)
    matrix = image_matrix(raster, camera, elevation_m)
    expected = flat.image_matrix * (matrix[2, 2] / flat.image_matrix[2, 2])
    np.testing.assert_allclose(matrix, expected, rtol=1e-5, atol=1e-6)


def test_that_a_coarser_grid_lies_on_the_same_ground(flat: Rectification) -> None:
    raster = flat_raster(flat)
    half = raster.scaled(0.5)
    assert half.pixel_size_m == pytest.approx(2 * raster.pixel_size_m)
    # a pixel of the coarser grid covers two by two of the finer one
    np.testing.assert_allclose(half.pixel_to_world([[10.0, 20.0]]), raster.pixel_to_world([[20.5, 40.5]]), atol=1e-6)
