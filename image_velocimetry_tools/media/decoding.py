"""Decoding exactly the frames of a clip, one after the other, with their exact times."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Protocol

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from ..domain.errors import Cancelled, VideoError
from ..domain.video import Clip, FrameSize, VideoMetadata
from .clip_rules import check_clip
from .luma import Luma, luma_of
from .opening import STAGE, OpenVideo, decoded_frames, open_video, unreadable
from .probing import ProbedVideo, first_frame, frame_time_s, inspect

logger = logging.getLogger(__name__)

SEEK_FROM_S = 1.0
"""Clips that start earlier are decoded from the beginning."""

_SEEKABLE = ("mp4", "matroska", "mpegts")
_SEEK_MARGINS_S = (0.0, 2.0, 10.0)
_MISSING_FRAMES = 5.5  # B-frames that a cut between packets can take away


class CancelToken(Protocol):
    """Anything with ``is_set``, such as ``threading.Event``."""

    def is_set(self) -> bool:
        """Whether the work is to stop."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A frame of the clip.

    ``index`` counts the frames that are delivered, from 0; ``time_s`` is the time from the first frame of the video;
    ``luma`` (height, width) is read-only and may be a view of the decoder's memory: copy what is to outlive the step.
    """

    index: int
    time_s: float
    luma: Luma


class _FrameSource:
    """Decoded frames of a video, from its beginning or from the key frame before a time."""

    def __init__(self, video: OpenVideo, probed: ProbedVideo, from_beginning: Iterator[VideoFrame | None]) -> None:
        self._video = video
        self._origin_s = probed.start_s
        self._from_beginning = from_beginning

    @property
    def is_at_end(self) -> bool:
        """Whether the file is read to its end and the decoder gives the frames that it held back."""
        return self._video.is_at_end

    def time_s(self, frame: VideoFrame) -> float:
        """Time of a frame from the first frame of the video."""
        return frame_time_s(frame, self._video.time_base, self._video.path) - self._origin_s

    def duration_s(self, frame: VideoFrame) -> float:
        """How long a frame is shown, 0 if unknown."""
        return float((frame.duration or 0) * self._video.time_base)

    def frames(self, from_s: float) -> Iterator[VideoFrame | None]:
        """Frames, with those between the key frame and ``from_s``; None where the data break off (see opening)."""
        if from_s <= SEEK_FROM_S or not self._can_seek():
            return self._from_beginning
        for margin in _SEEK_MARGINS_S:
            frames = self._after_seek(from_s, from_s - margin)
            if frames is not None:
                return frames
        self._seek(-10.0)
        return decoded_frames(self._video)

    def _can_seek(self) -> bool:
        return any(name in self._video.container.format.name for name in _SEEKABLE)

    def _after_seek(self, from_s: float, target_s: float) -> Iterator[VideoFrame | None] | None:
        """Frames after the key frame at or before a time, or None if the seek led elsewhere.

        Frames shown before that key frame may lack what they refer to, so only those after it count.
        """
        try:
            self._seek(target_s)
        except av.FFmpegError:
            return None
        frames = decoded_frames(self._video)
        for frame in frames:
            if frame is None or self.time_s(frame) >= from_s:
                return None
            if frame.key_frame and not frame.is_corrupt:
                return frames
        return None

    def _seek(self, target_s: float) -> None:
        stamp = int((target_s + self._origin_s) / self._video.time_base)
        self._video.container.seek(stamp, stream=self._video.stream, backward=True)


class ClipReader:
    """The frames of a clip, to be iterated once.

    Attributes
    ----------
    metadata
        Facts of the video.
    full_range
        Whether luma runs from 0 to 255 (else 16 to 235).
    is_truncated, message
        Set while iterating: whether the data break off before the end of the clip, and in which words.
    """

    def __init__(
        self, source: _FrameSource, probed: ProbedVideo, clip: Clip, cancel: CancelToken | None, seek: bool
    ) -> None:
        self.metadata: VideoMetadata = probed.metadata
        self.full_range = probed.is_full_range
        self.is_truncated = False
        self.message = ""
        self._source = source
        self._path = probed.metadata.path
        self._promised_s = probed.promised_duration_s if probed.is_cut else probed.metadata.duration_s
        self._clip = clip
        self._cancel = cancel
        self._seek = seek
        self._times: list[float] = []
        self._is_started = False
        interval = 1.0 / probed.metadata.frame_rate_fps
        self._interval_s = interval
        self._first_s = (clip.start_s or 0.0) - 0.25 * interval
        self._last_s = float("inf") if clip.end_s is None else clip.end_s + 0.25 * interval

    @property
    def frame_times_s(self) -> NDArray[np.float64]:
        """Times (n,) of the frames delivered so far, seconds from the first frame of the video."""
        return np.array(self._times, dtype=np.float64)

    @property
    def frame_count(self) -> int:
        """Number of frames delivered so far."""
        return len(self._times)

    def require_frames(self, fewest: int) -> None:
        """Check, after iterating, that the clip held enough frames.

        Raises
        ------
        VideoError
            If it held fewer than ``fewest``.
        """
        if self.frame_count >= fewest:
            return
        frames = "frame" if self.frame_count == 1 else "frames"
        reason = f" ({self.message})" if self.message else ""
        raise VideoError(
            f"the clip holds only {self.frame_count} {frames} where at least {fewest} are needed{reason}",
            where=str(self._path),
            remedy="Choose a longer clip or a smaller frame step",
            stage=STAGE,
        )

    def __iter__(self) -> Iterator[Frame]:
        """Deliver the frames.

        Raises
        ------
        VideoError
            If nothing can be decoded or the size of the frames changes.
        Cancelled
            If the token was set.
        """
        if self._is_started:
            raise ValueError("a clip is read once; open it again")
        self._is_started = True
        step = max(1, self._clip.frame_step)
        inside = 0
        for time_s, frame in self._timed_frames():
            if self._cancel is not None and self._cancel.is_set():
                raise Cancelled
            if time_s < self._first_s:
                continue
            if time_s > self._last_s:
                return
            if inside % step == 0:
                self._check_size(frame)
                self._times.append(time_s)
                yield Frame(len(self._times) - 1, time_s, luma_of(frame))
            inside += 1

    def _timed_frames(self) -> Iterator[tuple[float, VideoFrame]]:
        """Good frames in the order of presentation with their times, up to the first damage or the end."""
        last_s: float | None = None
        next_s = 0.0
        longest_s = self._interval_s
        is_damaged = False
        for frame in self._source.frames(self._first_s if self._seek else 0.0):
            if frame is None:
                is_damaged = True
                continue
            time_s = self._source.time_s(frame)
            if frame.is_corrupt and last_s is None:
                continue
            step_s = self._interval_s if last_s is None else time_s - last_s
            # What the decoder holds back at a break was shown after frames that are lost: it leaves a gap.
            is_gap = (is_damaged or self._source.is_at_end) and step_s > 1.5 * longest_s
            if is_gap:
                break
            if frame.is_corrupt or step_s < -0.5 * self._interval_s:
                is_damaged = True
                break
            longest_s = max(longest_s, step_s)
            last_s = time_s
            next_s = time_s + max(self._interval_s, self._source.duration_s(frame))
            yield time_s, frame
        if last_s is None:
            raise unreadable(self._path, "not a single frame can be decoded, the data are damaged")
        self._note_end(next_s, is_damaged)

    def _check_size(self, frame: VideoFrame) -> None:
        size = FrameSize(frame.width, frame.height)
        if size != self.metadata.size:
            raise unreadable(self._path, f"the size of the frames changes from {self.metadata.size} to {size}")

    def _note_end(self, end_s: float, is_damaged: bool) -> None:
        """Note whether the frames, the last of which is shown until ``end_s``, break off before the clip's end."""
        if end_s > self._last_s:
            return
        promised_s = min(self._last_s, self._promised_s)
        if not is_damaged and end_s > promised_s - _MISSING_FRAMES * self._interval_s:
            return
        self.is_truncated = True
        cause = "its data are damaged there" if is_damaged else "the file breaks off there"
        self.message = f"the video can be read only up to {end_s:.2f} s, {cause}"
        logger.info("%s: %s", self._path, self.message)


