"""The local executors of a worker, kept from one attempt to the next since each has the numerics loaded."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from ..local import LocalExecutor
from ..settings import LocalSettings

_lock = threading.Lock()
_idle: list[tuple[LocalSettings, LocalExecutor]] = []


@contextmanager
def borrowed_executor(settings: LocalSettings) -> Iterator[LocalExecutor]:
    """A local executor for one attempt at a time; whatever goes wrong in the block ends it with all that it runs."""
    executor = _idle_executor(settings) or LocalExecutor(settings)
    try:
        yield executor
    except BaseException:
        executor.close()
        raise
    with _lock:
        _idle.append((settings, executor))


def close_idle_executors() -> None:
    """Give back the memory and the processes of those that nobody uses; a later attempt makes new ones."""
    with _lock:
        closing = [executor for _, executor in _idle]
        _idle.clear()
    for executor in closing:
        executor.close()


def _idle_executor(settings: LocalSettings) -> LocalExecutor | None:
    with _lock:
        for position, (known, executor) in enumerate(_idle):
            if known == settings:
                del _idle[position]
                return executor
    return None
