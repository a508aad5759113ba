"""Starts attempts as new interpreters: slower than forking, and possible everywhere."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from typing import IO, NoReturn

from .child import become_attempt, run_attempt
from .launching import LaunchOrder, ProcessEnd, interpreter_command
from .process_tree import kill_remains
from .thread_limits import thread_environment

_CLOSING_S = 3.0


class SpawnLauncher:
    """Starts interpreters; a thread for each feeds it and waits for its end."""

    def __init__(self) -> None:
        self._running: dict[str, _Spawned] = {}
        self._ends: deque[ProcessEnd] = deque()
        self._bell_read, self._bell_write = socket.socketpair()
        self._bell_read.setblocking(False)

    def launch(self, order: LaunchOrder) -> None:
        """Start an interpreter for the work."""
        with order.log_path.open("ab") as log:
            process = _started(order, log)
        spawned = _Spawned(order.key, process)
        self._running[order.key] = spawned
        payload = json.dumps({"socket": _share(order.link, process.pid)}).encode() + b"\n" + order.work.as_bytes()
        threading.Thread(target=self._attend, args=(spawned, payload), name=f"wait {order.key}", daemon=True).start()

    def _attend(self, spawned: _Spawned, payload: bytes) -> None:
        spawned.feed(payload)
        exit_code, peak_memory_bytes = spawned.wait()
        self._ends.append(ProcessEnd(spawned.key, exit_code, peak_memory_bytes))
        try:
            self._bell_write.send(b"\0")
        except OSError:
            return  # closed meanwhile, nobody listens

    def channel(self) -> socket.socket:
        """Rung by the waiting threads."""
        return self._bell_read

    def ends(self) -> list[ProcessEnd]:
        """The processes that ended."""
        with suppress(BlockingIOError):
            self._bell_read.recv(4096)
        found = [self._ends.popleft() for _ in range(len(self._ends))]
        for end in found:
            self._running.pop(end.key, None)
        return found

    def send_signal(self, key: str, number: int) -> None:
        """Signal the group of a process."""
        if key in self._running:
            self._running[key].send_signal(number)

    def close(self) -> None:
        """Kill everything that runs, and wait for it."""
        for spawned in self._running.values():
            spawned.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        for spawned in self._running.values():
            spawned.is_reaped.wait(_CLOSING_S)
            kill_remains(spawned.pid, None)
        self._running.clear()
        self._bell_read.close()
        self._bell_write.close()


class _Spawned:
    """One interpreter; guards against signals to a number that belongs to another process by now."""

    def __init__(self, key: str, process: subprocess.Popen[bytes]) -> None:
        self.key = key
        self.is_reaped = threading.Event()
        self._process = process
        self._lock = threading.Lock()

    @property
    def pid(self) -> int:
        return self._process.pid

    def feed(self, payload: bytes) -> None:
        entrance = self._process.stdin
        assert entrance is not None
        try:
            entrance.write(payload)
            entrance.close()
        except OSError:
            return  # it died before it had read everything, and that is what will be told

    def wait(self) -> tuple[int, int | None]:
        """Exit code and peak memory; what it left in its group is killed before its number can be used again."""
        if os.name != "posix":
            exit_code = self._process.wait()
            self.is_reaped.set()
            return exit_code, None
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        self.send_signal(signal.SIGKILL)
        with self._lock:
            _, status, usage = os.wait4(self.pid, 0)
            self._process.returncode = os.waitstatus_to_exitcode(status)
            self.is_reaped.set()
        unit_bytes = 1 if sys.platform == "darwin" else 1024
        return self._process.returncode, usage.ru_maxrss * unit_bytes

    def send_signal(self, number: int) -> None:
        with self._lock:
            if self.is_reaped.is_set():
                return
            if os.name == "posix":
                _signal_group(self.pid, number)
            else:
                kill_remains(self.pid, None)


def main(link_fd: int) -> NoReturn:
    """The new interpreter's entry: the work comes through standard input, the connection is inherited."""
    with os.fdopen(os.dup(0), "rb") as entrance:
        header = json.loads(entrance.readline())
        payload = entrance.read()
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    become_attempt()
    run_attempt(_shared_socket(header["socket"], link_fd), payload)


def _started(order: LaunchOrder, log: IO[bytes]) -> subprocess.Popen[bytes]:
    is_posix = os.name == "posix"
    link_fd = order.link.fileno() if is_posix else -1
    return subprocess.Popen(
        interpreter_command(__name__, f"main({link_fd})"),
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=subprocess.STDOUT,
        pass_fds=[link_fd] if is_posix else [],
        start_new_session=is_posix,
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        env={**os.environ, **thread_environment(order.work.threads)},
    )


def _share(link: socket.socket, pid: int) -> str:
    """Windows makes a copy of a socket for a process that exists already; elsewhere it was inherited."""
    if sys.platform == "win32":
        return base64.b64encode(link.share(pid)).decode()
    return ""


def _shared_socket(shared: str, inherited_fd: int) -> socket.socket:
    if sys.platform == "win32":
        return socket.fromshare(base64.b64decode(shared))
    return socket.socket(fileno=inherited_fd)


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return