@contextmanager
def open_clip(
    path: Path | str,
    clip: Clip,
    *,
    cancel: CancelToken | None = None,
    threads: int = 0,
    seek: bool = True,
) -> Iterator[ClipReader]:
    """Open a clip of a video for reading; the file is closed in any case.

    The frames are exactly those whose presentation time, counted from the first frame of the video, lies between the
    start and the end of the clip, both included, with a quarter of a frame's tolerance against rounding. Every
    ``frame_step``-th of them is delivered, the first one first.

    Parameters
    ----------
    path
        Video file.
    clip
        Start and end in seconds, and the frame step.
    cancel
        Checked at every frame.
    threads
        Number of decoder threads, 0 for as many as there are cores.
    seek
        Start at the key frame before the clip; the frames are the same without it, only later.

    Raises
    ------
    VideoError
        If the video cannot be read, the clip is not one, or lies beyond the end of the video by more than a frame.
    """
    with open_video(path) as video:
        video.stream.thread_type = "AUTO"
        video.stream.codec_context.thread_count = threads
        frames = decoded_frames(video)
        first = first_frame(frames, video.path)
        probed = inspect(video, first)
        check_clip(clip, probed.metadata)
        source = _FrameSource(video, probed, chain((first,), frames))
        del first, frames
        yield ClipReader(source, probed, clip, cancel, seek)


def first_picture(path: Path | str, time_s: float = 0.0) -> tuple[Frame, bool]:
    """The first frame of a video from a time on, as a copy that may be kept, and whether its luma is full range.

    Raises
    ------
    VideoError
        If the video cannot be read or ends before that time.
    """
    with open_clip(path, Clip(start_s=time_s), threads=1) as reader:
        for frame in reader:
            return Frame(frame.index, frame.time_s, frame.luma.copy()), reader.full_range
        raise unreadable(Path(path), f"there is no frame at {time_s:g} s")
