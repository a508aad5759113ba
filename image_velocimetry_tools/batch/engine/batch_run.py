"""One batch as the engine carries it out: its rows, its queue, the attempts that run, and what they lead to."""

from __future__ import annotations

import bisect
import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from ...plugins.executors import AttemptEnded, AttemptProgress, AttemptStarted
from ..config import ProcessingResult
from ..events import (
    AnyEvent,
    BatchNotice,
    JobCompleted,
    JobFailed,
    JobInterrupted,
    JobPlaced,
    JobProgressed,
    JobRetried,
    JobsAdded,
    JobSkipped,
    JobStarted,
)
from ..faults import Fault, fault_point
from ..folders.job_folder import tidy_job_folder
from ..folders.state_folder import StateFolder
from ..models import BatchStatus, JobProgress, JobStatus, PlannedJob
from ..plan.attempt_result import result_of_attempt
from ..plan.planner import JobPlanner
from ..results.stored_batch import job_results
from ..store import BatchStore
from ..store.records import BatchRecord, JobRecord, StoredEvent
from .disk_patience import DiskPatience
from .outcomes import Ending, Outcome, outcome_of
from .retry_policy import LONGEST_DELAY_S, retry_after

Written = TypeVar("Written")
EventListener = Callable[["BatchRun", StoredEvent], None]


class JobFeeder(Protocol):
    """Brings more jobs while the batch runs: a watched folder."""

    def new_jobs(self, known: Sequence[JobRecord], planner: JobPlanner) -> tuple[list[JobRecord], list[str]]:
        """Jobs that came since the last call, and sentences about what could not be taken."""


@dataclass(slots=True)
class RunningAttempt:
    """An attempt that runs; times are of the monotonic clock."""

    key: str
    job_id: str
    number: int
    threads: int
    reserved_bytes: int
    started_s: float
    moved_s: float
    stage: str = ""
    fraction: float = 0.0
    wish: Ending | None = None
    now_bytes: int = 0
    peak_bytes: int = 0

    @property
    def job_fraction(self) -> float:
        """Share of the job that is done, 0 to 1."""
        return JobProgress(self.job_id, 1, 1, JobStatus.RUNNING, self.stage, self.fraction).job_fraction


@dataclass(slots=True)
class _Queue:
    """Ids of waiting jobs in the order of their priority and position."""

    entries: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, job: JobRecord) -> None:
        entry = (-job.priority, job.position, job.job_id)
        index = bisect.bisect_left(self.entries, entry)
        if index == len(self.entries) or self.entries[index] != entry:
            self.entries.insert(index, entry)

    def remove(self, job: JobRecord) -> None:
        entry = (-job.priority, job.position, job.job_id)
        index = bisect.bisect_left(self.entries, entry)
        if index < len(self.entries) and self.entries[index] == entry:
            del self.entries[index]

    def __iter__(self) -> Iterator[str]:
        return (job_id for _, _, job_id in self.entries)

    def __len__(self) -> int:
        return len(self.entries)


