"""Whether the first frame of a clip shows what the calibration image shows: the same camera, prepared the same way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ...domain.errors import VideoError
from ...domain.quality import CalibrationMatch
from ...domain.video import FramePreparation, FrameSize, LensModel
from ...media.encoded_pictures import decoded_grey
from ...numerics.frame_geometry import FrameGeometry
from ...numerics.registration import Registration, register
from ..rectification.picture_geometry import FilmedSite, PointGeometry
from ..rectification.static_ground import static_ground
from .verdict import CAMERA_SHIFT_SHARE

Picture = NDArray[np.uint8]

# with fewer features than this on static ground, that none is found again may be chance
FEWEST_FEATURES = 60
_REGISTRATION_WIDTH_PX = 640
# a match holds within about 0.05 of the true coefficient, so that these leave no gap
_OTHER_LENSES = (0.0, -0.1, 0.1, -0.2, 0.2, -0.3, 0.3)
_NOWHERE_PX = -10.0


@dataclass(frozen=True, slots=True)
class CameraCheck:
    """How the first frame lies on the calibration image; ``shift`` is None where they could not be matched."""

    match: CalibrationMatch
    shift: Registration | None = None


def checked_camera(site: FilmedSite, geometry: PointGeometry, first_frame: Picture) -> CameraCheck:
    """Hold the job's first prepared frame against the calibration image.

    Raises
    ------
    VideoError
        If the camera moved so far that the control points no longer hold.
    """
    reference = calibration_picture(site, first_frame.shape)
    if reference is None:
        return CameraCheck(CalibrationMatch.NO_IMAGE)
    mask = geometry.frames.picture(static_ground(geometry, _decoded_shape(geometry)))
    reference, first_frame, mask, factor = _reduced(reference, first_frame, mask)
    found = _enlarged(register(reference, first_frame, mask), factor)
    if not found.is_conclusive:
        if found.features < FEWEST_FEATURES:
            return CameraCheck(CalibrationMatch.LITTLE_GROUND)
        return CameraCheck(_other_match(reference, first_frame, mask, site.preparation))
    width_px = first_frame.shape[1] / factor
    if found.shift_px > CAMERA_SHIFT_SHARE[1] * width_px:
        raise VideoError(
            f"the camera moved: static ground is shifted by {found.shift_px:.0f} px since the calibration image",
            remedy="Digitise the control points anew in a frame of this video, and use that scaffold",
            stage="rectify",
        )
    return CameraCheck(CalibrationMatch.FOUND, found)


def register_reduced(reference: Picture, picture: Picture, mask: Picture) -> Registration:
    """Registration of pictures reduced to a width at which a shift that matters is still several pixels."""
    reference, picture, mask, factor = _reduced(reference, picture, mask)
    return _enlarged(register(reference, picture, mask), factor)


def calibration_picture(site: FilmedSite, shape: tuple[int, ...]) -> Picture | None:
    """The calibration image in grey, in the size (height, width) of the job's prepared frame; None if it has none."""
    if not site.calibration_image:
        return None
    picture = decoded_grey(site.calibration_image)
    if picture is None or picture.shape == shape[:2]:
        return picture
    return np.asarray(cv2.resize(picture, (shape[1], shape[0]), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _reduced(reference: Picture, picture: Picture, mask: Picture) -> tuple[Picture, Picture, Picture, float]:
    """The pictures, the mask 1 where the ground is static, and the factor of reduction."""
    factor = min(1.0, _REGISTRATION_WIDTH_PX / picture.shape[1])
    if factor < 1.0:
        reference, picture, mask = (
            np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8)
            for image in (reference, picture, mask)
        )
    return reference, picture, (mask == 255).astype(np.uint8), factor


def _enlarged(found: Registration, factor: float) -> Registration:
    # a pixel p of the whole picture lies at factor (p + 1/2) - 1/2 of the reduced one
    reduce = np.array([[factor, 0, 0.5 * factor - 0.5], [0, factor, 0.5 * factor - 0.5], [0, 0, 1.0]])
    homography = np.linalg.inv(reduce) @ found.homography @ reduce
    return replace(
        found, homography=homography, shift_px=found.shift_px / factor, residual_px=found.residual_px / factor
    )


def _other_match(reference: Picture, picture: Picture, mask: Picture, how: FramePreparation) -> CalibrationMatch:
    """What would have to be done to a frame that does not match, for it to match."""
    for match, candidate, is_shown in _candidates(picture, how.lens):
        # what the frame does not show would change its brightness as a whole
        filled = np.where(is_shown == 1, candidate, reference)
        found = register(reference, filled, mask * is_shown)
        if found.is_conclusive and found.features >= FEWEST_FEATURES:
            return match
    return CalibrationMatch.NOT_FOUND


def _candidates(picture: Picture, lens: LensModel) -> Iterator[tuple[CalibrationMatch, Picture, Picture]]:
    """The frame otherwise prepared, and 1 where that frame shows something."""
    everywhere = np.ones(picture.shape, dtype=np.uint8)
    yield CalibrationMatch.FLIPPED, picture[:, ::-1], everywhere
    yield CalibrationMatch.UPSIDE_DOWN, picture[::-1], everywhere
    yield CalibrationMatch.TURNED, picture[::-1, ::-1], everywhere
    size = FrameSize(picture.shape[1], picture.shape[0])
    source = _uncorrected(picture, size, lens)
    for k1 in _OTHER_LENSES:
        if abs(k1 - lens.k1) > 1e-9:
            maps = FrameGeometry(size, 0, FramePreparation(lens=LensModel(k1=k1))).picture_maps()
            corrected, is_shown = (_remapped(image, *maps) for image in source)
            yield CalibrationMatch.OTHER_LENS, corrected, is_shown


def _uncorrected(picture: Picture, size: FrameSize, lens: LensModel) -> tuple[Picture, Picture]:
    """A picture without the lens correction that it has, and 1 where it shows something."""
    everywhere = np.ones(picture.shape, dtype=np.uint8)
    if lens.is_identity:
        return picture, everywhere
    x, y = np.meshgrid(np.arange(size.width_px), np.arange(size.height_px))
    places = FrameGeometry(size, 0, FramePreparation(lens=lens)).to_prepared(np.column_stack([x.ravel(), y.ravel()]))
    maps = [np.nan_to_num(axis, nan=_NOWHERE_PX).astype(np.float32).reshape(picture.shape) for axis in places.T]
    return _remapped(picture, *maps), _remapped(everywhere, *maps)


def _remapped(picture: Picture, x_px: NDArray[np.float32], y_px: NDArray[np.float32]) -> Picture:
    return np.asarray(cv2.remap(picture, x_px, y_px, cv2.INTER_LINEAR), dtype=np.uint8)


def _decoded_shape(geometry: PointGeometry) -> tuple[int, int]:
    return geometry.frames.decoded_size.height_px, geometry.frames.decoded_size.width_px
