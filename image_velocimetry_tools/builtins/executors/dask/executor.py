"""Runs attempts on the workers of a Dask cluster."""

from __future__ import annotations

import asyncio
import logging
import queue
import uuid
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Any

import distributed

from .... import __version__
from ....domain.errors import IvyError
from ....plugins.executors import Attempt, AttemptEnded, AttemptMessage, ExecutorCapabilities
from ..pickled_work import PickledWork
from ..settings import LocalSettings
from .connection import Connection
from .orders import STOP, STOP_AT_ONCE, TOPIC, AttemptOrder, from_report
from .remote_attempt import RemoteAttempt
from .settings import DaskSettings
from .worker_processes import close_idle_executors
from .workers_watch import WorkersWatch

_log = logging.getLogger(__name__)
_CLOSING_S = 10.0


@dataclass(frozen=True, slots=True)
class _Submitted:
    attempt: Attempt
    remote: RemoteAttempt
    life: Future[None]


class DaskExecutor:
    """Sends attempts to workers, each of which runs it in a process of its own as the local executor does.

    Dask chooses the worker; it neither repeats an attempt nor decides about its end.

    Parameters
    ----------
    settings
        See :class:`DaskSettings`.
    connect
        Makes the connection: once at the start, and again after the scheduler went away.
    """

    capabilities = ExecutorCapabilities(is_isolated=True, is_local=False)

    def __init__(self, settings: DaskSettings, connect: Callable[[DaskSettings], Connection]) -> None:
        self._settings = settings
        self._connect = connect
        self._on_workers = LocalSettings(**{name: getattr(settings, name) for name in LocalSettings.model_fields})
        self._run = uuid.uuid4().hex[:12]
        self._inbox: queue.SimpleQueue[tuple[AttemptMessage, bytes] | None] = queue.SimpleQueue()
        self._attempts: dict[str, _Submitted] = {}
        self._memory_bytes: dict[str, int] = {}
        self._is_closed = False
        self._use(connect(settings))

    def _use(self, connection: Connection) -> None:
        self._connection = connection
        self._watch = WorkersWatch(connection.client, self._settings.memory_resource, self.wake)
        connection.client.subscribe_topic(TOPIC, self._hear)

    def start(self, attempt: Attempt) -> None:
        """See :meth:`Executor.start`; an attempt for which no worker is free waits on the scheduler."""
        if self._is_closed:
            raise IvyError("no job can start any more, the executor is closed")
        if self._connection.client.status != "running":
            self._connect_again()
        work = PickledWork.of(attempt.work, attempt.threads)
        order = AttemptOrder(self._name(attempt.key), __version__, work.pickled, work.threads, self._on_workers)
        resources = self._watch.resources(attempt.memory_bytes)
        remote = RemoteAttempt(attempt.key, order, resources, self._tell_end)
        life = self._in_client_loop(remote.run(self._connection.client))
        self._attempts[attempt.key] = _Submitted(attempt, remote, life)

    def _connect_again(self) -> None:
        self._watch.stop()
        self._connection.close()
        self._use(self._connect(self._settings))

    def _name(self, key: str) -> str:
        return f"ivytools-{self._run}-{key}"

    def _in_client_loop(self, work: Coroutine[Any, Any, None]) -> Future[None]:
        return asyncio.run_coroutine_threadsafe(work, self._connection.loop)

    # what the loop of the client tells

    def _tell_end(self, ended: AttemptEnded, log: bytes) -> None:
        self._inbox.put((ended, log))

    def _hear(self, event: tuple[float, dict[str, Any]]) -> None:
        _, told = event
        own, key = self._name(""), told["name"]
        if not key.startswith(own):
            return
        key = key.removeprefix(own)
        if "memory_bytes" in told:
            self._memory_bytes[key] = told["memory_bytes"]
        for report in told.get("reports", ()):
            self._inbox.put((from_report(key, report), b""))

    # what the engine asks for

    def poll(self, timeout_s: float) -> Sequence[AttemptMessage]:
        """See :meth:`Executor.poll`."""
        received: list[tuple[AttemptMessage, bytes] | None] = []
        try:
            received.append(self._inbox.get(timeout=max(0.0, timeout_s)))
            while True:
                received.append(self._inbox.get_nowait())
        except queue.Empty:
            pass
        return [message for item in received if item is not None and (message := self._taken_in(*item)) is not None]

    def _taken_in(self, message: AttemptMessage, log: bytes) -> AttemptMessage | None:
        """The message, if its attempt has not ended before."""
        submitted = self._attempts.get(message.key)
        if submitted is None:
            return None
        if isinstance(message, AttemptEnded):
            del self._attempts[message.key]
            self._memory_bytes.pop(message.key, None)
            _write_log(submitted.attempt, log)
        return message

    def wake(self) -> None:
        """See :meth:`Executor.wake`."""
        self._inbox.put(None)

    def cancel(self, key: str, *, at_once: bool = False) -> None:
        """See :meth:`Executor.cancel`."""
        if key in self._attempts:
            self._in_client_loop(self._attempts[key].remote.stop(STOP_AT_ONCE if at_once else STOP))

    def slots(self) -> int | None:
        """The threads of all workers; at least one, since a cluster may grow only when something waits for it."""
        return max(1, self._watch.threads)

    def memory_bytes(self) -> dict[str, int]:
        """As the workers measured it last, about a second ago."""
        return {key: used for key, used in list(self._memory_bytes.items()) if key in self._attempts}

    def close(self) -> None:
        """See :meth:`Executor.close`; also has the workers give back what they keep for further attempts."""
        if self._is_closed:
            return
        self._is_closed = True
        self._watch.stop()
        if self._connection.client.status == "running":
            self._end_everything()
        self._connection.close()
        self._attempts.clear()

    def _end_everything(self) -> None:
        for submitted in self._attempts.values():
            self._in_client_loop(submitted.remote.stop(STOP_AT_ONCE))
        lives = [submitted.life for submitted in self._attempts.values()]
        wait(lives, _CLOSING_S)
        wait([self._in_client_loop(_free_workers(self._connection.client))], _CLOSING_S)


async def _free_workers(client: distributed.Client) -> None:
    await client.run(close_idle_executors, on_error="ignore")


def _write_log(attempt: Attempt, log: bytes) -> None:
    try:
        attempt.log_path.parent.mkdir(parents=True, exist_ok=True)
        with attempt.log_path.open("ab") as file:
            file.write(log)
    except OSError as error:
        _log.warning("the log of an attempt cannot be written to %s (%s)", attempt.log_path, error.strerror)
