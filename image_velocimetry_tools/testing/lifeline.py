"""Shows whether work runs, without asking the work: a named pipe that the system closes with its last holder."""

from __future__ import annotations

import os
import select
import time
from pathlib import Path


class Lifeline:
    """The reading end of a named pipe; POSIX only.

    Parameters
    ----------
    path
        Where to make the pipe. Work opens it for writing, writes a byte, and keeps it open.
    """

    def __init__(self, path: Path) -> None:
        os.mkfifo(path)
        self.path = path
        self._descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)

    def wait_until_held(self, deadline_s: float) -> bool:
        """Whether somebody holds it, or has held it, within so many seconds."""
        return self._next_read(deadline_s) == b"\0"

    def wait_until_released(self, deadline_s: float) -> bool:
        """Whether everybody who held it is gone within so many seconds."""
        end_s = time.monotonic() + deadline_s
        while (left_s := end_s - time.monotonic()) > 0:
            if self._next_read(left_s) == b"":
                return True
        return False

    def _next_read(self, deadline_s: float) -> bytes | None:
        # poll tells a pipe that was closed (POLLHUP) from one that nobody has opened yet; select does not
        watch = select.poll()
        watch.register(self._descriptor, select.POLLIN)
        if not watch.poll(deadline_s * 1000):
            return None
        return os.read(self._descriptor, 1)

    def close(self) -> None:
        """Release the pipe."""
        os.close(self._descriptor)
