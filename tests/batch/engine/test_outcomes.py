"""What the end of an attempt means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engine_parts import value_of
from store_values import a_result

from image_velocimetry_tools.batch.engine.outcomes import Ending, Intent, Outcome, outcome_of
from image_velocimetry_tools.batch.models import BatchJob, JobStatus
from image_velocimetry_tools.plugins.executors import AttemptEnded, ExitCause

JOB = BatchJob("a", Path("/data/a.mp4"), 101.5)
FOUND = a_result("a", total_discharge=2.0)


def meaning(
    cause: ExitCause = ExitCause.FINISHED, wish: Intent | None = None, found: Any = None, **ended: Any
) -> Outcome:
    ending = Ending(wish, "the reason") if wish is not None else None
    return outcome_of("batch", JOB, 1, "decode", AttemptEnded("key", cause, **ended), ending, found)


def test_that_a_value_with_a_discharge_completes_the_job_whatever_was_wished() -> None:
    for wish in (None, *Intent):
        assert meaning(value=value_of(JOB), wish=wish).event.type == "job_completed"


def test_that_a_whole_result_counts_even_if_its_process_could_not_say_so() -> None:
    for cause in (ExitCause.KILLED, ExitCause.CRASHED, ExitCause.CANCELLED, ExitCause.LOST):
        assert meaning(cause, found=FOUND).event.type == "job_completed"


@pytest.mark.parametrize(
    ("wish", "kind", "can_pass"),
    [
        (Intent.CANCEL, "job_cancelled", False),
        (Intent.TIME_OUT, "job_timed_out", False),
        (Intent.STALL, "job_timed_out", True),
        (Intent.FREE_MEMORY, "job_out_of_memory", True),
        (Intent.STOP, "job_interrupted", False),
    ],
)
@pytest.mark.parametrize("cause", [ExitCause.CANCELLED, ExitCause.KILLED, ExitCause.CRASHED])
def test_that_what_we_ended_ended_for_our_reason(cause: ExitCause, wish: Intent, kind: str, can_pass: bool) -> None:
    found = meaning(cause, wish)
    assert (found.event.type, found.can_pass) == (kind, can_pass)
    assert found.event.type == "job_interrupted" or "the reason" in (found.event.result.error_message or "")  # type: ignore[union-attr]


def test_that_a_job_that_stopped_by_itself_when_asked_ended_for_our_reason() -> None:
    value = value_of(JOB, JobStatus.CANCELLED)
    assert meaning(value=value, wish=Intent.TIME_OUT).event.type == "job_timed_out"
    assert meaning(value=value).event.type == "job_cancelled"


def test_that_an_error_that_came_before_the_wish_is_what_is_told() -> None:
    found = meaning(value=value_of(JOB, JobStatus.FAILED), wish=Intent.CANCEL)
    assert found.event.type == "job_failed"


@pytest.mark.parametrize(
    ("cause", "kind", "can_pass"),
    [
        (ExitCause.KILLED, "job_failed", True),
        (ExitCause.CRASHED, "job_failed", True),
        (ExitCause.LOST, "job_failed", True),
        (ExitCause.RAISED, "job_failed", False),
        (ExitCause.OUT_OF_MEMORY, "job_out_of_memory", True),
        (ExitCause.CANCELLED, "job_cancelled", False),
    ],
)
def test_that_a_death_is_told_with_its_cause_stage_and_traces(cause: ExitCause, kind: str, can_pass: bool) -> None:
    found = meaning(cause, detail="signal 11", log_tail=("last words",), peak_memory_bytes=5)
    assert (found.event.type, found.can_pass) == (kind, can_pass)
    assert found.event.log_tail == ("last words",)  # type: ignore[union-attr]
    assert found.event.peak_memory_bytes == 5  # type: ignore[union-attr]
    result = found.event.result  # type: ignore[union-attr]
    assert result.stage == "decode"
    assert "signal 11" in (result.error_message or "")
    if kind == "job_failed":
        assert found.event.cause == str(cause)  # type: ignore[union-attr]
        assert "log of the attempt" in result.remedy


def test_that_errors_of_memory_and_disk_inside_a_job_are_told_apart() -> None:
    memory = meaning(value=value_of(JOB, JobStatus.FAILED, is_out_of_memory=True, can_pass=True))
    assert (memory.event.type, memory.can_pass) == ("job_out_of_memory", True)
    disk = meaning(value=value_of(JOB, JobStatus.FAILED, is_disk_full=True, can_pass=True))
    assert (disk.event.type, disk.is_disk_full) == ("job_failed", True)
