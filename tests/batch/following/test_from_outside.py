"""A batch as others see it: its events as they come, and how it stands."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_parts import EngineCase, engine_case, finished

from image_velocimetry_tools.batch.config import ScaffoldConfig
from image_velocimetry_tools.batch.engine.batch_run import BatchRun
from image_velocimetry_tools.batch.events import BatchPaused, BatchPausing
from image_velocimetry_tools.batch.folders.owner_lock import OwnerLock
from image_velocimetry_tools.batch.following.from_outside import follow, standing
from image_velocimetry_tools.batch.models import BatchStatus, JobStatus
from image_velocimetry_tools.batch.results.export_source import export_source, require_results
from image_velocimetry_tools.domain.errors import IvyError


@pytest.fixture
def case(tmp_path: Path, site: ScaffoldConfig) -> Iterator[EngineCase]:
    with engine_case(tmp_path, site) as made:
        yield made


def pointed(case: EngineCase, run: BatchRun) -> BatchRun:
    """Let the folder of a batch point to the database that all share here."""
    elsewhere = type(run.state)(run.state.output_directory, f"sqlite:///{case.folder / 'state.sqlite3'}", case.folder)
    elsewhere.point_to(run.batch_id)
    return run


def test_that_following_ends_with_the_batch_and_tells_everything_once(case: EngineCase) -> None:
    case.executor.by_itself = finished
    run = pointed(case, case.run_of(["a", "b"]))
    case.engine.run()

    events = list(follow(run.state.output_directory))

    assert [one.number for one in events] == sorted({one.number for one in events})
    assert [one.event.type for one in events][-1] == "batch_completed"
    middle = events[len(events) // 2].number
    assert [one.number for one in follow(run.state.output_directory, after=middle)] == [
        one.number for one in events if one.number > middle
    ]


def test_that_events_of_a_batch_that_runs_arrive_as_they_are_written(case: EngineCase) -> None:
    run = pointed(case, case.run_of(["a"]))
    came: list[str] = []
    started, paused = threading.Event(), threading.Event()

    def watch() -> None:
        for stored in follow(run.state.output_directory):
            came.append(stored.event.type)
            if stored.event.type == "batch_started":
                started.set()
            if stored.event.type == "batch_paused":
                paused.set()

    with OwnerLock(run.state.own):
        watcher = threading.Thread(target=watch)
        watcher.start()
        assert started.wait(10.0)
        run.record(BatchPausing(batch_id=run.batch_id), BatchPaused(batch_id=run.batch_id))
        assert paused.wait(10.0)
        # its owner may let it go on
        assert watcher.is_alive()
    watcher.join(10.0)
    assert not watcher.is_alive()


def test_that_a_batch_without_an_owner_is_known_as_an_orphan(case: EngineCase) -> None:
    run = pointed(case, case.run_of(["a"]))
    found = standing(run.state.output_directory)
    assert found.is_orphaned
    assert found.batch.status is BatchStatus.RUNNING
    with OwnerLock(run.state.own):
        assert not standing(run.state.output_directory).is_orphaned
    assert [one.event.type for one in follow(run.state.output_directory)][-1] == "batch_started"


def test_that_a_batch_can_be_exported_while_it_runs(case: EngineCase) -> None:
    run = pointed(case, case.run_of(["a", "b"]))
    case.step()
    source = export_source(run.state.output_directory)
    with pytest.raises(IvyError, match="no job of the batch has a result"):
        require_results(source)
    case.end("a")
    case.step()

    source = export_source(run.state.output_directory)

    assert [job.status for job in source.jobs] == [JobStatus.COMPLETED, JobStatus.RUNNING]
    assert [job.number for job in source.jobs] == [1, 2]
    assert not source.is_finished
    assert source.facts["status"] == "running"


def test_that_looking_into_a_folder_leaves_it_as_it_was(case: EngineCase) -> None:
    run = pointed(case, case.run_of(["a"]))
    before = sorted(os.listdir(run.state.own))
    standing(run.state.output_directory)
    assert sorted(os.listdir(run.state.own)) == before
    shutil.rmtree(run.state.own)
    with pytest.raises(IvyError, match="the folder holds no batch"):
        standing(run.state.output_directory)
