"""Whatever comes in whatever order, a batch keeps to its rules: commands, ends of attempts, deaths of the program."""

from __future__ import annotations

import tempfile
from pathlib import Path
from unittest import mock

import pytest
from engine_parts import EngineCase, engine_case, leave_result, value_of
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from image_velocimetry_tools.batch.config import ScaffoldConfig
from image_velocimetry_tools.batch.engine import mailbox
from image_velocimetry_tools.batch.engine.batch_run import BatchRun
from image_velocimetry_tools.batch.engine.engine import start_or_resume
from image_velocimetry_tools.batch.engine.inbox import AnyCommand, Cancel, Inbox, Pause, Resume, RetryJobs
from image_velocimetry_tools.batch.engine.stop_control import Stop, StopControl
from image_velocimetry_tools.batch.events import JobEvent
from image_velocimetry_tools.batch.lifecycle import decide_batch, decide_job
from image_velocimetry_tools.batch.models import BatchStatus, JobStatus
from image_velocimetry_tools.batch.running.recovery import reconcile
from image_velocimetry_tools.plugins.executors import AttemptEnded, ExitCause

IDS = ("a", "b", "c", "d", "e")
_site: list[ScaffoldConfig] = []


@pytest.fixture(autouse=True)
def known_site(site: ScaffoldConfig) -> None:
    _site[:] = [site]


