"""Commands of another process for a batch that runs, that rests, or whose owner is gone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from tiny_batches import SUPPORT, TinyBatch, until

from image_velocimetry_tools.batch.engine.inbox import AddJobs, Cancel, Inbox, Pause, Resume, RetryJobs
from image_velocimetry_tools.batch.events import JobStarted
from image_velocimetry_tools.batch.folders.owner_lock import OwnedElsewhere
from image_velocimetry_tools.batch.folders.state_folder import find_state
from image_velocimetry_tools.batch.following.from_outside import follow
from image_velocimetry_tools.batch.job.job_json import job_json
from image_velocimetry_tools.batch.models import BatchStatus, JobStatus
from image_velocimetry_tools.batch.running.open_batch import taken_up_batch
from image_velocimetry_tools.batch.running.remote_control import give
from image_velocimetry_tools.domain.errors import IvyError

LADDER = {"terminate_after_s": 0.1, "kill_after_s": 0.4}


def started(batch: TinyBatch) -> list[str]:
    return [one.event.job_id for one in follow(batch.output, until=lambda: True) if isinstance(one.event, JobStarted)]


def test_that_no_job_starts_after_a_pause_returned(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"a": "wait", "b": "wait", "c": "", "d": ""})
    program = batch.start()
    program.wait_for("job_placed", "b")

    assert give(batch.output, Pause()).by_owner
    before = started(batch)
    batch.go()
    end = program.end()

    assert end["end"] == "paused"
    assert started(batch) == before == ["a", "b"]
    assert end["jobs"] == {"a": "completed", "b": "completed", "c": "pending", "d": "pending"}
    assert batch.finish("resume")["end"] == "completed"
    assert set(batch.attempts().values()) == {1}


def test_that_a_paused_batch_whose_jobs_still_run_can_be_cancelled_within_the_ladder(
    tiny: Callable[..., TinyBatch],
) -> None:
    batch = tiny({"a": "hang", "b": "wait", "c": "", "d": ""}, executor_settings=LADDER)
    program = batch.start()
    program.wait_for("job_placed", "b")
    until(lambda: batch.marked("deaf"), "the deaf one is deaf")

    give(batch.output, Pause())
    give(batch.output, Cancel())
    began_s = time.monotonic()
    end = program.end()

    assert time.monotonic() - began_s < 10.0
    assert end["end"] == "cancelled"
    assert end["jobs"] == {"a": "cancelled", "b": "cancelled", "c": "skipped", "d": "skipped"}
    assert "cancelled before it ran" in end["reasons"]["c"]
    batch.wait_until_nothing_runs()
    assert batch.leftovers() == []
    assert batch.summary() == end["jobs"]


def test_that_a_cancelled_batch_can_be_resumed(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"a": "", "b": "wait", "c": ""}, jobs=1)
    program = batch.start()
    program.wait_for("job_placed", "b")
    give(batch.output, Cancel())
    assert program.end()["jobs"] == {"a": "completed", "b": "cancelled", "c": "skipped"}
    batch.go()

    end = batch.finish("resume")

    assert end["end"] == "completed"
    assert set(end["jobs"].values()) == {"completed"}
    assert batch.attempts() == {"a": 1, "b": 2, "c": 1}


def test_that_single_jobs_can_be_cancelled_and_retried_while_the_batch_runs(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"a": "wait", "b": "wait@1", "c": "", "d": "wait"}, jobs=2)
    program = batch.start()
    program.wait_for("job_placed", "b")

    give(batch.output, Cancel(job_ids=("b", "c")))
    program.wait_for("job_cancelled", "b")
    assert batch.statuses()["c"] is JobStatus.SKIPPED
    assert batch.statuses()["a"] is JobStatus.RUNNING
    give(batch.output, RetryJobs(job_ids=("b",)))
    program.wait_for("job_placed", "d")
    batch.go()
    end = program.end()

    assert end["jobs"] == {"a": "completed", "b": "completed", "c": "skipped", "d": "completed"}


def test_that_commands_that_the_state_forbids_are_refused_with_the_reason(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"a": "wait", "b": ""}, jobs=1)
    program = batch.start()
    program.wait_for("job_placed", "a")

    with pytest.raises(IvyError, match="a is running"):
        give(batch.output, RetryJobs(job_ids=("a",)))
    with pytest.raises(IvyError, match="has no job aa"):
        give(batch.output, Cancel(job_ids=("aa",)))
    give(batch.output, Pause())
    with pytest.raises(IvyError, match="the batch is pausing and cannot pause"):
        give(batch.output, Pause())
    give(batch.output, Resume())
    batch.go()
    assert program.end()["end"] == "completed"
    for command in (Pause(), Cancel()):
        with pytest.raises(IvyError, match="the batch is completed and cannot"):
            give(batch.output, command)
    with pytest.raises(IvyError, match="no job of the batch failed"):
        give(batch.output, RetryJobs())


def test_that_a_command_for_a_batch_that_nobody_runs_is_carried_out_at_once(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"a": "wait", "b": ""}, jobs=1)
    program = batch.start()
    program.wait_for("job_placed", "a")
    batch.kill(program)
    assert batch.standing.is_orphaned

    assert not give(batch.output, Cancel()).by_owner

    assert batch.standing.batch.status is BatchStatus.CANCELLED
    assert batch.summary()["b"] == "skipped"
    batch.go()
    assert set(batch.finish("resume")["jobs"].values()) == {"completed"}


def test_that_jobs_retried_or_added_without_an_owner_wait_for_the_batch_to_be_resumed(
    tiny: Callable[..., TinyBatch],
) -> None:
    batch = tiny({"a": "segfault@1", "b": ""}, max_retries=0)
    assert batch.finish()["jobs"]["a"] == "failed"

    assert not give(batch.output, RetryJobs(job_ids=("a",))).by_owner
    assert batch.standing.batch.status is BatchStatus.PAUSED
    assert not batch.standing.is_orphaned
    (batch.videos / "c.mp4").write_bytes(b"one more")
    job = batch.standing.jobs[1].job
    content = job_json(job) | {"job_id": "c", "video_path": str(batch.videos / "c.mp4")}
    give(batch.output, AddJobs(jobs=(content,)))
    with pytest.raises(IvyError, match="no process runs the batch"):
        give(batch.output, Resume())

    assert batch.finish("resume")["jobs"] == {"a": "completed", "b": "completed", "c": "completed"}
    assert batch.attempts() == {"a": 2, "b": 1, "c": 1}


def test_that_a_job_of_an_id_that_there_is_cannot_be_added(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"a": "wait"})
    program = batch.start()
    program.wait_for("job_placed", "a")
    same = job_json(batch.standing.jobs[0].job)

    with pytest.raises(IvyError, match="two jobs of the same id"):
        give(batch.output, AddJobs(jobs=(same,)))

    batch.go()
    assert program.end()["jobs"] == {"a": "completed"}


def test_that_a_folder_in_use_is_refused_with_the_name_of_the_user(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"a": "wait"})
    program = batch.start()
    program.wait_for("job_placed", "a")

    for what in ("run", "resume"):
        refusal = batch.finish(what)["refused"]
        assert f"the batch is being run by process {program.process.pid}" in refusal
    with pytest.raises(OwnedElsewhere), taken_up_batch(batch.output):
        pass

    batch.go()
    assert program.end()["end"] == "completed"


def test_that_a_command_finds_its_way_when_the_owner_dies_while_it_waits(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"a": "wait", "b": ""}, jobs=1)
    program = batch.start()
    program.wait_for("job_placed", "a")
    state, _ = find_state(batch.output)
    os.kill(program.process.pid, signal.SIGSTOP)
    code = (
        "import sys; from pathlib import Path; from image_velocimetry_tools.batch.engine.inbox import Cancel; "
        "from image_velocimetry_tools.batch.running.remote_control import give; "
        "print(give(Path(sys.argv[1]), Cancel()))"
    )
    environment = {**os.environ, "PYTHONPATH": str(SUPPORT)}
    sender = subprocess.Popen([sys.executable, "-c", code, str(batch.output)], env=environment, stdout=subprocess.PIPE)
    until(lambda: Inbox(state.inbox).waiting(), "the command has arrived")
    began_s = time.monotonic()
    batch.kill(program)
    answer, _ = sender.communicate(timeout=30.0)

    assert b"by_owner=False" in answer
    assert time.monotonic() - began_s < 15.0
    assert batch.standing.batch.status is BatchStatus.CANCELLED
    assert Inbox(state.inbox).waiting() == []


def test_that_one_interrupt_finishes_what_runs_and_two_cancel_it(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"a": "wait", "b": "", "c": ""}, jobs=1)
    program = batch.start()
    program.wait_for("job_placed", "a")
    program.process.send_signal(signal.SIGINT)
    program.wait_for("batch_pausing")
    batch.go()
    end = program.end()
    assert (end["end"], end["jobs"]["a"], end["jobs"]["b"]) == ("paused", "completed", "pending")

    (batch.marks / "go").unlink()
    batch.describe({"a": "wait", "b": "", "c": ""}, jobs=1, force=True)
    program = batch.start()
    program.wait_for("job_placed", "a")
    program.process.send_signal(signal.SIGINT)
    program.wait_for("batch_pausing")
    program.process.send_signal(signal.SIGINT)
    end = program.end()
    assert end["end"] == "cancelled"
    assert end["jobs"] == {"a": "cancelled", "b": "skipped", "c": "skipped"}


def test_that_a_batch_at_its_time_limit_pauses_with_its_jobs_interrupted_and_goes_on_later(
    tiny: Callable[..., TinyBatch],
) -> None:
    batch = tiny({"a": "wait", "b": "wait"}, batch_timeout_s=1.5, executor_settings=LADDER)
    end = batch.finish()

    assert end["end"] == "paused"
    assert end["jobs"] == {"a": "interrupted", "b": "interrupted"}
    batch.wait_until_nothing_runs()
    batch.go()
    end = batch.finish("resume", batch_timeout_s=None)
    assert end["end"] == "completed"
    assert batch.attempts() == {"a": 2, "b": 2}


def test_that_the_first_failure_ends_the_batch_if_it_shall(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"a": "", "b": "fail", "c": "", "d": ""}, jobs=1, stop_on_first_failure=True)

    end = batch.finish()

    assert end["end"] == "failed"
    assert end["jobs"] == {"a": "completed", "b": "failed", "c": "skipped", "d": "skipped"}
    assert "the batch stopped at its first failure (job b)" in end["reasons"]["c"]
    end = batch.finish("resume", stop_on_first_failure=False)
    assert end["jobs"] == {"a": "completed", "b": "failed", "c": "completed", "d": "completed"}
