"""Jobs whose video has a URL: no disk is asked about it before it is fetched, and a URL stands for its content."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from stand_in_results import summary_rows

from image_velocimetry_tools.batch.config import BatchVideoConfig, RunSettings, ScaffoldConfig, VideoConfig
from image_velocimetry_tools.batch.engine.expected_facts import expected_facts
from image_velocimetry_tools.batch.engine.job_facts import ASSUMED_FACTS
from image_velocimetry_tools.batch.engine.work import MeasureJob, WorkValue
from image_velocimetry_tools.batch.folders.identity import FileStamp, MethodChoice, is_same_video
from image_velocimetry_tools.batch.folders.state_folder import state_folder
from image_velocimetry_tools.batch.job.job_json import job_from_json, job_json
from image_velocimetry_tools.batch.jobs import BatchCSVParser
from image_velocimetry_tools.batch.labels import BatchLabels
from image_velocimetry_tools.batch.models import BatchJob, JobStatus, PlannedJob
from image_velocimetry_tools.batch.plan.planning import plan_video, plan_videos
from image_velocimetry_tools.batch.plan.video_checks import look_into_videos
from image_velocimetry_tools.batch.running.batch_runs import Company, NewBatch, run_again, run_new
from image_velocimetry_tools.domain.errors import JobsCsvError

URL = "https://host.invalid/clips/high%20flow.mp4"
Planner = Callable[..., list[PlannedJob]]


class Context:
    """Watches, and cancels if it shall."""

    def __init__(self, is_cancelled: bool = False) -> None:
        self.stages: list[str] = []
        self._is_cancelled = is_cancelled

    def progress(self, stage: str, fraction: float) -> None:
        self.stages.append(stage)

    def is_cancelled(self) -> bool:
        return self._is_cancelled


def at_url(planned: list[PlannedJob], url: str) -> list[PlannedJob]:
    return [replace(one, job=replace(one.job, video_path=Path("v.mp4"), video_url=url)) for one in planned]


def test_that_a_script_gives_a_url_in_place_of_a_path(config: Callable[..., BatchVideoConfig]) -> None:
    job = plan_video(config(video_path=URL)).job
    assert (job.video_url, job.video_path, job.video_source) == (URL, Path("high flow.mp4"), URL)
    assert job.job_id == "high_flow"
    assert job_from_json(job_json(job)) == job


def test_that_two_urls_of_one_file_name_are_two_jobs(config: Callable[..., BatchVideoConfig]) -> None:
    jobs = plan_videos([config(video_path=f"s3://{bucket}/a.mp4") for bucket in "xy"])
    assert [planned.job.job_id for planned in jobs] == ["a", "a_2"]


def test_that_text_that_is_no_url_is_a_path() -> None:
    assert VideoConfig(video_path="a/b.mp4", water_surface_elevation=1.0).video_path == Path("a/b.mp4")


def test_that_a_row_with_a_url_is_planned_without_the_file(site: ScaffoldConfig, tmp_path: Path) -> None:
    (tmp_path / "jobs.csv").write_text(f"video_path,water_surface_elevation\n{URL},333\ngone.mp4,333\n")
    with pytest.raises(JobsCsvError) as refusal:
        BatchCSVParser().parse(tmp_path / "jobs.csv", site)
    assert ["line 3" in problem.where for problem in refusal.value.problems] == [True]


def test_that_no_video_with_a_url_is_looked_into(planned: Planner) -> None:
    def probe(path: Path) -> Any:
        raise AssertionError(path)

    assert look_into_videos(at_url(planned("a"), URL), probe) == []


def test_that_an_ordinary_length_is_assumed_of_a_video_with_a_url(planned: Planner) -> None:
    facts = expected_facts(at_url(planned("a"), URL)[0], RunSettings())
    assert facts.decoded_frames == ASSUMED_FACTS.frames


@pytest.mark.parametrize(("before", "same"), [(URL, True), ("https://host.invalid/other.mp4", False)])
def test_that_a_url_stands_for_its_content(before: str, same: bool) -> None:
    stamped = FileStamp(path=before, size_bytes=7, sha256="0")
    assert is_same_video(stamped, BatchJob("a", Path("a.mp4"), 1.0, video_url=URL)) is same


def test_that_the_work_fetches_into_its_scratch_folder_and_answers_with_the_url(
    planned: Planner, executor: Any, video: Path, tmp_path: Path
) -> None:
    (job,) = at_url(planned("a"), video.as_uri())
    seen: list[Path] = []
    executor.before = lambda job: seen.append(job.video_path)
    work = MeasureJob(job, tmp_path / "jobs", 1, MethodChoice(), runner=executor)
    assert work.shared_folders == (tmp_path / "jobs",)
    context = Context()
    value = WorkValue.model_validate(work.with_scratch_folder(tmp_path / "scratch")(context))
    assert (value.result.status, value.result.video_url) == (JobStatus.COMPLETED, video.as_uri())
    assert value.result.video_path == Path("v.mp4")
    assert seen[0].is_relative_to(tmp_path / "scratch")
    assert list((tmp_path / "scratch").iterdir()) == []
    assert context.stages == ["fetch", "fetch", "decode"]


def test_that_work_that_is_asked_to_stop_while_it_fetches_does(
    planned: Planner, executor: Any, video: Path, tmp_path: Path
) -> None:
    (job,) = at_url(planned("a"), video.as_uri())
    work = MeasureJob(job, tmp_path / "jobs", 1, MethodChoice(), runner=executor)
    value = WorkValue.model_validate(work(Context(is_cancelled=True)))
    assert (value.result.status, value.result.stage) == (JobStatus.CANCELLED, "fetch")
    assert executor.calls == []
    assert list((tmp_path / "jobs").iterdir()) == []


def test_that_a_url_that_cannot_be_fetched_fails_its_job_and_can_be_retried(
    planned: Planner, executor: Any, loader: Any, site: ScaffoldConfig, video: Path, tmp_path: Path
) -> None:
    late = tmp_path / "late.mp4"
    jobs = at_url(planned("a"), video.as_uri()) + at_url(planned("b"), late.as_uri())
    out, company = tmp_path / "out", Company(runner=executor)
    settings = RunSettings(executor="inline", plots=False, retry_delay_s=0.0)
    run_new(NewBatch(site, tuple(jobs), state_folder(out), settings, BatchLabels("urls")), company)
    assert [(row["status"], row["video_path"]) for row in summary_rows(out)] == [
        ("completed", video.as_uri()),
        ("failed", late.as_uri()),
    ]
    assert f"video:      {late.as_uri()}" in (out / "errors.log").read_text()
    late.write_bytes(b"it came late")
    result = run_again(out, company, retries=["b"], loader=loader)
    assert [one.status for one in result.video_results] == [JobStatus.COMPLETED] * 2
    assert executor.measured_ids == ["a", "b"]
