"""Views of a calibration image by any method."""

from __future__ import annotations

from dataclasses import replace

import pytest
from known_rivers import FRAME
from projects_at_hand import project_of_mill

from image_velocimetry_tools.domain.errors import GroundControlError, IvyError, RectificationError
from image_velocimetry_tools.domain.ground_control import GroundControlPoints
from image_velocimetry_tools.domain.project import Calibration
from image_velocimetry_tools.domain.video import FrameSize
from image_velocimetry_tools.services.rectified_view import raster_of, view_of


@pytest.fixture(scope="module")
def calibration() -> Calibration:
    return project_of_mill().calibration


def marked(calibration: Calibration, count: int) -> Calibration:
    points = GroundControlPoints(calibration.points.points[:count])
    return replace(calibration, points=points, method=None)


def test_that_a_view_is_kept_for_the_same_settings(calibration: Calibration) -> None:
    assert view_of(replace(calibration, water_surface_elevation_m=1.0)) is view_of(calibration)
    assert view_of(replace(calibration, flip_x=True)) is not view_of(calibration)


@pytest.mark.parametrize(("count", "method"), [(2, "scale"), (4, "homography"), (10, "camera matrix")])
def test_that_the_number_of_points_chooses_the_method(calibration: Calibration, count: int, method: str) -> None:
    assert view_of(marked(calibration, count)).method == method


def test_that_a_smaller_frame_has_a_coarser_raster_by_every_method(calibration: Calibration) -> None:
    half = FrameSize(FRAME.width_px // 2, FRAME.height_px // 2)
    for count in (2, 4, 10):
        view = view_of(marked(calibration, count))
        assert view.raster_of(half).pixel_size_m == pytest.approx(2 * view.raster.pixel_size_m)
        assert view.raster_of(FrameSize(4000, 2250)) is view.raster


def test_that_a_view_that_cannot_be_is_an_error_for_users(calibration: Calibration) -> None:
    with pytest.raises(IvyError, match="no calibration image"):
        view_of(replace(calibration, image_size=None))
    with pytest.raises(GroundControlError):
        view_of(marked(calibration, 0))
    with pytest.raises(RectificationError, match="unknown rectification method"):
        view_of(replace(calibration, method="magic"))


def test_that_the_raster_is_known_from_its_extent_while_points_are_missing(calibration: Calibration) -> None:
    five = marked(calibration, 5)
    raster, expected = raster_of(five), raster_of(calibration)
    assert raster is not None
    assert raster == expected
    assert raster_of(replace(five, extent=None)) is None
    assert raster_of(replace(marked(calibration, 3), method="homography")) is None
    assert raster_of(Calibration()) is None
