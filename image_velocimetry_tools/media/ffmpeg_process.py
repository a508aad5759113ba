"""Running the ffmpeg program that comes with imageio-ffmpeg, with progress and a cancel that works."""

from __future__ import annotations

import queue
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from ..domain.errors import Cancelled, OutputError
from .decoding import CancelToken

Progress = Callable[[float], None]

NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0) if sys.platform == "win32" else 0
"""Flags with which the program opens no console on Windows."""

_POLL_S = 0.1


def run_ffmpeg(
    arguments: Sequence[str],
    *,
    folder: Path,
    duration_s: float,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> None:
    """Run ffmpeg and wait for it.

    Parameters
    ----------
    arguments
        Arguments after the program's name.
    folder
        Working directory; names in filters are given relative to it, which needs no escaping.
    duration_s
        Length of what is written, for ``progress``, which is called with the share done, 0 to 1.
    cancel
        Checked ten times a second.

    Raises
    ------
    OutputError
        If ffmpeg is missing or fails.
    Cancelled
        If the token was set; ffmpeg has ended by then.
    """
    quiet = ("-hide_banner", "-nostdin", "-loglevel", "error", "-nostats", "-progress", "pipe:1")
    command = [ffmpeg_program(), *quiet, *arguments]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            creationflags=NO_WINDOW,
        )
        try:
            _watch(process, duration_s, progress, cancel)
        finally:
            _end(process)
        if process.returncode != 0:
            errors.seek(0)
            raise ffmpeg_error(errors.read().decode(errors="replace"))
    if progress is not None:
        progress(1.0)


def ffmpeg_program() -> str:
    """Path of the program.

    Raises
    ------
    OutputError
        If it is missing.
    """
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        raise OutputError("the ffmpeg program is missing", remedy="Reinstall imageio-ffmpeg") from error


def _watch(
    process: subprocess.Popen[bytes], duration_s: float, progress: Progress | None, cancel: CancelToken | None
) -> None:
    lines: queue.Queue[bytes | None] = queue.Queue()
    assert process.stdout is not None
    threading.Thread(target=_read_lines, args=(process.stdout, lines), daemon=True).start()
    while True:
        if cancel is not None and cancel.is_set():
            raise Cancelled
        try:
            line = lines.get(timeout=_POLL_S)
        except queue.Empty:
            continue
        if line is None:
            process.wait()
            return
        key, _, value = line.decode(errors="replace").strip().partition("=")
        if progress is not None and key == "out_time_us" and value.lstrip("-").isdigit() and duration_s > 0:
            progress(min(1.0, max(0.0, int(value) / 1e6 / duration_s)))


def _read_lines(stream: IO[bytes], lines: queue.Queue[bytes | None]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        # asked kindly, it would first encode what it holds, seconds for a file that nobody wants
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


def ffmpeg_error(messages: str, where: str = "", remedy: str = "Try another file name or format") -> OutputError:
    """What the messages of a run that failed mean to the user."""
    lines = [line.strip() for line in messages.splitlines() if line.strip()]
    if any("No space left" in line for line in lines):
        return OutputError("the disk is full", where=where, remedy="Free some space and try again")
    reason = lines[0] if lines else "it gave no reason"
    return OutputError(f"ffmpeg could not write the video: {reason}", where=where, remedy=remedy)
