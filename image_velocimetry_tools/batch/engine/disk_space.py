"""Whether the disk has room for what a batch will write, before it starts and while it runs. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from ...domain.errors import Problem
from ...domain.memory_size import size_text
from .estimates import JobEstimate

RESERVE_BYTES = 16_000_000
"""Kept free for state, logs and summary, which must be written even when no job can be."""

_RESUME_FACTOR = 2.0


class DiskState(StrEnum):
    """What a batch does about its disk."""

    OK = "ok"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class DiskSpace:
    """Decides about one disk.

    Parameters
    ----------
    reserve_bytes
        What is kept free for everything that is not the output of a job.
    """

    reserve_bytes: int = RESERVE_BYTES

    def refusal(self, estimates: Iterable[JobEstimate], free_bytes: int, where: str = "") -> Problem | None:
        """Why a batch cannot be written at all; None if it can."""
        needed = sum(estimate.disk_bytes for estimate in estimates)
        if needed + self.reserve_bytes <= free_bytes:
            return None
        what = f"the results need about {size_text(needed + self.reserve_bytes)}, {size_text(free_bytes)} are free"
        return Problem(what, where, "Free some space, choose another output folder, or leave out plots and projects")

    def state(self, free_bytes: int, next_bytes: int, *, is_paused: bool = False) -> DiskState:
        """Whether jobs may go on being started.

        A batch that was paused goes on only when twice the space is free that it was paused for, so that it does not
        stop again after one job.

        Parameters
        ----------
        next_bytes
            What the job that starts next, and those that run, will write.
        """
        threshold = self.reserve_bytes + next_bytes
        enough = _RESUME_FACTOR * threshold if is_paused else threshold
        return DiskState.OK if free_bytes >= enough else DiskState.PAUSE
