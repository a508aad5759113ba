"""What the status bar says of the work that runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class RunningWork(Protocol):
    """What is seen of a task from outside."""

    title: str

    @property
    def fraction(self) -> float | None:
        """Finished share, if it is known."""
        ...

    @property
    def doing(self) -> str:
        """What is being done now."""
        ...

    def is_set(self) -> bool:
        """Whether it was asked to stop."""
        ...


@dataclass(frozen=True, slots=True)
class Activity:
    """One line; ``percent`` is None while nobody knows. ``can_stop`` is false once everything was asked to."""

    text: str
    percent: int | None
    can_stop: bool


def activity_of(running: Sequence[RunningWork]) -> Activity | None:
    """The work that was begun last, with the number of others; None if there is none."""
    if not running:
        return None
    work, others = running[-1], len(running) - 1
    text = f"Stopping: {work.title}" if work.is_set() else work.title
    if work.doing and not work.is_set():
        text = f"{text}: {work.doing}"
    if others:
        text = f"{text} (and {others} more)"
    percent = None if work.fraction is None else round(100.0 * min(max(work.fraction, 0.0), 1.0))
    return Activity(text, percent, can_stop=any(not one.is_set() for one in running))
