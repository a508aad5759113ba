"""Whether a batch can be carried out at all here: said while it is planned, not after a night."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...domain.errors import Problem
from ...domain.memory_size import size_text
from ..config import RunSettings
from ..models import PlannedJob
from .admission import AdmissionPolicy, threads_per_job
from .auto_slots import auto_slots
from .disk_space import DiskSpace
from .estimates import EstimateModel, JobEstimate
from .expected_facts import expected_facts
from .resources import MachineResources, ResourceProbe, is_network_filesystem, memory_limit

_SLOWER = 1.6
"""Priors are of a quick machine; a plan that promises too little helps nobody."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a batch will take: jobs at a time, their memory, the time and output of all; and what stands in the way."""

    slots: int
    memory_bytes: int
    memory_limit_bytes: int
    time_s: float
    disk_bytes: int
    free_disk_bytes: int
    problems: tuple[Problem, ...]

    def sentence(self) -> str:
        """The figures for people."""
        return (
            f"about {_duration(self.time_s)} with {self.slots} at a time, "
            f"{size_text(self.memory_bytes)} of memory ({size_text(self.memory_limit_bytes)} may be used), "
            f"{size_text(self.disk_bytes)} of disk ({size_text(self.free_disk_bytes)} are free)"
        )


def expectation(
    jobs: Sequence[PlannedJob], settings: RunSettings, output_directory: Path, probe: ResourceProbe | None = None
) -> Expectation:
    """What the jobs that would run take, from figures of usual jobs.

    Raises
    ------
    IvyError
        If the memory limit makes no sense.
    """
    probe = probe or MachineResources()
    limit, cores = memory_limit(settings.memory_limit, probe), probe.cpu_count()
    model = EstimateModel()
    facts = [expected_facts(planned, settings) for planned in jobs]
    least = [model.estimate(expected_facts(planned, settings, at_least=True)) for planned in jobs]
    largest = max((model.estimate(one, settings.threads or 1).memory_bytes for one in facts), default=0)
    policy = AdmissionPolicy(cores, limit)
    slots = settings.jobs if settings.jobs != "auto" else auto_slots(cores, int(policy.admitted_share * limit), largest)
    threads = settings.threads or threads_per_job(cores, slots)
    estimates = [model.estimate(one, threads) for one in facts]
    free = probe.free_disk_bytes(output_directory)
    return Expectation(
        slots=slots,
        memory_bytes=min(slots, max(1, len(jobs))) * largest,
        memory_limit_bytes=limit,
        time_s=_SLOWER * sum(one.time_s for one in estimates) / max(1, min(slots, cores)),
        disk_bytes=sum(one.disk_bytes for one in estimates),
        free_disk_bytes=free,
        problems=tuple(_problems(jobs, least, policy, free, output_directory)),
    )


def state_remarks(state_directory: Path, database_url: str) -> list[str]:
    """What speaks against where the state lies."""
    if database_url.startswith("sqlite:") and is_network_filesystem(state_directory):
        return [
            f"the state of the batch lies on a network share ({state_directory}), where a database file is not safe; "
            "give a folder of this machine with --state-dir"
        ]
    return []


def _problems(
    jobs: Sequence[PlannedJob], estimates: Sequence[JobEstimate], policy: AdmissionPolicy, free: int, output: Path
) -> list[Problem]:
    refused = [
        (planned.job.job_id, problem)
        for planned, estimate in zip(jobs, estimates, strict=True)
        if (problem := policy.refusal(estimate)) is not None
    ]
    problems = []
    if refused:
        first, problem = refused[0]
        where = f"job {first}" if len(refused) == 1 else f"job {first} and {len(refused) - 1} more"
        problems.append(Problem(problem.what, where, problem.remedy))
    disk = DiskSpace().refusal(estimates, free, str(output))
    return [*problems, disk] if disk is not None else problems


def _duration(seconds: float) -> str:
    if seconds < 90.0:
        return f"{max(1.0, seconds):.0f} s"
    if seconds < 5400.0:
        return f"{seconds / 60.0:.0f} min"
    return f"{seconds / 3600.0:.1f} h"
