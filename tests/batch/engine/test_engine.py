"""The rounds of the engine: what starts, what ends, and how batches come to rest."""

from __future__ import annotations

import errno
import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from engine_parts import EngineCase, finished, value_of

from image_velocimetry_tools.batch.engine.batch_run import BatchRun
from image_velocimetry_tools.batch.engine.engine import start_or_resume
from image_velocimetry_tools.batch.engine.inbox import Cancel, Inbox, Pause, Resume
from image_velocimetry_tools.batch.engine.stop_control import Stop
from image_velocimetry_tools.batch.events import BatchNotice
from image_velocimetry_tools.batch.models import BatchStatus, JobStatus
from image_velocimetry_tools.batch.store.records import StoredEvent
from image_velocimetry_tools.domain.errors import IvyError, OutputError
from image_velocimetry_tools.plugins.executors import ExitCause

GIGABYTE = 1_000_000_000


def statuses(run: BatchRun) -> str:
    return " ".join(str(job.status) for job in run.ordered())


def test_that_jobs_run_in_their_order_and_the_batch_is_completed(case: EngineCase) -> None:
    case.executor.by_itself = finished
    run = case.run_of(["b", "a", "c"])

    case.engine.run()

    assert [key.partition("/")[2] for key in case.executor.started] == ["b#1", "a#1", "c#1"]
    assert run.batch.status is BatchStatus.COMPLETED
    assert statuses(run) == "completed completed completed"


def test_that_no_more_jobs_run_than_there_are_slots(case: EngineCase) -> None:
    run = case.run_of(["a", "b", "c"])

    case.step()
    assert statuses(run) == "running running pending"
    case.end("a")
    case.step()
    case.step()
    assert statuses(run) == "completed running running"


def test_that_batches_of_two_owners_take_turns(case: EngineCase) -> None:
    case.executor.by_itself = finished
    many = case.run_of([f"m{n}" for n in range(6)], labels={"owner": "ann"})
    case.run_of([f"n{n}" for n in range(2)], labels={"owner": "bob"})

    case.engine.run()

    owners = [case.engine.runs[key.partition("/")[0]].batch.owner for key in case.executor.started]
    assert owners[:4] in (["ann", "bob", "ann", "bob"], ["bob", "ann", "bob", "ann"])
    assert Counter(owners) == {"ann": 6, "bob": 2}
    assert many.batch.status is BatchStatus.COMPLETED


def test_that_a_batch_of_higher_priority_goes_first(case: EngineCase) -> None:
    case.executor.by_itself = finished
    case.run_of(["low1", "low2"], labels={"priority": 3})
    case.run_of(["high1", "high2"], labels={"priority": 8})

    case.engine.run()

    ids = [key.partition("/")[2].partition("#")[0] for key in case.executor.started]
    assert ids == ["high1", "high2", "low1", "low2"]


def test_that_the_first_failure_skips_what_waits_and_lets_finish_what_runs(case: EngineCase) -> None:
    run = case.run_of(["a", "b", "c", "d"], stop_on_first_failure=True)
    case.step()
    case.end("a", ExitCause.FINISHED, value=value_of(run.jobs["a"].job, JobStatus.FAILED))
    case.step()
    assert statuses(run) == "failed running skipped skipped"
    case.end("b")
    case.step()
    case.step()
    assert run.batch.status is BatchStatus.FAILED
    assert statuses(run) == "failed completed skipped skipped"


def test_that_a_job_that_no_longer_fits_its_site_counts_as_first_failure_too(case: EngineCase) -> None:
    run = case.run_of(["a", "b", "c"], stop_on_first_failure=True, levels={"a": 500.0})
    case.engine = case.new_engine(jobs=1)
    case.engine.add(run)

    case.step()

    assert statuses(run) == "failed skipped skipped"
    assert "above the section" in run.jobs["a"].reason


