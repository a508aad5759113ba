"""An engine in memory: an executor that ends attempts as a test says, on a real store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from image_velocimetry_tools.batch.config import RunSettings, ScaffoldConfig
from image_velocimetry_tools.batch.engine.batch_run import BatchRun, EventListener
from image_velocimetry_tools.batch.engine.engine import BatchEngine, start_or_resume
from image_velocimetry_tools.batch.engine.gate import Gate
from image_velocimetry_tools.batch.engine.stop_control import StopControl
from image_velocimetry_tools.batch.engine.work import WorkValue
from image_velocimetry_tools.batch.failures import outcome
from image_velocimetry_tools.batch.folders.identity import MethodChoice
from image_velocimetry_tools.batch.folders.manifest import write_manifest
from image_velocimetry_tools.batch.folders.state_folder import StateFolder, state_folder
from image_velocimetry_tools.batch.job.attempt import result_path
from image_velocimetry_tools.batch.models import BatchJob, JobStatus, PlannedJob
from image_velocimetry_tools.batch.plan.job_records import job_record
from image_velocimetry_tools.batch.plan.planner import JobPlanner
from image_velocimetry_tools.batch.plan.planning import plan_job
from image_velocimetry_tools.batch.store import BatchRecord, BatchStore
from image_velocimetry_tools.plugins.executors import (
    Attempt,
    AttemptEnded,
    AttemptMessage,
    AttemptProgress,
    AttemptStarted,
    ExecutorCapabilities,
    ExitCause,
)

LEVEL_M = 101.5


@dataclass
class PlayedExecutor:
    """Runs nothing: attempts end when the test says so, or by themselves as ``by_itself`` decides."""

    by_itself: Callable[[Attempt], AttemptEnded | None] = lambda attempt: None
    is_local: bool = True
    running: dict[str, Attempt] = field(default_factory=dict)
    started: list[str] = field(default_factory=list)
    cancelled: list[tuple[str, bool]] = field(default_factory=list)
    messages: list[AttemptMessage] = field(default_factory=list)
    used_bytes: dict[str, int] = field(default_factory=dict)
    refuses: Exception | None = None
    is_closed: bool = False

    @property
    def capabilities(self) -> ExecutorCapabilities:
        return ExecutorCapabilities(is_isolated=True, is_local=self.is_local)

    def start(self, attempt: Attempt) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.running[attempt.key] = attempt
        self.started.append(attempt.key)
        self.messages.append(AttemptStarted(attempt.key, "here", 4711, 1.0))
        ended = self.by_itself(attempt)
        if ended is not None:
            self.end(ended)

    def end(self, ended: AttemptEnded) -> None:
        del self.running[ended.key]
        self.messages.append(ended)

    def tell(self, key: str, stage: str, fraction: float) -> None:
        self.messages.append(AttemptProgress(key, stage, fraction))

    def poll(self, timeout_s: float) -> Sequence[AttemptMessage]:
        messages, self.messages = self.messages, []
        return messages

    def wake(self) -> None: ...

    def cancel(self, key: str, *, at_once: bool = False) -> None:
        self.cancelled.append((key, at_once))
        if key in self.running:
            self.end(AttemptEnded(key, ExitCause.CANCELLED))

    def slots(self) -> int | None:
        return None

    def memory_bytes(self) -> dict[str, int]:
        return {key: self.used_bytes.get(key, 0) for key in self.running}

    def close(self) -> None:
        self.is_closed = True


@dataclass(frozen=True)
class PlentifulMachine:
    """Much of everything."""

    memory_bytes: int = 64 << 30
    disk_bytes: int = 1 << 40
    cores: int = 4

    def memory_limit_bytes(self) -> int:
        return self.memory_bytes

    def available_memory_bytes(self) -> int:
        return self.memory_bytes

    def cpu_count(self) -> int:
        return self.cores

    def free_disk_bytes(self, path: Path) -> int:
        return self.disk_bytes


def value_of(job: BatchJob, status: JobStatus = JobStatus.COMPLETED, **facts: Any) -> dict[str, Any]:
    """What the work of an attempt answers."""
    figures = {"total_discharge": 2.5} if status is JobStatus.COMPLETED else {"error_message": "it failed"}
    return WorkValue(result=outcome(job, status).model_copy(update=figures), **facts).model_dump(mode="json")


def finished(attempt: Attempt) -> AttemptEnded:
    """An attempt that went well."""
    return AttemptEnded(attempt.key, ExitCause.FINISHED, value_of(attempt.work.planned.job))


def leave_result(planner: JobPlanner, job: BatchJob, attempt: int) -> Path:
    """Put a whole result into the folder of a job, as the process of an attempt does."""
    folder = planner.jobs_directory / job.job_id
    folder.mkdir(parents=True, exist_ok=True)
    figures = ("discharge_m3s", "area_m2", "mean_velocity_mps", "max_surface_velocity_mps")
    content = dict.fromkeys((*figures, "measured_discharge_fraction"), 1.0)
    more = {
        "uncertainty": {"iso_u95": 6.0, "ive_u95": 8.0},
        "quality": {"verdict": "good", "reasons": []},
        "timings_s": {"total": 1.0},
    }
    result_path(planner.jobs_directory, job.job_id).write_text(json.dumps(content | more))
    write_manifest(folder, job.job_id, attempt, planner.identity(planner.planned(job)), {})
    return folder


@dataclass
class EngineCase:
    """A store, an engine, and batches in it."""

    folder: Path
    site: ScaffoldConfig
    store: BatchStore
    executor: PlayedExecutor = field(default_factory=PlayedExecutor)
    machine: PlentifulMachine = field(default_factory=PlentifulMachine)
    control: StopControl = field(default_factory=StopControl)
    engine: BatchEngine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = self.new_engine()

    def new_engine(self, **settings: Any) -> BatchEngine:
        settings = {"jobs": 2, **settings}
        gate = Gate(RunSettings(**settings), self.executor, self.machine)
        return BatchEngine(self.executor, gate, work_of, self.control)

    def batch(self, job_ids: Sequence[str], **settings: Any) -> tuple[StateFolder, str]:
        """Write a batch down; ``labels`` are fields of its record, ``levels`` those of its jobs."""
        labels = settings.pop("labels", {})
        levels = settings.pop("levels", {})
        batch_id = self.store.next_batch_id()
        state = state_folder(self.folder / batch_id)
        state.prepare()
        planner = self.planner(state, **settings)
        jobs = []
        for job_id in job_ids:
            job = BatchJob(job_id, self.folder / f"{job_id}.mp4", levels.get(job_id, LEVEL_M))
            job.video_path.touch()
            jobs.append(PlannedJob(job, self.site.scaffold))
        record = BatchRecord(batch_id, batch_id, state.output_directory, Path("site.ivy"), planner.settings, **labels)
        self.store.create_batch(record, [job_record(planner, batch_id, i, one) for i, one in enumerate(jobs)])
        return state, batch_id

    def planner(self, state: StateFolder, **settings: Any) -> JobPlanner:
        settings = {"retry_delay_s": 0.0, "plots": False, **settings}
        return JobPlanner(self.site, RunSettings(**settings), MethodChoice(), state.output_directory / "jobs")

    def run_of(
        self, job_ids: Sequence[str], listener: EventListener | None = None, *, starts: bool = True, **settings: Any
    ) -> BatchRun:
        """A batch in the hands of the engine."""
        labels = {key: settings.pop(key) for key in ("labels", "levels") if key in settings}
        state, batch_id = self.batch(job_ids, **settings, **labels)
        run = BatchRun(self.store, batch_id, self.planner(state, **settings), state, listener)
        if starts:
            start_or_resume(run)
        self.engine.add(run)
        return run

    def step(self) -> bool:
        """One round of the engine."""
        return self.engine.step()

    def end(self, job_id: str, cause: ExitCause = ExitCause.FINISHED, **facts: Any) -> None:
        """Let the running attempt of a job end."""
        key = next(key for key in self.executor.running if key.partition("/")[2].partition("#")[0] == job_id)
        job = self.executor.running[key].work.planned.job
        if cause is ExitCause.FINISHED:
            facts = {"value": value_of(job), **facts}
        self.executor.end(AttemptEnded(key, cause, **facts))


@dataclass(frozen=True)
class PlayedWork:
    """The work of an attempt, which nobody does."""

    planned: PlannedJob

    def __call__(self, context: Any) -> Any:
        raise AssertionError("nothing runs here")


def work_of(run: BatchRun, planned: PlannedJob, attempt: int, threads: int) -> PlayedWork:
    return PlayedWork(planned)


@contextmanager
def engine_case(folder: Path, site: ScaffoldConfig, **parts: Any) -> Iterator[EngineCase]:
    from image_velocimetry_tools.batch.store import sqlite_url

    with BatchStore.open(sqlite_url(folder / "state.sqlite3")) as store:
        yield EngineCase(folder, site, store, **parts)


__all__ = ["EngineCase", "PlayedExecutor", "PlentifulMachine", "engine_case", "finished", "plan_job", "value_of"]
