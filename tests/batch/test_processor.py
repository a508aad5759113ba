"""A jobs CSV from the first check to the last result."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from image_velocimetry_tools.batch.orchestrator import BatchOrchestrator
from image_velocimetry_tools.batch.processor import BatchProcessor
from image_velocimetry_tools.domain.errors import JobsCsvError, OutputError, VideoError


@pytest.fixture
def jobs_csv(tmp_path: Path, video: Path) -> Path:
    path = tmp_path / "jobs.csv"
    lines = ["video_path,water_surface_elevation,job_id,comments,stiv_num_pixels"]
    lines += [f"videos/{video.name},333,{job_id},note {job_id},{size}" for job_id, size in (("a", ""), ("b", 40))]
    path.write_text("\n".join([*lines, f"videos/{video.name},332.5,c,,"]))
    return path


@pytest.fixture
def orchestrator(executor: Any, loader: Any) -> BatchOrchestrator:
    return BatchOrchestrator(executor, loader)


@pytest.fixture
def processor(jobs_csv: Path, orchestrator: BatchOrchestrator, tmp_path: Path) -> BatchProcessor:
    return BatchProcessor("site.ivy", jobs_csv, tmp_path / "out", orchestrator=orchestrator)


def test_that_results_come_in_csv_order_with_id_and_status(processor: BatchProcessor, executor: Any) -> None:
    executor.outcomes["b"] = VideoError("broken", stage="decode")
    results = processor.run()
    assert [(r.job_id, r.status) for r in results] == [("a", "completed"), ("b", "failed"), ("c", "completed")]
    assert [scaffold.stiv.num_pixels for _, scaffold, _ in executor.calls] == [20, 40, 20]
    assert processor.result.video_results == tuple(results)


def test_that_the_summary_repeats_what_the_csv_says(processor: BatchProcessor, tmp_path: Path) -> None:
    processor.run()
    with open(tmp_path / "out" / "batch_summary.csv", encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [r["job_id"] for r in rows] == ["a", "b", "c"]
    assert [r["water_surface_elevation"] for r in rows] == ["333", "333", "332.5"]
    assert [r["comments"] for r in rows] == ["note a", "note b", ""]
    assert {r["discharge_units"] for r in rows} == {"ft³/s"}
    assert float(rows[0]["discharge"]) == pytest.approx(2.0 / 0.3048**3)
    assert rows[0]["quality"] == "doubtful"


def test_that_preparing_writes_nothing_and_collects_warnings(processor: BatchProcessor, tmp_path: Path) -> None:
    plan = processor.prepare()
    assert [p.job.job_id for p in plan.jobs] == ["a", "b", "c"]
    assert plan.warnings[0] == "old file"
    assert not (tmp_path / "out").exists()
    assert processor.result.total == 0


def test_that_a_bad_row_keeps_everything_from_running(processor: BatchProcessor, jobs_csv: Path, executor: Any) -> None:
    jobs_csv.write_text(jobs_csv.read_text() + "\nvideos/gone.mp4,333,d,,")
    with pytest.raises(JobsCsvError, match="line 5, column 'video_path'"):
        processor.run()
    assert executor.calls == []
    assert not processor.config.output_dir.exists()


def test_that_options_are_passed_on(jobs_csv: Path, executor: Any, loader: Any, tmp_path: Path) -> None:
    executor.outcomes["a"] = VideoError("broken", stage="decode")
    processor = BatchProcessor(
        "site.ivy",
        jobs_csv,
        tmp_path / "out",
        stop_on_first_failure=True,
        save_ivy_projects=True,
        plots=False,
        orchestrator=BatchOrchestrator(executor, loader),
    )
    assert [r.status for r in processor.run()] == ["failed", "skipped", "skipped"]
    assert (executor.calls[0][2]["plots"], executor.calls[0][2]["save_project"]) == (False, True)


def test_that_an_interrupted_run_still_has_results(processor: BatchProcessor, executor: Any, press_ctrl_c: Any) -> None:
    executor.before = lambda job: press_ctrl_c(job) if job.job_id == "b" else None
    with pytest.raises(KeyboardInterrupt):
        processor.run()
    assert [r.status for r in processor.result.video_results] == ["completed", "interrupted", "pending"]
    progress = processor.get_progress()
    assert (progress["completed"], progress["interrupted"], progress["pending"], progress["total"]) == (1, 1, 1, 3)
    assert progress["percent_complete"] == pytest.approx(100.0 / 3.0)
    executor.before = lambda job: None
    assert [r.status for r in processor.run()] == ["skipped", "completed", "completed"]
    assert processor.get_progress()["percent_complete"] == 100.0
    assert executor.measured_ids == ["a", "b", "b", "c"]


def test_that_a_second_batch_in_a_folder_replaces_results_of_the_same_ids(
    processor: BatchProcessor, orchestrator: BatchOrchestrator, executor: Any, jobs_csv: Path, tmp_path: Path
) -> None:
    other = tmp_path / "out" / "jobs" / "other" / "other.json"
    other.parent.mkdir(parents=True)
    other.write_text("{}")
    processor.run()
    executor.outcomes |= {"a": 3.0, "b": 3.0}
    jobs_csv.write_text(jobs_csv.read_text().replace("333,a", "333.5,a"))
    again = BatchProcessor("site.ivy", jobs_csv, tmp_path / "out", orchestrator=orchestrator)
    assert [r.status for r in again.run()] == ["completed", "skipped", "skipped"]
    assert [r.result["discharge_m3s"] for r in again.result.video_results] == [3.0, 2.0, 2.0]
    assert other.exists()
    assert sorted(p.name for p in (tmp_path / "out" / "jobs").iterdir()) == ["a", "b", "c", "other"]


def test_that_an_output_path_below_a_file_is_refused(jobs_csv: Path, executor: Any, loader: Any) -> None:
    processor = BatchProcessor("site.ivy", jobs_csv, jobs_csv / "out", orchestrator=BatchOrchestrator(executor, loader))
    with pytest.raises(OutputError, match="lies below a file"):
        processor.run()
    assert executor.calls == []
