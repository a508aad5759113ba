"""The figures on which the verdict rests, and the camera that moved."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from known_rivers import FRAME, LEVEL_M, Parts, facts_of, luma_of_video, mill_site, opened

from image_velocimetry_tools.domain.errors import VideoError
from image_velocimetry_tools.domain.quality import QualityFigures
from image_velocimetry_tools.domain.velocimetry import PointFlag
from image_velocimetry_tools.domain.video import FramePreparation, FrameSize
from image_velocimetry_tools.numerics.registration import Registration
from image_velocimetry_tools.services.measuring.tile_recorder import static_ground
from image_velocimetry_tools.services.measuring.verdict import CAMERA_SHIFT_SHARE
from image_velocimetry_tools.services.quality_service import (
    calibration_picture,
    camera_shift,
    quality_figures,
    register_reduced,
)
from image_velocimetry_tools.services.rectification.job_geometry import JobGeometryService

STILL = Registration(np.eye(3), 100, 120, 0.1, 0.05, True)


def shifted(picture: np.ndarray, x_px: float, y_px: float) -> np.ndarray:
    move = np.array([[1.0, 0.0, x_px], [0.0, 1.0, y_px]])
    return np.asarray(cv2.warpAffine(picture, move, picture.shape[::-1], borderMode=cv2.BORDER_REFLECT_101))


def figures_of(parts: Parts, shift: Registration | None = STILL, **changed: object) -> QualityFigures:
    parts = replace(parts, **changed)  # type: ignore[arg-type]
    return quality_figures(parts.geometry, parts.recording, parts.slots, parts.velocities, parts.measurement, shift)


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
    assert camera_shift(scaffold, parts.geometry, parts.recording.first_frame) is None


# -- the camera -------------------------------------------------------------------------------------------------------


def test_that_a_fixed_camera_did_not_move(parts: Parts) -> None:
    found = camera_shift(parts.scaffold, parts.geometry, parts.recording.first_frame)
    assert found is not None
    assert found.is_conclusive
    assert found.shift_px < 0.2


def test_that_moving_water_is_no_moving_camera(parts: Parts, mill_path: Path) -> None:
    later = luma_of_video(mill_path)[-1]
    found = camera_shift(parts.scaffold, parts.geometry, later)
    assert found is not None
    assert found.shift_px < 0.2


def test_that_water_that_drifts_as_a_whole_is_no_moving_camera(parts: Parts) -> None:
    """More of the picture is water than bank, and all of it is shifted."""
    first = parts.recording.first_frame
    water = static_ground(parts.geometry, first.shape) == 0
    assert water.mean() > 0.45
    found = camera_shift(parts.scaffold, parts.geometry, np.where(water, shifted(first, 5.0, 3.0), first))
    assert found is not None
    assert found.is_conclusive
    assert found.inliers > 0.9 * found.features
    assert found.shift_px < 0.2


@pytest.mark.parametrize(("x_px", "y_px"), [(3.0, 0.0), (-2.0, 4.0)])
def test_that_a_shift_of_the_camera_is_measured(parts: Parts, x_px: float, y_px: float) -> None:
    found = camera_shift(parts.scaffold, parts.geometry, shifted(parts.recording.first_frame, x_px, y_px))
    assert found is not None
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
    assert camera_shift(parts.scaffold, parts.geometry, shifted(first, limit - 1.0, 0.0)) is not None
    with pytest.raises(VideoError, match=r"the camera moved: static ground is shifted by 9 px") as caught:
        camera_shift(parts.scaffold, parts.geometry, shifted(first, limit + 1.3, 0.0))
    assert caught.value.stage == "rectify"
    assert "Digitise the control points anew" in caught.value.remedy


def test_that_a_picture_that_shows_nothing_tells_nothing(parts: Parts) -> None:
    fog = np.full_like(parts.recording.first_frame, 160)
    found = camera_shift(parts.scaffold, parts.geometry, fog)
    assert found is not None
    assert not found.is_conclusive
    figures = figures_of(parts, found)
    assert figures.camera_shift_px is None
    assert figures.camera_shift_share is None


def test_that_a_flipped_video_is_compared_as_prepared(parts: Parts) -> None:
    """Both the frame and the mask of its water are flipped before they are held against the calibration image."""
    site = mill_site(preparation=FramePreparation(flip="hflip"))
    geometry = JobGeometryService().prepare(opened(site), facts_of(), LEVEL_M)
    decoded = parts.recording.first_frame[:, ::-1]
    found = camera_shift(opened(site), geometry, geometry.frames.picture(np.ascontiguousarray(decoded)))
    assert found is not None
    assert found.is_conclusive
    assert found.shift_px < 0.2


def test_that_a_larger_video_is_compared_in_its_own_pixels(parts: Parts) -> None:
    size = FrameSize(2 * FRAME.width_px, 2 * FRAME.height_px)
    geometry = JobGeometryService().prepare(parts.scaffold, facts_of(size=size), LEVEL_M)
    double = cv2.resize(parts.recording.first_frame, (size.width_px, size.height_px), interpolation=cv2.INTER_CUBIC)
    found = camera_shift(parts.scaffold, geometry, shifted(double, 6.0, 0.0))
    assert found is not None
    assert found.shift_px == pytest.approx(6.0, abs=0.6)
    assert figures_of(parts, found, geometry=geometry).camera_shift_share == pytest.approx(6.0 / 768, rel=0.1)


# -- the figures ------------------------------------------------------------------------------------------------------


def test_that_the_figures_are_those_of_the_measurement(parts: Parts) -> None:
    figures = figures_of(parts)
    stiv = parts.velocities.stiv
    assert figures.used_point_fraction == 1.0
    assert figures.median_quality == pytest.approx(np.median(stiv.quality))
    assert figures.median_spread == pytest.approx(np.nanmedian(stiv.spread))
    assert figures.speed_ratio == pytest.approx(stiv.magnitudes_mps.max() / stiv.fastest_mps)
    assert figures.max_froude == pytest.approx(parts.velocities.froude.max())
    assert figures.num_frames == 66
    assert figures.duration_s == pytest.approx(65 / 30, abs=1e-3)
    assert figures.scene_level == pytest.approx(parts.recording.scene_levels.mean())
    assert figures.camera_shift_px == 0.1
    assert figures.camera_shift_share == pytest.approx(0.1 / 384)
    assert figures.line_length_ratio == pytest.approx(1.0, abs=1e-3)


def test_that_only_used_points_speak_for_a_measurement(parts: Parts) -> None:
    """Rejected points with the worst of everything change nothing but the share of the points that is used."""
    used = np.arange(20) >= 7
    stiv = parts.velocities.stiv
    wild = {"quality": 0.0, "spread": 9.0, "magnitudes_mps": 50.0}
    changed = {name: np.where(used, getattr(stiv, name), value) for name, value in wild.items()}
    velocities = replace(
        parts.velocities,
        stiv=replace(stiv, **changed),
        is_used=used,
        normal_mps=np.where(used, parts.velocities.normal_mps, -50.0),
        froude=np.where(used, parts.velocities.froude, 20.0),
    )
    figures, calm = figures_of(parts, velocities=velocities), figures_of(parts)
    assert figures.used_point_fraction == pytest.approx(0.65)
    assert figures.speed_ratio <= calm.speed_ratio
    assert figures.max_froude <= calm.max_froude
    assert figures.reverse_fraction == 0.0
    assert figures.median_spread == pytest.approx(np.nanmedian(stiv.spread[used]))


def test_that_setting_bad_points_aside_makes_the_quality_no_better(parts: Parts) -> None:
    """The median is that of every point that the picture shows, used or not; those outside of it do not count."""
    index = np.arange(20)
    stiv = parts.velocities.stiv
    quality = np.where(index < 8, 0.0, stiv.quality)
    speed = np.where(index >= 16, np.nan, stiv.magnitudes_mps)
    velocities = replace(
        parts.velocities,
        stiv=replace(stiv, quality=quality, magnitudes_mps=speed),
        is_used=(index >= 8) & (index < 16),
    )
    assert figures_of(parts, velocities=velocities).median_quality == pytest.approx(np.median(quality[:16]))


def test_that_waves_and_directions_at_the_edge_are_those_of_used_points(parts: Parts) -> None:
    index = np.arange(20)
    stiv = replace(parts.velocities.stiv, dispersion=np.where(index < 10, 0.9, 0.04))
    flags = tuple((PointFlag.FAN_EDGE,) if i < 12 else () for i in range(20))
    velocities = replace(parts.velocities, stiv=stiv, flags=flags, is_used=index >= 10)
    figures = figures_of(parts, velocities=velocities)
    assert figures.median_dispersion == pytest.approx(0.04)
    assert figures.fan_edge_fraction == pytest.approx(0.2)
    unknown = replace(parts.velocities.stiv, dispersion=np.full(20, np.nan))
    assert np.isnan(figures_of(parts, velocities=replace(parts.velocities, stiv=unknown)).median_dispersion)


def test_that_the_edges_are_not_held_against_the_measured_share(parts: Parts) -> None:
    """No method measures the edge panels: all points used is all that can be measured."""
    assert parts.measurement.discharge.edge_fraction > 0
    assert figures_of(parts).measured_discharge_fraction == pytest.approx(1.0)


def test_that_points_flowing_upstream_are_counted(parts: Parts) -> None:
    normal = parts.velocities.normal_mps.copy()
    normal[:3] *= -1
    assert figures_of(parts, velocities=replace(parts.velocities, normal_mps=normal)).reverse_fraction == 0.15


def test_that_unknown_spreads_are_no_figure(parts: Parts) -> None:
    stiv = replace(parts.velocities.stiv, spread=np.full(20, np.nan))
    assert np.isnan(figures_of(parts, velocities=replace(parts.velocities, stiv=stiv)).median_spread)


def test_that_the_error_of_the_control_points_is_in_pixels_of_this_video(parts: Parts) -> None:
    size = FrameSize(2 * FRAME.width_px, 2 * FRAME.height_px)
    noisy = opened(mill_site(control_noise_px=1.0))
    small = JobGeometryService().prepare(noisy, facts_of(), LEVEL_M)
    large = JobGeometryService().prepare(noisy, facts_of(size=size), LEVEL_M)
    one, two = (figures_of(parts, geometry=geometry) for geometry in (small, large))
    assert two.gcp_rmse_px == pytest.approx(2 * one.gcp_rmse_px)
    assert two.gcp_rmse_share_of_width == pytest.approx(one.gcp_rmse_share_of_width)
    assert one.gcp_rmse_share_of_width == pytest.approx(small.residuals.rmse_m / 6.2, rel=0.2)


def test_that_brightness_truncation_and_stabilisation_are_told(parts: Parts) -> None:
    levels = np.where(np.arange(66) % 2 == 0, 90.0, 110.0)
    recording = replace(parts.recording, scene_levels=levels, truncation="it breaks off", unreliable_frames=33)
    figures = figures_of(parts, recording=recording)
    assert figures.brightness_variation == pytest.approx(0.1)
    assert figures.truncation == "it breaks off"
    assert figures.unreliable_frame_share == 0.5


def test_that_the_timing_is_told(parts: Parts) -> None:
    timing = parts.slots.timing
    jittery = replace(parts.slots, timing=replace(timing, is_constant=False))
    assert figures_of(parts, slots=jittery).is_variable_rate
    lossy = replace(parts.slots, timing=replace(timing, is_constant=False, dropped=3))
    assert not figures_of(parts, slots=lossy).is_variable_rate
    valid = np.ones(66, dtype=bool)
    valid[:6] = False
    slots = replace(parts.slots, valid=valid, repeated_share=0.2, is_respaced=True, is_static=True)
    figures = figures_of(parts, slots=slots)
    assert figures.empty_slot_share == pytest.approx(6 / 66)
    assert (figures.repeated_frame_share, figures.is_respaced, figures.is_static) == (0.2, True, True)
