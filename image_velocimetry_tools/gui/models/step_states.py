"""How far the work of a tab is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StepState(StrEnum):
    """How far the work of a tab is."""

    DONE = "done"
    NEXT = "next"
    LATER = "later"
    OUTDATED = "out of date"
    LACKING = "lacking"


@dataclass(frozen=True, slots=True)
class Step:
    """The work of one tab: its name as in ``Workbench.shown``, title, state, and what is to be done there."""

    name: str
    title: str
    state: StepState
    hint: str
