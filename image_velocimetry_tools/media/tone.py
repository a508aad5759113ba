"""The grey levels of the frames of a clip as they are measured: luma range, curve, contrast."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..domain.video import ContrastFilters, FramePreparation
from ..numerics.contrast import (
    ContrastLimits,
    apply,
    auto_contrast_limits,
    chain_luts,
    clahe,
    curve_lut,
    filter_contrast,
    luma_lut,
)

Picture = NDArray[np.uint8]


class Tone:
    """Changes the grey levels of frames; the limits of automatic contrast are those of the first whole frame given.

    Parameters
    ----------
    preparation
        Luma and contrast settings; what moves pixels is not looked at.
    full_range
        Whether the luma of the decoded frames uses its full range.

    Attributes
    ----------
    needs_whole_frame
        Whether a pixel depends on more than its own grey level.
    """

    def __init__(self, preparation: FramePreparation, full_range: bool) -> None:
        luts = []
        if preparation.normalize_luma:
            luts.append(luma_lut(full_range))
        if preparation.curve_preset not in ("", "none"):
            luts.append(curve_lut(preparation.curve_preset, full_range=full_range or preparation.normalize_luma))
        self._lut = chain_luts(*luts) if luts else None
        self._contrast = preparation.contrast
        self._limits: ContrastLimits | None = None
        self.needs_whole_frame = not preparation.contrast.is_identity

    def curve(self, picture: Picture) -> Picture:
        """Pixels of any shape by their own grey levels: luma range and curve."""
        return picture if self._lut is None else apply(picture, self._lut)

    def whole(self, luma: Picture) -> Picture:
        """A whole frame (height, width), its contrast filters included."""
        picture = self.curve(luma)
        if not self.needs_whole_frame:
            return picture
        if self._limits is None:
            self._limits = contrast_limits(picture, self._contrast)
        return filter_contrast(picture, self._contrast, self._limits)


def contrast_limits(first: Picture, filters: ContrastFilters) -> ContrastLimits | None:
    """Limits of automatic contrast from the first frame (height, width), its curve applied; None if that is off."""
    if filters.auto_contrast_percent is None:
        return None
    if filters.clahe_clip_limit is not None:
        first = clahe(first, filters.clahe_clip_limit, filters.clahe_tiles)
    return auto_contrast_limits(first, filters.auto_contrast_percent)
