"""``resume`` and ``retry`` as users give them."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stand_in_results import summary_rows
from typer.testing import Result

from image_velocimetry_tools.batch.following.from_outside import standing
from image_velocimetry_tools.domain.errors import VideoError

Invoke = Callable[..., Result]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


@pytest.fixture
def run(invoke: Invoke, measurement: Any, scaffold_path: Path, jobs_csv: Path, out: Path) -> Callable[..., Result]:
    return lambda *options: invoke("run", scaffold_path, jobs_csv, "--output", out, "--executor", "inline", *options)


@pytest.fixture
def paused(run: Callable[..., Result], measurement: Any, out: Path) -> Path:
    """A batch of which the first job has been measured."""
    measurement.before = lambda job: os.kill(os.getpid(), signal.SIGINT)
    assert run().exit_code == 130
    measurement.before = lambda job: None
    return out


def statuses(out: Path) -> list[str]:
    return [row["status"] for row in summary_rows(out)]


def test_that_resume_does_what_is_left_with_changed_settings(invoke: Invoke, measurement: Any, paused: Path) -> None:
    done = invoke("resume", paused, "--no-plots", "--jobs", "1", "--threads", "1", "--quiet", "--max-retries", "0")
    assert (done.exit_code, done.output) == (0, "")
    assert statuses(paused) == ["completed", "completed"]
    assert [(one["job"].job_id, one["plots"]) for one in measurement.options] == [("job_001", True), ("job_002", False)]
    assert measurement.options[0]["attempt"] == measurement.options[1]["attempt"] == 1
    settings = standing(paused).batch.settings
    assert (settings.plots, settings.jobs, settings.threads, settings.max_retries) == (False, 1, 1, 0)


def test_that_resuming_what_is_complete_is_0_and_measures_nothing(
    invoke: Invoke, measurement: Any, run: Callable[..., Result], out: Path
) -> None:
    run()
    done = invoke("resume", out)
    assert (done.exit_code, len(measurement.options)) == (0, 2)
    assert "2 of 2 jobs completed" in done.stdout


def test_that_retry_runs_the_jobs_named_and_counts_attempts(
    invoke: Invoke, measurement: Any, run: Callable[..., Result], out: Path
) -> None:
    measurement.errors.update({job_id: VideoError("broken", stage="decode") for job_id in ("job_001", "job_002")})
    assert run().exit_code == 1
    measurement.errors.clear()
    assert invoke("retry", out, "job_002").exit_code == 1
    assert statuses(out) == ["failed", "completed"]
    assert (measurement.options[-1]["job"].job_id, measurement.options[-1]["attempt"]) == ("job_002", 2)
    assert invoke("retry", out).exit_code == 0
    assert statuses(out) == ["completed", "completed"]
    assert not (out / "errors.log").exists()


@pytest.mark.parametrize(
    ("job_ids", "message"),
    [
        (("job_001",), "only jobs that failed or were cancelled can be retried: job_001 is completed"),
        (("job_01",), "the batch has no job job_01. Did you mean job_001."),
        ((), "no job of the batch failed"),
    ],
)
def test_that_a_retry_that_makes_no_sense_is_2(
    invoke: Invoke, measurement: Any, run: Callable[..., Result], out: Path, job_ids: tuple[str, ...], message: str
) -> None:
    run()
    done = invoke("retry", out, *job_ids)
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert len(measurement.options) == 2


@pytest.mark.parametrize("command", ["resume", "retry"])
def test_that_a_folder_that_holds_no_batch_is_2(invoke: Invoke, tmp_path: Path, command: str) -> None:
    for folder, what in ((tmp_path, "the folder holds no batch"), (tmp_path / "no", "there is no such folder")):
        done = invoke(command, folder)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr == f"error: {folder}: {what}. Give the output folder of an earlier 'ivytools-batch run'.\n"
    assert list(tmp_path.iterdir()) == []


def test_that_a_batch_of_a_newer_program_is_refused_and_left_alone(invoke: Invoke, paused: Path) -> None:
    database = paused / ".ivytools" / "state.sqlite3"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE ivytools_schema SET version_num = '9999'")
    connection.close()
    done = invoke("resume", paused)
    assert done.exit_code == 2
    assert "newer" in done.stderr
    assert "Traceback" not in done.output
    assert statuses(paused) == ["completed", "pending"]


def test_that_a_changed_video_is_named_and_redone_or_refused(
    invoke: Invoke, measurement: Any, paused: Path, video: Path
) -> None:
    video.write_bytes(b"another film")
    refused = invoke("resume", paused, "--strict")
    assert refused.exit_code == 2
    assert "job job_001: its video has changed" in refused.stderr
    assert len(measurement.options) == 1
    done = invoke("resume", paused)
    assert done.exit_code == 0
    assert "job_001 runs again: its video has changed" in done.stderr
    assert [one["job"].job_id for one in measurement.options] == ["job_001", "job_001", "job_002"]


def test_that_videos_that_are_all_gone_are_told(invoke: Invoke, paused: Path, video: Path) -> None:
    video.unlink()
    done = invoke("resume", paused)
    assert done.exit_code == 2
    assert "none of the 1 videos that are still to be measured is there" in done.stderr
    assert statuses(paused) == ["completed", "pending"]


def test_that_wrong_values_are_2_and_change_nothing(invoke: Invoke, paused: Path) -> None:
    before = standing(paused).batch.settings
    done = invoke("resume", paused, "--jobs", "none", "--job-timeout", "soon")
    assert done.exit_code == 2
    assert [line.split(":")[1].strip() for line in done.stderr.splitlines()] == ["--job-timeout", "--jobs"]
    assert standing(paused).batch.settings == before
