"""A view that remembers what it is told to show."""

from __future__ import annotations

from collections.abc import Sequence


class RecordedView:
    """What was shown, by kind, in its order."""

    def __init__(self) -> None:
        self.tables: list[tuple[tuple[str, ...], list[tuple[str, ...]]]] = []
        self.said: list[str] = []
        self.details: list[str] = []
        self.warnings: list[str] = []
        self.problems: list[str] = []
        self.shares: list[tuple[str, float]] = []

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        self.said += [f"{label}: {value}" for label, value in rows]

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.tables.append((tuple(header), [tuple(row) for row in rows]))

    def say(self, text: str) -> None:
        self.said.append(text)

    def detail(self, text: str) -> None:
        self.details.append(text)

    def warn(self, text: str) -> None:
        self.warnings.append(text)

    def problem(self, text: str) -> None:
        self.problems.append(text)

    def progress(self, label: str, fraction: float) -> None:
        self.shares.append((label, fraction))

    def end_progress(self) -> None:
        """Nothing to take away."""