class BatchRun:
    """A batch in the hands of an engine.

    All changes go through :meth:`record`: the store writes the event and the row in one step, then the copy in memory
    and the listeners follow.

    Parameters
    ----------
    store
        Where the batch is; this run is its only writer.
    planner
        Makes its jobs ready.
    state
        Where its inbox and logs are.
    listener
        Told every event after it was written.
    """

    def __init__(
        self,
        store: BatchStore,
        batch_id: str,
        planner: JobPlanner,
        state: StateFolder,
        listener: EventListener | None = None,
        feeder: JobFeeder | None = None,
    ) -> None:
        self.store, self.planner, self.state, self.feeder = store, planner, state, feeder
        self._listener = listener
        self.batch: BatchRecord = store.batch(batch_id)
        self.jobs: dict[str, JobRecord] = {job.job_id: job for job in store.jobs(batch_id)}
        self.running: dict[str, RunningAttempt] = {}
        self.waits_for_disk = False
        self.disk_patience = DiskPatience(tell=self._say_now)
        self._disk_full_in_a_row, self._disk_again_s = 0, 0.0
        self.stopped_by = ""
        self.began_s = time.monotonic()
        self._queue = _Queue()
        for job in self.jobs.values():
            self._requeue(job)

    @property
    def batch_id(self) -> str:
        """Name of the batch in its store."""
        return self.batch.batch_id

    @property
    def rests(self) -> bool:
        """Whether nothing more happens unless somebody asks for it."""
        is_paused = self.batch.status is BatchStatus.PAUSED and not self.waits_for_disk
        return (self.batch.status.is_final or is_paused) and not self.running

    @property
    def has_rest(self) -> bool:
        """Whether jobs are still to be done: they wait, or were interrupted."""
        return bool(self._queue) or any(job.status is JobStatus.INTERRUPTED for job in self.jobs.values())

    @property
    def may_try_disk(self) -> bool:
        """Whether it is time to see if a disk that was full takes results again."""
        return time.monotonic() >= self._disk_again_s

    def found_disk_full(self) -> None:
        """A job found the disk full: wait, longer every time in a row, since a quota shows in no figure."""
        delay_s = min(self.planner.settings.retry_delay_s * 2.0**self._disk_full_in_a_row, LONGEST_DELAY_S)
        self._disk_full_in_a_row += 1
        self._disk_again_s = time.monotonic() + delay_s

    @property
    def waiting(self) -> int:
        """Number of jobs that wait."""
        return len(self._queue)

    def first_waiting(self, most: int) -> list[str]:
        """Ids of the jobs that wait, in their order, so many at most."""
        return list(itertools.islice(self._queue, most))

    def next_due(self, now: datetime) -> JobRecord | None:
        """The waiting job that comes next and may start now."""
        if self.batch.status is not BatchStatus.RUNNING:
            return None
        start_at = self.planner.settings.start_at
        if start_at is not None and _aware(start_at) > now:
            return None
        for job_id in self._queue:
            job = self.jobs[job_id]
            if job.not_before is None or _aware(job.not_before) <= now:
                return job
        return None

    def record(self, *events: AnyEvent) -> None:
        """Write events, then bring the copy in memory up to date and tell the listener."""
        if not events:
            return
        numbers = self.written(lambda: self.store.record_all(events))
        for number, event in zip(numbers, events, strict=True):
            if not number:
                continue
            self._follow(event)
            if self._listener is not None:
                self._listener(self, StoredEvent(number, event))

    def written(self, write: Callable[[], Written]) -> Written:
        """What a write to the store answers; a full disk holds it up until there is space again."""
        began_s = time.monotonic()
        answer = self.disk_patience.written(write)
        for attempt in self.running.values():
            # nobody listened meanwhile
            attempt.moved_s += time.monotonic() - began_s
        return answer

    def notice(self, text: str, *, is_warning: bool = True) -> None:
        """Tell people something about the batch."""
        self.record(BatchNotice(batch_id=self.batch_id, text=text, is_warning=is_warning))

    def _say_now(self, text: str) -> None:
        """Tell the listener what cannot be written down."""
        if self._listener is not None:
            self._listener(self, StoredEvent(0, BatchNotice(batch_id=self.batch_id, text=text)))

    def take_in(self, jobs: Sequence[JobRecord]) -> None:
        """Add jobs to the batch."""
        self.written(lambda: self.store.add_jobs(self.batch_id, jobs))
        for added in jobs:
            job = self.store.job(self.batch_id, added.job_id)
            self.jobs[job.job_id] = job
            self._requeue(job)
        if self._listener is not None:
            news = JobsAdded(batch_id=self.batch_id, job_ids=tuple(job.job_id for job in jobs))
            self._listener(self, StoredEvent(self.store.last_event(self.batch_id), news))

    def begin(self, job: JobRecord, threads: int, reserved_bytes: int) -> tuple[RunningAttempt, PlannedJob] | None:
        """Write down that an attempt begins; None if the job turns out not to fit its site any more."""
        from ...domain.errors import IvyError

        number = job.attempt + 1
        fault_point(Fault.BEFORE_START_RECORDED)
        started = JobStarted(
            batch_id=self.batch_id, job_id=job.job_id, attempt=number, threads=threads, memory_bytes=reserved_bytes
        )
        self.record(started)
        fault_point(Fault.START_RECORDED)
        now = time.monotonic()
        try:
            planned = self.planner.planned(job.job)
        except IvyError as error:
            self._fail_at_once(job, number, error)
            return None
        key = f"{self.batch_id}/{job.job_id}#{number}"
        attempt = RunningAttempt(key, job.job_id, number, threads, reserved_bytes, now, now)
        self.running[key] = attempt
        return attempt, planned

    def placed(self, message: AttemptStarted) -> None:
        """The attempt runs somewhere."""
        attempt = self.running[message.key]
        event = JobPlaced(
            batch_id=self.batch_id,
            job_id=attempt.job_id,
            attempt=attempt.number,
            host=message.host,
            pid=message.pid,
            pid_created=message.pid_created,
        )
        self.record(event)
        fault_point(Fault.ATTEMPT_STARTED)

    def moved(self, message: AttemptProgress) -> None:
        """The attempt has come further."""
        attempt = self.running[message.key]
        attempt.moved_s, attempt.stage, attempt.fraction = time.monotonic(), message.stage, message.fraction
        event = JobProgressed(
            batch_id=self.batch_id,
            job_id=attempt.job_id,
            attempt=attempt.number,
            stage=message.stage,
            fraction=min(max(message.fraction, 0.0), 1.0),
        )
        self.record(event)

    def ended(self, message: AttemptEnded) -> Outcome:
        """The attempt is over: write what came of it, and a retry if one is worth while."""
        attempt = self.running.pop(message.key)
        job = self.jobs[attempt.job_id]
        found = None
        if message.value is None:
            # work that came to its own end has tidied up, and may have finished all the same
            tidy_job_folder(self.planner.jobs_directory, attempt.job_id)
            found = result_of_attempt(job, self.planner)
        outcome = outcome_of(self.batch_id, job.job, attempt.number, attempt.stage, message, attempt.wish, found)
        fault_point(Fault.BEFORE_END_RECORDED)
        self.record(outcome.event, *self._retry(job, attempt, outcome))
        fault_point(Fault.END_RECORDED)
        if isinstance(outcome.event, JobCompleted):
            self._disk_full_in_a_row = 0
        return outcome

    def skip_waiting(self, reason: str) -> None:
        """Skip every job that waits."""
        waiting = list(self._queue)
        self.record(*(JobSkipped(batch_id=self.batch_id, job_id=job_id, reason=reason) for job_id in waiting))

    def results(self) -> list[ProcessingResult]:
        """What came of every job up to now, in the order of the batch."""
        return job_results(self.ordered(), self.state)

    def ordered(self) -> list[JobRecord]:
        """All jobs in the order of the batch."""
        return sorted(self.jobs.values(), key=lambda job: job.position)

    def _retry(self, job: JobRecord, attempt: RunningAttempt, outcome: Outcome) -> list[AnyEvent]:
        event, settings = outcome.event, self.planner.settings
        facts: dict[str, Any] = {"batch_id": self.batch_id, "job_id": job.job_id}
        if outcome.is_disk_full:
            return [JobRetried(**facts, reason="the disk was full")]
        is_over = bool(self.stopped_by) or self.batch.status is BatchStatus.CANCELLING
        if isinstance(event, JobInterrupted) or not outcome.can_pass or is_over:
            return []
        retry = retry_after(
            datetime.now(UTC),
            retries=job.retries,
            most=settings.max_retries,
            delay_s=settings.retry_delay_s,
            reason=event.result.error_message or "the attempt failed",
            reserved_bytes=attempt.reserved_bytes,
            ran_alone=job.runs_alone,
            out_of_memory=event.type == "job_out_of_memory",
        )
        if retry is None:
            return []
        return [
            JobRetried(
                **facts,
                reason=retry.reason,
                is_automatic=True,
                not_before=retry.not_before,
                memory_bytes=retry.memory_bytes,
                runs_alone=retry.runs_alone,
            )
        ]

    def _fail_at_once(self, job: JobRecord, number: int, error: Exception) -> None:
        from ..failures import failed_result

        result = failed_result(job.job, error, "input", 0.0)
        self.record(JobFailed(batch_id=self.batch_id, job_id=job.job_id, attempt=number, result=result))

    def _follow(self, event: AnyEvent) -> None:
        if event.is_transient:
            return
        job_id = getattr(event, "job_id", None)
        if job_id is None:
            self.batch = self.store.batch(self.batch_id)
            return
        self._queue.remove(self.jobs[job_id])
        self.jobs[job_id] = self.store.job(self.batch_id, job_id)
        self._requeue(self.jobs[job_id])

    def _requeue(self, job: JobRecord) -> None:
        if job.status is JobStatus.PENDING:
            self._queue.add(job)


def _aware(moment: datetime) -> datetime:
    """Times without a zone are local ones."""
    return moment if moment.tzinfo is not None else moment.astimezone()
