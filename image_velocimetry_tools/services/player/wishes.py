"""What a player is asked to show: only the latest wish counts."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Near:
    """Something near a time, at once."""

    time_s: float


@dataclass(frozen=True, slots=True)
class Exact:
    """The frame that is shown at a time, or now if None, and from there a number of frames on."""

    time_s: float | None = None
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Play:
    """Frames at their times from a time on (None: from where the player is) up to another (None: to the end)."""

    from_s: float | None = None
    rate: float = 1.0
    until_s: float | None = None


@dataclass(frozen=True, slots=True)
class Pause:
    """No more than what is shown now."""


Wish = Near | Exact | Play | Pause


class Wishes:
    """The latest wish of one thread to another; for the other one it is a cancel token, set while a new wish waits."""

    def __init__(self) -> None:
        self.closed = threading.Event()
        self._changed = threading.Condition()
        self._wish: Wish | None = None
        self._is_nudged = False

    def put(self, wish: Wish) -> None:
        """Replace whatever was wished for."""
        with self._changed:
            self._wish = wish
            self._changed.notify_all()

    def add_steps(self, steps: int) -> None:
        """Wish for the frame a number of frames away from the one that is wished for, or shown."""
        with self._changed:
            wish = self._wish
            if isinstance(wish, Near):
                wish = Exact(wish.time_s)
            self._wish = replace(wish, steps=wish.steps + steps) if isinstance(wish, Exact) else Exact(None, steps)
            self._changed.notify_all()

    def nudge(self) -> None:
        """Let the other thread look around without a new wish."""
        with self._changed:
            self._is_nudged = True
            self._changed.notify_all()

    def close(self) -> None:
        """Wish for nothing any more."""
        with self._changed:
            self.closed.set()
            self._changed.notify_all()

    def take(self, *, wait: bool) -> Wish | None:
        """The latest wish; None if there is none, after a nudge, or when all is over."""
        with self._changed:
            if wait:
                self._changed.wait_for(lambda: self.is_set() or self._is_nudged)
            wish, self._wish, self._is_nudged = self._wish, None, False
            return wish

    def is_set(self) -> bool:
        """Whether a new wish waits, or all is over."""
        return self._wish is not None or self.closed.is_set()

    def wait_until(self, moment_s: float) -> bool:
        """Wait until a moment of ``time.perf_counter``; False if a new wish came before."""
        with self._changed:
            return not self._changed.wait_for(self.is_set, timeout=max(0.0, moment_s - time.perf_counter()))
