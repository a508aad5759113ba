"""Collects the figures on which the verdict of a measurement rests."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ..domain.errors import VideoError
from ..domain.quality import QualityFigures
from ..media.encoded_pictures import decoded_grey
from ..numerics.registration import Registration, register
from ..numerics.stiv import StivResult
from .discharge_service import DischargeMeasurement
from .measuring.frame_slots import FrameSlots
from .measuring.measurement import SurfaceVelocities
from .measuring.tile_recorder import Recording, static_ground
from .measuring.usable_velocities import CheckedVelocities, median_of_known, velocity_figures
from .measuring.verdict import CAMERA_SHIFT_SHARE
from .rectification.job_geometry import JobGeometry
from .rectification.picture_geometry import FilmedSite, PointGeometry

Picture = NDArray[np.uint8]

_REGISTRATION_WIDTH_PX = 640
_UNKNOWN = float("nan")


def camera_shift(site: FilmedSite, geometry: PointGeometry, first_frame: Picture) -> Registration | None:
    """How the job's first prepared frame lies relative to the calibration image; None if there is none to compare.

    Raises
    ------
    VideoError
        If the camera moved so far that the control points no longer hold.
    """
    reference = calibration_picture(site, first_frame.shape)
    if reference is None:
        return None
    mask = geometry.frames.picture(static_ground(geometry, _decoded_shape(geometry)))
    found = register_reduced(reference, first_frame, mask)
    if found.is_conclusive and found.shift_px > CAMERA_SHIFT_SHARE[1] * first_frame.shape[1]:
        raise VideoError(
            f"the camera moved: static ground is shifted by {found.shift_px:.0f} px since the calibration image",
            remedy="Digitise the control points anew in a frame of this video, and use that scaffold",
            stage="rectify",
        )
    return found


def register_reduced(reference: Picture, picture: Picture, mask: Picture) -> Registration:
    """Registration of pictures reduced to a width at which a shift that matters is still several pixels."""
    factor = min(1.0, _REGISTRATION_WIDTH_PX / picture.shape[1])
    if factor < 1.0:
        reference, picture, mask = (
            np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8)
            for image in (reference, picture, mask)
        )
    found = register(reference, picture, (mask == 255).astype(np.uint8))
    # a pixel p of the whole picture lies at factor (p + 1/2) - 1/2 of the reduced one
    reduce = np.array([[factor, 0, 0.5 * factor - 0.5], [0, factor, 0.5 * factor - 0.5], [0, 0, 1.0]])
    homography = np.linalg.inv(reduce) @ found.homography @ reduce
    return replace(
        found, homography=homography, shift_px=found.shift_px / factor, residual_px=found.residual_px / factor
    )


def calibration_picture(site: FilmedSite, shape: tuple[int, ...]) -> Picture | None:
    """The calibration image in grey, in the size (height, width) of the job's prepared frame; None if it has none."""
    if not site.calibration_image:
        return None
    picture = decoded_grey(site.calibration_image)
    if picture is None or picture.shape == shape[:2]:
        return picture
    return np.asarray(cv2.resize(picture, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def quality_figures(
    geometry: JobGeometry,
    recording: Recording,
    slots: FrameSlots,
    velocities: SurfaceVelocities,
    measurement: DischargeMeasurement,
    shift: Registration | None,
) -> QualityFigures:
    """Figures of a finished measurement."""
    figures = clip_figures(geometry, recording, slots, velocities.stiv, shift)
    decided = velocity_figures(checked_velocities(velocities), measurement, geometry.residuals.rmse_m)
    return replace(figures, line_length_ratio=geometry.line.length_ratio, **decided)


def clip_figures(
    geometry: PointGeometry, recording: Recording, slots: FrameSlots, stiv: StivResult, shift: Registration | None
) -> QualityFigures:
    """Figures that clip, camera and search decide; those that a section and its discharge decide are NaN."""
    levels = recording.scene_levels
    known_shift = shift is not None and shift.is_conclusive
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
        is_variable_rate=not slots.timing.is_constant and not slots.timing.dropped and not slots.timing.doubled,
        truncation=recording.truncation,
        unreliable_frame_share=recording.unreliable_frames / frames,
        camera_shift_px=shift.shift_px if known_shift and shift is not None else None,
        camera_shift_share=shift.shift_px / geometry.frames.prepared_size.width_px if known_shift and shift else None,
        num_frames=frames,
        duration_s=float(recording.times_s[-1] - recording.times_s[0]),
    )


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


def _decoded_shape(geometry: PointGeometry) -> tuple[int, int]:
    return geometry.frames.decoded_size.height_px, geometry.frames.decoded_size.width_px
