"""How late the event loop of a window is, and what holds it up."""

from __future__ import annotations

import faulthandler
import re
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TextIO

import numpy as np
from PyQt5.QtCore import Qt, QTimer

PERIOD_S = 0.010
LATE_S = 0.050
_PACKAGE = "image_velocimetry_tools"
_FRAME = re.compile(r'File "([^"]+)", line \d+ in (\S+)')


@dataclass(slots=True)
class Lateness:
    """What was seen during one activity: by how much each beat was late, and the work of the thread between beats."""

    name: str
    duration_s: float = 0.0
    late_s: list[float] = field(default_factory=list)
    own_s: list[float] = field(default_factory=list)
    blockers: Counter[str] = field(default_factory=Counter)

    def row(self) -> list[str]:
        """The figures of a table: count of beats, p50, p99 and worst, and the same of the thread's own work."""
        if not self.late_s:
            return [self.name, f"{self.duration_s:.1f}", "0", *["-"] * 6]
        late, own = 1000 * np.array(self.late_s), 1000 * np.array(self.own_s)
        figures = [*np.percentile(late, (50, 99)), late.max(), np.percentile(own, 99), own.max()]
        over = int((late > 1000 * LATE_S).sum())
        return [self.name, f"{self.duration_s:.1f}", str(len(late)), *[f"{x:.0f}" for x in figures], str(over)]


HEADER = ("", "s", "beats", "p50", "p99", "worst", "own p99", "own worst", f"> {1000 * LATE_S:.0f} ms")


class Watchdog:
    """A timer in the thread of the window, and a thread that looks what that one does when the timer is late."""

    def __init__(self) -> None:
        self.seen: list[Lateness] = []
        self._main = threading.get_ident()
        self._present: Lateness | None = None
        self._began = self._beat_at = time.perf_counter()
        self._beat_own = time.thread_time()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.PreciseTimer)
        self._timer.setInterval(round(1000 * PERIOD_S))
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def begin(self, name: str) -> None:
        """From now on it is for another activity."""
        self.end()
        self._present = Lateness(name)
        self._began = self._beat_at = time.perf_counter()
        self._beat_own = time.thread_time()

    def end(self) -> None:
        """The activity is over."""
        if self._present is not None:
            self._beat()
            self._present.duration_s = time.perf_counter() - self._began
            self.seen.append(self._present)
        self._present = None

    def close(self) -> None:
        """Look no more."""
        self.end()
        self._timer.stop()
        self._ended.set()
        self._thread.join()

    def whole(self) -> Lateness:
        """All activities together."""
        together = Lateness("all", sum(one.duration_s for one in self.seen))
        for one in self.seen:
            together.late_s += one.late_s
            together.own_s += one.own_s
        return together

    def _beat(self) -> None:
        now, own = time.perf_counter(), time.thread_time()
        if self._present is not None:
            self._present.late_s.append(max(0.0, now - self._beat_at - PERIOD_S))
            self._present.own_s.append(own - self._beat_own)
        self._beat_at, self._beat_own = now, own

    def _look(self) -> None:
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as file:
            while not self._ended.wait(PERIOD_S / 2):
                present = self._present
                if present is not None and time.perf_counter() - self._beat_at > LATE_S:
                    present.blockers[self._place(file)] += 1

    def _place(self, file: TextIO) -> str:
        """The innermost functions of the package that the thread of the window is in, and where it is now.

        The fault handler looks without holding the frames, whose painters must not end in this thread.
        """
        file.seek(0)
        file.truncate()
        faulthandler.dump_traceback(file)
        file.seek(0)
        of_window = file.read().split(f"Thread 0x{self._main:016x}")[-1].split("\n\n")[0]
        stack = [(PurePath(path).stem, name, _PACKAGE in path) for path, name in _FRAME.findall(of_window)]
        own = [f"{stem}.{name}" for stem, name, is_own in reversed(stack) if is_own][-4:]
        inner = "{}.{}".format(*stack[0][:2]) if stack else "?"
        return " > ".join(own if own[-1:] == [inner] else [*own, inner])
