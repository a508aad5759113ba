"""The presenter of the commands about one video or one scaffold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from recorded_view import RecordedView

from image_velocimetry_tools.batch.config import VideoConfig
from image_velocimetry_tools.batch.controllers import one_video as module
from image_velocimetry_tools.batch.controllers.one_video import BatchController
from image_velocimetry_tools.batch.models import JobProgress, JobStatus
from image_velocimetry_tools.batch.orchestrator import BatchOrchestrator
from image_velocimetry_tools.domain.errors import Problem, VideoError


@pytest.fixture
def view() -> RecordedView:
    return RecordedView()


@pytest.fixture
def controller(view: RecordedView, executor: Any, loader: Any) -> BatchController:
    return BatchController(view, BatchOrchestrator(executor, loader))


@pytest.fixture
def jobs_csv(tmp_path: Path, video: Path) -> Path:
    path = tmp_path / "jobs.csv"
    rows = [f"videos/{video.name},333,{job_id}" for job_id in "ab"]
    path.write_text("\n".join(["video_path,water_surface_elevation,job_id", *rows]))
    return path


def settings(video: Path, **changes: Any) -> VideoConfig:
    return VideoConfig(**{"video_path": video, "water_surface_elevation": 333.0, **changes})


def test_that_a_measured_video_is_shown_in_display_units(
    controller: BatchController, view: RecordedView, video: Path, tmp_path: Path
) -> None:
    assert controller.process(Path("site.ivy"), settings(video), tmp_path / "out") == 0
    assert set(view.said) >= {
        "discharge: 70.63 ft³/s",
        "uncertainty (95 %): 6.5 % by ISO 748, 8.2 % by IVE",
        "measured share of discharge: 95.0 %",
        "quality: doubtful; night",
    }
    assert view.warnings == ["old file"]
    assert view.problems == []


def test_that_a_video_that_cannot_be_measured_is_1_and_bad_input_2(
    controller: BatchController, view: RecordedView, executor: Any, video: Path, tmp_path: Path
) -> None:
    executor.outcomes["flood_1"] = VideoError("broken", remedy="Copy it", stage="decode")
    assert controller.process(Path("site.ivy"), settings(video), tmp_path / "out") == 1
    assert view.problems == ["broken. Copy it."]
    assert controller.process(Path("site.ivy"), settings(tmp_path / "no.mp4"), tmp_path / "out") == 2
    assert "does not exist" in view.problems[1]


def test_that_the_beginning_of_each_stage_is_a_detail(controller: BatchController, view: RecordedView) -> None:
    for stage, fraction in (("decode", 0.0), ("decode", 0.5), ("velocimetry", 0.0)):
        controller.on_progress(JobProgress("a", 1, 2, JobStatus.RUNNING, stage, fraction))
    assert view.details == ["a (1 of 2) decode", "a (1 of 2) velocimetry"]
    assert [round(share, 3) for _, share in view.shares] == [0.01, 0.155, 0.31]


def test_that_validate_looks_into_every_video(
    controller: BatchController, view: RecordedView, jobs_csv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Problem("too short", "job a")]
    monkeypatch.setattr(module, "look_into_videos", lambda jobs: found if len(jobs) == 2 else [])
    assert controller.validate(Path("site.ivy"), jobs_csv) == 2
    assert view.problems == ["job a: too short."]
    found.clear()
    assert controller.validate(Path("site.ivy"), jobs_csv) == 0
    assert view.said[-1] == f"{jobs_csv}: 2 jobs can be run"


def test_that_every_problem_of_a_csv_is_a_line(controller: BatchController, view: RecordedView, jobs_csv: Path) -> None:
    jobs_csv.write_text("video_path,water_surface_elevation\nx.mp4,333\ny.mp4,1\n")
    assert controller.validate(Path("site.ivy"), jobs_csv) == 2
    assert len(view.problems) == 3


def test_that_ctrl_c_during_one_video_is_130_and_leaves_nothing(
    controller: BatchController, view: RecordedView, executor: Any, video: Path, tmp_path: Path
) -> None:
    executor.outcomes["flood_1"] = KeyboardInterrupt()
    assert controller.process(Path("site.ivy"), settings(video), tmp_path / "out") == 130
    assert view.problems[-1].startswith("Interrupted")
    assert not (tmp_path / "out").exists()


def test_that_a_scaffold_alone_can_be_validated(controller: BatchController, view: RecordedView) -> None:
    assert controller.validate(Path("site.ivy")) == 0
    assert view.said == ["site.ivy: the scaffold can be used"]
