"""Pictures into an H.264 video through a pipe to ffmpeg; the file appears when it is complete, or not at all."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from ..domain.errors import OutputError, output_error
from ..domain.video import FrameSize
from .ffmpeg_process import NO_WINDOW, ffmpeg_error, ffmpeg_program

_GRACE_S = 3.0
_FINEST_RATE = 10_000


class FrameEncoder:
    """Takes pictures one after the other; made by :func:`encoded_video`."""

    def __init__(self, process: subprocess.Popen[bytes], messages: IO[bytes], target: Path, size: FrameSize) -> None:
        self._process = process
        self._messages = messages
        self._target = target
        self._shape = (size.height_px, size.width_px, 3)

    def write(self, picture: NDArray[np.uint8]) -> None:
        """Append a picture (height, width, 3), blue, green, red.

        Raises
        ------
        OutputError
            If ffmpeg has ended before its time.
        """
        if picture.shape != self._shape:
            raise ValueError(f"a picture of {picture.shape} instead of {self._shape}")
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(np.ascontiguousarray(picture).data)
        except OSError as error:
            raise self._failed() from error

    def finish(self) -> None:
        """Wait until the file is complete."""
        assert self._process.stdin is not None
        try:
            self._process.stdin.close()
        except OSError as error:
            raise self._failed() from error
        if self._process.wait() != 0:
            raise self._failed()

    def _failed(self) -> OutputError:
        end_process(self._process)
        self._messages.seek(0)
        messages = self._messages.read().decode(errors="replace")
        return ffmpeg_error(messages, str(self._target), "Try another folder")


FOR_THE_EYE = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "21", "-pix_fmt", "yuv420p")
"""ffmpeg's options for a small video that looks well."""


@contextmanager
def encoded_video(
    target: Path, size: FrameSize, rate_fps: float, codec: Sequence[str] = FOR_THE_EYE
) -> Iterator[FrameEncoder]:
    """A video (MP4) to write pictures to; it takes its place when the block ends without an error.

    ``codec`` are ffmpeg's options for the encoder; rates such as 30000 / 1001 are kept exactly.

    Raises
    ------
    OutputError
        If ffmpeg is missing or fails, or the folder cannot be written. Whatever goes wrong, ffmpeg has ended and
        nothing is left of the video.
    """
    with _workspace(target) as folder, tempfile.TemporaryFile() as messages:
        part = folder / "video.mp4"
        process = _start(part, size, rate_fps, codec, messages)
        try:
            encoder = FrameEncoder(process, messages, target, size)
            yield encoder
            encoder.finish()
        finally:
            end_process(process)
        try:
            with part.open("rb+") as stream:
                os.fsync(stream.fileno())
            os.replace(part, target)
        except OSError as error:
            raise output_error(target, error) from error


@contextmanager
def _workspace(target: Path) -> Iterator[Path]:
    """A folder beside the target, so that moving the result there is a mere rename."""
    try:
        folder = tempfile.TemporaryDirectory(
            prefix=".partial-", dir=target.absolute().parent, ignore_cleanup_errors=True
        )
    except OSError as error:
        raise output_error(target, error) from error
    with folder as name:
        yield Path(name)


def _start(
    part: Path, size: FrameSize, rate_fps: float, codec: Sequence[str], messages: IO[bytes]
) -> subprocess.Popen[bytes]:
    rate = Fraction(rate_fps).limit_denominator(_FINEST_RATE)
    source = ["-f", "rawvideo", "-pix_fmt", "bgr24", "-s", str(size), "-r", str(rate), "-i", "pipe:0"]
    output = [*codec, "-movflags", "+faststart", "-an", "-y", str(part)]
    return subprocess.Popen(
        [ffmpeg_program(), "-hide_banner", "-loglevel", "error", *source, *output],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=messages,
        creationflags=NO_WINDOW,
    )


def end_process(process: subprocess.Popen[bytes]) -> None:
    """End ffmpeg if it still runs; what it wrote is worth nothing then."""
    if process.poll() is None:
        process.kill()
        process.wait(_GRACE_S)
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
