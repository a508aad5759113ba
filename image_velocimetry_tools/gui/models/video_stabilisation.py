"""What stabilising does to a clip: its first and last frame on top of each other, before and after."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ...domain.project import Project
from ...domain.video import Clip
from ...media.decoding import open_clip
from ...media.stabilisation import Stabiliser
from ...numerics.frame_geometry import FrameGeometry
from ...services.project_setup.known_water import known_water
from ...services.rectification.static_ground import static_ground
from .tasks import TaskControl
from .video import sampling_of

Picture = NDArray[np.uint8]

_FOLLOWED_FRAMES = 40


@dataclass(frozen=True, slots=True, eq=False)
class StabilisationPreview:
    """Pictures (height, width, 3), RGB: the first frame in red over the last one in cyan; grey is where both agree.

    ``shift_px`` is how far the last frame moved, ``unreliable`` of ``frames`` could not be followed. Without enough
    static ground there is no picture ``after``. ``water_source`` says by what the water is known, which is left out
    when static ground is looked for; empty if it is not known and the whole picture was looked at.
    """

    before: Picture
    after: Picture | None
    shift_px: float
    frames: int
    unreliable: int
    water_source: str = ""


def stabilisation_preview(project: Project, control: TaskControl) -> StabilisationPreview:
    """Follow the camera through the clip of the video of a project, by the ground that the measurement would take.

    Raises
    ------
    VideoError
        If the video cannot be read or does not hold the clip.
    Cancelled
        If it was asked to stop.
    """
    video = project.video
    if video.path is None or video.metadata is None:
        raise ValueError("a video that is not read yet has no frames")
    count = sampling_of(video.metadata, Clip(video.clip.start_s, video.clip.end_s)).frame_count
    clip = Clip(video.clip.start_s, video.clip.end_s, max(1, (count - 1) // _FOLLOWED_FRAMES))
    expected = max(1, sampling_of(video.metadata, clip).frame_count)
    water = known_water(project, video.metadata)
    with open_clip(video.path, clip, cancel=control) as reader:
        first = last = None
        for frame in reader:
            if first is None:
                first = last = frame.luma.copy()
                stabiliser = Stabiliser(first, None if water is None else static_ground(water, first.shape))
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
        water_source="" if water is None else water.source,
    )


def red_over_cyan(one: Picture, other: Picture) -> Picture:
    """Two grey pictures (height, width) in one of colours: the first is red, the other green and blue."""
    return np.ascontiguousarray(np.stack([one, other, other], axis=-1))
