"""What a video is: size, rate, duration, rotation and time of recording, without decoding more than one frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from ..domain.video import FrameSize, VideoMetadata
from .creation_time import find_time
from .opening import OpenVideo, decoded_frames, open_video, unreadable, untimed
from .timing import interval_of
from .written_frames import written_frames_of

_CREATION_TAGS = ("com.apple.quicktime.creationdate", "creation_time", "date_recorded", "date")
_EARLIEST_YEAR = 1980  # clocks that were never set say 1904 or 1970
_MISSING_TAIL_S = 0.5


@dataclass(frozen=True, slots=True)
class ProbedVideo:
    """Facts of a video, and what is needed to decode it exactly.

    ``start_s`` is the time stamp of the first frame, from which clip times count. ``promised_duration_s`` is what the
    header says; the file breaks off if its content is shorter.
    """

    metadata: VideoMetadata
    start_s: float
    promised_duration_s: float
    is_full_range: bool

    @property
    def is_cut(self) -> bool:
        """Whether the file ends before the end that its header promises."""
        return self.promised_duration_s > self.metadata.duration_s + _MISSING_TAIL_S


@dataclass(frozen=True, slots=True)
class _Extent:
    """Time covered by the frames: number, duration from the first to the end of the last, and rate."""

    frames: int
    duration_s: float
    rate_fps: float


def probe(path: Path | str) -> VideoMetadata:
    """Find out what a video is.

    Frame count and duration come from the container's index where that is complete (MP4, MOV), else the file is read
    through without being decoded. They are those of the frames that are really there: a file that was cut off is as
    long as what is left of it.

    Raises
    ------
    VideoError
        If the file is missing, a folder, empty, not a video, without pictures, an unfinished recording, or if not a
        single frame can be decoded.
    """
    return probe_details(path).metadata


def probe_details(path: Path | str) -> ProbedVideo:
    """As :func:`probe`, with what the decoder needs besides."""
    with open_video(path) as video:
        return inspect(video, first_frame(decoded_frames(video), video.path))


def inspect(video: OpenVideo, first: VideoFrame) -> ProbedVideo:
    """As :func:`probe_details` for an open video of which the first frame is decoded."""
    stream = video.stream
    extent = _extent_from_index(video) or _extent_from_packets(video.path)
    created, source = _creation_time(video)
    bit_rate = stream.bit_rate or video.container.bit_rate
    metadata = VideoMetadata(
        path=video.path,
        size=FrameSize(first.width, first.height),
        frame_rate_fps=_snapped_rate(extent, video),
        duration_s=extent.duration_s,
        frame_count=extent.frames,
        codec=stream.codec_context.name,
        pixel_format=first.format.name,
        rotation_tag_deg=round(-first.rotation / 90.0) * 90 % 360,
        bit_rate_kbps=bit_rate / 1000.0 if bit_rate else None,
        creation_time=created,
        creation_time_source=source,
        written=written_frames_of(video.container.metadata),
    )
    start_s = frame_time_s(first, video.time_base, video.path)
    return ProbedVideo(metadata, start_s, _promised_duration_s(video), is_full_range(first))


def frame_times_s(path: Path | str) -> NDArray[np.float64]:
    """Times (n,) of all frames in the order of presentation, seconds from the first; nothing is decoded.

    Raises
    ------
    VideoError
        If the video cannot be read or has no time stamps.
    """
    with open_video(path) as video:
        stamps, _ = _packet_times(video)
        if len(stamps) == 0:
            raise untimed(video.path)
        ordered = np.sort(stamps - stamps.min()).astype(np.float64)
        return np.asarray(ordered * float(video.time_base), dtype=np.float64)


def first_frame(frames: Iterator[VideoFrame | None], file: Path) -> VideoFrame:
    """The first good frame of those that are decoded.

    Raises
    ------
    VideoError
        If there is none.
    """
    for frame in frames:
        if frame is not None and not frame.is_corrupt:
            return frame
    raise unreadable(file, "not a single frame can be decoded, the data are damaged")


def frame_time_s(frame: VideoFrame, time_base: Fraction, file: Path) -> float:
    """Presentation time of a frame in the file's own clock, seconds."""
    stamp = frame.pts if frame.pts is not None else frame.dts
    if stamp is None:
        raise untimed(file)
    return float(stamp * time_base)


