"""Results read back from their folders, and jobs made ready to run again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from engine_parts import leave_result

from image_velocimetry_tools.batch.config import RunSettings, ScaffoldConfig
from image_velocimetry_tools.batch.folders.identity import MethodChoice
from image_velocimetry_tools.batch.models import BatchJob, JobStatus, PlannedJob
from image_velocimetry_tools.batch.plan.planner import JobPlanner
from image_velocimetry_tools.batch.results.stored_result import stored_result, stored_result_or_none
from image_velocimetry_tools.domain.errors import IvyError


@pytest.fixture
def planner(site: ScaffoldConfig, tmp_path: Path) -> JobPlanner:
    return JobPlanner(site, RunSettings(plots=False), MethodChoice(), tmp_path / "jobs")


@pytest.fixture
def job(planned: Callable[..., list[PlannedJob]]) -> BatchJob:
    return planned("a")[0].job


def test_that_a_result_reads_as_the_batch_reports_it(planner: JobPlanner, job: BatchJob) -> None:
    leave_result(planner, job, 1)
    result = stored_result(job, planner.jobs_directory)
    assert result.success
    assert (result.total_discharge, result.quality, result.uncertainty_iso_95pct) == (1.0, "good", 6.0)
    assert stored_result(job, planner.jobs_directory, JobStatus.SKIPPED).status is JobStatus.SKIPPED


@pytest.mark.parametrize("content", ["", "{", "{}", "[]", '{"uncertainty": 1, "quality": {}}', "null"])
def test_that_a_damaged_result_is_none(planner: JobPlanner, job: BatchJob, content: str) -> None:
    assert stored_result_or_none(job, planner.jobs_directory) is None
    folder = leave_result(planner, job, 1)
    (folder / "a.json").write_text(content)
    assert stored_result_or_none(job, planner.jobs_directory) is None


def test_that_a_planner_finds_the_result_of_exactly_its_job(planner: JobPlanner, job: BatchJob) -> None:
    leave_result(planner, job, 1)
    assert planner.finished_result(planner.planned(job)) is not None
    assert planner.finished_result(planner.planned(replace(job, alpha=0.8))) is None
    # without a stamp of the video nobody knows whether it is up to date
    assert planner.up_to_date_result(planner.planned(job)) is None


def test_that_a_job_that_does_not_fit_its_site_is_refused(planner: JobPlanner, job: BatchJob) -> None:
    with pytest.raises(IvyError, match=r"job a.*above the section"):
        planner.planned(replace(job, water_surface_elevation_m=500.0))
    with pytest.raises(IvyError, match="stiv_num_pixels"):
        planner.planned(replace(job, overrides={"stiv_num_pixels": "few"}))
