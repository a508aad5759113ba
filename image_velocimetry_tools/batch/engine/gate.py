"""How much runs at a time: what the engine asks before it starts a job, and tells after one has ended.

Policy, estimates, turns and outlook are pure and lie beside; here they meet the batches that run and the machine.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from pydantic import ValidationError

from ...domain.errors import IvyError
from ...plugins.executors import Executor
from ..config import RunSettings
from ..events import JobOutOfMemory
from ..models import JobStatus
from ..store.records import JobRecord
from .admission import AdmissionPolicy, Decision, Demand, RunningJob, threads_per_job
from .auto_slots import AutoSlots
from .batch_run import BatchRun, RunningAttempt
from .disk_space import DiskSpace, DiskState
from .estimates import EstimateModel, JobEstimate
from .eta import Eta, JobUnderWay, Throughput, eta
from .expected_facts import expected_facts
from .fairness import Candidate, Overtaking, Turns, fair_order
from .job_facts import ASSUMED_FACTS, JobFacts
from .outcomes import EndEvent
from .resources import MachineResources, ResourceProbe, memory_limit

_DISK_EVERY_S = 2.0
_MOST_IN_OUTLOOK = 2000


@dataclass(frozen=True, slots=True)
class Outlook:
    """How fast a batch goes, and how long it still takes; None before it means something."""

    jobs_per_minute: float | None
    rest: Eta | None


@dataclass(slots=True)
class _Known:
    """What the gate knows of one batch."""

    model: EstimateModel
    throughput: Throughput
    facts: dict[str, JobFacts] = field(default_factory=dict)
    is_model_new: bool = False
    shortage: str = ""
    shortage_until_s: float = 0.0


class Gate:
    """Decides how much runs at a time.

    Parameters
    ----------
    settings
        ``jobs``, ``threads`` and ``memory_limit`` of the engine.
    executor
        Where attempts run; one that is not local has its own slots and memory.
    probe
        Measures this machine.

    Raises
    ------
    IvyError
        If the memory limit makes no sense.
    """

    def __init__(self, settings: RunSettings, executor: Executor, probe: ResourceProbe | None = None) -> None:
        self._probe = probe or MachineResources()
        self._settings, self._executor = settings, executor
        self._is_local = executor.capabilities.is_local
        self._cores = self._probe.cpu_count()
        self.memory_limit_bytes = memory_limit(settings.memory_limit, self._probe)
        usual = EstimateModel().estimate(ASSUMED_FACTS).memory_bytes
        self._auto = AutoSlots.for_jobs(
            self._cores, self._policy(self._cores), self._probe.available_memory_bytes(), usual
        )
        self._turns, self._overtaking = Turns(), Overtaking()
        self._known: dict[str, _Known] = {}
        self.waiting_for = ""

    @property
    def slots(self) -> int:
        """Jobs at a time, now."""
        own = self._executor.slots()
        if self._settings.jobs != "auto":
            return self._settings.jobs if own is None else min(self._settings.jobs, own)
        return self._auto.slots if own is None else own

    def choose(
        self, due: Sequence[tuple[BatchRun, JobRecord]], runs: Sequence[BatchRun]
    ) -> tuple[BatchRun, JobRecord] | None:
        """The job that starts next, None if none may start now."""
        if not due:
            self.waiting_for = ""
            return None
        offered = {(run.batch_id, job.job_id): (run, job) for run, job in due}
        ordered = fair_order([_candidate(run, job) for run, job in due], self._turns, datetime.now(UTC))
        running, available = _running_jobs(runs), self._available_bytes()

        def may_start(candidate: Candidate) -> Decision:
            return self._may_start(*offered[candidate.batch_id, candidate.job_id], running, available)

        chosen, decision = self._overtaking.first_to_start(ordered, may_start)
        self.waiting_for = decision.reason
        if chosen is None:
            return None
        # one that can never start is let through: its attempt shows by how much it misses, and the batch goes on
        self._turns.serve(chosen)
        return offered[chosen.batch_id, chosen.job_id]

    def share(self, run: BatchRun, job: JobRecord) -> tuple[int, int]:
        """Cores and memory for a job that starts."""
        return self._threads(run), self._demand(run, job).memory_bytes

    def learn(
        self, run: BatchRun, job: JobRecord, attempt: RunningAttempt, event: EndEvent, peak_bytes: int | None
    ) -> None:
        """Take in how an attempt went."""
        known, now = self._of(run), time.monotonic()
        if job.status.is_final:
            known.throughput.finished(now)
        if isinstance(event, JobOutOfMemory):
            self._auto.ran_out_of_memory()
        if job.status is not JobStatus.COMPLETED:
            return
        self._auto.finished()
        facts = self._facts(run, job)
        peak = max(peak_bytes or 0, attempt.peak_bytes) or None
        known.model.learn(facts, attempt.threads, peak_memory_bytes=peak, time_s=now - attempt.started_s)
        known.is_model_new = True

    def look(self, runs: Sequence[BatchRun]) -> None:
        """Once a second: adapt the number of slots, and keep what was learned."""
        running = _running_jobs(runs)
        usual = max(
            [job.reserved_bytes for job in running], default=EstimateModel().estimate(ASSUMED_FACTS).memory_bytes
        )
        self._auto.look(self._policy(self._cores), running, self._available_bytes(), usual)
        for run in runs:
            known = self._of(run)
            if known.is_model_new:
                _keep_model(run, known.model)
                known.is_model_new = False

    def victim(self, runs: Sequence[BatchRun], used: dict[str, int]) -> tuple[BatchRun, RunningAttempt, str] | None:
        """The attempt to end because memory runs out, with the reason; None while there is enough."""
        if not self._is_local:
            return None
        key = self._policy(self.slots).victim(_running_jobs(runs, used))
        for run in runs:
            if key is not None and key in run.running:
                from ...domain.memory_size import size_text

                total, limit = size_text(sum(used.values())), size_text(self.memory_limit_bytes)
                reason = (
                    f"the jobs used {total} of {limit} of memory together, and this one {size_text(used[key])} of it"
                )
                return run, run.running[key], reason
        return None

    def outlook(self, run: BatchRun) -> Outlook:
        """How the rest of a batch looks."""
        known, now = self._of(run), time.monotonic()
        pending = [self._estimate(run, run.jobs[job_id]) for job_id in run.first_waiting(_MOST_IN_OUTLOOK)]
        if pending and run.waiting > len(pending):
            pending += [pending[-1]] * (run.waiting - len(pending))
        under_way = [
            JobUnderWay(self._estimate(run, run.jobs[a.job_id]), now - a.started_s, a.job_fraction)
            for a in run.running.values()
        ]
        done = sum(job.status.is_final for job in run.jobs.values())
        rest = eta(pending, under_way, self.slots, done=done, total=len(run.jobs))
        return Outlook(known.throughput.jobs_per_minute(now), rest)

    def disk_shortage(self, run: BatchRun) -> str:
        """Why the disk keeps a batch from going on, empty if it does not."""
        known, now = self._of(run), time.monotonic()
        if now < known.shortage_until_s:
            return known.shortage
        known.shortage_until_s = now + _DISK_EVERY_S
        needed = sum(self._estimate(run, run.jobs[a.job_id]).disk_bytes for a in run.running.values())
        needed += max((self._estimate(run, run.jobs[job_id]).disk_bytes for job_id in run.first_waiting(1)), default=0)
        free = self._probe.free_disk_bytes(run.state.output_directory)
        state = DiskSpace().state(free, needed, is_paused=run.waits_for_disk)
        known.shortage = "" if state is DiskState.OK else f"the disk has only {free / 1e6:.0f} MB left"
        return known.shortage

    def _may_start(
        self, run: BatchRun, job: JobRecord, running: Sequence[RunningJob], available_bytes: int
    ) -> Decision:
        if not self._is_local:
            slots = self.slots
            return Decision(len(running) < slots, "" if len(running) < slots else f"all {slots} workers are busy")
        return self._policy(self.slots).may_start(self._demand(run, job), running, available_bytes)

    def _threads(self, run: BatchRun) -> int:
        """Cores for each job: no fewer at the end of a batch, when there are fewer jobs than slots."""
        at_a_time = min(self.slots, max(1, run.waiting + len(run.running)))
        return self._settings.threads or threads_per_job(self._cores, at_a_time)

    def _policy(self, slots: int) -> AdmissionPolicy:
        return AdmissionPolicy(slots, self.memory_limit_bytes)

    def _demand(self, run: BatchRun, job: JobRecord) -> Demand:
        memory = job.memory_bytes or self._estimate(run, job).memory_bytes
        return Demand(min(memory, self.memory_limit_bytes) if job.runs_alone else memory, job.runs_alone)

    def _estimate(self, run: BatchRun, job: JobRecord) -> JobEstimate:
        threads = self._settings.threads or threads_per_job(self._cores, self.slots)
        return self._of(run).model.estimate(self._facts(run, job), threads)

    def _facts(self, run: BatchRun, job: JobRecord) -> JobFacts:
        known = self._of(run).facts
        if job.job_id not in known:
            try:
                known[job.job_id] = expected_facts(run.planner.planned(job.job), run.planner.settings)
            except IvyError:
                # its attempt says what is wrong with it
                known[job.job_id] = ASSUMED_FACTS
        return known[job.job_id]

    def _available_bytes(self) -> int:
        return self._probe.available_memory_bytes()

    def _of(self, run: BatchRun) -> _Known:
        if run.batch_id not in self._known:
            self._known[run.batch_id] = _Known(_stored_model(run), Throughput(time.monotonic()))
        return self._known[run.batch_id]


def _keep_model(run: BatchRun, model: EstimateModel) -> None:
    run.written(lambda: run.store.set_model(run.batch_id, model.as_dict()))


def _stored_model(run: BatchRun) -> EstimateModel:
    try:
        return EstimateModel.from_dict(run.store.model(run.batch_id))
    except ValidationError:
        # written by another version: it is learned again
        return EstimateModel()


def _candidate(run: BatchRun, job: JobRecord) -> Candidate:
    batch = run.batch
    return Candidate(batch.batch_id, job.job_id, batch.owner, batch.priority, job.priority, job.position)


def _running_jobs(runs: Sequence[BatchRun], used: dict[str, int] | None = None) -> list[RunningJob]:
    return [
        RunningJob(
            key,
            attempt.reserved_bytes,
            attempt.now_bytes if used is None else used.get(key, 0),
            run.jobs[attempt.job_id].runs_alone,
            attempt.wish is not None,
        )
        for run in runs
        for key, attempt in run.running.items()
    ]
