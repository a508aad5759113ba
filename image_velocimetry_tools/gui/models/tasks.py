"""Long work beside the window: what presenters see of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol, TypeVar

Result = TypeVar("Result")


class TaskControl:
    """Passed down into the work: it reports how far it is and is asked whether to stop. Safe in any thread.

    ``is_set`` makes it a cancel token as decoding and numerics take it; a work that stops raises
    :class:`~image_velocimetry_tools.domain.errors.Cancelled`.
    """

    def __init__(self, title: str = "") -> None:
        self.title = title
        self._stop = threading.Event()
        self._fraction: float | None = None
        self._doing = ""

    @property
    def fraction(self) -> float | None:
        """Finished share, 0 to 1; None while it is not known."""
        return self._fraction

    @property
    def doing(self) -> str:
        """What is being done now, for the status bar."""
        return self._doing

    def progress(self, fraction: float | None, doing: str | None = None) -> None:
        """Report the finished share and, if it changed, what is being done."""
        self._fraction = fraction
        if doing is not None:
            self._doing = doing

    def cancel(self) -> None:
        """Ask the work to stop."""
        self._stop.set()

    def is_set(self) -> bool:
        """Whether the work is to stop."""
        return self._stop.is_set()


class TaskRunner(Protocol):
    """Runs work in other threads and delivers its outcome in the thread of the window."""

    def start(
        self,
        title: str,
        work: Callable[[TaskControl], Result],
        done: Callable[[Result], None],
        *,
        failed: Callable[[Exception], None] | None = None,
        stopped: Callable[[], None] | None = None,
        slot: str = "",
        quiet: bool = False,
    ) -> TaskControl:
        """Start ``work`` and call ``done`` with its result, ``failed`` with its error, or ``stopped``.

        Parameters
        ----------
        title
            What the user reads in the status bar and over an error: "Open project".
        failed
            None shows the error in a box, which is what most work wants.
        stopped
            Called when the work was stopped by the user, not when another of the same slot took its place.
        slot
            Of two pieces of work with the same word only the later one counts: the earlier is asked to stop and its
            outcome dropped.
        quiet
            Small work, such as a preview: it does not show in the status bar and cannot be stopped by the user.
        """
        ...

    def cancel(self, slot: str) -> None:
        """Stop the work of a slot, if there is any, and drop its outcome."""
        ...
