"""What is said of a batch before it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from image_velocimetry_tools.batch.config import RunSettings, ScaffoldConfig
from image_velocimetry_tools.batch.folders.state_folder import state_folder
from image_velocimetry_tools.batch.models import PlannedJob
from image_velocimetry_tools.batch.running import run_plan
from image_velocimetry_tools.batch.running.batch_runs import Company, NewBatch, run_new
from image_velocimetry_tools.batch.running.run_plan import plan_report
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.domain.video import Clip

Planner = Callable[..., list[PlannedJob]]


@pytest.fixture
def new(site: ScaffoldConfig, tmp_path: Path) -> Callable[..., NewBatch]:
    def make(planned: list[PlannedJob], **settings: Any) -> NewBatch:
        return NewBatch(site, tuple(planned), state_folder(tmp_path / "out"), RunSettings(**settings))

    return make


@pytest.fixture
def looked_into(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the jobs whose videos were looked into; all of them are sound."""
    ids: list[str] = []

    def look(jobs: Any) -> list[Any]:
        ids.extend(planned.job.job_id for planned in jobs)
        return []

    monkeypatch.setattr(run_plan, "look_into_videos", look)
    return ids


def test_that_each_job_is_a_row_in_display_units(new: Any, planned: Planner, looked_into: list[str]) -> None:
    whole, late = planned("a")[0], planned("b", alpha=0.9, clip=Clip(1.5, None))[0]
    to_four = replace(late, job=replace(late.job, job_id="c", clip=replace(late.job.clip, start_s=None, end_s=4.0)))
    report = plan_report(new([whole, late, to_four]))
    assert [dict(zip(report.header, row, strict=True)) for row in report.rows][1] == {
        "job": "b",
        "video": "flood 1.mp4",
        "level": "333.0052 ft",
        "alpha": "0.9 (given for the job)",
        "clip": "1.5 s to the end",
        "what happens": "runs",
    }
    assert [row[4] for row in report.rows] == ["whole video", "1.5 s to the end", "0 s to 4 s"]
    assert looked_into == ["a", "b", "c"]


def test_that_what_is_up_to_date_is_skipped_and_not_looked_into(
    new: Any, planned: Planner, executor: Any, looked_into: list[str]
) -> None:
    run_new(new(planned("a", "b")), Company(runner=executor))
    report = plan_report(new([*planned("a"), *planned("b", alpha=0.7), *planned("c")]))
    assert [row[-1] for row in report.rows] == ["up to date, skipped", "runs, replaces an earlier result", "runs"]
    assert looked_into == ["b", "c"]
    assert report.sentences[-1] == "to run: 2, up to date: 1; nothing was written"


def test_that_a_plan_of_which_nothing_is_left_to_do_says_no_figures(
    new: Any, planned: Planner, executor: Any, looked_into: list[str]
) -> None:
    run_new(new(planned("a")), Company(runner=executor))
    assert plan_report(new(planned("a"))).sentences == ("to run: 0, up to date: 1; nothing was written",)
    assert [row[-1] for row in plan_report(new(planned("a"), force=True)).rows] == ["runs, replaces an earlier result"]


def test_that_memory_and_slots_of_the_settings_are_in_the_figures(
    new: Any, planned: Planner, looked_into: list[str]
) -> None:
    sentence = plan_report(new(planned("a", "b"), jobs=2, memory_limit="8 GB")).sentences[0]
    assert "with 2 at a time" in sentence
    assert "may be used" in sentence
    assert "of disk" in sentence


def test_that_a_job_that_cannot_fit_is_a_problem_of_the_plan(
    new: Any, planned: Planner, looked_into: list[str]
) -> None:
    report = plan_report(new(planned("a", "b"), memory_limit="60 MB"))
    assert len(report.problems) == 1
    assert report.problems[0].where == "job a and 1 more"


def test_that_a_method_that_does_not_exist_is_refused(new: Any, planned: Planner) -> None:
    with pytest.raises(IvyError, match="stvi"):
        plan_report(new(planned("a"), method="stvi"))


def test_that_planning_writes_nothing(new: Any, planned: Planner, looked_into: list[str], tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    plan_report(new(planned("a")))
    assert sorted(tmp_path.rglob("*")) == before
