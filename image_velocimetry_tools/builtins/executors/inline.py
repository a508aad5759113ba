"""Runs attempts one after the other in a thread of this process."""

from __future__ import annotations

import json
import os
import queue
import socket
import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ...domain.errors import IvyError
from ...plugins.executors import (
    Attempt,
    AttemptEnded,
    AttemptMessage,
    AttemptProgress,
    AttemptStarted,
    ExecutorCapabilities,
    ExitCause,
)
from .log_tail import log_tail
from .progress_thinning import ThinnedProgress

_CLOSING_S = 10.0


class InlineExecutor:
    """For debugging, and for work that cannot be sent to another process: it can only be asked to stop.

    What the work prints goes where the program prints; the log takes the traceback of work that raises.
    """

    capabilities = ExecutorCapabilities(is_isolated=False, is_local=True)

    def __init__(self) -> None:
        self._waiting: queue.SimpleQueue[_InlineAttempt | None] = queue.SimpleQueue()
        self._messages: queue.SimpleQueue[AttemptMessage | None] = queue.SimpleQueue()
        self._attempts: dict[str, _InlineAttempt] = {}
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def start(self, attempt: Attempt) -> None:
        """See :meth:`Executor.start`; an attempt waits until those before it have ended."""
        if self._is_closed:
            raise IvyError("no job can start any more, the executor is closed")
        accepted = _InlineAttempt(attempt, self._messages.put)
        self._attempts[attempt.key] = accepted
        self._waiting.put(accepted)
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="inline executor", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        while (attempt := self._waiting.get()) is not None:
            attempt.run()

    def poll(self, timeout_s: float) -> Sequence[AttemptMessage]:
        """See :meth:`Executor.poll`."""
        messages: list[AttemptMessage] = []
        try:
            message = self._messages.get(timeout=max(0.0, timeout_s))
            while True:
                if message is not None:
                    messages.append(message)
                message = self._messages.get_nowait()
        except queue.Empty:
            pass
        for ended in (message for message in messages if isinstance(message, AttemptEnded)):
            self._attempts.pop(ended.key, None)
        return messages

    def wake(self) -> None:
        """See :meth:`Executor.wake`."""
        self._messages.put(None)

    def cancel(self, key: str, *, at_once: bool = False) -> None:
        """Ask the attempt to stop; there is no other way to end a thread."""
        if key in self._attempts:
            self._attempts[key].cancelled.set()

    def slots(self) -> int | None:
        """One at a time."""
        return 1

    def memory_bytes(self) -> dict[str, int]:
        """Nothing: the memory of an attempt is that of the program."""
        return {}

    def close(self) -> None:
        """Ask everything to stop, and wait a while for the attempt that runs."""
        self._is_closed = True
        for attempt in self._attempts.values():
            attempt.cancelled.set()
        self._waiting.put(None)
        if self._thread is not None:
            self._thread.join(_CLOSING_S)


class _InlineAttempt:
    def __init__(self, attempt: Attempt, tell: Callable[[AttemptMessage], None]) -> None:
        self.cancelled = threading.Event()
        self._attempt = attempt
        self._tell = tell
        self.progress: Callable[[str, float], None] = ThinnedProgress(self._send_progress)

    def is_cancelled(self) -> bool:
        return self.cancelled.is_set()

    def _send_progress(self, stage: str, fraction: float) -> None:
        self._tell(AttemptProgress(self._attempt.key, stage, fraction))

    def run(self) -> None:
        key, log_path = self._attempt.key, self._attempt.log_path
        if self.is_cancelled():
            return self._tell(AttemptEnded(key, ExitCause.CANCELLED, detail="it had not begun"))
        self._tell(AttemptStarted(key, socket.gethostname(), os.getpid()))
        log_begin = log_path.stat().st_size if log_path.exists() else 0
        cause, value, detail = self._outcome()
        self._tell(AttemptEnded(key, cause, value, detail, log_tail=log_tail(log_path, log_begin)))

    def _outcome(self) -> tuple[ExitCause, Any, str]:
        try:
            # through JSON, so that work which is not fit for another process is found here, too
            value = json.loads(json.dumps(self._attempt.work(self)))
        except BaseException as error:
            if self.is_cancelled():
                return ExitCause.CANCELLED, None, "it stopped when it was asked to"
            _log_traceback(self._attempt.log_path)
            cause = ExitCause.OUT_OF_MEMORY if isinstance(error, MemoryError) else ExitCause.RAISED
            return cause, None, f"{type(error).__name__}: {error}"
        return ExitCause.FINISHED, value, ""


def _log_traceback(log_path: Path) -> None:
    log_path.parent.mkdir(parents=True, exist_ok=True)
    with log_path.open("a", encoding="utf-8") as log:
        traceback.print_exc(file=log)
