"""Thins progress out at its source."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

SHORTEST_INTERVAL_S = 0.25


class ThinnedProgress:
    """Passes at most four calls a second on; the first of every stage always gets through.

    Any thread may call it.
    """

    def __init__(self, send: Callable[[str, float], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._send = send
        self._clock = clock
        self._lock = threading.Lock()
        self._stage: str | None = None
        self._sent_at_s = 0.0

    def __call__(self, stage: str, fraction: float) -> None:
        """Tell how far the work is."""
        with self._lock:
            now_s = self._clock()
            if stage == self._stage and now_s - self._sent_at_s < SHORTEST_INTERVAL_S:
                return
            self._stage, self._sent_at_s = stage, now_s
            self._send(stage, float(fraction))
