"""Where attempts run: the interface of executors.

Covers starting, watching and cancelling one attempt after another. Does not cover which attempt starts when, retries,
timeouts or state: those belong to the engine, which sees every executor through this interface only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

EXECUTOR_GROUP = "ivytools.executors"


class WorkContext(Protocol):
    """What a running piece of work is given."""

    def progress(self, stage: str, fraction: float) -> None:
        """Tell how far the work is; call it as often as convenient, it is thinned out on the way."""

    def is_cancelled(self) -> bool:
        """Whether the work shall stop; ask often. Work that stops for it raises :class:`Cancelled`."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at one piece of work.

    ``key`` is unique among all attempts of an engine. ``work`` is picklable, does not raise for reasons of its own (it
    returns what went wrong), and gives a JSON-compatible value. ``log_path`` takes what it prints. ``threads`` is the
    number of cores it may use, ``memory_bytes`` the memory that is reserved for it.
    """

    key: str
    work: Callable[[WorkContext], Any]
    log_path: Path
    threads: int = 1
    memory_bytes: int = 0


class ExitCause(StrEnum):
    """Why an attempt ended."""

    FINISHED = "finished"
    """The work returned a value."""
    RAISED = "raised"
    """The work raised; ``detail`` says what."""
    CANCELLED = "cancelled"
    """It was asked to stop, by whatever step of the ladder it did."""
    OUT_OF_MEMORY = "out_of_memory"
    """The system ended it for want of memory, or it ran into its own limit."""
    KILLED = "killed"
    """Somebody else ended it (SIGKILL, SIGTERM), not for want of memory as far as can be told."""
    CRASHED = "crashed"
    """The interpreter died: segmentation fault, abort, or an exit that was not the work's."""
    LOST = "lost"
    """The machine or worker it ran on went away."""


@dataclass(frozen=True, slots=True)
class AttemptStarted:
    """The attempt runs; ``pid`` and ``pid_created`` identify its process on ``host``, None where there is none."""

    key: str
    host: str
    pid: int | None = None
    pid_created: float | None = None


@dataclass(frozen=True, slots=True)
class AttemptProgress:
    """How far an attempt is; at most four a second of each."""

    key: str
    stage: str
    fraction: float


@dataclass(frozen=True, slots=True)
class AttemptEnded:
    """The attempt is over and nothing of it runs any more; the last message about it.

    ``value`` is what the work returned. ``detail`` is a sentence with the figures (signal, exit code, memory).
    ``log_tail`` are the last lines that it printed.
    """

    key: str
    cause: ExitCause
    value: Any = None
    detail: str = ""
    peak_memory_bytes: int | None = None
    log_tail: tuple[str, ...] = ()


AttemptMessage = AttemptStarted | AttemptProgress | AttemptEnded


@dataclass(frozen=True, slots=True)
class ExecutorCapabilities:
    """What the engine may rely on.

    ``is_isolated``: an attempt that crashes harms nothing else. ``is_local``: attempts use the cores and the memory
    of this machine, so that the engine measures them; elsewhere the executor says how many ``slots`` there are.
    """

    is_isolated: bool = True
    is_local: bool = True


class Executor(Protocol):
    """Runs attempts. All methods are called from one thread, that of the engine, and none of them blocks for long.

    The constructor takes the settings model of the plugin. Every attempt that was started ends with exactly one
    :class:`AttemptEnded`, whatever happens to it; :meth:`cancel` hastens that end and never replaces it.
    """

    capabilities: ExecutorCapabilities

    def start(self, attempt: Attempt) -> None:
        """Start an attempt.

        Raises
        ------
        IvyError
            If nothing can be started at all (no scheduler, no process).
        """

    def poll(self, timeout_s: float) -> Sequence[AttemptMessage]:
        """What happened since the last call, in order; waits for something to happen at most ``timeout_s``."""

    def wake(self) -> None:
        """Let a waiting :meth:`poll` return at once; the only method that other threads and signal handlers call."""

    def cancel(self, key: str, *, at_once: bool = False) -> None:
        """End an attempt: ask, then insist, then force; ``at_once`` forces. Unknown and ended keys are ignored."""

    def slots(self) -> int | None:
        """How many attempts can run at a time; None leaves it to the engine."""

    def memory_bytes(self) -> dict[str, int]:
        """Memory that each running attempt uses now, by key, as far as it can be measured here."""

    def close(self) -> None:
        """End whatever still runs, at once, and release everything."""
