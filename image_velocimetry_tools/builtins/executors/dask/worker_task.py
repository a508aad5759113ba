"""The task that a worker carries out: one attempt in a process of its own, watched over until it is gone."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import distributed
from distributed.core import Status

from .... import __version__
from ....domain.errors import IvyError
from ....plugins.executors import Attempt, AttemptEnded, AttemptMessage, ExitCause
from ..local import LocalExecutor
from .orders import BEGIN, STOP_AT_ONCE, TOPIC, AttemptOrder, AttemptReturn, as_report
from .packed_work import PackedWork
from .worker_processes import borrowed_executor

LOOK_S = 0.25
_MEMORY_S = 1.0
LARGEST_LOG_BYTES = 4 * 1024**2
_SERVING = (Status.init, Status.running, Status.paused, Status.closing_gracefully)
_WANTED = ("executing", "long-running")


def run_attempt(order: AttemptOrder) -> AttemptReturn:
    """Run an attempt on this worker, unless it was begun or cancelled before."""
    queue = distributed.Queue(order.name, client=distributed.get_client())
    try:
        if BEGIN not in queue.get(batch=True):
            return AttemptReturn(is_refused=True)
        if order.program_version != __version__:
            return AttemptReturn(ExitCause.RAISED, detail=_other_version(order.program_version))
        with borrowed_executor(order.settings) as executor, tempfile.TemporaryDirectory(prefix="ivytools-") as folder:
            return _Supervision(order, queue, executor, Path(folder)).run()
    except IvyError as error:
        return AttemptReturn(ExitCause.RAISED, detail=str(error))
    finally:
        queue.close()


class _Supervision:
    """Starts the process of an attempt, passes on what it tells, and ends it when nobody wants it any more."""

    def __init__(self, order: AttemptOrder, queue: distributed.Queue, executor: LocalExecutor, folder: Path) -> None:
        self._order, self._queue, self._executor = order, queue, executor
        self._worker = distributed.get_worker()
        self._folder = folder
        self._log_path = folder / "attempt.log"
        self._next_look_s = self._next_memory_s = time.monotonic() + LOOK_S

    def run(self) -> AttemptReturn:
        files = self._folder / "files"
        files.mkdir()
        order = self._order
        work = PackedWork(order.pickled, files)
        self._executor.start(Attempt(order.name, work, self._log_path, order.threads))
        while True:
            messages = self._executor.poll(LOOK_S)
            self._pass_on(messages)
            if messages and isinstance(messages[-1], AttemptEnded):
                return AttemptReturn.of(messages[-1], self._log())
            self._look_round()

    def _pass_on(self, messages: Sequence[AttemptMessage]) -> None:
        reports = [as_report(message) for message in messages if not isinstance(message, AttemptEnded)]
        if reports:
            self._worker.log_event(TOPIC, {"name": self._order.name, "reports": reports})

    def _look_round(self) -> None:
        now_s = time.monotonic()
        if now_s < self._next_look_s:
            return
        self._next_look_s = now_s + LOOK_S
        if not self._is_wanted():
            self._executor.cancel(self._order.name, at_once=True)
            return
        for stop in self._queue.get(batch=True):
            self._executor.cancel(self._order.name, at_once=stop == STOP_AT_ONCE)
        if now_s >= self._next_memory_s:
            self._next_memory_s = now_s + _MEMORY_S
            self._tell_memory()

    def _is_wanted(self) -> bool:
        """Whether somebody waits for the task, and this worker has a future."""
        task = self._worker.state.tasks.get(self._order.name)
        return self._worker.status in _SERVING and task is not None and task.state in _WANTED

    def _tell_memory(self) -> None:
        used = self._executor.memory_bytes().get(self._order.name)
        if used is not None:
            self._worker.log_event(TOPIC, {"name": self._order.name, "memory_bytes": used})

    def _log(self) -> bytes:
        with self._log_path.open("rb") as log:
            log.seek(max(0, log.seek(0, 2) - LARGEST_LOG_BYTES))
            return log.read()


def _other_version(version: str) -> str:
    what = (
        f"the worker {distributed.get_worker().address} has IVyTools {__version__}, the batch was started by {version}"
    )
    return f"{what}. Install the same version on every worker."
