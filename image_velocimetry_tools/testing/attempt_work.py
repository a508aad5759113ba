"""Pieces of work that behave in one way each, good or bad, for tests of executors.

They are picklable and importable wherever this package is installed. Those that run on hold a *lifeline*: a named pipe
that a test reads, and that closes when the last process that holds it is gone (see :mod:`.lifeline`).
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..domain.errors import Cancelled
from ..plugins.executors import WorkContext


@dataclass(frozen=True, slots=True)
class ReturnValue:
    """Returns a value."""

    value: Any = None

    def __call__(self, context: WorkContext) -> Any:
        """Return it."""
        return self.value


@dataclass(frozen=True, slots=True)
class TellProgress:
    """Goes through stages, in many steps each."""

    stages: tuple[str, ...]
    steps: int = 100

    def __call__(self, context: WorkContext) -> int:
        """Tell every step."""
        for stage in self.stages:
            for step in range(self.steps):
                context.progress(stage, step / self.steps)
        return len(self.stages)


@dataclass(frozen=True, slots=True)
class PrintLines:
    """Prints lines to both streams, and below Python's own."""

    lines: tuple[str, ...]

    def __call__(self, context: WorkContext) -> None:
        """Print."""
        for line in self.lines:
            print(line)
            print(f"{line} (error)", file=sys.stderr)
        os.write(1, b"below Python\n")


@dataclass(frozen=True, slots=True)
class RaiseError:
    """Raises."""

    error: BaseException

    def __call__(self, context: WorkContext) -> None:
        """Raise it."""
        raise self.error


@dataclass(frozen=True, slots=True)
class Meet:
    """Returns when another attempt does the same at the same time: two ends of a named pipe wait for each other."""

    pipe: Path
    writes: bool

    def __call__(self, context: WorkContext) -> bool:
        """Open this side of the pipe, which blocks until somebody opens the other."""
        with self.pipe.open("wb" if self.writes else "rb", buffering=0):
            return True


@dataclass(frozen=True, slots=True)
class RunUntilCancelled:
    """Stops as soon as it is asked to."""

    lifeline: Path

    def __call__(self, context: WorkContext) -> None:
        """Hold the lifeline until cancelled."""
        with _held(self.lifeline):
            while not context.is_cancelled():
                time.sleep(0.005)
        raise Cancelled


@dataclass(frozen=True, slots=True)
class FinishWhenCancelled:
    """Comes to its regular end although it is cancelled."""

    lifeline: Path

    def __call__(self, context: WorkContext) -> str:
        """Hold the lifeline until cancelled, then return."""
        with _held(self.lifeline):
            while not context.is_cancelled():
                time.sleep(0.005)
        return "finished all the same"


@dataclass(frozen=True, slots=True)
class IgnoreEverything:
    """Hangs, deaf to the request and to every signal that can be ignored."""

    lifeline: Path

    def __call__(self, context: WorkContext) -> None:
        """Hang."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        with _held(self.lifeline):
            threading.Event().wait()


@dataclass(frozen=True, slots=True)
class HangUntilTerminated:
    """Does not look at the request, but SIGTERM ends it."""

    lifeline: Path

    def __call__(self, context: WorkContext) -> None:
        """Hang."""
        with _held(self.lifeline):
            threading.Event().wait()


@dataclass(frozen=True, slots=True)
class LeaveGrandchild:
    """Starts a program that never ends, which holds the lifeline; then returns, or waits with it."""

    lifeline: Path
    returns: bool = True

    def __call__(self, context: WorkContext) -> int:
        """Start it; its process id."""
        with self.lifeline.open("wb", buffering=0) as line:
            code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(3600)"
            # what the test looks at is precisely that nobody waits for it
            grandchild = subprocess.Popen([sys.executable, "-c", code], pass_fds=[line.fileno()])
            line.write(b"\0")
            if not self.returns:
                threading.Event().wait()
        return grandchild.pid


@dataclass(frozen=True, slots=True)
class DieOfSignal:
    """Sends itself a signal, as a crash or somebody else would."""

    number: int

    def __call__(self, context: WorkContext) -> None:
        """Die, or wait for it."""
        os.kill(os.getpid(), self.number)
        threading.Event().wait()


class DieOfSegmentationFault:
    """Reads from address zero."""

    def __call__(self, context: WorkContext) -> None:
        """Crash."""
        ctypes.string_at(0)


@dataclass(frozen=True, slots=True)
class LeaveWithCode:
    """Ends the interpreter without a word."""

    code: int

    def __call__(self, context: WorkContext) -> None:
        """Exit."""
        os._exit(self.code)


@contextmanager
def _held(lifeline: Path) -> Iterator[None]:
    """The writing end of a lifeline; what is written shows that the work is under way."""
    with lifeline.open("wb", buffering=0) as line:
        line.write(b"\0")
        yield
