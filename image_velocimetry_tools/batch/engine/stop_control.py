"""How a user or the system stops an engine from outside, in steps."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum


class Stop(IntEnum):
    """How urgently the engine shall stop; a higher step goes before a lower one."""

    NO = 0
    FINISH = 1
    """Start nothing more, let what runs finish, then rest."""
    INTERRUPT = 2
    """End what runs so that it can go on later, then rest."""
    CANCEL = 3
    """Cancel the batches."""
    LEAVE = 4
    """Leave at once; what ran counts as interrupted."""


class StopControl:
    """Carries the wish to stop from signal handlers and other threads to the loop of the engine.

    Parameters
    ----------
    reason
        What people are told when a batch pauses for it.
    """

    def __init__(self, reason: str = "stopped by the user") -> None:
        self.reason = reason
        self.step = Stop.NO
        self._wake: Callable[[], None] | None = None

    def connect(self, wake: Callable[[], None]) -> None:
        """Have the loop woken when the wish changes."""
        self._wake = wake

    def ask(self, step: Stop) -> None:
        """Wish for a step; never back to a milder one."""
        self.step = max(self.step, step)
        if self._wake is not None:
            self._wake()

    def next_step(self) -> Stop:
        """What Ctrl+C means now: first finish, then cancel, then leave."""
        following = {Stop.NO: Stop.FINISH, Stop.FINISH: Stop.CANCEL, Stop.INTERRUPT: Stop.LEAVE}
        self.ask(following.get(self.step, Stop.LEAVE))
        return self.step
