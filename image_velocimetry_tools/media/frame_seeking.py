"""Pictures of any frame of a video: the nearest key frame at once, the exact frame as soon as it can be decoded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from ..domain.errors import Cancelled
from ..domain.video import FrameSize, VideoMetadata
from .decoding import CancelToken
from .frame_index import FrameIndex, read_frame_index
from .frame_walk import FrameWalk, KeyFramePair, NumberedFrame
from .looking_ahead import frame_worth_decoding
from .opening import decoded_frames, open_video, unreadable
from .picture_conversion import Picture, PictureConversion, PictureStore
from .probing import ProbedVideo, first_frame, inspect

_STEPS_BACK = 24
_USUAL_DECODING_S = 0.02


class FrameSeeker:
    """Random access to the frames of one video; a context manager, to be used by one thread at a time.

    Times are seconds from the first frame, numbers of frames count from 0, as in a clip that is the whole video.

    Parameters
    ----------
    path
        Video file. Opening it reads its packets once, to know every frame.
    max_width_px
        Largest width of the pictures.
    memory_bytes
        Memory for pictures that may be wanted again; 0 to decode every picture anew.
    cancel
        Stops the opening when it is set.

    Raises
    ------
    VideoError
        If the video cannot be read.
    """

    def __init__(
        self,
        path: Path | str,
        max_width_px: int = 1280,
        *,
        memory_bytes: int = 256 * 2**20,
        cancel: CancelToken | None = None,
    ) -> None:
        file = Path(path)
        self._probed, first_stamp = _first_look(file)
        self.index: FrameIndex = read_frame_index(file, first_stamp, cancel)
        self._store = PictureStore(memory_bytes)
        self._hopeless: set[int] = set()
        self._decoding_s = _USUAL_DECODING_S
        self._looked_at = 0
        self._last_key = 0
        self._conversion = self._for_width(max_width_px)
        self._walk = FrameWalk(file, self.index)
        try:
            self._key_frames = KeyFramePair(file, self.index)
        except BaseException:
            self._walk.close()
            raise

    def __enter__(self) -> FrameSeeker:
        """The seeker itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Close the file and forget all pictures."""
        self._walk.close()
        self._key_frames.close()
        self._store.clear()

    @property
    def metadata(self) -> VideoMetadata:
        """Facts of the video."""
        return self._probed.metadata

    @property
    def times_s(self) -> NDArray[np.float64]:
        """Times (n,) of all frames."""
        return self.index.times_s

    @property
    def picture_size(self) -> FrameSize:
        """Size of the pictures."""
        return self._conversion.size

    def set_max_width(self, max_width_px: int) -> None:
        """Deliver pictures of another width from now on."""
        conversion = self._for_width(max_width_px)
        if conversion.size != self._conversion.size:
            self._conversion = conversion
            self._store.clear()
            self._hopeless.clear()

    def key_frame_near(self, time_s: float) -> Picture:
        """The picture of the key frame nearest to a time."""
        return self._key_picture(self.index.key_frame_near(self.index.shown_at(time_s)))

    def number_near(self, time_s: float) -> int:
        """Number of the nearest frame that is there at once: one that was decoded before, or a key frame."""
        frame = self.index.shown_at(time_s)
        nearest = self._store.nearest(frame, (self.index.key_frame_near(frame),))
        return frame if nearest is None else nearest

    def ready_near(self, time_s: float) -> Picture | None:
        """The picture of the nearest frame that takes no decoding; None if there is none."""
        number = self._store.nearest(self.index.shown_at(time_s))
        return None if number is None else self._stored(number)

    def near(self, time_s: float) -> Picture:
        """The picture of the frame that :meth:`number_near` names."""
        before, self._looked_at = self._looked_at, self.index.shown_at(time_s)
        number = self.number_near(time_s)
        group = self.index.group_of(self._looked_at)
        if number == group[0] and number not in self._store and abs(before - self._looked_at) < len(group):
            # whoever drags slowly wants to see the frames after this one next
            return self._decoded(number, number, None)
        return self._stored(number) or self._key_picture(number)

    def frame_at(self, time_s: float, cancel: CancelToken | None = None) -> Picture:
        """The picture of the frame that is shown at a time.

        Raises
        ------
        VideoError
            If it cannot be decoded.
        Cancelled
            If the token was set on the way to it.
        """
        return self.frame(self.index.shown_at(time_s), cancel)

    def frame(self, number: int, cancel: CancelToken | None = None) -> Picture:
        """The picture of the frame with a number, or of the last good one before it; see :meth:`frame_at`."""
        self._looked_at = number
        return self._stored(number) or self._decoded(number, number, cancel)

    def frame_before(self, number: int, cancel: CancelToken | None = None) -> Picture | None:
        """The picture before the frame with a number, None before the first one; those before it are kept as well."""
        if number <= 0:
            return None
        wanted = self._looked_at = number - 1
        keep_from = max(self.index.group_of(wanted)[0], wanted - _STEPS_BACK)
        return self._stored(wanted) or self._decoded(wanted, keep_from, cancel)

    def frame_after(self, number: int, cancel: CancelToken | None = None) -> Picture | None:
        """The picture after the frame with a number, None after the last one."""
        return self.frame(number + 1, cancel) if number + 1 < len(self.index) else None

    def advance_towards(self, time_s: float, budget_s: float, cancel: CancelToken | None = None) -> None:
        """Decode for a while towards the frame that is shown at a time, so that it is near when it is wanted."""
        if not self.can_come_nearer(time_s):
            return
        number = self.index.shown_at(time_s)
        stop_at = time.perf_counter() + budget_s
        for at, frame in self._walk_to(number, number, cancel):
            is_over = time.perf_counter() > stop_at
            if at == number or is_over:
                self._keep(at, frame)
            if is_over and at < number:
                return
        if number not in self._store:
            self._hopeless.add(number)

    def can_come_nearer(self, time_s: float) -> bool:
        """Whether :meth:`advance_towards` would do something."""
        number = self.index.shown_at(time_s)
        return number not in self._store and number not in self._hopeless

    def prepare_next(self) -> bool:
        """Decode one frame that may be wanted soon; False if there is none. See ``looking_ahead``."""
        number = frame_worth_decoding(self.index, self._store, self._looked_at, self._decoding_s, self._hopeless)
        if number is None:
            return False
        group = self.index.group_of(number)
        if number == group[0] and self._looked_at not in group:
            frame = self._key_frames.frames(number).get(number)
            if frame is None:
                self._hopeless.add(number)
            else:
                self._keep(number, frame)
            return True
        for at, frame in self._walk_to(number, group[0], None):
            self._keep(at, frame)
            if at < number:
                return True
        if number not in self._store:
            self._hopeless.add(number)
        return True

    def _decoded(self, number: int, keep_from: int, cancel: CancelToken | None) -> Picture:
        shown: NumberedFrame | None = None
        for at, frame in self._walk_to(number, keep_from, cancel):
            if shown is not None and at > number:
                break
            shown = at, frame
            if keep_from <= at < number:
                self._keep(at, frame)
        begin = self.index.group_of(number)[0]
        if shown is None and begin > 0:
            return self._decoded(begin - 1, max(0, begin - _STEPS_BACK), cancel)
        if shown is None:
            raise unreadable(self.metadata.path, f"the frame at {self.times_s[number]:.2f} s cannot be decoded")
        return self._keep(*shown)

    def _walk_to(self, number: int, whole_from: int, cancel: CancelToken | None) -> Iterator[NumberedFrame]:
        """Frames on the way to a frame, which is the last one; one after it if that frame is missing."""
        self._walk.head_for(number, whole_from)
        while self._walk.last < number:
            if cancel is not None and cancel.is_set():
                raise Cancelled
            before, began = self._walk.last, time.perf_counter()
            numbered = self._walk.next()
            if numbered is None:
                return
            steps = max(1, numbered[0] - before)
            self._decoding_s += 0.1 * ((time.perf_counter() - began) / steps - self._decoding_s)
            yield numbered

    def _stored(self, number: int) -> Picture | None:
        rgb = self._store.get(number)
        return None if rgb is None else Picture(rgb, number, float(self.times_s[number]))

    def _key_picture(self, number: int) -> Picture:
        """The picture of a key frame; one that a drag reaches before the next such picture is decoded with it."""
        stored = self._stored(number)
        if stored is not None:
            return stored
        places = np.searchsorted(self.index.key_frames, (self._last_key, number))
        steps = int(places[1] - places[0])
        ahead = self.index.key_frame_beside(number, round(steps / 2) or (1 if steps >= 0 else -1))
        self._last_key = number
        frames = self._key_frames.frames(number, None if ahead in self._store else ahead)
        for other in frames.keys() - {number}:
            self._keep(other, frames[other])
        return self._keep(number, frames[number]) if number in frames else self._decoded(number, number, None)

    def _keep(self, number: int, frame: VideoFrame) -> Picture:
        rgb = self._conversion.rgb(frame)
        self._store.put(number, rgb, self._looked_at)
        return Picture(rgb, number, float(self.times_s[number]))

    def _for_width(self, max_width_px: int) -> PictureConversion:
        return PictureConversion(self.metadata.size, self.metadata.rotation_tag_deg, max_width_px)


def _first_look(file: Path) -> tuple[ProbedVideo, int]:
    """Facts of a video, and the time stamp of its first frame."""
    with open_video(file) as video:
        first = first_frame(decoded_frames(video), file)
        probed = inspect(video, first)
        stamp = first.pts if first.pts is not None else first.dts
        return probed, stamp or 0
