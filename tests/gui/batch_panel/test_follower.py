"""A batch followed look by look."""

from __future__ import annotations

from pathlib import Path

import pytest
from batch_folders import batch_folder
from store_values import BATCH

from image_velocimetry_tools.batch.events import BatchPausing, BatchStarted, JobProgressed, JobRetried, JobStarted
from image_velocimetry_tools.batch.folders.owner_lock import OwnerLock
from image_velocimetry_tools.batch.folders.state_folder import find_state
from image_velocimetry_tools.batch.models import BatchStatus, JobStatus
from image_velocimetry_tools.batch.store import BatchStore
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.gui.batch_panel.models.follower import BatchFollower, glance, is_run

STATUS, STAGE, DONE, DISCHARGE = 3, 4, 5, 6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return batch_folder(tmp_path / "batch", 4, status=BatchStatus.CREATED)


def record(folder: Path, *events: object) -> None:
    state, _ = find_state(folder)
    with BatchStore.open(state.database_url) as store:
        store.record_all(list(events))  # type: ignore[arg-type]


def test_that_the_first_look_shows_every_job(folder: Path) -> None:
    follower = BatchFollower(folder)
    look = follower.look()
    follower.close()
    assert look.is_first
    assert list(look.rows) == [0, 1, 2, 3]
    assert look.rows[0][STATUS] == "completed"
    assert float(look.rows[0][DISCHARGE]) > 0
    assert look.statuses[2] is JobStatus.FAILED


def test_that_a_later_look_shows_only_what_has_changed(folder: Path) -> None:
    follower = BatchFollower(folder)
    follower.look()
    assert not follower.look().rows
    attempt = {"batch_id": BATCH, "job_id": "job_003", "attempt": 2}
    record(folder, BatchStarted(batch_id=BATCH), JobRetried(batch_id=BATCH, job_id="job_003"), JobStarted(**attempt))
    record(folder, JobProgressed(**attempt, stage="decode", fraction=0.5))
    look = follower.look()
    follower.close()
    assert list(look.rows) == [2]
    assert look.rows[2][STATUS : DONE + 1] == ("running", "reading the video", "0.310")
    assert not look.is_first


def test_that_a_batch_without_its_process_is_interrupted(folder: Path) -> None:
    record(folder, BatchStarted(batch_id=BATCH))
    assert glance(folder).state == "interrupted"
    assert not is_run(folder)
    with OwnerLock(folder / ".ivytools"):
        assert glance(folder).state == "running"
        assert is_run(folder)


def test_that_the_reason_of_a_pause_is_shown(folder: Path) -> None:
    record(folder, BatchStarted(batch_id=BATCH))
    follower = BatchFollower(folder)
    follower.look()
    record(folder, BatchPausing(batch_id=BATCH, reason="the time is up"))
    summary = follower.look().summary
    follower.close()
    assert "the time is up" in summary.state


def test_that_another_batch_in_the_same_folder_is_shown_from_its_beginning(folder: Path, tmp_path: Path) -> None:
    follower = BatchFollower(folder)
    follower.look()
    other = batch_folder(tmp_path / "other", 2)
    state, _ = find_state(other)
    pointer = (folder / ".ivytools" / "batch.json").read_text()
    with BatchStore.open(find_state(folder)[0].database_url) as store, BatchStore.open(state.database_url) as source:
        from dataclasses import replace

        batch = replace(source.batch(BATCH), batch_id="batch_next", output_directory=folder)
        store.create_batch(batch, [replace(job, batch_id="batch_next") for job in source.jobs(BATCH)])
    (folder / ".ivytools" / "batch.json").write_text(pointer.replace(BATCH, "batch_next"))
    look = follower.look()
    follower.close()
    assert look.is_first
    assert len(look.rows) == 2


def test_that_a_folder_without_a_batch_says_so(tmp_path: Path) -> None:
    with pytest.raises(IvyError, match="no batch"):
        BatchFollower(tmp_path).look()
    assert "no batch" in glance(tmp_path).state
