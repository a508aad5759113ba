"""Results that attempts left without saying so."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from engine_parts import EngineCase, engine_case, leave_result

from image_velocimetry_tools.batch.config import ScaffoldConfig
from image_velocimetry_tools.batch.engine.batch_run import BatchRun
from image_velocimetry_tools.batch.plan.attempt_result import result_of_attempt


@pytest.fixture
def case(tmp_path: Path, site: ScaffoldConfig) -> Iterator[EngineCase]:
    with engine_case(tmp_path, site) as made:
        yield made


@pytest.fixture
def run(case: EngineCase) -> BatchRun:
    """A job that runs."""
    found = case.run_of(["a"])
    case.step()
    return found


def test_that_results_of_other_attempts_of_other_settings_older_or_damaged_ones_are_not_taken(run: BatchRun) -> None:
    job, planner = run.jobs["a"], run.planner
    assert result_of_attempt(job, planner) is None
    folder = leave_result(planner, job.job, 1)
    assert result_of_attempt(job, planner) is not None
    assert result_of_attempt(replace(job, attempt=2), planner) is None
    assert result_of_attempt(replace(job, job=replace(job.job, alpha=0.7)), planner) is None
    assert result_of_attempt(replace(job, job=replace(job.job, water_surface_elevation_m=500.0)), planner) is None
    assert job.started is not None
    long_ago = job.started.timestamp() - 60.0
    os.utime(folder / "manifest.json", (long_ago, long_ago))
    assert result_of_attempt(job, planner) is None
    leave_result(planner, job.job, 1)
    (folder / "a.json").write_bytes(b"0" * (folder / "a.json").stat().st_size)
    assert result_of_attempt(job, planner) is None
