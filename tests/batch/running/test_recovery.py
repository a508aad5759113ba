"""Rows and folders brought into agreement after a process died."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from engine_parts import EngineCase, engine_case, leave_result

from image_velocimetry_tools.batch.config import ScaffoldConfig
from image_velocimetry_tools.batch.engine.batch_run import BatchRun
from image_velocimetry_tools.batch.events import BatchCancelling
from image_velocimetry_tools.batch.models import BatchStatus, JobStatus
from image_velocimetry_tools.batch.running.recovery import (
    end_survivor,
    reconcile,
    tidy_jobs_directory,
)


@pytest.fixture
def case(tmp_path: Path, site: ScaffoldConfig) -> Iterator[EngineCase]:
    with engine_case(tmp_path, site) as made:
        yield made


@pytest.fixture
def run(case: EngineCase) -> BatchRun:
    """Two jobs that run, one that waits."""
    found = case.run_of(["a", "b", "c"])
    case.step()
    return found


def statuses(case: EngineCase, run: BatchRun) -> dict[str, JobStatus]:
    return {job.job_id: job.status for job in case.store.jobs(run.batch_id)}


def test_that_whole_results_are_adopted_and_other_attempts_are_interrupted(case: EngineCase, run: BatchRun) -> None:
    leave_result(run.planner, run.jobs["a"].job, 1)

    batch = reconcile(case.store, run.batch, run.planner)

    assert batch.status is BatchStatus.PAUSED
    assert statuses(case, run) == {
        "a": JobStatus.COMPLETED,
        "b": JobStatus.INTERRUPTED,
        "c": JobStatus.PENDING,
    }
    assert case.store.job(run.batch_id, "a").result is not None


def test_that_doing_it_twice_changes_nothing(case: EngineCase, run: BatchRun) -> None:
    leave_result(run.planner, run.jobs["a"].job, 1)
    once = reconcile(case.store, run.batch, run.planner)
    before, last = statuses(case, run), case.store.last_event()
    assert reconcile(case.store, once, run.planner) == once
    assert (statuses(case, run), case.store.last_event()) == (before, last)


def test_that_a_cancellation_that_was_cut_off_is_carried_to_its_end(case: EngineCase, run: BatchRun) -> None:
    run.record(BatchCancelling(batch_id=run.batch_id))
    batch = reconcile(case.store, run.batch, run.planner)
    assert batch.status is BatchStatus.CANCELLED
    assert statuses(case, run)["c"] is JobStatus.SKIPPED


def test_that_leftovers_go_and_what_was_moved_aside_comes_back(tmp_path: Path) -> None:
    for name in ("a", "a.partial-1", "a.old-1", "b.old-2", "b.partial-3", "c"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "which").write_text(name)
    tidy_jobs_directory(tmp_path)
    assert {path.name: (path / "which").read_text() for path in tmp_path.iterdir()} == {
        "a": "a",
        "b": "b.old-2",
        "c": "c",
    }
    tidy_jobs_directory(tmp_path / "not there")


def test_that_a_process_that_outlived_its_program_is_ended_with_its_children(run: BatchRun) -> None:
    inner = "import subprocess, sys; p = subprocess.Popen(['sleep', '600']); print(p.pid, flush=True); p.wait()"
    child = subprocess.Popen([sys.executable, "-c", inner], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    grandchild = int(child.stdout.readline())
    created = psutil.Process(child.pid).create_time()
    here = replace(run.jobs["a"], pid=child.pid, host=socket.gethostname(), pid_created=created)

    for other in (replace(here, pid_created=created - 100.0), replace(here, host="elsewhere"), replace(here, pid=None)):
        end_survivor(other)
        assert child.poll() is None
    end_survivor(here)

    child.wait(10.0)
    assert not psutil.pid_exists(grandchild) or psutil.Process(grandchild).status() == psutil.STATUS_ZOMBIE
    end_survivor(here)