def test_that_nothing_is_retried_once_the_batch_stops(case: EngineCase) -> None:
    run = case.run_of(["a", "b"], stop_on_first_failure=True)
    case.step()
    case.end("a", ExitCause.RAISED)
    case.end("b", ExitCause.KILLED)
    case.step()

    assert statuses(run) == "failed failed"
    assert run.batch.status is BatchStatus.FAILED or case.step()


def test_that_a_failure_that_may_pass_waits_for_its_time(case: EngineCase) -> None:
    run = case.run_of(["a"], retry_delay_s=3600.0)
    case.step()
    case.end("a", ExitCause.CRASHED)
    case.step()
    case.step()

    assert statuses(run) == "pending"
    assert run.jobs["a"].not_before is not None
    assert len(case.executor.started) == 1
    assert run.next_due(datetime.now(UTC) + timedelta(seconds=3601)) is run.jobs["a"]


def test_that_a_job_out_of_memory_gets_one_more_attempt_alone(case: EngineCase) -> None:
    run = case.run_of(["a", "b", "c"])
    case.step()
    reserved = run.jobs["a"].memory_bytes
    case.end("a", ExitCause.OUT_OF_MEMORY)
    case.step()
    assert run.jobs["a"].runs_alone
    assert run.jobs["a"].memory_bytes == 2 * (reserved or 0)
    case.executor.by_itself = finished
    case.end("b")
    case.engine.run()
    assert statuses(run) == "completed completed completed"


def test_that_a_batch_does_not_begin_before_its_time(case: EngineCase) -> None:
    run = case.run_of(["a"], start_at=datetime.now(UTC) + timedelta(hours=1))
    case.step()
    assert case.executor.started == []
    assert run.next_due(datetime.now(UTC) + timedelta(hours=2)) is run.jobs["a"]


# -- the disk ----------------------------------------------------------------------------------------------------------


def waiting_for_disk(case: EngineCase) -> BatchRun:
    run = case.run_of(["a", "b", "c"], retry_delay_s=3600.0)
    case.step()
    case.end("a", value=value_of(run.jobs["a"].job, JobStatus.FAILED, can_pass=True, is_disk_full=True))
    case.end("b")
    case.step()
    assert not case.step()
    assert run.batch.status is BatchStatus.PAUSED
    assert statuses(run) == "pending completed pending"
    return run


def test_that_a_full_disk_pauses_the_batch_without_costing_a_retry(case: EngineCase) -> None:
    run = waiting_for_disk(case)
    assert run.jobs["a"].retries == 0
    assert not run.rests


def test_that_a_batch_that_waits_for_the_disk_can_be_cancelled(case: EngineCase) -> None:
    run = waiting_for_disk(case)
    Inbox(run.state.inbox).send(Cancel())
    assert case.step()
    assert run.batch.status is BatchStatus.CANCELLED


def test_that_a_batch_that_waits_for_the_disk_can_be_made_to_stay_paused(case: EngineCase) -> None:
    run = waiting_for_disk(case)
    Inbox(run.state.inbox).send(Pause())
    assert case.step()
    assert run.batch.status is BatchStatus.PAUSED


def test_that_a_batch_that_waits_for_the_disk_can_be_told_to_go_on_and_then_be_paused(case: EngineCase) -> None:
    run = waiting_for_disk(case)
    Inbox(run.state.inbox).send(Resume())
    case.step()
    assert statuses(run) == "running completed running"
    Inbox(run.state.inbox).send(Pause())
    case.step()
    case.end("a")
    case.end("c")
    case.step()
    assert case.step()


def test_that_a_disk_with_too_little_room_starts_nothing(case: EngineCase) -> None:
    case.machine = replace(case.machine, disk_bytes=1000)
    case.engine = case.new_engine()
    run = case.run_of(["a"])
    case.step()
    assert case.executor.started == []
    assert run.batch.status in (BatchStatus.PAUSING, BatchStatus.PAUSED)
    assert not run.rests


