"""The process of one attempt, seen from its parent."""

from __future__ import annotations

import socket
from dataclasses import replace

from ...plugins.executors import Attempt, AttemptEnded, AttemptMessage, AttemptProgress, AttemptStarted
from .cancel_ladder import CancelLadder
from .child import CANCEL_MESSAGE
from .exit_causes import Evidence, cause_of
from .json_lines import JsonLineBuffer, JsonObject
from .launching import ProcessEnd
from .log_tail import log_tail
from .out_of_memory import OomKills, is_near_limit
from .process_tree import kill_remains, tree_memory_bytes

_READ_BYTES = 65_536
_READS_A_TURN = 16
_READS_AT_THE_END = 4096


class ChildProcess:
    """Listens to one process, and collects what is known about its end.

    Parameters
    ----------
    attempt
        What the process does.
    link
        Our end of the connection.
    ladder
        How it is ended when it shall.
    oom_kills
        Shared by all processes.
    """

    def __init__(self, attempt: Attempt, link: socket.socket, ladder: CancelLadder, oom_kills: OomKills) -> None:
        self.key = attempt.key
        self.ladder = ladder
        self.link: socket.socket | None = link
        self.end: ProcessEnd | None = None
        self._log_path = attempt.log_path
        self._log_begin = attempt.log_path.stat().st_size if attempt.log_path.exists() else 0
        self._buffer = JsonLineBuffer()
        self._identity: tuple[int, float | None] | None = None
        self._report: JsonObject | None = None
        self._last_memory_bytes = 0
        self._oom_kills = oom_kills
        self._oom_mark = oom_kills.mark()
        link.setblocking(False)

    def read(self, most_reads: int = _READS_A_TURN) -> list[AttemptMessage]:
        """What the process has said, a bounded part of it: a process that floods must not hold up the others."""
        messages: list[AttemptMessage] = []
        for _ in range(most_reads):
            data = self._received()
            if not data:
                break
            for message in self._buffer.feed(data):
                messages += self._understood(message)
        return messages

    def _received(self) -> bytes:
        if self.link is None:
            return b""
        try:
            data = self.link.recv(_READ_BYTES)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if not data:
            self.disconnect()
        return data

    def _understood(self, message: JsonObject) -> list[AttemptMessage]:
        if "progress" in message:
            stage, fraction = message["progress"]
            return [AttemptProgress(self.key, stage, fraction)]
        if "started" in message:
            pid, created = message["started"]
            self._identity = pid, created
            return [AttemptStarted(self.key, socket.gethostname(), pid, created)]
        self._report = message
        return []

    def ask_to_stop(self) -> None:
        """Set the flag that the work is expected to look at."""
        if self.link is None:
            return
        try:
            self.link.send(CANCEL_MESSAGE)
        except OSError:
            return  # it has ended, or never listened: the signals of the ladder follow

    def memory_bytes(self) -> int | None:
        """Memory of the process and its descendants; None if it has none yet, or no longer."""
        found = None if self._identity is None else tree_memory_bytes(*self._identity)
        self._last_memory_bytes = max(self._last_memory_bytes, found or 0)
        return found

    def is_gone(self) -> bool:
        """Whether nothing of it runs any more; kills what does."""
        if self.end is None:
            return False
        if not self.end.is_swept and self._identity is not None and kill_remains(*self._identity):
            return False
        self.end = replace(self.end, is_swept=True)
        return True

    def conclusion(self) -> tuple[list[AttemptMessage], AttemptEnded]:
        """What was still to be read, and the last message; ends the connection."""
        assert self.end is not None
        unread = self.read(_READS_AT_THE_END)
        self.disconnect()
        peak = max(self.end.peak_memory_bytes or 0, self._last_memory_bytes) or None
        evidence = Evidence(
            report=self._report,
            exit_code=self.end.exit_code,
            is_cancelled=self.ladder.is_begun,
            last_signal=self.ladder.last_signal,
            is_lost=self.end.is_lost,
            peak_memory_bytes=peak,
            detail=self.end.detail,
        )
        cause, detail = cause_of(evidence, lambda: self._was_out_of_memory(peak or 0))
        value = (self._report or {}).get("value")
        return unread, AttemptEnded(self.key, cause, value, detail, peak, log_tail(self._log_path, self._log_begin))

    def _was_out_of_memory(self, peak_memory_bytes: int) -> bool:
        return self._oom_kills.claim(self._oom_mark) or is_near_limit(peak_memory_bytes)

    def disconnect(self) -> None:
        """Close the connection; a process that still runs ends itself then."""
        if self.link is not None:
            self.link.close()
            self.link = None
