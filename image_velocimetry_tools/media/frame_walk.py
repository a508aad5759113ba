"""Walking through the frames of an open video from any key frame, each with its number."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import av
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from .frame_index import FrameIndex
from .opening import open_video

NumberedFrame = tuple[int, VideoFrame]

_SEEK_MARGINS_S = (0.0, 2.0, 10.0)


class FrameWalk:
    """Frames in the order of presentation from a key frame on.

    Decoding goes on from frame to frame as long as that leads to the frame that is wanted sooner than the key frame
    before it. On the way, frames to which no other refers can be left out (``whole_from``).
    """

    def __init__(self, path: Path, index: FrameIndex) -> None:
        self._index = index
        with ExitStack() as opened:
            self._video = opened.enter_context(open_video(path))
            self._close = opened.pop_all()
        self._video.stream.thread_type = "AUTO"
        self._frames: Iterator[NumberedFrame] = iter(())
        self._last = -1
        self._is_walking = False
        self._whole_from = 0
        self._left_out = -1

    @property
    def _context(self) -> VideoCodecContext:
        return self._video.stream.codec_context

    @property
    def last(self) -> int:
        """Number of the frame that was delivered last, or of the one before the first."""
        return self._last

    def head_for(self, frame: int, whole_from: int | None = None) -> None:
        """Go to the way that leads to a frame; every frame from ``whole_from`` (or from that one) on is delivered."""
        whole_from = frame if whole_from is None else whole_from
        begin = self._index.group_of(frame)[0]
        is_on_the_way = self._is_walking and begin - 1 <= self._last < frame
        self._whole_from = whole_from
        if not is_on_the_way or max(self._last + 1, whole_from) <= self._left_out:
            self.start_at(begin)

    def start_at(self, key_frame: int) -> None:
        """Let the next frame be a key frame, or the first one after it that can be decoded."""
        self._frames = self._from(key_frame)
        self._last = key_frame - 1
        self._left_out = -1
        self._is_walking = True

    def next(self) -> NumberedFrame | None:
        """The next frame, None at the end of the video."""
        numbered = next(self._frames, None)
        if numbered is None:
            self._is_walking = False
            return None
        self._last = numbered[0]
        return numbered

    def close(self) -> None:
        """Close the file."""
        self._frames = iter(())
        self._close.close()

    def _from(self, key_frame: int) -> Iterator[NumberedFrame]:
        """Frames from a key frame on; those shown before it may lack what they refer to."""
        for margin_s in _SEEK_MARGINS_S:
            if not self._seek(key_frame, margin_s):
                continue
            frames = self._decoded()
            first = next(frames, None)
            if first is not None and (first[0] <= key_frame):
                yield from self._with(first, frames, key_frame)
                return
        self._seek(0, 10.0)
        yield from (numbered for numbered in self._decoded() if numbered[0] >= key_frame)

    @staticmethod
    def _with(first: NumberedFrame, others: Iterator[NumberedFrame], begin: int) -> Iterator[NumberedFrame]:
        if first[0] >= begin:
            yield first
        yield from (numbered for numbered in others if numbered[0] >= begin)

    def _seek(self, frame: int, margin_s: float) -> bool:
        stamp = int(self._index.stamps[frame]) - int(margin_s / self._video.time_base)
        try:
            self._video.container.seek(stamp, stream=self._video.stream, backward=True)
        except av.FFmpegError:
            return False
        return True

    def _decoded(self) -> Iterator[NumberedFrame]:
        """Good frames after a seek, from the first key frame on; damaged packets are passed over."""
        is_begun = False
        last = -1
        for packet in self._packets():
            self._choose(packet)
            try:
                frames = packet.decode()
            except av.FFmpegError:
                continue
            for frame in frames:
                is_begun = is_begun or (frame.key_frame and not frame.is_corrupt)
                stamp = frame.pts if frame.pts is not None else frame.dts
                if not is_begun or frame.is_corrupt or stamp is None:
                    continue
                number = self._index.of_stamp(stamp)
                if number > last:
                    last = number
                    yield number, frame

    def _packets(self) -> Iterator[Packet[VideoStream]]:
        try:
            yield from self._video.container.demux(self._video.stream)
        except av.FFmpegError:
            return  # the file breaks off here

    def _choose(self, packet: Packet[VideoStream]) -> None:
        """Leave the frame of a packet out if nobody wants to see it and no other frame refers to it."""
        number = self._index.of_stamp(packet.pts) if packet.pts is not None and packet.size else None
        is_wanted = number is None or number >= self._whole_from
        if number is not None and not is_wanted:
            self._left_out = max(self._left_out, number)
        self._context.skip_frame = "DEFAULT" if is_wanted else "NONREF"


class KeyFrameDecoder:
    """Single key frames, decoded without what lies between them."""

    def __init__(self, path: Path, index: FrameIndex) -> None:
        self._index = index
        with ExitStack() as opened:
            self._video = opened.enter_context(open_video(path))
            self._close = opened.pop_all()
        # threads that work on several frames at once would only hold the single one back
        self._video.stream.thread_type = "SLICE"
        self._video.stream.codec_context.skip_frame = "NONKEY"

    def frame(self, key_frame: int) -> VideoFrame | None:
        """A key frame; None if the container does not lead to it."""
        stream = self._video.stream
        stamp = int(self._index.stamps[key_frame])
        try:
            self._video.container.seek(stamp, stream=stream, backward=True)
            packet = next((packet for packet in self._video.container.demux(stream) if packet.is_keyframe), None)
            if packet is None:
                return None
            frames = packet.decode() or stream.codec_context.decode(None)
        except av.FFmpegError:
            return None
        finally:
            stream.codec_context.flush_buffers()
        for frame in frames:
            found = frame.pts if frame.pts is not None else frame.dts
            if found == stamp and not frame.is_corrupt:
                return frame
        return None

    def close(self) -> None:
        """Close the file."""
        self._close.close()


class KeyFramePair:
    """Two key frames in hardly more time than one: another thread decodes the second."""

    def __init__(self, path: Path, index: FrameIndex) -> None:
        with ExitStack() as opened:
            self._first = KeyFrameDecoder(path, index)
            opened.callback(self._first.close)
            self._second = KeyFrameDecoder(path, index)
            opened.callback(self._second.close)
            self._beside = opened.enter_context(ThreadPoolExecutor(1, "key frames"))
            self._close = opened.pop_all()

    def frames(self, key_frame: int, other: int | None = None) -> dict[int, VideoFrame]:
        """One key frame, or two, by number; without those to which the container does not lead."""
        if other is None or other == key_frame:
            found = {key_frame: self._first.frame(key_frame)}
        else:
            beside = self._beside.submit(self._second.frame, other)
            found = {key_frame: self._first.frame(key_frame), other: beside.result()}
        return {number: frame for number, frame in found.items() if frame is not None}

    def close(self) -> None:
        """End the thread and close the file."""
        self._close.close()