def test_that_a_store_without_room_is_waited_for_and_said(case: EngineCase, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[StoredEvent] = []
    run = case.run_of(["a"], lambda run, stored: told.append(stored))
    whole, full = case.store.record_all, [True, True]

    def without_room(events: object) -> list[int]:
        if full:
            full.pop()
            cause = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            raise OutputError("the disk is full", where="state.sqlite3") from cause
        return whole(events)  # type: ignore[arg-type]

    monkeypatch.setattr(case.store, "record_all", without_room)
    monkeypatch.setattr("image_velocimetry_tools.batch.engine.disk_patience._AGAIN_S", 0.0)
    case.step()

    assert statuses(run) == "running"
    said = [stored for stored in told if isinstance(stored.event, BatchNotice)]
    assert [stored.number for stored in said] == [0]
    assert "waits until there is space again" in said[0].event.text  # type: ignore[union-attr]


def test_that_a_second_wish_to_stop_ends_the_wait_for_room(case: EngineCase, monkeypatch: pytest.MonkeyPatch) -> None:
    case.run_of(["a"])

    def without_room(events: object) -> list[int]:
        raise OutputError("the disk is full") from OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(case.store, "record_all", without_room)
    case.control.ask(Stop.CANCEL)
    with pytest.raises(OutputError, match="the disk is full"):
        case.step()


# -- stopping ----------------------------------------------------------------------------------------------------------


def test_that_what_is_interrupted_keeps_its_batch_from_being_over(case: EngineCase) -> None:
    run = case.run_of(["a", "b"])
    case.step()
    case.control.ask(Stop.INTERRUPT)
    while not case.step():
        pass
    assert statuses(run) == "interrupted interrupted"
    assert run.batch.status is BatchStatus.PAUSED


def test_that_leaving_at_once_takes_no_more_rounds(case: EngineCase) -> None:
    run = case.run_of(["a", "b"])
    case.step()
    case.control.ask(Stop.LEAVE)
    assert case.step()
    assert statuses(run) == "running running"


def test_that_a_place_where_nothing_can_start_pauses_the_batch_and_fails_no_job(case: EngineCase) -> None:
    case.executor.refuses = IvyError("there is no scheduler", remedy="Start one")
    run = case.run_of(["a", "b"])
    while not case.step():
        pass
    assert run.batch.status is BatchStatus.PAUSED
    assert statuses(run) == "pending pending"


def test_that_a_log_that_finds_no_room_waits_for_it(case: EngineCase) -> None:
    case.executor.refuses = _full_disk()
    run = case.run_of(["a"], retry_delay_s=0.0)
    case.step()
    assert run.waits_for_disk
    case.executor.refuses, case.executor.by_itself = None, finished
    case.engine.run()
    assert statuses(run) == "completed"


def _full_disk() -> IvyError:
    error = IvyError("no process can be started")
    error.__cause__ = OSError(errno.ENOSPC, "full")
    return error


def test_that_the_job_that_uses_most_beyond_its_share_is_ended_when_memory_runs_out(case: EngineCase) -> None:
    case.machine = replace(case.machine, memory_bytes=4 * GIGABYTE)
    case.engine = case.new_engine(memory_limit="2G")
    run = case.run_of(["a", "b"], max_retries=0)
    case.step()
    keys = sorted(case.executor.running)
    case.executor.used_bytes = {keys[0]: GIGABYTE // 10, keys[-1]: 2 * GIGABYTE}
    case.engine._next_sample_s = 0.0
    case.step()
    case.step()
    assert case.executor.cancelled == [(keys[-1], True)]
    assert run.jobs["b"].status is JobStatus.OUT_OF_MEMORY
    assert run.jobs["a"].status is JobStatus.RUNNING


def test_that_a_batch_that_was_over_with_nothing_to_do_rests_at_once(case: EngineCase) -> None:
    case.executor.by_itself = finished
    run = case.run_of(["a"])
    case.engine.run()
    last = case.store.last_event(run.batch_id)
    start_or_resume(run)
    assert case.step()
    assert case.store.last_event(run.batch_id) == last
