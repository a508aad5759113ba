"""The store against a model of it: any sequence of events, allowed or not."""

from __future__ import annotations

import itertools
import typing
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from store_values import a_result, a_stored_batch

from image_velocimetry_tools.batch.events import (
    AnyEvent,
    Event,
    JobEnded,
    JobEvent,
    JobInterrupted,
    JobPlaced,
    JobProgressed,
    JobStarted,
)
from image_velocimetry_tools.batch.lifecycle import JOB_TRANSITIONS, InvalidTransition, decide_batch, decide_job
from image_velocimetry_tools.batch.models import BatchStatus, JobStatus
from image_velocimetry_tools.batch.store import BatchStore

JOBS = ("job_1", "job_2", "job_3")
KINDS = typing.get_args(typing.get_args(AnyEvent)[0])
JOB_KINDS = [kind for kind in KINDS if issubclass(kind, JobEvent)]
FIELDS: dict[str, Any] = {
    "result": a_result(),
    "stage": "decode",
    "fraction": 0.5,
    "host": "h",
    "reason": "r",
    "name": "n",
    "jobs": 1,
    "text": "t",
    "command_id": "c",
    "command": "pause",
    "job_ids": (),
    "memory_bytes": 1,
    "memory_limit_bytes": 2,
    "slots": 1,
    "running": 1,
    "inputs": {},
}


@dataclass(frozen=True)
class Model:
    """What the store should hold: states, attempts and the log without its numbers."""

    batch: BatchStatus = BatchStatus.CREATED
    jobs: dict[str, tuple[JobStatus, int]] = field(default_factory=dict)
    log: tuple[Event, ...] = ()

    def after(self, event: Any) -> Model:
        """The model after an event; InvalidTransition if that is forbidden."""
        if not isinstance(event, JobEvent):
            batch = self.batch if event.batch_change is None else decide_batch(self.batch, event.batch_change)
            return replace(self, batch=batch, log=(*self.without_transient(event), event))
        status, attempt = self.jobs[event.job_id]
        if isinstance(event, JobPlaced | JobProgressed):
            is_late = status is not JobStatus.RUNNING or event.attempt != attempt
            return self if is_late else replace(self, log=(*self.without_transient(event), event))
        new = decide_job(status, event.job_change)
        if isinstance(event, JobStarted):
            if event.attempt <= attempt:
                raise InvalidTransition("job", status, event.job_change)
            attempt = event.attempt
        elif isinstance(event, JobEnded | JobInterrupted) and event.attempt != attempt:
            raise InvalidTransition("job", status, event.job_change)
        return replace(
            self, jobs=self.jobs | {event.job_id: (new, attempt)}, log=(*self.without_transient(event), event)
        )

    def without_transient(self, event: Event) -> tuple[Event, ...]:
        """The log without what an event makes obsolete."""
        job_id = getattr(event, "job_id", None)
        return tuple(
            old
            for old in self.log
            if not old.is_transient
            or getattr(old, "job_id", None) != job_id
            or (event.job_change is None and not (event.is_transient and type(old) is type(event)))
        )


