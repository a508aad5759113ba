"""When a cancelled process is asked, told and forced to stop."""

from __future__ import annotations

import signal

FORCED = getattr(signal, "SIGKILL", signal.SIGTERM)
"""The signal that cannot be ignored."""
_SHORTEST_REPEAT_S = 1.0


class CancelLadder:
    """The steps of ending one process: asked at once, SIGTERM and SIGKILL later, SIGKILL repeated until it is gone.

    Parameters
    ----------
    terminate_after_s, kill_after_s
        Seconds from the request to the signals.
    """

    def __init__(self, terminate_after_s: float, kill_after_s: float) -> None:
        self._terminate_after_s = terminate_after_s
        self._kill_after_s = kill_after_s
        self._repeat_s = max(_SHORTEST_REPEAT_S, kill_after_s / 3.0)
        self._steps: list[tuple[float, signal.Signals]] = []
        self.is_begun = False
        self.last_signal: signal.Signals | None = None

    def begin(self, now_s: float, *, at_once: bool = False) -> None:
        """The process shall end; asking again changes nothing, but ``at_once`` always hastens it."""
        if at_once:
            if self.last_signal is not FORCED:
                self._steps = [(now_s, FORCED)]
        elif not self.is_begun:
            self._steps = [
                (now_s + self._terminate_after_s, signal.SIGTERM),
                (now_s + self._kill_after_s, FORCED),
            ]
        self.is_begun = True

    @property
    def next_step_s(self) -> float | None:
        """When the next signal is due, on the clock of ``begin``."""
        return self._steps[0][0] if self._steps else None

    def due_signal(self, now_s: float) -> signal.Signals | None:
        """The signal to send now; the strongest if several are due."""
        due: signal.Signals | None = None
        while self._steps and self._steps[0][0] <= now_s:
            due = self._steps.pop(0)[1]
        if due is not None:
            self.last_signal = due
            if not self._steps:
                self._steps = [(now_s + self._repeat_s, FORCED)]
        return due
