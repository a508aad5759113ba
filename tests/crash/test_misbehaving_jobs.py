"""Jobs that crash, hang or eat memory: the batch ends, the others are unharmed, and the cause is named."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import psutil
import pytest
from tiny_batches import TinyBatch, until

from image_velocimetry_tools.batch.models import JobStatus

OTHERS = {"a": "", "b": "", "c": ""}


def expect_others_unharmed(batch: TinyBatch) -> None:
    statuses = batch.statuses()
    assert {job_id: statuses[job_id] for job_id in OTHERS} == dict.fromkeys(OTHERS, JobStatus.COMPLETED)
    assert all(batch.attempts()[job_id] == 1 for job_id in OTHERS)
    assert batch.leftovers() == []
    batch.wait_until_nothing_runs()


@pytest.mark.parametrize(
    ("behaviour", "cause"),
    [
        ("segfault", "SIGSEGV"),
        ("exit:7", "exited with code 7"),
        ("exit:0", "exited with code 0"),
        ("orphan", "exited with code 3"),
    ],
)
def test_that_a_job_whose_process_dies_is_retried_then_failed_with_the_cause(
    tiny: Callable[..., TinyBatch], behaviour: str, cause: str
) -> None:
    batch = tiny({"bad": behaviour, **OTHERS}, max_retries=2)

    end = batch.finish()

    assert end["end"] == "completed"
    assert end["jobs"]["bad"] == "failed"
    assert cause in end["reasons"]["bad"]
    assert cause in batch.errors()
    assert batch.attempts()["bad"] == 3
    expect_others_unharmed(batch)


def test_that_what_a_crashed_job_printed_last_is_kept_with_its_log(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"bad": "segfault", **OTHERS}, max_retries=0)
    batch.finish()

    job = next(job for job in batch.standing.jobs if job.job_id == "bad")
    log = (batch.output / "logs" / "bad-1.log").read_text()
    assert "about to read where nothing is" in log
    assert "Segmentation fault" in log
    assert job.log_tail
    assert "\n".join(job.log_tail) in log


def test_that_a_crash_that_passes_costs_one_retry(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"bad": "segfault@1", **OTHERS})

    end = batch.finish()

    assert set(end["jobs"].values()) == {"completed"}
    assert batch.attempts()["bad"] == 2
    assert batch.summary()["bad"] == "completed"


def test_that_bad_input_is_not_retried_and_a_passing_error_is(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"bad": "fail", "shaky": "trip@1", **OTHERS})

    end = batch.finish()

    assert (end["jobs"]["bad"], end["jobs"]["shaky"]) == ("failed", "completed")
    assert (batch.attempts()["bad"], batch.attempts()["shaky"]) == (1, 2)
    assert "the film is of another river" in batch.errors()
    assert "Take the right one" in batch.errors()


def test_that_a_result_of_an_earlier_run_is_not_taken_for_that_of_a_job_that_crashed(
    tiny: Callable[..., TinyBatch],
) -> None:
    batch = tiny({"bad": "", **OTHERS})
    batch.finish()
    old = batch.stamps()["bad"]
    # the comments of a job are part of its identity, so the bad manners come by the video alone
    (batch.videos / "bad.mp4").unlink()
    age = 60.0
    for path in (batch.output / "jobs" / "bad").iterdir():
        status = path.stat()
        os.utime(path, (status.st_atime - age, status.st_mtime - age))

    end = batch.finish("run", force=True, max_retries=0)

    assert end["jobs"]["bad"] == "failed"
    assert batch.stamps()["bad"][0] == old[0]


def test_that_a_job_killed_by_somebody_is_said_to_be_and_retried(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"bad": "wait", **OTHERS}, max_retries=1)
    program = batch.start()

    for _ in range(2):
        os.kill(program.wait_for("job_placed", "bad")["pid"], signal.SIGKILL)
    end = program.end()

    assert end["jobs"]["bad"] == "failed"
    assert "ended from outside by signal SIGKILL" in end["reasons"]["bad"]
    assert "SIGKILL" in batch.errors()
    expect_others_unharmed(batch)


def test_that_a_deaf_job_is_killed_at_its_time_limit(tiny: Callable[..., TinyBatch]) -> None:
    ladder = {"terminate_after_s": 0.1, "kill_after_s": 0.3}
    batch = tiny({"bad": "hang", **OTHERS}, job_timeout_s=1.0, executor_settings=ladder)

    end = batch.finish()

    assert end["jobs"]["bad"] == "timed_out"
    assert "it ran longer than its limit of 1 s" in end["reasons"]["bad"]
    assert "Raise the time limit" in batch.errors()
    assert batch.attempts()["bad"] == 1
    assert not psutil.pid_exists(int(batch.marked("deaf")[0]))
    expect_others_unharmed(batch)


def test_that_a_job_without_progress_is_ended_and_tried_again(tiny: Callable[..., TinyBatch]) -> None:
    ladder = {"terminate_after_s": 0.1, "kill_after_s": 0.3}
    settings: dict[str, Any] = {"no_progress_timeout_s": 0.8, "max_retries": 1, "executor_settings": ladder}
    batch = tiny({"stuck": "hang", "once": "hang@1", **OTHERS}, **settings)

    end = batch.finish()

    assert (end["jobs"]["stuck"], end["jobs"]["once"]) == ("timed_out", "completed")
    assert "it made no progress for 0.8 s" in end["reasons"]["stuck"]
    assert batch.attempts()["stuck"] == 2
    expect_others_unharmed(batch)


def test_that_a_job_that_runs_into_its_own_memory_limit_is_out_of_memory(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"bad": "eat:400:limited", **OTHERS}, max_retries=3)

    end = batch.finish()

    assert end["jobs"]["bad"] == "out_of_memory"
    # alone and with more memory once, then no more: it would not help
    assert batch.attempts()["bad"] == 2
    expect_others_unharmed(batch)


@pytest.mark.slow
def test_that_the_job_that_takes_too_much_memory_is_ended_and_no_other(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"bad": "eat:1200", **OTHERS}, max_retries=0, memory_limit="900M")

    end = batch.finish()

    assert end["jobs"]["bad"] == "out_of_memory"
    assert "MB of memory together, and this one" in end["reasons"]["bad"]
    assert "Run fewer jobs at a time" in batch.errors()
    expect_others_unharmed(batch)


def test_that_no_grandchild_outlives_its_job(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"bad": "orphan", **OTHERS}, max_retries=0)
    batch.finish()
    grandchild = int(batch.marked("grandchildren")[0])
    until(lambda: not psutil.pid_exists(grandchild), "the grandchild is gone")


def test_that_a_batch_of_crashes_alone_fails_and_ends(tiny: Callable[..., TinyBatch]) -> None:
    batch = tiny({"a": "segfault", "b": "exit:1"}, max_retries=0)

    end = batch.finish()

    assert end["end"] == "failed"
    assert batch.summary() == {"a": "failed", "b": "failed"}
