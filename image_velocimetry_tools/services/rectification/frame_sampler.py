"""Decoded frames sampled at places of the ground, prepared and steadied: the way of every measured pixel."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ...domain.errors import VideoError
from ...domain.video import FramePreparation
from ...media.stabilisation import Stabiliser
from ...media.tone import Tone
from ...numerics.raster import remap

Picture = NDArray[np.uint8]
MapArray = NDArray[np.float32]


class FrameSampler:
    """Samples the frames of one clip, which are given in their order; :meth:`begin` takes the first one beforehand.

    Parameters
    ----------
    map_x, map_y
        Pixels of the decoded frame, lens, flip and rotation included, of any two-dimensional shape.
    preparation
        Luma, contrast and stabilisation.
    full_range
        Whether the luma of the decoded frames uses its full range.
    """

    def __init__(self, map_x: MapArray, map_y: MapArray, preparation: FramePreparation, full_range: bool) -> None:
        self._map_x, self._map_y = map_x, map_y
        self._tone = Tone(preparation, full_range)
        self._stabiliser: Stabiliser | None = None

    @property
    def unreliable_frames(self) -> int:
        """Frames that could not be stabilised."""
        return 0 if self._stabiliser is None else self._stabiliser.unreliable_frames

    def begin(self, first: Picture) -> Picture:
        """The first decoded frame (height, width) in the grey levels of the measurement."""
        return self._tone.whole(first)

    def steady(self, first: Picture, static_ground: Picture | None) -> None:
        """Hold the picture steady on the first decoded frame, by what lies where ``static_ground`` is not 0.

        Raises
        ------
        VideoError
            If too little static ground is recognised.
        """
        self._stabiliser = Stabiliser(first, static_ground)
        if not self._stabiliser.is_possible:
            raise VideoError(
                "the picture cannot be stabilised: too little static ground can be recognised outside the water",
                remedy="Turn stabilisation off in the scaffold, or use a video that shows more of the banks",
                stage="decode",
            )

    def sampled(self, luma: Picture) -> Picture:
        """The pixels of a decoded frame at the places of the maps, in their shape."""
        map_x, map_y = self._map_x, self._map_y
        if self._stabiliser is not None:
            places = np.stack([map_x, map_y], axis=-1)
            moved = cv2.perspectiveTransform(places, self._stabiliser.motion_of(luma).homography)
            map_x, map_y = np.ascontiguousarray(moved[..., 0]), np.ascontiguousarray(moved[..., 1])
        if self._tone.needs_whole_frame:
            return remap(self._tone.whole(luma), map_x, map_y)
        return self._tone.curve(remap(luma, map_x, map_y))
