"""Runs every attempt in a process of its own on this machine."""

from __future__ import annotations

import socket
import time
from collections.abc import Sequence
from multiprocessing.connection import wait

from ...domain.errors import IvyError
from ...plugins.executors import Attempt, AttemptMessage, ExecutorCapabilities
from .cancel_ladder import FORCED, CancelLadder
from .child_process import ChildProcess
from .forking import fork_launcher
from .launching import Launcher, LaunchOrder
from .out_of_memory import OomKills
from .pickled_work import PickledWork
from .settings import LocalSettings
from .spawning import SpawnLauncher

_LINGER_CHECK_S = 0.02


class LocalExecutor:
    """One process per attempt: a session of its own, gone with its parent, swept with all its descendants.

    Parameters
    ----------
    settings
        See :class:`LocalSettings`.
    """

    capabilities = ExecutorCapabilities(is_isolated=True, is_local=True)

    def __init__(self, settings: LocalSettings | None = None) -> None:
        self._settings = settings or LocalSettings()
        self._launcher = _launcher(self._settings)
        self._children: dict[str, ChildProcess] = {}
        self._messages: list[AttemptMessage] = []
        self._oom_kills = OomKills()
        self._wake_read, self._wake_write = socket.socketpair()
        self._wake_read.setblocking(False)
        self._wake_write.setblocking(False)
        self._is_closed = False

    def start(self, attempt: Attempt) -> None:
        """See :meth:`Executor.start`."""
        if self._is_closed:
            raise IvyError("no job can start any more, the executor is closed")
        work = PickledWork.of(attempt.work, attempt.threads)
        try:
            attempt.log_path.parent.mkdir(parents=True, exist_ok=True)
            ours, theirs = socket.socketpair()
            child = ChildProcess(attempt, ours, self._ladder(), self._oom_kills)
            with theirs:
                self._launch(child, LaunchOrder(attempt.key, work, theirs, attempt.log_path))
        except OSError as error:
            where = str(error.filename or "")
            remedy = "See that the log can be written, and that the system allows more processes and open files"
            raise IvyError(
                f"no process can be started ({error.strerror or error})", where=where, remedy=remedy
            ) from error
        self._children[attempt.key] = child

    def _launch(self, child: ChildProcess, order: LaunchOrder) -> None:
        try:
            self._launcher.launch(order)
        except OSError:
            child.disconnect()
            raise

    def _ladder(self) -> CancelLadder:
        return CancelLadder(self._settings.terminate_after_s, self._settings.kill_after_s)

    def poll(self, timeout_s: float) -> Sequence[AttemptMessage]:
        """See :meth:`Executor.poll`."""
        deadline_s = time.monotonic() + timeout_s
        while not self._is_closed:
            now_s = time.monotonic()
            self._climb(now_s)
            self._conclude()
            is_woken = self._listen(0.0 if self._messages else self._patience_s(now_s, deadline_s))
            self._conclude()
            if self._messages or is_woken or time.monotonic() >= deadline_s:
                break
        messages, self._messages = self._messages, []
        return messages

    def _climb(self, now_s: float) -> None:
        for child in self._children.values():
            number = child.ladder.due_signal(now_s)
            if number is not None and child.end is None:
                self._launcher.send_signal(child.key, number)

    def _patience_s(self, now_s: float, deadline_s: float) -> float:
        steps = [step for child in self._children.values() if (step := child.ladder.next_step_s) is not None]
        if any(child.end is not None for child in self._children.values()):
            steps.append(now_s + _LINGER_CHECK_S)
        return max(0.0, min([deadline_s, *steps]) - now_s)

    def _listen(self, patience_s: float) -> bool:
        """Take in what arrives; whether somebody called :meth:`wake`."""
        speakers = {child.link: child for child in self._children.values() if child.link is not None}
        channel = self._launcher.channel()
        ready = wait([self._wake_read, *speakers, *([channel] if channel is not None else [])], patience_s)
        for link, child in speakers.items():
            if link in ready:
                self._messages += child.read()
        if channel in ready:
            self._note_ends()
        if self._wake_read not in ready:
            return False
        self._wake_read.recv(4096)
        return True

    def _note_ends(self) -> None:
        for end in self._launcher.ends():
            child = self._children[end.key]
            child.end = end
            if end.is_lost:
                # a process that had no time to introduce itself ends when nobody listens
                self._messages += child.read()
                child.disconnect()

    def _conclude(self) -> None:
        for child in [child for child in self._children.values() if child.is_gone()]:
            unread, ended = child.conclusion()
            self._messages += [*unread, ended]
            del self._children[child.key]

    def wake(self) -> None:
        """See :meth:`Executor.wake`."""
        try:
            self._wake_write.send(b"\0")
        except OSError:
            return  # it is woken already, or closed

    def cancel(self, key: str, *, at_once: bool = False) -> None:
        """See :meth:`Executor.cancel`."""
        child = self._children.get(key)
        if child is None:
            return
        if not child.ladder.is_begun:
            child.ask_to_stop()
        now_s = time.monotonic()
        child.ladder.begin(now_s, at_once=at_once)
        self._climb(now_s)

    def slots(self) -> int | None:
        """As many as the engine finds fit."""
        return None

    def memory_bytes(self) -> dict[str, int]:
        """See :meth:`Executor.memory_bytes`."""
        measured = {key: child.memory_bytes() for key, child in self._children.items()}
        return {key: used for key, used in measured.items() if used is not None}

    def close(self) -> None:
        """See :meth:`Executor.close`."""
        if self._is_closed:
            return
        self._is_closed = True
        for key in self._children:
            self._launcher.send_signal(key, FORCED)
        self._launcher.close()
        for child in self._children.values():
            child.disconnect()
        self._children.clear()
        self._messages.clear()
        self._wake_read.close()
        self._wake_write.close()


def _launcher(settings: LocalSettings) -> Launcher:
    if settings.forks:
        return fork_launcher(settings.preload)
    return SpawnLauncher()
