"""Which frames a video has, when they are shown and where decoding can begin, from its packets alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from ..domain.errors import Cancelled
from .decoding import CancelToken
from .opening import open_video, untimed

SHOWN_BEFORE = 0.25
"""A frame counts as shown this share of an interval before its time, as clips tolerate roundings."""


@dataclass(frozen=True, slots=True, eq=False)
class FrameIndex:
    """The frames of a video in the order of presentation.

    ``stamps`` (n,) are their time stamps in the file's clock, ``times_s`` (n,) the same in seconds from the first
    frame, ``key_frames`` (k,) the numbers of those at which decoding can begin, of which the first one is frame 0.
    """

    stamps: NDArray[np.int64]
    times_s: NDArray[np.float64]
    key_frames: NDArray[np.intp]
    interval_s: float

    def __len__(self) -> int:
        """Number of frames."""
        return len(self.stamps)

    def shown_at(self, time_s: float) -> int:
        """Number of the frame that is shown at a time; the first and the last one are shown beyond the ends."""
        after = int(np.searchsorted(self.times_s, time_s + SHOWN_BEFORE * self.interval_s, side="right"))
        return max(0, after - 1)

    def of_stamp(self, stamp: int) -> int:
        """Number of the frame with a time stamp, or the nearest to it."""
        after = int(np.searchsorted(self.stamps, stamp))
        if after == 0:
            return 0
        if after == len(self.stamps):
            return after - 1
        return after if self.stamps[after] - stamp <= stamp - self.stamps[after - 1] else after - 1

    def group_of(self, frame: int) -> range:
        """The frames from the key frame at or before a frame to the one before the next key frame."""
        following = int(np.searchsorted(self.key_frames, frame, side="right"))
        end = int(self.key_frames[following]) if following < len(self.key_frames) else len(self.stamps)
        return range(int(self.key_frames[following - 1]), end)

    def key_frame_near(self, frame: int) -> int:
        """Number of the key frame nearest in time to a frame."""
        following = int(np.searchsorted(self.key_frames, frame, side="right"))
        near = self.key_frames[max(0, following - 1) : following + 1]
        return int(near[np.argmin(np.abs(self.times_s[near] - self.times_s[frame]))])

    def key_frame_beside(self, key_frame: int, steps: int) -> int:
        """Number of the key frame some steps after another one, or before it if negative; the outermost at most."""
        place = int(np.searchsorted(self.key_frames, key_frame)) + steps
        return int(self.key_frames[min(max(place, 0), len(self.key_frames) - 1)])


def read_frame_index(path: Path | str, first_stamp: int, cancel: CancelToken | None = None) -> FrameIndex:
    """Read the time stamps of a video from the first frame on that can be decoded; nothing is decoded.

    Raises
    ------
    VideoError
        If the video cannot be read or has no time stamps.
    Cancelled
        If the token was set.
    """
    with open_video(path) as video:
        time_base = float(video.time_base)
        stamps: list[int] = []
        keys: list[int] = []
        try:
            for packet in video.container.demux(video.stream):
                if cancel is not None and cancel.is_set():
                    raise Cancelled
                stamp = packet.pts if packet.pts is not None else packet.dts
                if not packet.size or stamp is None or packet.is_discard or packet.is_corrupt or stamp < first_stamp:
                    continue
                stamps.append(stamp)
                if packet.is_keyframe:
                    keys.append(stamp)
        except av.FFmpegError:
            pass  # the file breaks off here; what came before is its content
    if not stamps:
        raise untimed(Path(path))
    ordered = np.unique(np.array(stamps, dtype=np.int64))
    times_s = (ordered - first_stamp).astype(np.float64) * time_base
    begins = np.unique(np.concatenate([[0], np.searchsorted(ordered, np.array(keys, dtype=np.int64))]))
    interval_s = float(np.median(np.diff(times_s))) if len(times_s) > 1 else 1.0
    return FrameIndex(ordered, times_s, begins.astype(np.intp), interval_s)
