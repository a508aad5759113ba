"""Starts attempts by forking them from a server that has the numerics loaded (Linux)."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from typing import IO

from .json_lines import JsonObject
from .launching import LaunchOrder, ProcessEnd, interpreter_command
from .thread_limits import thread_environment

PRELOADED = (
    "psutil",
    "numpy",
    "cv2",
    "av",
    "threadpoolctl",
    "image_velocimetry_tools.services.measuring.measured_job",
    "image_velocimetry_tools.batch.job.executor",
    "image_velocimetry_tools.batch.job.measured_result",
    "image_velocimetry_tools.batch.engine.work",
    "image_velocimetry_tools.batch.engine.fenced_method",
)
_LARGEST_MESSAGE_BYTES = 65_536
_PATIENCE = 3
"""How often the server may fail to answer that it killed a process before it is killed itself."""
_CLOSING_S = 3.0
_DYING_S = 0.2


class ForkLauncher:
    """The program's side of the fork server, which is started with the first attempt, and again if it dies."""

    def __init__(self, preload: tuple[str, ...] = PRELOADED) -> None:
        self._preload = preload
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._complaints: IO[bytes] | None = None
        self._running: set[str] = set()
        self._unanswered: Counter[str] = Counter()
        self._lost: list[ProcessEnd] = []

    def warm_up(self) -> None:
        """Start the server before it is needed: it loads the numerics meanwhile."""
        if self._server is None:
            self._start_server()

    @property
    def server_pid(self) -> int | None:
        """The process id of the server, if it runs."""
        return self._server.pid if self._server is not None else None

    def launch(self, order: LaunchOrder) -> None:
        """Ask the server for a process; a server that has died meanwhile is replaced."""
        if self._server is not None and self._server.poll() is not None:
            self._bury_server()
        try:
            self._request(order)
        except (BrokenPipeError, ConnectionResetError):
            self._bury_server()
            self._request(order)
        self._running.add(order.key)

    def _request(self, order: LaunchOrder) -> None:
        control = self._control or self._start_server()
        with tempfile.TemporaryFile() as payload, order.log_path.open("ab") as log:
            payload.write(order.work.as_bytes())
            payload.seek(0)
            descriptors = [order.link.fileno(), payload.fileno(), log.fileno()]
            socket.send_fds(control, [json.dumps({"start": order.key}).encode()], descriptors)

    def _start_server(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the server
        call = f"main({theirs.fileno()}, {self._preload!r})"
        with theirs:
            self._server = subprocess.Popen(
                interpreter_command(f"{__package__}.fork_server", call),
                stdin=subprocess.DEVNULL,
                stdout=complaints,
                stderr=complaints,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
                # the server must not start threads, a fork would lose them; its children set their own number
                env={**os.environ, **thread_environment(1)},
            )
        ours.setblocking(False)
        self._control, self._complaints = ours, complaints
        return ours

    def channel(self) -> socket.socket | None:
        """What the server tells."""
        return self._control

    def ends(self) -> list[ProcessEnd]:
        """The processes that ended, or were lost with the server."""
        found: list[ProcessEnd] = []
        while self._control is not None:
            try:
                data = self._control.recv(_LARGEST_MESSAGE_BYTES)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            if data:
                found += self._told(json.loads(data))
            else:
                self._bury_server()
        found += self._lost
        self._lost = []
        return found

    def _told(self, message: JsonObject) -> list[ProcessEnd]:
        if "signalled" in message:
            self._unanswered.pop(message["signalled"], None)
            return []
        key = message.pop("ended")
        self._running.discard(key)
        self._unanswered.pop(key, None)
        return [ProcessEnd(key, **message)]

    def send_signal(self, key: str, number: int) -> None:
        """Have the server signal the group, since it alone knows whether the number is still in use."""
        if self._control is None or key not in self._running:
            return
        try:
            self._control.send(json.dumps({"signal": key, "number": number}).encode())
        except OSError:
            return  # its end, or a full queue: the ladder comes again
        finally:
            self._unanswered[key] += number == signal.SIGKILL
        if self._unanswered[key] >= _PATIENCE and self._server is not None:
            self._server.kill()

    def _bury_server(self) -> None:
        reason = self._end_server(_DYING_S)
        detail = f"the process that starts jobs ended{reason}"
        self._lost += [ProcessEnd(key, None, detail=detail, is_lost=True) for key in sorted(self._running)]
        self._running.clear()
        self._unanswered.clear()

    def _end_server(self, patience_s: float) -> str:
        """Take leave of the server; returns what it said last."""
        server, control, complaints = self._server, self._control, self._complaints
        self._server = self._control = self._complaints = None
        if server is None or control is None or complaints is None:
            return ""
        control.close()
        with complaints:
            try:
                server.wait(patience_s)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
            complaints.seek(0)
            last_line = complaints.read()[-2000:].decode("utf-8", "replace").strip().rpartition("\n")[2]
        return f" (exit code {server.returncode}{': ' if last_line else ''}{last_line})"

    def abandon(self) -> None:
        """Kill a server that has started nothing, rather than wait until it has loaded what nobody needs."""
        self._end_server(0.0)

    def close(self) -> None:
        """End the server and with it all that it started; one that has nothing to end is killed, which is quicker."""
        self._end_server(_CLOSING_S if self._running else 0.0)
        self._running.clear()
        self._unanswered.clear()
        self._lost.clear()


_spare: ForkLauncher | None = None


def warm_up() -> Callable[[], None]:
    """Start a fork server for the executor that will be made next; the answer ends it if nobody took it."""
    global _spare
    if sys.platform == "linux" and _spare is None:
        _spare = ForkLauncher()
        _spare.warm_up()
    return _discard_spare


def fork_launcher(preload: bool) -> ForkLauncher:
    """A launcher; the one that was warmed up, if there is one and it loads the same."""
    global _spare
    if not preload or _spare is None:
        return ForkLauncher(PRELOADED if preload else ())
    taken, _spare = _spare, None
    return taken


def _discard_spare() -> None:
    global _spare
    if _spare is not None:
        _spare.abandon()
        _spare = None