class StoreMachine(RuleBasedStateMachine):
    """Gives the same events to the store and to the model."""

    def __init__(self, store: BatchStore) -> None:
        super().__init__()
        self.store = store
        self.batch_id = a_stored_batch(store, len(JOBS), store.next_batch_id())
        log = tuple(stored.event for stored in store.events_after(0, self.batch_id))
        self.model = Model(jobs=dict.fromkeys(JOBS, (JobStatus.PENDING, 0)), log=log)
        self.last = store.last_event()

    @rule(job_id=st.sampled_from(JOBS), choice=st.data())
    def something_allowed_happens_to_a_job(self, job_id: str, choice: Any) -> None:
        status, attempt = self.model.jobs[job_id]
        kind = choice.draw(st.sampled_from([k for k in JOB_KINDS if (status, k.job_change) in JOB_TRANSITIONS]))
        self.record(self.an_event(kind, job_id, attempt + (kind is JobStarted)))

    @rule(job_id=st.sampled_from(JOBS), kind=st.sampled_from(KINDS), ahead=st.integers(-1, 1))
    def anything_happens(self, job_id: str, kind: type[Event], ahead: int) -> None:
        self.record(self.an_event(kind, job_id, self.model.jobs[job_id][1] + ahead))

    @rule(job_id=st.sampled_from(JOBS), kinds=st.lists(st.sampled_from(KINDS), min_size=2, max_size=4))
    def several_things_happen_at_once(self, job_id: str, kinds: list[type[Event]]) -> None:
        attempt = self.model.jobs[job_id][1]
        self.record(*(self.an_event(kind, job_id, attempt + 1) for kind in kinds))

    def an_event(self, kind: type[Event], job_id: str, attempt: int) -> Any:
        job = {"job_id": job_id, "video_path": "/v.mp4", "water_surface_elevation_m": 1.0}
        values = FIELDS | {"batch_id": self.batch_id, "job_id": job_id, "attempt": attempt, "job": job}
        return kind(**{key: value for key, value in values.items() if key in kind.model_fields})

    def record(self, *events: Any) -> None:
        model = self.model
        try:
            for event in events:
                model = model.after(event)
        except InvalidTransition:
            with pytest.raises(InvalidTransition):
                self.store.record_all(events)
            return
        numbers = [number for number in self.store.record_all(events) if number]
        assert numbers == sorted({*numbers})
        assert all(number > self.last for number in numbers)
        self.model, self.last = model, max([self.last, *numbers])

    @invariant()
    def the_rows_are_as_the_events_say(self) -> None:
        stored = {job.job_id: (job.status, job.attempt) for job in self.store.jobs(self.batch_id)}
        assert stored == self.model.jobs
        assert self.store.batch(self.batch_id).status is self.model.batch

    @invariant()
    def the_log_has_what_was_recorded_in_its_order(self) -> None:
        stored = self.store.events_after(0, self.batch_id)
        assert tuple(one.event for one in stored) == self.model.log
        assert all(a.number < b.number for a, b in itertools.pairwise(stored))

    @invariant()
    def replaying_the_log_gives_the_states(self) -> None:
        jobs, batch = dict.fromkeys(JOBS, JobStatus.PENDING), BatchStatus.CREATED
        for stored in self.store.events_after(0, self.batch_id):
            event = stored.event
            if isinstance(event, JobEvent):
                if event.job_change is not None:
                    jobs[event.job_id] = decide_job(jobs[event.job_id], event.job_change)
            elif event.batch_change is not None:
                batch = decide_batch(batch, event.batch_change)
        assert jobs == {job_id: status for job_id, (status, _) in self.model.jobs.items()}
        assert batch is self.model.batch

    @invariant()
    def the_log_stays_flat(self) -> None:
        events = [stored.event for stored in self.store.events_after(0, self.batch_id)]
        transient = [(event.type, getattr(event, "job_id", None)) for event in events if event.is_transient]
        assert len(transient) == len(set(transient))

    @invariant()
    def every_attempt_has_its_record(self) -> None:
        for job_id, (status, _) in self.model.jobs.items():
            attempts = self.store.attempts(self.batch_id, job_id)
            begun = [e.attempt for e in self.model.log if isinstance(e, JobStarted) and e.job_id == job_id]
            assert [attempt.number for attempt in attempts] == begun
            running = [attempt for attempt in attempts if attempt.outcome is None]
            assert len(running) == (status is JobStatus.RUNNING)


def test_that_rows_and_log_agree_whatever_happens(store: BatchStore) -> None:
    run_state_machine_as_test(
        lambda: StoreMachine(store),
        settings=settings(max_examples=25, stateful_step_count=25, deadline=None, suppress_health_check=[*HealthCheck]),
    )
