"""Whether a first frame is that of the camera, and of the preparation, of the calibration image."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from known_rivers import FRAME, LEVEL_M, Parts, facts_of, luma_of_video, mill_site, opened

from image_velocimetry_tools.domain.errors import VideoError
from image_velocimetry_tools.domain.quality import CalibrationMatch
from image_velocimetry_tools.domain.video import FramePreparation, FrameSize, LensModel
from image_velocimetry_tools.numerics.registration import Registration
from image_velocimetry_tools.services.measuring.camera_check import (
    CameraCheck,
    calibration_picture,
    checked_camera,
    register_reduced,
)
from image_velocimetry_tools.services.measuring.verdict import CAMERA_SHIFT_SHARE
from image_velocimetry_tools.services.rectification.job_geometry import JobGeometryService
from image_velocimetry_tools.services.rectification.static_ground import static_ground


def shifted(picture: np.ndarray, x_px: float, y_px: float) -> np.ndarray:
    move = np.array([[1.0, 0.0, x_px], [0.0, 1.0, y_px]])
    return np.asarray(cv2.warpAffine(picture, move, picture.shape[::-1], borderMode=cv2.BORDER_REFLECT_101))


def camera_shift(*given: object) -> Registration:
    found: CameraCheck = checked_camera(*given)  # type: ignore[arg-type]
    assert found.match is CalibrationMatch.FOUND
    assert found.shift is not None
    return found.shift


# -- the calibration image --------------------------------------------------------------------------------------------


def test_that_the_calibration_image_is_grey_and_of_the_size_of_the_frame() -> None:
    scaffold = opened(mill_site())
    own = calibration_picture(scaffold, (FRAME.height_px, FRAME.width_px))
    double = calibration_picture(scaffold, (2 * FRAME.height_px, 2 * FRAME.width_px))
    assert own is not None
    assert double is not None
    assert own.shape == (216, 384)
    assert double.shape == (432, 768)
    assert np.abs(cv2.resize(double, (384, 216)).astype(int) - own).mean() < 2


@pytest.mark.parametrize("content", [None, b"", b"no picture at all"])
def test_that_without_a_calibration_image_nothing_is_known(parts: Parts, content: bytes | None) -> None:
    scaffold = replace(parts.scaffold, calibration_image=content)
    assert calibration_picture(scaffold, (216, 384)) is None
    found = checked_camera(scaffold, parts.geometry, parts.recording.first_frame)
    assert found.match is CalibrationMatch.NO_IMAGE
    assert found.shift is None


# -- the camera -------------------------------------------------------------------------------------------------------


def test_that_a_fixed_camera_did_not_move(parts: Parts) -> None:
    found = camera_shift(parts.scaffold, parts.geometry, parts.recording.first_frame)
    assert found.is_conclusive
    assert found.shift_px < 0.2


def test_that_moving_water_is_no_moving_camera(parts: Parts, mill_path: Path) -> None:
    later = luma_of_video(mill_path)[-1]
    found = camera_shift(parts.scaffold, parts.geometry, later)
    assert found.shift_px < 0.2


def test_that_water_that_drifts_as_a_whole_is_no_moving_camera(parts: Parts) -> None:
    """More of the picture is water than bank, and all of it is shifted."""
    first = parts.recording.first_frame
    water = static_ground(parts.geometry, first.shape) == 0
    assert water.mean() > 0.45
    found = camera_shift(parts.scaffold, parts.geometry, np.where(water, shifted(first, 5.0, 3.0), first))
    assert found.is_conclusive
    assert found.inliers > 0.9 * found.features
    assert found.shift_px < 0.2


@pytest.mark.parametrize(("x_px", "y_px"), [(3.0, 0.0), (-2.0, 4.0)])
def test_that_a_shift_of_the_camera_is_measured(parts: Parts, x_px: float, y_px: float) -> None:
    found = camera_shift(parts.scaffold, parts.geometry, shifted(parts.recording.first_frame, x_px, y_px))
    assert found.is_conclusive
    assert found.shift_px == pytest.approx(np.hypot(x_px, y_px), abs=0.3)


def test_that_a_large_picture_is_registered_in_its_own_pixels() -> None:
    """It is reduced for speed; shift and homography are those of the whole picture all the same."""
    grain = np.random.default_rng(7).standard_normal((1000, 1800))
    smooth = cv2.GaussianBlur(grain, (0, 0), 6.0)
    scene = np.clip(128 + 40 * smooth / smooth.std(), 0, 255).astype(np.uint8)
    found = register_reduced(scene, shifted(scene, 12.0, -7.0), np.full(scene.shape, 255, dtype=np.uint8))
    assert found.is_conclusive
    assert found.shift_px == pytest.approx(np.hypot(12.0, 7.0), abs=0.3)
    corner = found.homography @ [1600.0, 900.0, 1.0]
    assert corner[:2] / corner[2] == pytest.approx([1612.0, 893.0], abs=0.5)


def test_that_a_shift_beyond_the_limit_is_refused(parts: Parts) -> None:
    limit = CAMERA_SHIFT_SHARE[1] * FRAME.width_px
    first = parts.recording.first_frame
    assert camera_shift(parts.scaffold, parts.geometry, shifted(first, limit - 1.0, 0.0)).is_conclusive
    with pytest.raises(VideoError, match=r"the camera moved: static ground is shifted by 9 px") as caught:
        camera_shift(parts.scaffold, parts.geometry, shifted(first, limit + 1.3, 0.0))
    assert caught.value.stage == "rectify"
    assert "Digitise the control points anew" in caught.value.remedy


def test_that_a_picture_that_shows_nothing_tells_nothing(parts: Parts) -> None:
    fog = np.full_like(parts.recording.first_frame, 160)
    found = checked_camera(parts.scaffold, parts.geometry, fog)
    assert found.match is CalibrationMatch.NOT_FOUND
    assert found.shift is None


def test_that_a_flipped_video_is_compared_as_prepared(parts: Parts) -> None:
    """Both the frame and the mask of its water are flipped before they are held against the calibration image."""
    site = mill_site(preparation=FramePreparation(flip="hflip"))
    geometry = JobGeometryService().prepare(opened(site), facts_of(), LEVEL_M)
    decoded = parts.recording.first_frame[:, ::-1]
    found = camera_shift(opened(site), geometry, geometry.frames.picture(np.ascontiguousarray(decoded)))
    assert found.is_conclusive
    assert found.shift_px < 0.2


def test_that_a_larger_video_is_compared_in_its_own_pixels(parts: Parts) -> None:
    size = FrameSize(2 * FRAME.width_px, 2 * FRAME.height_px)
    geometry = JobGeometryService().prepare(parts.scaffold, facts_of(size=size), LEVEL_M)
    double = cv2.resize(parts.recording.first_frame, (size.width_px, size.height_px), interpolation=cv2.INTER_CUBIC)
    found = camera_shift(parts.scaffold, geometry, shifted(double, 6.0, 0.0))
    assert found.shift_px == pytest.approx(6.0, abs=0.6)


# -- the preparation --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "match"),
    [
        (FramePreparation(flip="hflip"), CalibrationMatch.FLIPPED),
        (FramePreparation(flip="vflip"), CalibrationMatch.UPSIDE_DOWN),
        (FramePreparation(rotation_deg=180), CalibrationMatch.TURNED),
        (FramePreparation(rotation_deg=180, flip="hflip"), CalibrationMatch.UPSIDE_DOWN),
        (FramePreparation(lens=LensModel(k1=0.15)), CalibrationMatch.OTHER_LENS),
        (FramePreparation(lens=LensModel(k1=-0.2)), CalibrationMatch.OTHER_LENS),
    ],
)
def test_that_a_preparation_changed_after_the_points_were_digitised_is_named(
    parts: Parts, changed: FramePreparation, match: CalibrationMatch
) -> None:
    scaffold = replace(parts.scaffold, preparation=changed)
    geometry = JobGeometryService().prepare(scaffold, facts_of(), LEVEL_M)
    found = checked_camera(scaffold, geometry, geometry.frames.picture(parts.recording.first_frame))
    assert found == CameraCheck(match)


def test_that_another_scene_matches_in_no_way(parts: Parts) -> None:
    grain = np.random.default_rng(3).standard_normal(parts.recording.first_frame.shape)
    smooth = cv2.GaussianBlur(grain, (0, 0), 4.0)
    scene = np.clip(128 + 40 * smooth / smooth.std(), 0, 255).astype(np.uint8)
    assert checked_camera(parts.scaffold, parts.geometry, scene) == CameraCheck(CalibrationMatch.NOT_FOUND)


def test_that_with_little_to_recognise_beside_the_water_nothing_can_be_said(parts: Parts) -> None:
    picture = parts.recording.first_frame
    blank = cv2.imencode(".png", np.full_like(picture, 120))[1].tobytes()
    found = checked_camera(replace(parts.scaffold, calibration_image=blank), parts.geometry, picture)
    assert found == CameraCheck(CalibrationMatch.LITTLE_GROUND)
