"""What the program and the workers tell each other about an attempt.

Every attempt has a queue on the scheduler. The program puts the permission to begin into it, and whoever takes that
out decides what becomes of the attempt: the worker that begins it, or the program when it cancels before that. A worker
that finds none leaves the work alone, so that nothing runs twice when Dask repeats a task of a lost worker by itself.
Later the queue takes the orders to stop. The workers report on a topic that all programs of the cluster listen to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ....plugins.executors import AttemptEnded, AttemptMessage, AttemptProgress, AttemptStarted, ExitCause
from ..settings import LocalSettings

TOPIC = "ivytools-attempts"
BEGIN, STOP, STOP_AT_ONCE = "begin", "stop", "stop at once"


@dataclass(frozen=True, slots=True)
class AttemptOrder:
    """What a worker needs to know to run an attempt; ``name`` is that of its task and its queue."""

    name: str
    program_version: str
    pickled: bytes
    threads: int
    settings: LocalSettings


@dataclass(frozen=True, slots=True)
class AttemptReturn:
    """How an attempt ended on a worker, with the log; ``is_refused``: it was not begun, another has been there."""

    cause: ExitCause = ExitCause.LOST
    value: Any = None
    detail: str = ""
    peak_memory_bytes: int | None = None
    log_tail: tuple[str, ...] = ()
    log: bytes = b""
    is_refused: bool = False

    @classmethod
    def of(cls, ended: AttemptEnded, log: bytes) -> AttemptReturn:
        """What a process on the worker came to."""
        return cls(ended.cause, ended.value, ended.detail, ended.peak_memory_bytes, ended.log_tail, log)

    def as_ended(self, key: str) -> AttemptEnded:
        """The message about it."""
        return AttemptEnded(key, self.cause, self.value, self.detail, self.peak_memory_bytes, self.log_tail)


def as_report(message: AttemptStarted | AttemptProgress) -> list[Any]:
    """A message in plain values, as a topic takes it."""
    if isinstance(message, AttemptStarted):
        return ["started", message.host, message.pid, message.pid_created]
    return ["progress", message.stage, message.fraction]


def from_report(key: str, report: list[Any]) -> AttemptMessage:
    """The inverse of :func:`as_report`."""
    kind, *values = report
    return AttemptStarted(key, *values) if kind == "started" else AttemptProgress(key, *values)
