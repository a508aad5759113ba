"""What people call a batch."""

from __future__ import annotations

from dataclasses import dataclass

from ..domain.errors import IvyError, Problem

LONGEST_NAME = 100
HIGHEST_PRIORITY = 10


@dataclass(frozen=True, slots=True)
class BatchLabels:
    """Name and description; ``priority`` 0 to 10 and ``owner`` decide between batches of one engine."""

    name: str = ""
    description: str = ""
    priority: int = 5
    owner: str = ""

    def checked(self) -> BatchLabels:
        """The same, if a batch can be called so.

        Raises
        ------
        IvyError
            If the name is empty or longer than 100 characters, or the priority not within 0 to 10.
        """
        problems = []
        if not 1 <= len(self.name.strip()) <= LONGEST_NAME:
            problems.append(Problem(f"the name of a batch has 1 to {LONGEST_NAME} characters", repr(self.name)))
        if not 0 <= self.priority <= HIGHEST_PRIORITY:
            what = f"the priority lies within 0 and {HIGHEST_PRIORITY}, not {self.priority}"
            problems.append(Problem(what, repr(self.name)))
        if problems:
            raise IvyError.from_problems(problems)
        return self
