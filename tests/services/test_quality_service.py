"""The figures on which the verdict rests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from known_rivers import FRAME, LEVEL_M, Parts, facts_of, mill_site, opened

from image_velocimetry_tools.domain.quality import CalibrationMatch, QualityFigures
from image_velocimetry_tools.domain.velocimetry import PointFlag
from image_velocimetry_tools.domain.video import FrameSize
from image_velocimetry_tools.numerics.registration import Registration
from image_velocimetry_tools.services.measuring.camera_check import CameraCheck
from image_velocimetry_tools.services.quality_service import quality_figures
from image_velocimetry_tools.services.rectification.job_geometry import JobGeometryService

STILL = CameraCheck(CalibrationMatch.FOUND, Registration(np.eye(3), 100, 120, 0.1, 0.05, True))


def figures_of(parts: Parts, camera: CameraCheck = STILL, **changed: object) -> QualityFigures:
    parts = replace(parts, **changed)  # type: ignore[arg-type]
    return quality_figures(
        parts.geometry,
        parts.recording,
        parts.slots,
        parts.velocities,
        parts.measurement,
        camera,
        parts.scaffold,
        0.85,
    )


def test_that_a_camera_of_which_nothing_is_known_has_no_figures(parts: Parts) -> None:
    figures = figures_of(parts, CameraCheck(CalibrationMatch.NOT_FOUND))
    assert figures.camera_shift_px is None
    assert figures.camera_shift_share is None
    assert figures.calibration_match == "no match"


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
    wandering = replace(parts.slots, timing=replace(timing, is_constant=False))
    assert not figures_of(parts, slots=wandering).is_variable_rate
    jittery = replace(wandering, is_steady=False)
    assert figures_of(parts, slots=jittery).is_variable_rate
    lossy = replace(jittery, timing=replace(timing, is_constant=False, dropped=3))
    assert not figures_of(parts, slots=lossy).is_variable_rate
    valid = np.ones(66, dtype=bool)
    valid[:6] = False
    slots = replace(parts.slots, valid=valid, repeated_share=0.2, is_respaced=True, is_static=True)
    figures = figures_of(parts, slots=slots)
    assert figures.empty_slot_share == pytest.approx(6 / 66)
    assert (figures.repeated_frame_share, figures.is_respaced, figures.is_static) == (0.2, True, True)
