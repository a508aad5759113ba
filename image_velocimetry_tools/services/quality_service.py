"""Collects the figures on which the verdict of a measurement rests."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..domain.quality import QualityFigures
from ..domain.scaffold import Scaffold
from ..domain.velocimetry import REJECTING
from ..numerics.stiv import StivResult
from ..numerics.stiv.steps import lost_share, step_scales
from .discharge_service import DischargeMeasurement
from .measuring.camera_check import CameraCheck
from .measuring.frame_slots import FrameSlots
from .measuring.measurement import SurfaceVelocities
from .measuring.other_bank import other_bank_figures
from .measuring.tile_recorder import Recording
from .measuring.usable_velocities import CheckedVelocities, median_of_known, velocity_figures
from .rectification.job_geometry import JobGeometry
from .rectification.picture_geometry import PointGeometry
from .rectification.start_bank import contradicted_bank_of_job

_UNKNOWN = float("nan")


def quality_figures(
    geometry: JobGeometry,
    recording: Recording,
    slots: FrameSlots,
    velocities: SurfaceVelocities,
    measurement: DischargeMeasurement,
    camera: CameraCheck,
    scaffold: Scaffold,
    alpha: float,
) -> QualityFigures:
    """Figures of a finished measurement, made with the settings of a site and a surface coefficient."""
    figures = clip_figures(geometry, recording, slots, velocities.stiv, camera)
    decided = velocity_figures(checked_velocities(velocities), measurement, geometry.residuals.rmse_m)
    if contradicted_bank_of_job(geometry, scaffold.preparation, scaffold.start_bank) is not None:
        stations = geometry.points.station_m
        decided |= other_bank_figures(measurement, scaffold.section, stations, velocities.normal_mps, alpha=alpha)
    return replace(figures, line_length_ratio=geometry.line.length_ratio, **decided)


def clip_figures(
    geometry: PointGeometry, recording: Recording, slots: FrameSlots, stiv: StivResult, camera: CameraCheck
) -> QualityFigures:
    """Figures that clip, camera and search decide; those that a section and its discharge decide are NaN."""
    levels = recording.scene_levels
    shift = camera.shift
    frames = len(recording.times_s)
    return QualityFigures(
        measured_discharge_fraction=_UNKNOWN,
        used_point_fraction=_UNKNOWN,
        # of all points that the picture shows: to set the bad ones aside makes the rest no better
        median_quality=median_of_known(stiv.quality[np.isfinite(stiv.magnitudes_mps)]),
        median_spread=_UNKNOWN,
        median_dispersion=_UNKNOWN,
        fan_edge_fraction=_UNKNOWN,
        gcp_rmse_px=geometry.residuals.rmse_px * geometry.scale,
        gcp_rmse_share_of_width=_UNKNOWN,
        line_length_ratio=_UNKNOWN,
        speed_ratio=_UNKNOWN,
        reverse_fraction=_UNKNOWN,
        max_froude=_UNKNOWN,
        scene_level=float(levels.mean()),
        brightness_variation=float(levels.std() / max(float(levels.mean()), 1.0)),
        empty_slot_share=slots.empty_share,
        repeated_frame_share=slots.repeated_share,
        is_static=slots.is_static,
        is_respaced=slots.is_respaced,
        is_variable_rate=not slots.is_steady and not slots.timing.dropped and not slots.timing.doubled,
        truncation=recording.truncation,
        unreliable_frame_share=recording.unreliable_frames / frames,
        camera_shift_px=None if shift is None else shift.shift_px,
        camera_shift_share=None if shift is None else shift.shift_px / geometry.frames.prepared_size.width_px,
        num_frames=frames,
        duration_s=float(recording.times_s[-1] - recording.times_s[0]),
        calibration_match=camera.match.value,
        lost_frame_share=_lost_frame_share(geometry, slots, stiv),
    )


def _lost_frame_share(geometry: PointGeometry, slots: FrameSlots, stiv: StivResult) -> float:
    """Share of the frames that were lost without a gap in time, as the leaps of the water tell; NaN if unknown."""
    good = [index for index, flags in enumerate(stiv.flags) if not REJECTING.intersection(flags)]
    clearest = sorted(good, key=lambda index: -stiv.quality[index])
    velocity_px = stiv.velocities_mps[clearest] * slots.interval_s / geometry.raster.pixel_size_m
    scales = step_scales([stiv.space_time_images[index] for index in clearest], velocity_px)
    return lost_share(scales, slots.valid) if clearest else _UNKNOWN


def checked_velocities(velocities: SurfaceVelocities) -> CheckedVelocities:
    """What the checks made of the velocities of a job, as its figures need it."""
    stiv = velocities.stiv
    return CheckedVelocities(
        speed_mps=stiv.magnitudes_mps,
        normal_mps=velocities.normal_mps,
        froude=velocities.froude,
        spread=stiv.spread,
        dispersion=stiv.dispersion,
        flags=velocities.flags,
        is_used=velocities.is_used,
        fastest_mps=stiv.fastest_mps,
    )
