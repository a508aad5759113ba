"""Stabilisation of a shaking camera, frame by frame, against the first frame and without drift."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..numerics.registration import GroundReference, Mask, Picture, Registration, assess, ground_reference, track

FEATURES = 300
FEWEST_INLIERS = 8
MIN_INLIER_SHARE = 0.15


@dataclass(frozen=True, slots=True, eq=False)
class FrameMotion:
    """Motion of one frame: ``homography`` (3, 3) maps pixels of the first frame to pixels of this frame.

    ``is_reliable`` is false where too little ground was recognised; the homography is then that of the last reliable
    frame.
    """

    homography: NDArray[np.float64]
    inliers: int
    shift_px: float
    is_reliable: bool


class Stabiliser:
    """Finds for each frame the homography that maps pixels of the first frame to pixels of that frame.

    Features on static ground are found once, in the first frame, and followed into every frame, so that errors do not
    add up. Nothing is warped here: the homography goes into the map by which the frame is sampled anyway.

    Parameters
    ----------
    first_frame
        Luma (height, width) of the frame that stays as it is.
    mask
        Same shape; nonzero (true) where the ground is static, so outside the water. None uses the whole picture, which
        is right only if most of it is ground.
    """

    def __init__(self, first_frame: Picture, mask: Mask | None = None) -> None:
        self._reference: GroundReference = ground_reference(first_frame.copy(), mask, FEATURES)
        self._last = np.eye(3)
        self.frames = 0
        self.unreliable_frames = 0

    @property
    def features(self) -> int:
        """Features found on static ground in the first frame."""
        return len(self._reference.points)

    @property
    def is_possible(self) -> bool:
        """Whether the first frame has enough features on static ground to stabilise at all."""
        return self.features >= FEWEST_INLIERS

    def motion_of(self, frame: Picture) -> FrameMotion:
        """Motion of a frame (height, width); frames are given in their order in time."""
        self.frames += 1
        motion = self._follow(frame, self._last)
        if not _is_reliable(motion) and not np.array_equal(self._last, np.eye(3)):
            motion = self._follow(frame, np.eye(3))
        if not _is_reliable(motion):
            self.unreliable_frames += 1
            return FrameMotion(self._last, motion.inliers, motion.shift_px, False)
        self._last = motion.homography
        return FrameMotion(motion.homography, motion.inliers, motion.shift_px, True)

    def _follow(self, frame: Picture, guess: NDArray[np.float64]) -> Registration:
        found, is_tracked = track(self._reference, frame, guess)
        return assess(self._reference, found, is_tracked, MIN_INLIER_SHARE)


def _is_reliable(motion: Registration) -> bool:
    return motion.inliers >= max(FEWEST_INLIERS, MIN_INLIER_SHARE * motion.features)
