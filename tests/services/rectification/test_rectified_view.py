"""Views of a calibration image by any method."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from known_rivers import FRAME, LEVEL_M
from projects_at_hand import project_of_mill

from image_velocimetry_tools.domain.errors import GroundControlError, IvyError, RectificationError
from image_velocimetry_tools.domain.ground_control import GroundControlPoints
from image_velocimetry_tools.domain.project import Calibration
from image_velocimetry_tools.domain.video import FrameSize
from image_velocimetry_tools.services.measured_project.figures import rectification_figures
from image_velocimetry_tools.services.orthorectification_service import OrthorectificationService
from image_velocimetry_tools.services.rectification.rectified_view import raster_of, view_of


@pytest.fixture(scope="module")
def calibration() -> Calibration:
    return project_of_mill().calibration


def marked(calibration: Calibration, count: int) -> Calibration:
    """The first points marked, the fourth of them on the other bank."""
    points = calibration.points.points
    points = GroundControlPoints((*points[:3], points[5], *points[3:5], *points[6:])[:count])
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


@pytest.mark.parametrize(
    ("count", "method"), [(2, "scale"), (4, "homography"), (10, "homography"), (10, "camera matrix")]
)
def test_that_the_error_that_is_shown_stored_and_reckoned_with_is_one(
    calibration: Calibration, count: int, method: str
) -> None:
    some = replace(marked(calibration, count), method=method)
    view, stored = view_of(some), rectification_figures(some)
    shown = OrthorectificationService().solve(
        some.points, FRAME, LEVEL_M, method=method, extent=some.extent, flip_x=some.flip_x, flip_y=some.flip_y
    )
    assert stored is not None
    assert (stored.rmse_px, stored.rmse_m) == (shown.rmse_px, shown.rmse_m)
    assert (view.residuals.rmse_px, view.residuals.rmse_m) == (shown.rmse_px, shown.rmse_m)
    assert shown.rmse_m == pytest.approx(shown.rmse_px * view.raster.pixel_size_m)
    assert shown.rmse_px >= np.sqrt(np.mean([(r.dx_px**2 + r.dy_px**2) / 2 for r in shown.residuals])) * (1 - 1e-12)


def test_that_points_off_the_plane_show_in_the_error_of_a_flat_view(calibration: Calibration) -> None:
    """The estimate knows the angle of the view only, not how far the points miss."""
    view = view_of(replace(marked(calibration, 10), method="homography"))
    assert view.solved.planar is not None
    assert view.residuals.rmse_px > view.solved.planar.rmse_px


def test_that_a_plane_with_its_own_points_behind_the_camera_is_refused(calibration: Calibration) -> None:
    """Four points on one bank, nearly in line and at different heights: the plane through their pixels is twisted."""
    bank = replace(calibration, points=GroundControlPoints(calibration.points.points[:4]), method="homography")
    with pytest.raises(GroundControlError, match=r"GCP01, GCP02.*no view of one plane.*camera matrix method"):
        view_of(bank)
    assert rectification_figures(bank) is None
