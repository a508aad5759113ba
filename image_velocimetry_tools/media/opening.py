"""Opening a video file with PyAV; everything that cannot be a video is refused in the user's words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from ..domain.errors import VideoError

STAGE = "decode"
_PACKETS_WITHOUT_FRAME = 500
_NOT_A_VIDEO = "it is not a video"
_COPY_AGAIN = "Copy the file again from the camera"
_MOVIE_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot", b"uuid", b"moof", b"styp"})


@dataclass(slots=True)
class OpenVideo:
    """A video file, its open container and the video stream in it.

    ``is_at_end`` is set when all packets have been read and the decoder gives the frames that it held back.
    """

    path: Path
    container: InputContainer
    stream: VideoStream
    is_at_end: bool = False

    @property
    def time_base(self) -> Fraction:
        """Seconds per unit of the stream's time stamps."""
        return self.stream.time_base or Fraction(1, 1)


@contextmanager
def open_video(path: Path | str) -> Iterator[OpenVideo]:
    """Open a video file for reading; it is closed in any case.

    Raises
    ------
    VideoError
        If there is no such file, or it is a folder, empty, not a video, without pictures, or an unfinished recording.
    """
    file = Path(path)
    _check_file(file)
    try:
        # An absolute path cannot be taken for a protocol, as "camera:1.mp4" would be.
        container = av.open(str(file.absolute()), metadata_errors="replace")
    except (av.FFmpegError, OSError, ValueError) as error:
        raise _explained(file, error) from error
    with container:
        yield OpenVideo(file, container, _video_stream(file, container))


def decoded_frames(video: OpenVideo) -> Iterator[VideoFrame | None]:
    """Frames in the order of presentation; None at the first damage, after it what the decoder still holds."""
    is_started = False
    tried = 0
    video.is_at_end = False
    try:
        for packet in video.container.demux(video.stream):
            video.is_at_end = packet.size == 0
            try:
                frames = packet.decode()
            except av.FFmpegError:
                tried += 1
                if is_started or tried > _PACKETS_WITHOUT_FRAME:
                    yield None
                    break
                continue  # a recording may begin in the middle of a group of pictures
            for frame in frames:
                is_started = True
                yield frame
            if packet.is_corrupt and is_started:
                yield None
    except av.FFmpegError:
        yield None
    with suppress(av.FFmpegError):
        yield from video.stream.codec_context.decode(None)


def unreadable(path: Path, reason: str) -> VideoError:
    """The error for a video whose data cannot be decoded."""
    return VideoError(reason, where=str(path), remedy=_COPY_AGAIN, stage=STAGE)


def untimed(path: Path) -> VideoError:
    """The error for a video without time stamps: an invented frame rate would be an invented velocity."""
    return VideoError(
        "the video has no time stamps, so that its frame rate is unknown",
        where=str(path),
        remedy="Put it into an MP4 or MKV file with its true frame rate",
        stage=STAGE,
    )


def _check_file(file: Path) -> None:
    where = str(file)
    try:
        if file.is_dir():
            raise VideoError("this is a folder, not a video", where=where, remedy="Name a video file", stage=STAGE)
        if not file.exists():
            raise VideoError("there is no such video", where=where, remedy="Check the name and the folder", stage=STAGE)
        if file.stat().st_size == 0:
            raise VideoError("the video is empty (0 bytes)", where=where, remedy=_COPY_AGAIN, stage=STAGE)
        with file.open("rb"):
            pass
    except OSError as error:
        reason = error.strerror or str(error)
        raise VideoError(f"the video cannot be read: {reason}", where=where, stage=STAGE) from error


def _explained(file: Path, error: Exception) -> VideoError:
    if _lacks_index(file):
        return unreadable(file, "the recording is incomplete: the index at its end (moov) is missing")
    if isinstance(error, av.InvalidDataError):
        return VideoError(
            f"{_NOT_A_VIDEO}, or its beginning is damaged",
            where=str(file),
            remedy="Give a video such as MP4, MOV, AVI or MKV",
            stage=STAGE,
        )
    reason = getattr(error, "strerror", None) or str(error)
    return unreadable(file, f"the video cannot be opened: {reason}")


def _lacks_index(file: Path) -> bool:
    """Whether this is an MP4 or MOV file that breaks off before its moov box."""
    size = file.stat().st_size
    position = 0
    with file.open("rb") as stream:
        while position + 8 <= size:
            stream.seek(position)
            header = stream.read(16)
            length, kind = int.from_bytes(header[:4], "big"), header[4:8]
            if kind not in _MOVIE_BOXES:
                return position > 0
            if kind == b"moov":
                return False
            if length == 1:
                length = int.from_bytes(header[8:16], "big")
            if length < 8:
                return True
            position += length
    return position > 0


def _video_stream(file: Path, container: InputContainer) -> VideoStream:
    name = container.format.name
    if name == "tty" or name == "image2" or name.endswith("_pipe"):
        kind = "a text" if name == "tty" else "a picture"
        raise VideoError(f"this is {kind}, not a video", where=str(file), remedy="Name a video file", stage=STAGE)
    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic and stream.codec_context is not None:
            return stream
    what = "this file holds sound only, no pictures" if container.streams.audio else _NOT_A_VIDEO
    raise VideoError(what, where=str(file), remedy="Give the video that was recorded with it", stage=STAGE)
