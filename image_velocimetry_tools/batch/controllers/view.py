"""What presenters show things on, and the exit codes that they answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

COMPLETED, SOME_FAILED, BAD_INPUT, PAUSED, INTERRUPTED = 0, 1, 2, 3, 130


class BatchView(Protocol):
    """Where a presenter shows things; it never decides what is shown."""

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Labels with their values."""

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Rows of a table."""

    def say(self, text: str) -> None:
        """A line for everybody."""

    def detail(self, text: str) -> None:
        """A line for those who asked for details."""

    def warn(self, text: str) -> None:
        """Something that does not stop the work."""

    def problem(self, text: str) -> None:
        """Something that went wrong; shown however quiet the user wants it."""

    def progress(self, label: str, fraction: float) -> None:
        """What is being done, and which share of everything is done, 0 to 1."""

    def end_progress(self) -> None:
        """Nothing more is being done."""
