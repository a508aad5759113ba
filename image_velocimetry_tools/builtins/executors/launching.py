"""How the local executor has processes started, whichever way that is done."""

from __future__ import annotations

import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from .pickled_work import PickledWork


@dataclass(frozen=True, slots=True)
class LaunchOrder:
    """A process to start: ``link`` is the child's end of its connection, ``log_path`` takes what it prints."""

    key: str
    work: PickledWork
    link: socket.socket
    log_path: Path


@dataclass(frozen=True, slots=True)
class ProcessEnd:
    """A process ended; the exit code is negative for a signal, and None if it cannot be known.

    ``is_swept``: nothing of its group runs any more. ``is_lost``: what watched over the process went away.
    """

    key: str
    exit_code: int | None
    peak_memory_bytes: int | None = None
    detail: str = ""
    is_swept: bool = False
    is_lost: bool = False


class Launcher(Protocol):
    """Starts processes, sends signals to their groups, and tells of their end."""

    def launch(self, order: LaunchOrder) -> None:
        """Have a process started; does not wait for it.

        Raises
        ------
        OSError
            If the system refuses.
        """

    def channel(self) -> socket.socket | None:
        """Readable when :meth:`ends` has something to tell; may change from call to call."""

    def ends(self) -> list[ProcessEnd]:
        """The processes that have ended since the last call; does not wait."""

    def send_signal(self, key: str, number: int) -> None:
        """Send a signal to the process and its group, if it still runs."""

    def close(self) -> None:
        """End everything that was started, and wait until it is gone."""


def interpreter_command(module: str, call: str) -> list[str]:
    """The command that calls ``call`` of one of our modules in a new interpreter with the module path of this one.

    The main program is not imported there, so that a script without a guard is not run again.
    """
    code = f"import sys; sys.path[:] = {sys.path!r}; from {module} import main; {call}"
    return [sys.executable, "-c", code]
