from __future__ import annotations

import typing
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError
from store_values import a_result

from image_velocimetry_tools.batch.events import EVENTS, AnyEvent, Event, JobEvent, JobProgressed, JobStarted
from image_velocimetry_tools.batch.lifecycle import BatchChange, JobChange

KINDS: tuple[type[Event], ...] = typing.get_args(typing.get_args(AnyEvent)[0])
VALUES: dict[str, Any] = {
    "batch_id": "batch_001",
    "job_id": "job_1",
    "at": datetime(2026, 5, 4, 3, 2, 1, 987, tzinfo=UTC),
    "name": "Boneyard",
    "jobs": 3,
    "text": "the disk is nearly full",
    "memory_bytes": 10,
    "memory_limit_bytes": 20,
    "slots": 2,
    "running": 1,
    "seconds_to_go_range": (1.5, 2.5),
    "command_id": "c-1",
    "command": "pause",
    "job_ids": ("job_1", "job_2"),
    "attempt": 2,
    "host": "field-laptop",
    "stage": "decode",
    "fraction": 0.25,
    "log_tail": ("one", "two"),
    "reason": "up to date",
    "not_before": datetime(2026, 5, 4, 4, tzinfo=UTC),
    "job": {"job_id": "job_1", "alpha": 0.9},
    "inputs": {"identity": {"velocity": "a", "discharge": "b"}},
}


def an_event(kind: type[Event]) -> Event:
    values = VALUES | {"result": a_result(total_discharge=2.5)}
    return kind(**{key: value for key, value in values.items() if key in kind.model_fields})


def all_subclasses(kind: type[Event]) -> set[type[Event]]:
    return {kind, *(found for child in kind.__subclasses__() for found in all_subclasses(child))}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_that_an_event_of_every_kind_comes_back_equal_from_json(kind: type[Event]) -> None:
    event = an_event(kind)

    assert EVENTS.validate_json(EVENTS.dump_json(event)) == event


def test_that_every_kind_of_event_is_in_the_union() -> None:
    assert {kind for kind in all_subclasses(Event) if "type" in kind.model_fields} == set(KINDS)


def test_that_no_two_kinds_have_the_same_name() -> None:
    assert len({kind.model_fields["type"].default for kind in KINDS}) == len(KINDS)


def test_that_every_change_of_a_job_has_exactly_one_kind_of_event() -> None:
    changes = [kind.job_change for kind in KINDS if kind.job_change]

    assert sorted(changes) == sorted(JobChange)


def test_that_every_change_of_a_batch_has_exactly_one_kind_of_event() -> None:
    changes = [kind.batch_change for kind in KINDS if kind.batch_change]

    assert sorted(changes) == sorted(BatchChange)


def test_that_only_events_of_jobs_change_jobs_and_only_those_of_batches_change_batches() -> None:
    for kind in KINDS:
        assert (kind.batch_change if issubclass(kind, JobEvent) else kind.job_change) is None


def test_that_what_changes_a_state_is_never_forgotten() -> None:
    assert not [kind for kind in KINDS if kind.is_transient and (kind.job_change or kind.batch_change)]


def test_that_an_event_knows_when_it_happened_in_utc() -> None:
    before = datetime.now(UTC)
    event = JobStarted(batch_id="b", job_id="j", attempt=1)

    assert before <= event.at <= datetime.now(UTC)


def test_that_unknown_fields_and_kinds_are_refused() -> None:
    with pytest.raises(ValidationError, match="fractoin"):
        JobProgressed(batch_id="b", job_id="j", attempt=1, stage="s", fraction=0.0, fractoin=1.0)  # type: ignore[call-arg]
    with pytest.raises(ValidationError, match="job_exploded"):
        EVENTS.validate_python({"type": "job_exploded", "batch_id": "b"})
