"""The process of one attempt, seen from inside: gets its work, does it, reports, and ends."""

from __future__ import annotations

import faulthandler
import logging
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from ...domain.errors import Cancelled
from .json_lines import JsonObject, json_line
from .pickled_work import PickledWork
from .progress_thinning import ThinnedProgress
from .thread_limits import limit_threads

LARGEST_VALUE_BYTES = 16 * 1024**2
CANCEL_MESSAGE = b"cancel\n"
_OOM_PREFERENCE = "500"


def become_attempt() -> None:
    """Make this process the leader of its own session, deaf to Ctrl+C, and tell the log of its death."""
    if os.name == "posix" and os.getsid(0) != os.getpid():
        os.setsid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    faulthandler.enable(file=2)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.captureWarnings(True)
    _be_the_first_to_go()


def run_attempt(link_socket: socket.socket, payload: bytes) -> NoReturn:
    """Do the work and tell the parent how it ended; whatever happens, the process ends with it."""
    exit_code = 1
    try:
        link = _ParentLink(link_socket)
        link.send({"started": [os.getpid(), _created()]})
        link.send(_outcome(payload, link))
        exit_code = 0
    except SystemExit as ending:
        exit_code = ending.code if isinstance(ending.code, int) else int(ending.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        # no clean-up of the interpreter: threads of libraries, and handlers inherited from the server, could hang in it
        _flush()
        os._exit(exit_code)


def _outcome(payload: bytes, link: _ParentLink) -> JsonObject:
    try:
        ordered = PickledWork.from_bytes(payload)
        sys.path[:] = ordered.module_path
        os.chdir(ordered.directory)
        limit_threads(ordered.threads)
        message = {"value": ordered.unpickled()(link)}
        size = len(json_line(message))
    except Cancelled:
        return {"raised": "Cancelled", "kind": "cancelled"}
    except MemoryError as error:
        traceback.print_exc()
        return {"raised": _named(error), "kind": "out_of_memory"}
    except (Exception, KeyboardInterrupt) as error:
        traceback.print_exc()
        return {"raised": _named(error), "kind": "raised"}
    if size > LARGEST_VALUE_BYTES:
        what = (
            f"the work returned {size / 1e6:.0f} MB, more than the {LARGEST_VALUE_BYTES / 1e6:.0f} MB that can be sent"
        )
        return {"raised": what, "kind": "raised"}
    return message


class _ParentLink:
    """What the work is given: tells the parent, listens to it, and dies with it."""

    def __init__(self, link_socket: socket.socket) -> None:
        self._socket = link_socket
        self._lock = threading.Lock()
        self._is_cancelled = threading.Event()
        self.progress: Callable[[str, float], None] = ThinnedProgress(self._send_progress)
        threading.Thread(target=self._listen, name="parent", daemon=True).start()

    def is_cancelled(self) -> bool:
        """Whether the parent asked for the end."""
        return self._is_cancelled.is_set()

    def send(self, message: JsonObject) -> None:
        """Tell the parent; without a parent there is nothing left to do."""
        data = json_line(message)
        try:
            with self._lock:
                self._socket.sendall(data)
        except OSError:
            _end_with_descendants()

    def _send_progress(self, stage: str, fraction: float) -> None:
        self.send({"progress": [stage, fraction]})

    def _listen(self) -> None:
        while True:
            try:
                data = self._socket.recv(len(CANCEL_MESSAGE))
            except OSError:
                data = b""
            if not data:
                _end_with_descendants()
            self._is_cancelled.set()


def _end_with_descendants() -> NoReturn:
    if os.name == "posix":
        os.killpg(0, signal.SIGKILL)
    import psutil

    for process in psutil.Process().children(recursive=True):
        process.kill()
    os._exit(1)


def _created() -> float:
    import psutil

    return float(psutil.Process().create_time())


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue  # the disk of the log is full, or the work closed the stream


def _be_the_first_to_go() -> None:
    """Under want of memory the kernel shall take an attempt, not the program that looks after all of them."""
    try:
        Path("/proc/self/oom_score_adj").write_text(_OOM_PREFERENCE)
    except OSError:
        return  # not Linux, or not allowed: a preference only
