"""The commands that look at a batch or steer it, as they are typed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import batch_writer
import pytest
from store_values import BATCH, a_batch, completed, failed, some_jobs, started
from typer.testing import Result

from image_velocimetry_tools.batch.events import BatchFailed, BatchStarted
from image_velocimetry_tools.batch.folders.state_folder import state_folder
from image_velocimetry_tools.batch.store import BatchStore

LONGEST_WAIT_S = 30.0
PROGRAM = ("-m", "image_velocimetry_tools.cli.main")


@pytest.fixture
def folder(tmp_path: Path, scaffold_path: Path) -> Path:
    """The output folder of a batch of two jobs that was written down."""
    state = state_folder(tmp_path / "out")
    state.prepare()
    with BatchStore.open(state.database_url) as store:
        batch = a_batch(output_directory=state.output_directory, scaffold_path=scaffold_path)
        store.create_batch(batch, some_jobs(2))
    state.point_to(BATCH)
    return state.output_directory


def record(folder: Path, *events: Any) -> None:
    with BatchStore.open(state_folder(folder).database_url) as store:
        store.record_all(events)


OVER = (BatchStarted(batch_id=BATCH), started("job_1"), completed("job_1"), started("job_2"), failed("job_2"))
OVER = (*OVER, BatchFailed(batch_id=BATCH))


def test_that_a_status_lists_what_did_not_succeed(invoke: Callable[..., Result], folder: Path) -> None:
    record(folder, *OVER)
    result = invoke("status", folder)
    assert result.exit_code == 0
    assert "2: 1 completed, 1 failed" in result.stdout
    assert "job_2  failed" in result.stdout
    assert "job_1 " not in result.stdout
    assert "job_1 " in invoke("status", folder, "--verbose").stdout


def test_that_a_status_as_json_is_all_that_is_printed(invoke: Callable[..., Result], folder: Path) -> None:
    record(folder, *OVER)
    result = invoke("status", folder, "--json")
    assert json.loads(result.stdout)["status"] == "failed"
    assert result.stderr == ""


def test_that_watching_prints_lines_and_the_failures_apart(invoke: Callable[..., Result], folder: Path) -> None:
    record(folder, *OVER)
    result = invoke("watch", folder)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == "Boneyard, May: 2 jobs (1 completed, 1 failed)"
    assert result.stderr.startswith("error: job_2 failed")


def test_that_watching_as_json_prints_events_only(invoke: Callable[..., Result], folder: Path) -> None:
    record(folder, *OVER)
    result = invoke("watch", folder, "--json", "--after", 1)
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert [event["number"] for event in events] == list(range(2, 2 + len(OVER)))
    assert [event["type"] for event in events] == [event.type for event in OVER]
    assert invoke("watch", folder, "--json").stdout == ""


def test_that_watching_quietly_prints_failures_only(invoke: Callable[..., Result], folder: Path) -> None:
    record(folder, *OVER)
    result = invoke("watch", folder, "--quiet")
    assert result.stdout == ""
    assert "job_2 failed" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("watch", "--after", "3"),
        ("status", "--quiet", "--verbose"),
        ("add", "a.mp4", "b.mp4", "--wse", "1", "--job-id", "x"),
        ("add", "a.mp4"),
    ],
)
def test_that_options_that_exclude_each_other_are_refused(
    arguments: tuple[str, ...], invoke: Callable[..., Result], folder: Path
) -> None:
    command, *rest = arguments
    assert invoke(command, folder, *rest).exit_code == 2


def test_that_a_batch_nobody_runs_is_cancelled_and_cannot_be_paused(
    invoke: Callable[..., Result], folder: Path
) -> None:
    refused = invoke("pause", folder)
    assert refused.exit_code == 2
    assert "cannot pause" in refused.stderr
    assert invoke("cancel", folder, "job_2").stdout == "job_2 is skipped (cancelled before it ran)\n"
    assert invoke("cancel", folder).exit_code == 0
    assert json.loads(invoke("status", folder, "--json").stdout)["status"] == "cancelled"


def test_that_what_is_wrong_with_an_added_video_is_said(
    invoke: Callable[..., Result], folder: Path, video: Path
) -> None:
    result = invoke("add", folder, video, "--wse", "900")
    assert result.exit_code == 2
    assert "above the section" in result.stderr


@contextmanager
def started_process(*arguments: str | Path) -> Iterator[subprocess.Popen[str]]:
    """A Python process that is ended with the block."""
    process = subprocess.Popen(
        [sys.executable, "-u", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@contextmanager
def running_batch(folder: Path, steps: int) -> Iterator[subprocess.Popen[str]]:
    """Another process owns the batch, and begins once it is told."""
    with started_process(batch_writer.__file__, folder, str(steps)) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "owned\n"
        yield writer


def begin(writer: subprocess.Popen[str]) -> None:
    assert writer.stdin is not None
    writer.stdin.write("begin\n")
    writer.stdin.flush()


def test_that_progress_is_watched_within_a_second_until_the_batch_is_over(folder: Path) -> None:
    behind_s = []
    with (
        running_batch(folder, 25) as writer,
        started_process(*PROGRAM, "watch", folder, "--json", "--after", "0") as watcher,
    ):
        assert watcher.stdout is not None
        assert json.loads(watcher.stdout.readline())["type"] == "batch_created"
        begin(writer)
        types = set()
        for line in watcher.stdout:
            event = json.loads(line)
            types.add(event["type"])
            behind_s.append((datetime.now(UTC) - datetime.fromisoformat(event["at"])).total_seconds())
        assert watcher.wait(LONGEST_WAIT_S) == 1  # the second job never ran
    assert {"job_started", "job_progressed", "job_completed", "batch_completed"} <= types
    assert len(behind_s) > 5
    assert max(behind_s) <= 1.0, behind_s


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for another process")
def test_that_an_interruption_leaves_the_batch_alone(folder: Path) -> None:
    with running_batch(folder, 10) as writer, started_process(*PROGRAM, "watch", folder) as watcher:
        assert watcher.stdout is not None
        assert watcher.stdout.readline().startswith("Boneyard, May: 2 jobs")
        watcher.send_signal(signal.SIGINT)
        assert watcher.wait(LONGEST_WAIT_S) == 130
        assert "no longer watched" in watcher.stdout.read()
        begin(writer)
        assert writer.wait(LONGEST_WAIT_S) == 0


def test_that_watching_ends_when_its_reader_goes_away(folder: Path) -> None:
    with (
        running_batch(folder, 20) as writer,
        started_process(*PROGRAM, "watch", folder, "--json", "--after", "0") as watcher,
    ):
        assert watcher.stdout is not None
        watcher.stdout.readline()
        watcher.stdout.close()
        begin(writer)
        assert watcher.stderr is not None
        assert watcher.stderr.read() == ""
        watcher.wait(LONGEST_WAIT_S)
        assert writer.poll() is None, "the watcher should have ended before the batch"
