"""The engine: one loop, in one thread, that carries batches out.

Each round it takes commands and messages, ends what takes too long or too much, starts what may start, and lets batches
come to rest. It covers when something happens; what the end of an attempt means is in ``outcomes``, which changes are
possible in ``lifecycle``, how much runs at a time in ``gate``.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ...domain.errors import IvyError
from ...plugins.executors import (
    Attempt,
    AttemptEnded,
    AttemptMessage,
    AttemptProgress,
    AttemptStarted,
    Executor,
    WorkContext,
)
from ..events import (
    BatchCancelled,
    BatchCompleted,
    BatchFailed,
    BatchPaused,
    BatchPausing,
    BatchResumed,
    BatchSampled,
)
from ..failures import is_disk_full
from ..faults import Fault, fault_point
from ..models import BatchStatus, JobStatus, PlannedJob
from ..store.records import JobRecord
from . import commands
from .batch_run import BatchRun, RunningAttempt
from .gate import Gate
from .mailbox import Mailbox
from .outcomes import Ending, Intent
from .run_files import RunFiles
from .stop_control import Stop, StopControl

WorkFactory = Callable[[BatchRun, PlannedJob, int, int], Callable[[WorkContext], Any]]
"""Makes the work of an attempt from its run, its job, its number and the cores it may use."""

_ROUND_S = 0.2
_SAMPLE_S = 1.0
_FEED_S = 1.0


class BatchEngine:
    """Carries out batches with one executor.

    Parameters
    ----------
    executor
        Where attempts run; closed with the engine.
    gate
        How much may run at a time.
    work
        Makes the work of an attempt.
    control
        The wish to stop, from outside.
    """

    def __init__(self, executor: Executor, gate: Gate, work: WorkFactory, control: StopControl | None = None) -> None:
        self._executor, self._gate, self._work = executor, gate, work
        self.control = control or StopControl()
        self.control.connect(executor.wake)
        self.runs: dict[str, BatchRun] = {}
        self._files: dict[str, RunFiles] = {}
        self._mailboxes: dict[str, Mailbox] = {}
        self._owners: dict[str, BatchRun] = {}
        self._obeyed = Stop.NO
        self._next_sample_s = self._next_feed_s = 0.0

    def add(self, run: BatchRun) -> None:
        """Take a batch in; it starts or goes on if its state says so."""
        self.runs[run.batch_id] = run
        self._files[run.batch_id] = RunFiles(run)
        self._mailboxes[run.batch_id] = Mailbox(run)
        run.disk_patience.may_wait = lambda: self.control.step < Stop.CANCEL

    def run(self) -> None:
        """Work until every batch rests.

        Raises
        ------
        KeyboardInterrupt
            As it comes, after everything that ran has been ended and written down as interrupted.
        """
        try:
            while not self.step():
                pass
        except KeyboardInterrupt:
            self.control.ask(Stop.INTERRUPT)
            while not self.step():
                pass
            raise
        finally:
            for files in self._files.values():
                files.bring_up_to_date()

    def problems(self, batch_id: str) -> tuple[str, ...]:
        """What is wrong with a batch as a whole: files about it that could not be written."""
        return self._files[batch_id].problems

    def close(self) -> None:
        """End whatever still runs."""
        self._executor.close()

    def step(self, timeout_s: float = _ROUND_S) -> bool:
        """One round, which waits so long for something to happen; answers whether nothing is left to do."""
        self._take_commands()
        self._obey()
        if self._obeyed is Stop.LEAVE:
            return True
        self._feed()
        self._start_jobs()
        self._settle()
        if all(run.rests for run in self.runs.values()):
            return True
        for message in self._executor.poll(timeout_s):
            self._handle(message)
        self._watch_clocks()
        self._sample()
        for files in self._files.values():
            files.refresh()
        return False

    # what comes in

    def _take_commands(self) -> None:
        for mailbox in self._mailboxes.values():
            for job_id in mailbox.apply():
                self._end(mailbox.run, job_id, Ending(Intent.CANCEL, "cancelled while it ran"))

    def _obey(self) -> None:
        """Carry out a wish to stop that is new."""
        step = self.control.step
        if step <= self._obeyed:
            return
        self._obeyed = step
        for run in self.runs.values():
            if step in (Stop.FINISH, Stop.INTERRUPT) and run.batch.status is BatchStatus.RUNNING:
                ends_running = step is Stop.INTERRUPT
                news = BatchPausing(batch_id=run.batch_id, reason=self.control.reason, ends_running=ends_running)
                run.record(news)
            if step is Stop.INTERRUPT:
                self._end_all(run, Ending(Intent.STOP))
            if step is Stop.CANCEL and not run.batch.status.is_final:
                self._cancel(run)
            run.waits_for_disk = False

    def _cancel(self, run: BatchRun) -> None:
        if run.batch.status is not BatchStatus.CANCELLING:
            effect = commands.cancel(run.batch, run.ordered())
            run.record(*effect.events)
        self._end_all(run, Ending(Intent.CANCEL, "cancelled while it ran"))

    def _handle(self, message: AttemptMessage) -> None:
        run = self._owners.get(message.key)
        if run is None or message.key not in run.running:
            return
        if isinstance(message, AttemptStarted):
            run.placed(message)
        elif isinstance(message, AttemptProgress):
            run.moved(message)
        else:
            self._handle_end(run, message)

    def _handle_end(self, run: BatchRun, message: AttemptEnded) -> None:
        attempt = run.running[message.key]
        del self._owners[message.key]
        outcome = run.ended(message)
        job = run.jobs[attempt.job_id]
        self._gate.learn(run, job, attempt, outcome.event, message.peak_memory_bytes)
        self._files[run.batch_id].touch()
        if outcome.is_disk_full:
            run.found_disk_full()
            self._wait_for_disk(run, "the disk is full")
        self._stop_if_wanted(run, job)

    def _stop_if_wanted(self, run: BatchRun, job: JobRecord) -> None:
        """The first failure ends the batch if it shall."""
        if not job.status.is_failure or run.stopped_by or not run.planner.settings.stop_on_first_failure:
            return
        run.stopped_by = f"the batch stopped at its first failure (job {job.job_id})"
        run.skip_waiting(run.stopped_by)

    def _feed(self) -> None:
        now = time.monotonic()
        if now < self._next_feed_s:
            return
        self._next_feed_s = now + _FEED_S
        for run in self.runs.values():
            if run.feeder is None or run.batch.status is not BatchStatus.RUNNING:
                continue
            jobs, remarks = run.feeder.new_jobs(run.ordered(), run.planner)
            if jobs:
                run.take_in(jobs)
            for remark in remarks:
                run.notice(remark)

    # what goes out

    def _start_jobs(self) -> None:
        now = datetime.now(UTC)
        while self._obeyed is Stop.NO:
            due = [(run, job) for run in self.runs.values() if (job := run.next_due(now)) is not None]
            due = [(run, job) for run, job in due if not self._lacks_disk(run)]
            chosen = self._gate.choose(due, list(self.runs.values()))
            if chosen is None:
                return
            self._start(*chosen)

    def _start(self, run: BatchRun, job: JobRecord) -> None:
        threads, reserved = self._gate.share(run, job)
        begun = run.begin(job, threads, reserved)
        if begun is None:
            self._files[run.batch_id].touch()
            self._stop_if_wanted(run, run.jobs[job.job_id])
            return
        attempt, planned = begun
        log_path = run.state.logs / f"{job.job_id}-{attempt.number}.log"
        work = self._work(run, planned, attempt.number, threads)
        self._owners[attempt.key] = run
        try:
            log_path.parent.mkdir(parents=True, exist_ok=True)
            self._executor.start(Attempt(attempt.key, work, log_path, threads, reserved))
        except (IvyError, OSError) as error:
            self._not_started(run, attempt, error)

    def _not_started(self, run: BatchRun, attempt: RunningAttempt, error: IvyError | OSError) -> None:
        """Nothing can be started where attempts run: that is no fault of the job, so the batch waits for somebody."""
        from ...plugins.executors import ExitCause

        attempt.wish = Ending(Intent.STOP)
        self._handle_end(run, AttemptEnded(attempt.key, ExitCause.CANCELLED))
        run.record(*commands.resume_job(run.jobs[attempt.job_id]))
        if is_disk_full(error):
            run.found_disk_full()
            self._wait_for_disk(run, "the disk is full")
        if run.batch.status is BatchStatus.RUNNING:
            run.record(BatchPausing(batch_id=run.batch_id, reason=str(error)))

    def _end(self, run: BatchRun, job_id: str, ending: Ending) -> None:
        for attempt in run.running.values():
            if attempt.job_id == job_id and attempt.wish is None:
                attempt.wish = ending
                self._executor.cancel(attempt.key)

    def _end_all(self, run: BatchRun, ending: Ending) -> None:
        for attempt in list(run.running.values()):
            self._end(run, attempt.job_id, ending)

    # what time brings

    def _watch_clocks(self) -> None:
        now = time.monotonic()
        for run in self.runs.values():
            settings = run.planner.settings
            for attempt in list(run.running.values()):
                ran, still = now - attempt.started_s, now - attempt.moved_s
                if settings.job_timeout_s is not None and ran > settings.job_timeout_s:
                    reason = f"it ran longer than its limit of {settings.job_timeout_s:g} s"
                    self._end(run, attempt.job_id, Ending(Intent.TIME_OUT, reason))
                elif settings.no_progress_timeout_s is not None and still > settings.no_progress_timeout_s:
                    reason = f"it made no progress for {settings.no_progress_timeout_s:g} s"
                    self._end(run, attempt.job_id, Ending(Intent.STALL, reason))
            limit = settings.batch_timeout_s
            if limit is not None and now - run.began_s > limit and run.batch.status is BatchStatus.RUNNING:
                reason = f"the batch ran longer than its limit of {limit:g} s"
                run.record(BatchPausing(batch_id=run.batch_id, reason=reason, ends_running=True))
                self._end_all(run, Ending(Intent.STOP))

    def _sample(self) -> None:
        now = time.monotonic()
        if now < self._next_sample_s:
            return
        self._next_sample_s = now + _SAMPLE_S
        used = self._executor.memory_bytes()
        for run in self.runs.values():
            for key, attempt in run.running.items():
                attempt.now_bytes = used.get(key, 0)
                attempt.peak_bytes = max(attempt.peak_bytes, attempt.now_bytes)
        self._relieve(used)
        self._gate.look(list(self.runs.values()))
        for run in self.runs.values():
            if run.batch.status in (BatchStatus.RUNNING, BatchStatus.PAUSING, BatchStatus.CANCELLING):
                run.record(self._sampled(run, sum(used.values())))

    def _relieve(self, used: dict[str, int]) -> None:
        victim = self._gate.victim(list(self.runs.values()), used)
        if victim is None:
            return
        _, attempt, reason = victim
        if attempt.wish is None:
            attempt.wish = Ending(Intent.FREE_MEMORY, reason)
            self._executor.cancel(attempt.key, at_once=True)

    def _sampled(self, run: BatchRun, memory_bytes: int) -> BatchSampled:
        outlook = self._gate.outlook(run)
        rest = outlook.rest
        return BatchSampled(
            batch_id=run.batch_id,
            memory_bytes=memory_bytes,
            memory_limit_bytes=self._gate.memory_limit_bytes,
            slots=self._gate.slots,
            running=len(run.running),
            jobs_per_minute=outlook.jobs_per_minute,
            seconds_to_go=rest.seconds if rest is not None else None,
            seconds_to_go_range=(rest.low_s, rest.high_s) if rest is not None else None,
            waiting_for=self._gate.waiting_for if run.waiting and not run.running else "",
        )

    def _lacks_disk(self, run: BatchRun) -> bool:
        shortage = self._gate.disk_shortage(run)
        if shortage:
            self._wait_for_disk(run, shortage)
        return bool(shortage)

    def _wait_for_disk(self, run: BatchRun, reason: str) -> None:
        if run.batch.status is BatchStatus.RUNNING:
            run.waits_for_disk = True
            run.record(BatchPausing(batch_id=run.batch_id, reason=f"{reason}; it goes on when there is space again"))

    # how batches come to rest

    def _settle(self) -> None:
        for run in self.runs.values():
            if not run.running:
                self._settle_one(run)

    def _settle_one(self, run: BatchRun) -> None:
        status = run.batch.status
        if status is BatchStatus.PAUSING and (run.has_rest or run.feeder is not None):
            run.record(BatchPaused(batch_id=run.batch_id))
        elif status is BatchStatus.PAUSED and run.waits_for_disk:
            self._go_on_with_space(run)
        elif status is BatchStatus.CANCELLING:
            run.skip_waiting(commands.CANCELLED_BEFORE)
            run.record(BatchCancelled(batch_id=run.batch_id))
        elif status in (BatchStatus.RUNNING, BatchStatus.PAUSING) and not run.waiting and run.feeder is None:
            self._finish(run)

    def _go_on_with_space(self, run: BatchRun) -> None:
        if run.may_try_disk and not self._gate.disk_shortage(run):
            run.waits_for_disk = False
            run.record(BatchResumed(batch_id=run.batch_id))

    def _finish(self, run: BatchRun) -> None:
        self._files[run.batch_id].bring_up_to_date()
        fault_point(Fault.BEFORE_BATCH_END)
        run.waits_for_disk = False
        succeeded = any(_succeeded(job) for job in run.jobs.values())
        if run.stopped_by or (run.jobs and not succeeded):
            run.record(BatchFailed(batch_id=run.batch_id, reason=run.stopped_by or "no job succeeded"))
        else:
            run.record(BatchCompleted(batch_id=run.batch_id))
        fault_point(Fault.BATCH_ENDED)


def start_or_resume(run: BatchRun) -> None:
    """Let a batch begin or go on, as its state allows.

    Raises
    ------
    IvyError
        If it is being cancelled.
    """
    effect = commands.resume(run.batch, run.ordered(), host=socket.gethostname(), pid=os.getpid())
    run.record(*effect.events)
    run.began_s = time.monotonic()
    fault_point(Fault.BATCH_STARTED)


def _succeeded(job: JobRecord) -> bool:
    return job.status is JobStatus.COMPLETED or (job.status is JobStatus.SKIPPED and job.result is not None)
