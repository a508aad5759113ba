"""Which job may start now, which can never run, and which must go: policy without clock or I/O.

Memory is both reserved and measured: a job counts with what was estimated for it until it uses more. 80 % of the limit
are given out; at 95 % a job is ended before the system ends one of its own choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...domain.errors import Problem
from ...domain.memory_size import size_text
from .estimates import JobEstimate


@dataclass(frozen=True, slots=True)
class RunningJob:
    """A running job's share of the memory; ``is_ending``: it was told to end, and its memory comes back soon."""

    key: str
    reserved_bytes: int
    measured_bytes: int = 0
    runs_alone: bool = False
    is_ending: bool = False

    @property
    def committed_bytes(self) -> int:
        """What it may be using in a moment."""
        return max(self.reserved_bytes, self.measured_bytes)

    @property
    def growth_bytes(self) -> int:
        """What it has reserved and not taken yet."""
        return max(0, self.reserved_bytes - self.measured_bytes)


@dataclass(frozen=True, slots=True)
class Demand:
    """What a job that waits asks for."""

    memory_bytes: int
    runs_alone: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a job may start, and if not, why; ``is_final``: waiting does not help, it can never start."""

    ok: bool
    reason: str = ""
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class AdmissionPolicy:
    """How many jobs, and how much of the memory, run at a time.

    Parameters
    ----------
    slots
        Jobs at a time.
    memory_limit_bytes
        What all of them may use together.
    admitted_share, kill_share
        Share of the limit that is given out, and that at which a job is ended.
    """

    slots: int
    memory_limit_bytes: int
    admitted_share: float = 0.8
    kill_share: float = 0.95

    def refusal(self, estimate: JobEstimate, where: str = "") -> Problem | None:
        """Why a job cannot run even alone; None if it can."""
        if estimate.memory_bytes <= self.memory_limit_bytes:
            return None
        needed, limit = size_text(estimate.memory_bytes), size_text(self.memory_limit_bytes)
        remedy = "Shorten the clip, measure fewer points or shorter search lines, or allow more memory"
        return Problem(f"it needs about {needed} of memory, and no more than {limit} may be used", where, remedy)

    def may_start(self, demand: Demand, running: Sequence[RunningJob], available_bytes: int) -> Decision:
        """Whether a job may start beside those that run.

        One job may always run, so that a batch goes on however full the machine is; a job that runs alone for its last
        chance gets whatever there is.

        Parameters
        ----------
        available_bytes
            Memory that can be taken now, on the machine and within the limits of its control groups.
        """
        if not running:
            fits = demand.runs_alone or demand.memory_bytes <= self.memory_limit_bytes
            return Decision(True) if fits else Decision(False, self._never(demand), is_final=True)
        if len(running) >= self.slots:
            return Decision(False, f"{len(running)} of {self.slots} jobs run")
        if demand.runs_alone or any(job.runs_alone for job in running):
            return Decision(False, "a job that ran out of memory runs alone")
        admitted = int(self.admitted_share * self.memory_limit_bytes)
        if sum(job.committed_bytes for job in running) + demand.memory_bytes > admitted:
            return Decision(False, f"the jobs may use {size_text(admitted)} of memory together")
        if sum(job.growth_bytes for job in running) + demand.memory_bytes > available_bytes:
            return Decision(False, f"only {size_text(available_bytes)} of memory are free on this machine")
        return Decision(True)

    def victim(self, running: Sequence[RunningJob]) -> str | None:
        """The job to end because memory runs out; None while there is enough, or while one is ending already.

        It is the largest of those that use more than was reserved for them, else the largest.
        """
        used = sum(job.measured_bytes for job in running)
        if used < self.kill_share * self.memory_limit_bytes or any(job.is_ending for job in running):
            return None
        over = [job for job in running if job.measured_bytes > job.reserved_bytes]
        return max(over or running, key=lambda job: job.measured_bytes).key if running else None

    def after_out_of_memory(self, reserved_bytes: int) -> Demand:
        """What the next attempt of a job that ran out of memory asks for: twice as much, and to be alone."""
        return Demand(min(2 * reserved_bytes, self.memory_limit_bytes), runs_alone=True)

    def _never(self, demand: Demand) -> str:
        return f"it needs about {size_text(demand.memory_bytes)} of {size_text(self.memory_limit_bytes)} of memory"


def threads_per_job(cores: int, jobs: int) -> int:
    """Cores for each of so many jobs at a time."""
    return max(1, cores // max(1, jobs))
