"""The presenter of the command line, with a view that remembers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from image_velocimetry_tools.batch import controller as module
from image_velocimetry_tools.batch.config import VideoConfig
from image_velocimetry_tools.batch.controller import BatchController
from image_velocimetry_tools.batch.models import JobProgress, JobStatus
from image_velocimetry_tools.batch.orchestrator import BatchOrchestrator
from image_velocimetry_tools.domain.errors import Problem, VideoError


class RememberingView:
    """Collects what it is told to show, by kind."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, Any]] = []

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        self.shown.append(("facts", dict(rows)))

    def table(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.shown.append(("table", [tuple(row) for row in rows]))

    def say(self, text: str) -> None:
        self.shown.append(("say", text))

    def detail(self, text: str) -> None:
        self.shown.append(("detail", text))

    def warn(self, text: str) -> None:
        self.shown.append(("warn", text))

    def problem(self, text: str) -> None:
        self.shown.append(("problem", text))

    def progress(self, label: str, fraction: float) -> None:
        self.shown.append(("progress", (label, fraction)))

    def end_progress(self) -> None:
        self.shown.append(("end", None))

    def of(self, kind: str) -> list[Any]:
        return [what for shown, what in self.shown if shown == kind]


@pytest.fixture
def view() -> RememberingView:
    return RememberingView()


@pytest.fixture
def controller(view: RememberingView, executor: Any, loader: Any) -> BatchController:
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
    controller: BatchController, view: RememberingView, video: Path, tmp_path: Path
) -> None:
    assert controller.process(Path("site.ivy"), settings(video), tmp_path / "out") == 0
    (facts,) = view.of("facts")
    assert facts["discharge"] == "70.63 ft³/s"
    assert facts["uncertainty (95 %)"] == "6.5 % by ISO 748, 8.2 % by IVE"
    assert facts["measured share of discharge"] == "95.0 %"
    assert facts["quality"] == "doubtful; night"
    assert view.of("warn") == ["old file"]
    assert view.of("problem") == []


def test_that_a_video_that_cannot_be_measured_is_1_and_bad_input_2(
    controller: BatchController, view: RememberingView, executor: Any, video: Path, tmp_path: Path
) -> None:
    executor.outcomes["flood_1"] = VideoError("broken", remedy="Copy it", stage="decode")
    assert controller.process(Path("site.ivy"), settings(video), tmp_path / "out") == 1
    assert view.of("problem") == ["broken. Copy it."]
    assert controller.process(Path("site.ivy"), settings(tmp_path / "no.mp4"), tmp_path / "out") == 2
    assert "does not exist" in view.of("problem")[1]


def test_that_the_beginning_of_each_stage_is_a_detail(controller: BatchController, view: RememberingView) -> None:
    for stage, fraction in (("decode", 0.0), ("decode", 0.5), ("velocimetry", 0.0)):
        controller.on_progress(JobProgress("a", 1, 2, JobStatus.RUNNING, stage, fraction))
    assert view.of("detail") == ["a (1 of 2) decode", "a (1 of 2) velocimetry"]
    assert [round(share, 3) for _, share in view.of("progress")] == [0.01, 0.155, 0.31]


def test_that_a_batch_ends_with_a_table_and_its_failures(
    controller: BatchController, view: RememberingView, executor: Any, jobs_csv: Path, tmp_path: Path
) -> None:
    executor.outcomes["b"] = VideoError("broken", remedy="Copy it", stage="decode")
    processor = controller.processor(Path("site.ivy"), jobs_csv, tmp_path / "out")
    assert controller.run(processor) == 1
    (rows,) = view.of("table")
    assert [row[:6] for row in rows] == [
        ("a", "completed", "70.63", "6.5 %", "95.0 %", "doubtful"),
        ("b", "failed", "", "", "", ""),
    ]
    assert view.of("problem") == ["b failed in stage decode: broken. Copy it."]
    assert view.of("say")[:2] == ["a (1 of 2) completed", "b (2 of 2) failed"]
    assert view.of("say")[2].startswith("1 of 2 jobs completed in ")
    assert view.of("progress")[-1] == ("b (2 of 2) decode", 1.0)


def test_that_an_interrupted_batch_is_130_and_shows_what_was_done(
    controller: BatchController, view: RememberingView, executor: Any, jobs_csv: Path, tmp_path: Path
) -> None:
    executor.outcomes["b"] = KeyboardInterrupt()
    assert controller.run(controller.processor(Path("site.ivy"), jobs_csv, tmp_path / "out")) == 130
    assert [row[1] for row in view.of("table")[0]] == ["completed", "cancelled"]
    assert view.of("problem")[-1].startswith("Interrupted")


def test_that_a_dry_run_writes_nothing_and_says_what_would_be_replaced(
    controller: BatchController,
    view: RememberingView,
    executor: Any,
    jobs_csv: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "look_into_videos", lambda jobs: [])
    old = tmp_path / "out" / "jobs" / "b" / "b.json"
    old.parent.mkdir(parents=True)
    old.write_text("{}")
    processor = controller.processor(Path("site.ivy"), jobs_csv, tmp_path / "out")
    assert controller.run(processor, dry_run=True) == 0
    assert [row[-2:] for row in view.of("table")[0]] == [
        ("whole video", "runs"),
        ("whole video", "runs, replaces an earlier result"),
    ]
    assert executor.calls == []
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["jobs"]


def test_that_a_dry_run_and_validate_look_into_the_videos(
    controller: BatchController,
    view: RememberingView,
    jobs_csv: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "look_into_videos", lambda jobs: [Problem("too short", f"job {jobs[0].job.job_id}")])
    processor = controller.processor(Path("site.ivy"), jobs_csv, tmp_path / "out")
    assert controller.run(processor, dry_run=True) == 2
    assert controller.validate(Path("site.ivy"), jobs_csv) == 2
    assert view.of("problem") == ["job a: too short."] * 2


def test_that_a_scaffold_alone_can_be_validated(controller: BatchController, view: RememberingView) -> None:
    assert controller.validate(Path("site.ivy")) == 0
    assert view.of("say") == ["site.ivy: the scaffold can be used"]


def test_that_every_problem_of_a_csv_is_a_line(
    controller: BatchController, view: RememberingView, jobs_csv: Path, tmp_path: Path
) -> None:
    jobs_csv.write_text("video_path,water_surface_elevation\nx.mp4,333\ny.mp4,1\n")
    assert controller.run(controller.processor(Path("site.ivy"), jobs_csv, tmp_path / "out")) == 2
    assert len(view.of("problem")) == 3
    assert not (tmp_path / "out").exists()


def test_that_a_summary_that_could_not_be_written_is_not_a_success(
    controller: BatchController, view: RememberingView, jobs_csv: Path, tmp_path: Path
) -> None:
    (tmp_path / "out" / "batch_summary.csv").mkdir(parents=True)
    assert controller.run(controller.processor(Path("site.ivy"), jobs_csv, tmp_path / "out")) == 1
    assert "batch_summary.csv" in view.of("problem")[0]