def is_full_range(frame: VideoFrame) -> bool:
    """Whether luma runs from 0 to 255; grey and RGB formats do unless they say otherwise."""
    name = frame.format.name
    if name.startswith("yuvj") or frame.format.is_rgb or name == "pal8":
        return True
    return frame.color_range == 2 or (name.startswith(("gray", "ya")) and frame.color_range != 1)


def _extent_from_index(video: OpenVideo) -> _Extent | None:
    """Extent from the index of an MP4 or MOV file, None where that is incomplete or there are hidden frames."""
    stream = video.stream
    if "mp4" not in video.container.format.name or not stream.frames or not stream.duration:
        return None
    entries = list(stream.index_entries)
    size = video.path.stat().st_size
    if len(entries) != stream.frames or len(entries) < 2:
        return None
    if any(entry.is_discard or entry.pos + entry.size > size for entry in entries):
        return None
    stamps = [entry.timestamp for entry in entries]
    span_s = float((max(stamps) - min(stamps)) * video.time_base)
    if span_s <= 0:
        return None
    return _Extent(len(entries), float(stream.duration * video.time_base), (len(entries) - 1) / span_s)


def _extent_from_packets(file: Path) -> _Extent:
    """Extent from all time stamps of the file, which is opened again to read it from its beginning."""
    with open_video(file) as video:
        stamps, durations = _packet_times(video)
        time_base = float(video.time_base)
        average = float(video.stream.average_rate or video.stream.guessed_rate or 0)
    if len(stamps) == 0:
        raise untimed(file)
    span_s = float(stamps.max() - stamps.min()) * time_base
    rate = _rate_fps(np.sort(stamps).astype(np.float64) * time_base) if span_s > 0 else average or 1.0
    last_s = float(durations[np.argmax(stamps)]) * time_base
    return _Extent(len(stamps), span_s + (last_s or 1.0 / rate), rate)


def _rate_fps(times_s: NDArray[np.float64]) -> float:
    """Rate of regular frames, even if some are missing, else the mean rate."""
    timing = interval_of(times_s)
    if timing.dropped and timing.jitter_s < 0.1 * timing.interval_s:
        return timing.frame_rate_fps
    return float((len(times_s) - 1) / (times_s[-1] - times_s[0]))


def _packet_times(video: OpenVideo) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    stamps: list[int] = []
    durations: list[int] = []
    try:
        for packet in video.container.demux(video.stream):
            stamp = packet.pts if packet.pts is not None else packet.dts
            if packet.size and stamp is not None and not packet.is_discard and not packet.is_corrupt:
                stamps.append(stamp)
                durations.append(packet.duration or 0)
    except av.FFmpegError:
        pass  # the file breaks off here; what came before is its content
    return np.array(stamps, dtype=np.int64), np.array(durations, dtype=np.int64)


def _snapped_rate(extent: _Extent, video: OpenVideo) -> float:
    """The container's exact rate (30000/1001) where the time stamps agree with it to within their rounding."""
    span_s = extent.duration_s - 1.0 / extent.rate_fps
    tolerance = 1.5 * float(video.time_base) / span_s if span_s > 0 else 1.0
    for nominal in (video.stream.average_rate, video.stream.guessed_rate):
        if nominal and abs(extent.rate_fps / float(nominal) - 1.0) <= tolerance:
            return float(nominal)
    return extent.rate_fps


def _promised_duration_s(video: OpenVideo) -> float:
    stream = video.stream
    if stream.duration:
        return float(stream.duration * video.time_base)
    if "matroska" in video.container.format.name and video.container.duration and not video.container.streams.audio:
        return video.container.duration / av.time_base
    return 0.0


def _creation_time(video: OpenVideo) -> tuple[datetime | None, Literal["metadata", "file name", ""]]:
    for text in _creation_tags((video.container.metadata, video.stream.metadata)):
        found = find_time(text)
        if found and found.resolution != "day" and found.moment.year >= _EARLIEST_YEAR:
            return found.moment, "metadata"
    found = find_time(video.path.stem)
    # A bare date would be midnight to whoever looks up a water level.
    if found and found.resolution != "day":
        return found.moment, "file name"
    return None, ""


def _creation_tags(sources: Iterable[dict[str, str]]) -> list[str]:
    tags = [{key.lower(): value for key, value in source.items()} for source in sources]
    return [source[name] for name in _CREATION_TAGS for source in tags if name in source]
