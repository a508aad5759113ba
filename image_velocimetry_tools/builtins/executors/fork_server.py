"""The server that the processes of attempts are forked from: has the numerics loaded, runs no thread, reaps and tells.

Runs as a process of its own, started by :mod:`.forking`. It takes orders on a socket that keeps messages apart, ends
every process group that it started when that socket closes, and then itself. As subreaper it inherits orphaned
grandchildren, so it knows when nothing of an attempt runs any more.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from .child import become_attempt, run_attempt
from .thread_limits import limit_threads

LARGEST_ORDER_BYTES = 65_536
_PR_SET_CHILD_SUBREAPER = 36
_FAREWELL_S = 1.0


def main(control_fd: int, preload: Sequence[str]) -> NoReturn:
    """Serve until the other end of ``control_fd`` closes."""
    control = socket.socket(fileno=control_fd)
    for name in preload:
        _load(name)
        if _is_abandoned(control):
            os._exit(0)
    limit_threads(1)
    # what is loaded shall stay shared with the children, not be copied by a collection of garbage
    gc.collect()
    gc.freeze()
    _ForkServer(control).serve()
    os._exit(0)


@dataclass(slots=True)
class _Leader:
    """A forked process; ``exit_code`` is None while it runs."""

    key: str
    exit_code: int | None = None
    peak_memory_bytes: int = 0


class _ForkServer:
    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._leaders: dict[int, _Leader] = {}
        self._is_subreaper = _become_subreaper()
        self._selector = selectors.DefaultSelector()
        self._alarm_read, self._alarm_write = os.pipe()
        os.set_blocking(self._alarm_read, False)
        os.set_blocking(self._alarm_write, False)

    def serve(self) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # the handler does nothing, the file that is written on each signal wakes the loop
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.set_wakeup_fd(self._alarm_write, warn_on_full_buffer=False)
        self._selector.register(self._control, selectors.EVENT_READ)
        self._selector.register(self._alarm_read, selectors.EVENT_READ)
        while True:
            ready = {key.fd for key, _ in self._selector.select()}
            if self._alarm_read in ready:
                os.read(self._alarm_read, 4096)
                self._reap()
            if self._control.fileno() in ready and not self._obey():
                return self._end_all()

    def _obey(self) -> bool:
        """Carry out one order; false if there is nobody left to give any."""
        try:
            data, descriptors, _, _ = socket.recv_fds(self._control, LARGEST_ORDER_BYTES, 3)
        except ConnectionResetError:
            return False
        if not data:
            return False
        order = json.loads(data)
        if "start" in order:
            self._start(order["start"], *descriptors)
        else:
            self._signal(order["signal"], order["number"])
        return True

    def _start(self, key: str, link_fd: int, payload_fd: int, log_fd: int) -> None:
        try:
            pid = os.fork()
        except OSError as error:
            what = f"no process could be started ({error.strerror})"
            self._tell({"ended": key, "exit_code": None, "detail": what, "is_swept": True})
        else:
            if pid == 0:
                self._be_child(link_fd, payload_fd, log_fd)
            self._leaders[pid] = _Leader(key)
        for descriptor in (link_fd, payload_fd, log_fd):
            os.close(descriptor)

    def _be_child(self, link_fd: int, payload_fd: int, log_fd: int) -> NoReturn:
        try:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            self._selector.close()
            self._control.close()
            os.close(self._alarm_read)
            os.close(self._alarm_write)
            for standard_fd in (1, 2):
                os.dup2(log_fd, standard_fd)
            os.close(log_fd)
            become_attempt()
            with os.fdopen(payload_fd, "rb") as payload:
                work = payload.read()
            run_attempt(socket.socket(fileno=link_fd), work)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)

    def _signal(self, key: str, number: int) -> None:
        for pid, leader in self._leaders.items():
            if leader.key == key and leader.exit_code is None:
                _signal_group(pid, number)
        # shows that the server does its part, even if the process takes its time to go
        self._tell({"signalled": key})

    def _reap(self) -> None:
        while (pid := _waiting_pid(os.P_ALL, 0)) is not None:
            leader = self._leaders.get(pid)
            if leader is not None:
                # the number of the group cannot be given to another one before its leader is reaped
                _signal_group(pid, signal.SIGKILL)
            _, status, usage = os.wait4(pid, 0)
            if leader is not None:
                leader.exit_code = os.waitstatus_to_exitcode(status)
                leader.peak_memory_bytes = usage.ru_maxrss * 1024
        for pid in [pid for pid, leader in self._leaders.items() if leader.exit_code is not None]:
            if not _has_children_in(pid):
                self._tell_end(self._leaders.pop(pid))

    def _tell_end(self, leader: _Leader) -> None:
        self._tell(
            {
                "ended": leader.key,
                "exit_code": leader.exit_code,
                "peak_memory_bytes": leader.peak_memory_bytes,
                "is_swept": self._is_subreaper,
            }
        )

    def _tell(self, message: dict[str, object]) -> None:
        try:
            self._control.send(json.dumps(message).encode())
        except OSError as error:
            if error.errno not in (errno.EPIPE, errno.ECONNRESET):
                raise  # otherwise nobody listens, and the loop sees that next

    def _end_all(self) -> None:
        for pid, leader in self._leaders.items():
            if leader.exit_code is None:
                _signal_group(pid, signal.SIGKILL)
        self._selector.unregister(self._control)
        deadline_s = time.monotonic() + _FAREWELL_S
        while self._leaders and (left_s := deadline_s - time.monotonic()) > 0:
            if self._selector.select(left_s):
                os.read(self._alarm_read, 4096)
            self._reap()


def _load(name: str) -> None:
    try:
        importlib.import_module(name)
    except Exception:
        # the work that needs the module fails with the reason; this goes to the server's own log
        traceback.print_exc()


def _is_abandoned(control: socket.socket) -> bool:
    try:
        return not control.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True


def _become_subreaper() -> bool:
    try:
        return ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    except (OSError, AttributeError):
        return False


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        # it has not made itself a group yet
        os.kill(pid, number)


def _waiting_pid(kind: int, identity: int) -> int | None:
    """A child that has ended and is not reaped yet."""
    try:
        found = os.waitid(kind, identity, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return None
    return found.si_pid if found is not None else None


def _has_children_in(group: int) -> bool:
    try:
        os.waitid(os.P_PGID, group, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return False
    return True
