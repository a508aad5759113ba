"""The frames of a clip in colour as people see them: upright, at the size of a picture, at an even rate."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from ..domain.video import Clip, FramePreparation, FrameSize
from ..numerics.frame_geometry import FrameGeometry
from .clip_rules import check_clip
from .opening import OpenVideo, decoded_frames, open_video
from .probing import ProbedVideo, first_frame, frame_time_s, inspect
from .stabilisation import Stabiliser

ColourPicture = NDArray[np.uint8]
"""(height, width, 3), blue, green, red."""

_SEEK_FROM_S = 2.0
_SEEK_MARGIN_S = 0.5


class FrameView:
    """Turns decoded frames into upright pictures of a size.

    Parameters
    ----------
    decoded
        Size of the decoded frames.
    rotation_tag_deg, preparation
        How they become upright: tag, rotation, flip and lens correction.
    box
        The picture is as large as fits into it.
    """

    def __init__(
        self, decoded: FrameSize, rotation_tag_deg: int, preparation: FramePreparation, box: FrameSize
    ) -> None:
        full = FrameGeometry(decoded, rotation_tag_deg, preparation)
        whole = full.prepared_size
        share = min(box.width_px / whole.width_px, box.height_px / whole.height_px)
        self.size = FrameSize(max(2, round(whole.width_px * share)), max(2, round(whole.height_px * share)))
        self._share = np.array([self.size.width_px / whole.width_px, self.size.height_px / whole.height_px])
        self._decoded = self.size.transposed if full.quarter_turns % 2 else self.size
        geometry = FrameGeometry(self._decoded, rotation_tag_deg, preparation)
        self._maps = None if geometry.is_identity else geometry.picture_maps()

    def picture(self, frame: VideoFrame) -> ColourPicture:
        """The picture of a frame."""
        # one thread: with several, swscale now and then spoils the lines where its slices meet
        small = frame.to_ndarray(
            format="bgr24", width=self._decoded.width_px, height=self._decoded.height_px, threads=1
        )
        if self._maps is None:
            return np.ascontiguousarray(small, dtype=np.uint8)
        return np.asarray(cv2.remap(small, *self._maps, cv2.INTER_LINEAR), dtype=np.uint8)

    def places(self, prepared_px: NDArray[Any]) -> NDArray[np.float64]:
        """Pixels (n, 2) of the picture that show pixels (n, 2) of the prepared frame; centres are at integers."""
        return np.asarray((prepared_px + 0.5) * self._share - 0.5, dtype=float)


def evenly_timed_frames(
    path: Path, clip: Clip, rate_fps: float, longest_s: float
) -> Iterator[tuple[float, VideoFrame]]:
    """Frames of a clip at an even rate with the share of the clip that is done: at each step the one shown then.

    Raises
    ------
    VideoError
        If the video cannot be read or does not hold the clip.
    """
    with open_video(path) as video:
        video.stream.thread_type = "AUTO"
        frames = decoded_frames(video)
        first = first_frame(frames, video.path)
        probed = inspect(video, first)
        check_clip(clip, probed.metadata)
        start_s = clip.start_s or 0.0
        end_s = probed.metadata.duration_s if clip.end_s is None else min(clip.end_s, probed.metadata.duration_s)
        count = max(1, round(min(end_s - start_s, longest_s) * rate_fps))
        timed = _timed(video, probed, chain((first,), frames), start_s)
        for number, frame in enumerate(_shown_at(timed, start_s, 1.0 / rate_fps, count)):
            yield (number + 1) / count, frame


def _shown_at(
    timed: Iterator[tuple[float, VideoFrame]], start_s: float, interval_s: float, count: int
) -> Iterator[VideoFrame]:
    """The frame that is shown at each of ``count`` steps; the last one stays if the video ends before."""
    shown: VideoFrame | None = None
    number = 0
    for time_s, frame in timed:
        # a frame belongs to a step that it misses by a rounding of its time stamp
        while shown is not None and number < count and start_s + (number + 0.05) * interval_s < time_s:
            yield shown
            number += 1
        if number >= count:
            return
        shown = frame
    while shown is not None and number < count:
        yield shown
        number += 1


def _timed(
    video: OpenVideo, probed: ProbedVideo, from_beginning: Iterator[VideoFrame | None], start_s: float
) -> Iterator[tuple[float, VideoFrame]]:
    """Good frames with their times from the first one, from a key frame before ``start_s`` on."""
    frames = from_beginning
    if start_s > _SEEK_FROM_S:
        frames = _after_seek(video, probed, start_s) or decoded_frames(_rewound(video, probed))
    for frame in frames:
        if frame is not None and not frame.is_corrupt:
            yield frame_time_s(frame, video.time_base, video.path) - probed.start_s, frame


def _after_seek(video: OpenVideo, probed: ProbedVideo, start_s: float) -> Iterator[VideoFrame | None] | None:
    """Frames from a key frame before a time on, None if the container led elsewhere."""
    try:
        _seek(video, probed.start_s + start_s - _SEEK_MARGIN_S)
    except av.FFmpegError:
        return None
    frames = decoded_frames(video)
    landed = next(frames, None)
    if landed is None or frame_time_s(landed, video.time_base, video.path) - probed.start_s > start_s:
        return None
    return chain((landed,), frames)


def _rewound(video: OpenVideo, probed: ProbedVideo) -> OpenVideo:
    _seek(video, probed.start_s - 10.0)
    return video


def _seek(video: OpenVideo, time_s: float) -> None:
    video.container.seek(int(time_s / video.time_base), stream=video.stream, backward=True)


class SteadyView:
    """Lays every picture of a clip on its first one, as the measurement of a stabilised job does.

    ``water_px`` (m, 2) are pixels of the picture on the water, which is no ground to hold on to.
    """

    def __init__(self, water_px: NDArray[Any]) -> None:
        self._water_px = water_px
        self._stabiliser: Stabiliser | None = None

    def picture(self, picture: ColourPicture) -> ColourPicture:
        """The picture as the camera would have taken it had it stood still; unchanged where no ground is found."""
        grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
        if self._stabiliser is None:
            self._stabiliser = Stabiliser(grey, self._ground(grey))
        if not self._stabiliser.is_possible:
            return picture
        motion = self._stabiliser.motion_of(grey).homography
        size = (picture.shape[1], picture.shape[0])
        steady = cv2.warpPerspective(picture, motion, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
        return np.asarray(steady, dtype=np.uint8)

    def _ground(self, grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
        mask = np.full(grey.shape, 255, dtype=np.uint8)
        limit = 10.0 * max(grey.shape)
        known = self._water_px[np.isfinite(self._water_px).all(axis=1)]
        known = known[(np.abs(known) < limit).all(axis=1)]
        if len(known) >= 3:
            hull = cv2.convexHull(known.astype(np.float32).reshape(-1, 1, 2))
            cv2.fillPoly(mask, [np.rint(hull).astype(np.int32)], 0)
        return mask
