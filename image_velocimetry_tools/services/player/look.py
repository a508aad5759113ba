"""How a frame looks when it is prepared, in colour and at the size of a screen."""

from __future__ import annotations

import cv2
import numpy as np

from ...domain.video import FramePreparation, FrameSize
from ...media.picture_conversion import RgbPicture
from ...numerics.contrast import ContrastLimits, apply, auto_contrast_limits, clahe, contrast_lut, curve_lut
from ...numerics.frame_geometry import FrameGeometry, MapArray


class PlayerLook:
    """Rotation, flip, curve, lens correction and contrast of upright pictures.

    Colour is kept: the tone curve acts on red, green and blue, contrast on luma alone. Pictures are full range already,
    so that the luma range needs nothing; stabilisation needs the whole clip and is left out. Automatic contrast keeps
    the limits of the first picture, as a measurement does. What counts for a measurement is the grey picture of
    ``VideoService.first_picture``.

    Raises
    ------
    VideoError
        If the rotation is not a multiple of 90 degrees.
    ValueError
        If there is no such curve.
    """

    def __init__(self, preparation: FramePreparation) -> None:
        self._preparation = preparation
        self._curve = None if preparation.curve_preset == "none" else curve_lut(preparation.curve_preset)
        self._limits: ContrastLimits | None = None
        self._geometry = FrameGeometry(FrameSize(2, 2), 0, preparation)
        self._maps: tuple[MapArray, MapArray] | None = None

    def width_to_ask_for(self, width_px: int, upright: FrameSize) -> int:
        """Width of upright pictures that are ``width_px`` wide when they are prepared."""
        if self._geometry.quarter_turns % 2 == 0:
            return width_px
        return max(1, round(width_px * upright.width_px / upright.height_px))

    def applied(self, rgb: RgbPicture) -> RgbPicture:
        """The prepared picture."""
        rgb = self._placed(rgb)
        if self._curve is not None:
            rgb = apply(rgb, self._curve)
        return rgb if self._preparation.contrast.is_identity else self._with_contrast(rgb)

    def _placed(self, rgb: RgbPicture) -> RgbPicture:
        size = FrameSize(rgb.shape[1], rgb.shape[0])
        if size != self._geometry.decoded_size:
            self._geometry = FrameGeometry(size, 0, self._preparation)
            self._maps = None if self._preparation.lens.is_identity else self._geometry.picture_maps()
        if self._geometry.is_identity:
            return rgb
        if self._maps is None:
            return np.asarray(self._geometry.picture(rgb), dtype=np.uint8)
        return np.asarray(cv2.remap(rgb, *self._maps, cv2.INTER_LINEAR), dtype=np.uint8)

    def _with_contrast(self, rgb: RgbPicture) -> RgbPicture:
        filters = self._preparation.contrast
        coded = cv2.cvtColor(rgb, cv2.COLOR_RGB2YCrCb)
        luma = np.ascontiguousarray(coded[:, :, 0], dtype=np.uint8)
        if filters.clahe_clip_limit is not None:
            luma = clahe(luma, filters.clahe_clip_limit, filters.clahe_tiles)
        if filters.auto_contrast_percent is not None:
            self._limits = self._limits or auto_contrast_limits(luma, filters.auto_contrast_percent)
            luma = apply(luma, contrast_lut(self._limits))
        coded[:, :, 0] = luma
        return np.asarray(cv2.cvtColor(coded, cv2.COLOR_YCrCb2RGB), dtype=np.uint8)