class BatchMachine(RuleBasedStateMachine):
    """A batch of five jobs, its owner, and everybody who meddles with it."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self._patch = mock.patch.object(mailbox, "_LOOK_EVERY_S", 0.0)
        self._patch.start()
        self._context = engine_case(Path(self._folder.name), _site[0])
        self.case: EngineCase = self._context.__enter__()
        self.highest = dict.fromkeys(IDS, 0)

    @initialize(stops=st.booleans(), retries=st.integers(0, 2))
    def begin(self, stops: bool, retries: int) -> None:
        self.how = {"stop_on_first_failure": stops, "max_retries": retries}
        self.run = self.case.run_of(IDS, **self.how)
        self.step()

    def step(self) -> None:
        self.case.step()

    # what people do

    @rule(command=st.sampled_from([Pause, Resume, Cancel, RetryJobs]))
    def command_the_batch(self, command: type[AnyCommand]) -> None:
        self._give(command())

    @rule(job_ids=st.sets(st.sampled_from(IDS), min_size=1), kind=st.sampled_from([Cancel, RetryJobs]))
    def command_some_jobs(self, job_ids: set[str], kind: type[Cancel | RetryJobs]) -> None:
        self._give(kind(job_ids=tuple(sorted(job_ids))))

    def _give(self, command: AnyCommand) -> None:
        Inbox(self.run.state.inbox).send(command)
        self.step()
        assert Inbox(self.run.state.inbox).waiting() == []

    # what jobs do

    @precondition(lambda self: self.case.executor.running)
    @rule(data=st.data())
    def an_attempt_ends(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.case.executor.running)))
        job = self.case.executor.running[key].work.planned.job
        ends = [
            AttemptEnded(key, ExitCause.FINISHED, value_of(job)),
            AttemptEnded(key, ExitCause.FINISHED, value_of(job, JobStatus.FAILED)),
            AttemptEnded(key, ExitCause.FINISHED, value_of(job, JobStatus.FAILED, can_pass=True)),
            AttemptEnded(key, ExitCause.FINISHED, value_of(job, JobStatus.FAILED, can_pass=True, is_disk_full=True)),
            AttemptEnded(key, ExitCause.KILLED),
            AttemptEnded(key, ExitCause.OUT_OF_MEMORY),
            AttemptEnded(key, ExitCause.RAISED),
        ]
        self.case.executor.end(data.draw(st.sampled_from(ends)))
        self.step()

    # what the power does

    @rule(data=st.data())
    def the_program_dies_and_another_takes_over(self, data: st.DataObject) -> None:
        case, old = self.case, self.run
        left = data.draw(st.sets(st.sampled_from(sorted(case.executor.running)))) if case.executor.running else set()
        for key in left:
            work = case.executor.running[key].work
            leave_result(old.planner, work.planned.job, int(key.rpartition("#")[2]))
        case.executor.running.clear()
        case.executor.messages.clear()
        batch = reconcile(case.store, case.store.batch(old.batch_id), old.planner)
        adopted = {key.partition("/")[2].partition("#")[0] for key in left}
        assert all(case.store.job(old.batch_id, job_id).status is JobStatus.COMPLETED for job_id in adopted)
        assert batch.status is not BatchStatus.RUNNING
        self._taken_over()

    @rule()
    def the_user_interrupts_and_resumes(self) -> None:
        self.case.control.ask(Stop.INTERRUPT)
        assert any(self.case.step() for _ in range(10))
        assert self.run.rests
        unfinished = [job for job in self.run.jobs.values() if not job.status.is_final]
        assert self.run.batch.status is BatchStatus.PAUSED or not unfinished or self.run.batch.status.is_final
        assert not (unfinished and self.run.batch.status is BatchStatus.COMPLETED)
        self._taken_over()

    def _taken_over(self) -> None:
        case, old = self.case, self.run
        case.control = StopControl()
        case.engine = case.new_engine()
        self.run = BatchRun(case.store, old.batch_id, old.planner, old.state)
        start_or_resume(self.run)
        case.engine.add(self.run)
        self.step()

    # what always holds

    @invariant()
    def memory_and_store_agree(self) -> None:
        if not hasattr(self, "run"):
            return
        store, batch_id = self.case.store, self.run.batch_id
        assert self.run.batch == store.batch(batch_id)
        assert self.run.jobs == {job.job_id: job for job in store.jobs(batch_id)}
        waiting = {job_id for job_id, job in self.run.jobs.items() if job.status is JobStatus.PENDING}
        assert set(self.run.first_waiting(99)) == waiting
        assert self.run.waiting == len(waiting)

    @invariant()
    def what_runs_is_what_the_rows_say(self) -> None:
        if not hasattr(self, "run"):
            return
        running = {job_id for job_id, job in self.run.jobs.items() if job.status is JobStatus.RUNNING}
        assert {attempt.job_id for attempt in self.run.running.values()} == running
        if self.run.batch.status is BatchStatus.PAUSED or self.run.batch.status.is_final:
            assert not running
        if self.run.batch.status.is_final:
            left = {job.status for job in self.run.jobs.values() if not job.status.is_final}
            assert left <= ({JobStatus.INTERRUPTED} if self.run.batch.status is BatchStatus.CANCELLED else set())
        assert len(running) <= 2

    @invariant()
    def attempts_only_grow(self) -> None:
        if not hasattr(self, "run"):
            return
        for job_id, job in self.run.jobs.items():
            assert job.attempt >= self.highest[job_id]
            self.highest[job_id] = job.attempt

    @invariant()
    def the_log_tells_the_same_story(self) -> None:
        """Every event is allowed by the tables, so no job completes twice, and they lead to the rows that there are."""
        if not hasattr(self, "run"):
            return
        batch, jobs = BatchStatus.CREATED, dict.fromkeys(IDS, JobStatus.PENDING)
        for stored in self.case.store.events_after(0, self.run.batch_id, limit=100_000):
            event = stored.event
            if isinstance(event, JobEvent) and event.job_change is not None:
                jobs[event.job_id] = decide_job(jobs[event.job_id], event.job_change)
            elif event.batch_change is not None:
                batch = decide_batch(batch, event.batch_change)
        assert batch is self.run.batch.status
        assert jobs == {job_id: job.status for job_id, job in self.run.jobs.items()}

    def teardown(self) -> None:
        if hasattr(self, "run"):
            self._come_to_an_end()
        self._context.__exit__(None, None, None)
        self._patch.stop()
        self._folder.cleanup()

    def _come_to_an_end(self) -> None:
        """From wherever it is, the batch can be brought to its end."""
        for _ in range(60):
            for key, attempt in list(self.case.executor.running.items()):
                self.case.executor.end(AttemptEnded(key, ExitCause.FINISHED, value_of(attempt.work.planned.job)))
            if self.case.step():
                break
        assert self.run.rests
        if self.run.batch.status is BatchStatus.PAUSED:
            start_or_resume(self.run)
            for _ in range(60):
                for key, attempt in list(self.case.executor.running.items()):
                    self.case.executor.end(AttemptEnded(key, ExitCause.FINISHED, value_of(attempt.work.planned.job)))
                if self.case.step():
                    break
        assert self.run.batch.status.is_final


BatchMachine.TestCase.settings = settings(
    max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


class TestBatchMachine(BatchMachine.TestCase):
    """Runs the machine."""
