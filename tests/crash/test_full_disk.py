"""A disk that fills pauses a batch; with space it goes on, and nothing is lost or failed."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tiny_batches import TinyBatch, until

from image_velocimetry_tools.batch.models import BatchStatus, JobStatus

SIZE_MB = 100


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None:
        pytest.skip("there is no mount")
    done = subprocess.run([mount, "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "none", str(folder)], capture_output=True)
    if done.returncode != 0:
        pytest.skip("a file system cannot be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder: Path, leave_bytes: int) -> Path:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as stream, contextlib.suppress(OSError):
        while shutil.disk_usage(folder).free > leave_bytes:
            stream.write(b"\1" * 65_536)
    return ballast


def expect_all_completed(batch: TinyBatch) -> None:
    assert batch.standing.batch.status is BatchStatus.COMPLETED
    assert set(batch.statuses().values()) == {JobStatus.COMPLETED}
    assert batch.summary() == dict.fromkeys(batch.jobs, "completed")
    assert batch.leftovers() == []


def test_that_a_job_that_finds_the_disk_full_waits_with_its_batch_and_is_not_failed(
    tiny: Callable[..., TinyBatch],
) -> None:
    batch = tiny({"a": "", "b": "full", "c": "full", "d": ""}, retry_delay_s=0.2)
    program = batch.start()

    assert "the disk is full; it goes on when there is space again" in program.wait_for("batch_pausing")["reason"]
    program.wait_for("batch_paused")
    assert JobStatus.FAILED not in batch.statuses().values()
    program.wait_for("batch_resumed")
    program.wait_for("batch_paused")
    (batch.marks / "space").touch()
    end = program.end()

    assert end["end"] == "completed"
    expect_all_completed(batch)
    # it does not try again at once, over and over
    assert max(batch.attempts().values()) < 6


def test_that_a_disk_without_room_pauses_the_batch_before_a_job_starts(
    tiny: Callable[..., TinyBatch], small_disk: Path
) -> None:
    batch = tiny({"a": "", "b": "wait", "c": "", "d": ""}, jobs=1)
    batch.output = small_disk / "out"
    batch.describe(batch.jobs, jobs=1)
    program = batch.start()
    program.wait_for("job_placed", "b")
    ballast = fill(small_disk, 3_000_000)

    assert "MB left" in program.wait_for("batch_pausing")["reason"]
    batch.go()
    program.wait_for("batch_paused")
    assert batch.statuses()["c"] is JobStatus.PENDING
    ballast.unlink()
    end = program.end()

    assert end["end"] == "completed"
    expect_all_completed(batch)
    assert set(batch.attempts().values()) == {1}


@pytest.mark.slow
def test_that_a_disk_filled_to_the_last_byte_loses_nothing(tiny: Callable[..., TinyBatch], small_disk: Path) -> None:
    batch = tiny({"a": "", "b": "wait", "c": "wait", "d": "", "e": ""})
    batch.output = small_disk / "out"
    batch.describe(batch.jobs)
    program = batch.start()
    program.wait_for("job_placed", "b")
    program.wait_for("job_placed", "c")
    ballast = fill(small_disk, 0)
    batch.go()
    # the state itself cannot be written now: the program lives and waits
    until(lambda: "waits until there is space again" in program.said(), "the store cannot be written")
    assert program.process.poll() is None
    ballast.unlink()
    end = program.end()

    assert end["end"] == "completed"
    expect_all_completed(batch)
    assert batch.stamps().keys() == batch.jobs.keys()
