"""What stabilising does to a clip: its first and last frame on top of each other, before and after."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ...domain.project import VideoSettings
from ...domain.video import Clip
from ...media.decoding import open_clip
from ...media.stabilisation import Stabiliser
from ...numerics.frame_geometry import FrameGeometry
from .tasks import TaskControl
from .video import sampling_of

Picture = NDArray[np.uint8]

_FOLLOWED_FRAMES = 40


@dataclass(frozen=True, slots=True, eq=False)
class StabilisationPreview:
    """Pictures (height, width, 3), RGB: the first frame in red over the last one in cyan; grey is where both agree.

    ``shift_px`` is how far the last frame moved, ``unreliable`` of ``frames`` could not be followed. Without enough
    static ground there is no picture ``after``.
    """

    before: Picture
    after: Picture | None
    shift_px: float
    frames: int
    unreliable: int


def stabilisation_preview(video: VideoSettings, control: TaskControl) -> StabilisationPreview:
    """Follow the camera through the clip of a video.

    Raises
    ------
    VideoError
        If the video cannot be read or does not hold the clip.
    Cancelled
        If it was asked to stop.
    """
    if video.path is None or video.metadata is None:
        raise ValueError("a video that is not read yet has no frames")
    count = sampling_of(video.metadata, Clip(video.clip.start_s, video.clip.end_s)).frame_count
    clip = Clip(video.clip.start_s, video.clip.end_s, max(1, (count - 1) // _FOLLOWED_FRAMES))
    expected = max(1, sampling_of(video.metadata, clip).frame_count)
    with open_clip(video.path, clip, cancel=control) as reader:
        first = last = None
        for frame in reader:
            if first is None:
                first = last = frame.luma.copy()
                stabiliser = Stabiliser(first)
                motion = np.eye(3)
                shift_px = 0.0
            else:
                last = frame.luma.copy()
                if stabiliser.is_possible:
                    found = stabiliser.motion_of(last)
                    motion, shift_px = found.homography, found.shift_px
            control.progress(min(1.0, (frame.index + 1) / expected), "Following the camera")
        reader.require_frames(2)
    assert first is not None
    assert last is not None
    geometry = FrameGeometry(video.metadata.size, video.metadata.rotation_tag_deg, video.preparation)
    size = (first.shape[1], first.shape[0])
    steady = cv2.warpPerspective(last, motion, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return StabilisationPreview(
        before=geometry.picture(red_over_cyan(first, last)),
        after=geometry.picture(red_over_cyan(first, np.asarray(steady, np.uint8))) if stabiliser.is_possible else None,
        shift_px=shift_px,
        frames=stabiliser.frames,
        unreliable=stabiliser.unreliable_frames,
    )


def red_over_cyan(one: Picture, other: Picture) -> Picture:
    """Two grey pictures (height, width) in one of colours: the first is red, the other green and blue."""
    return np.ascontiguousarray(np.stack([one, other, other], axis=-1))
