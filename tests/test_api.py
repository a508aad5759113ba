"""The public Python API."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from known_rivers import LEVEL_M, film, mill_site, mill_video, write_settings
from stand_in_results import finished, write_finished

import image_velocimetry_tools
from image_velocimetry_tools.api import load_scaffold, process_batch_csv, process_video
from image_velocimetry_tools.batch.folders.job_folder import job_folder
from image_velocimetry_tools.batch.job import executor as job_executor
from image_velocimetry_tools.batch.job.result import JobResult
from image_velocimetry_tools.batch.models import BatchJob, JobProgress, JobStatus, PlannedJob
from image_velocimetry_tools.domain.errors import IvyError, JobsCsvError, ScaffoldError
from image_velocimetry_tools.domain.scaffold import Scaffold


class StandIn:
    """Measures nothing: the discharge in m³/s is the alpha of the job."""

    jobs: list[BatchJob]

    def __init__(self, **parts: Any) -> None:
        self.parts = parts

    def execute(self, job: BatchJob, scaffold: Scaffold, jobs_directory: Path, **options: Any) -> JobResult:
        self.jobs.append(job)
        options["progress"]("decode", 1.0)
        if job.alpha == 0.5:
            raise RuntimeError("half")
        result, attempt = finished(job, job.alpha), options.get("attempt", 1)
        with job_folder(jobs_directory, job.job_id, attempt) as folder:
            wanted = {name: options[name] for name in ("plots", "save_project")}
            write_finished(folder, result, PlannedJob(job, scaffold), attempt, **wanted)
        return result


@pytest.fixture
def measurement(monkeypatch: pytest.MonkeyPatch) -> type[StandIn]:
    """The stand-in measures in this process; lists of jobs run there with ``executor="inline"``."""
    monkeypatch.setattr(StandIn, "jobs", [], raising=False)
    monkeypatch.setattr(job_executor, "JobExecutor", StandIn)
    return StandIn


@pytest.fixture
def case(shared_data: Path) -> Path:
    return shared_data / "boneyard"


def test_that_importing_is_light_and_without_qt() -> None:
    heavy = ("PyQt5", "scipy", "pandas", "matplotlib", "numpy", "cv2", "av", "pydantic")
    code = f"import sys, image_velocimetry_tools.api; print([m for m in {heavy} if m in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(Path(image_velocimetry_tools.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == "[]"


def test_that_a_scaffold_loads_with_its_units(case: Path) -> None:
    config = load_scaffold(case / "scaffold_project.ivy")
    assert config.units.length_label == "ft"
    assert config.scaffold.water_surface_elevation_m == pytest.approx(318.211 * 0.3048, abs=1e-4)
    with pytest.raises(ScaffoldError, match="does not exist"):
        load_scaffold(case / "other.ivy")


def test_that_a_video_is_measured_in_display_units_going_in_and_si_coming_out(
    case: Path, measurement: Any, tmp_path: Path
) -> None:
    events: list[JobProgress] = []
    result = process_video(
        scaffold_path=case / "scaffold_project.ivy",
        video_path=str(case / "videos" / "boneyard_101.mp4"),
        water_surface_elevation=318.211,
        output_directory=str(tmp_path / "out"),
        alpha=0.88,
        start_time="00:00:01.0",
        end_time=6,
        comments="Note 1",
        overrides={"stiv_num_pixels": 24},
        progress=events.append,
    )
    assert (result.success, result.total_discharge, result.error_message) == (True, 0.88, None)
    assert (result.job_id, result.video_path.name) == ("boneyard_101", "boneyard_101.mp4")
    job = measurement.jobs[0]
    assert job.water_surface_elevation_m == pytest.approx(318.211 * 0.3048)
    assert (job.clip.start_s, job.clip.end_s, job.comments) == (1.0, 6.0, "Note 1")
    assert job.overrides == {"stiv_num_pixels": "24"}
    assert [(e.stage, e.fraction) for e in events] == [("decode", 1.0)]


def test_that_a_video_that_is_missing_is_a_result_and_not_an_exception(
    case: Path, measurement: Any, tmp_path: Path
) -> None:
    result = process_video(
        scaffold_path=case / "scaffold_project.ivy",
        video_path=case / "none.mp4",
        water_surface_elevation=318.211,
        output_directory=tmp_path / "out",
    )
    assert (result.success, result.stage, result.total_discharge) == (False, "input", None)
    assert "none.mp4 does not exist" in str(result.error_message)
    assert not (tmp_path / "out").exists()


def test_that_a_csv_is_measured_with_statistics_in_si(case: Path, measurement: Any, tmp_path: Path) -> None:
    events: list[JobProgress] = []
    batch = process_batch_csv(
        scaffold_path=case / "scaffold_project.ivy",
        batch_csv_path=case / "boneyard_batch.csv",
        output_directory=tmp_path / "out",
        progress=events.append,
        executor="inline",
    )
    assert [r.job_id for r in batch.video_results] == ["job_001", "job_002", "job_003"]
    summary = batch.get_discharge_summary()
    assert (summary["count"], summary["min"], summary["max"]) == (3, 0.88, 0.93)
    assert summary["mean"] == pytest.approx((0.88 + 0.88 + 0.93) / 3)
    assert (len(batch.successful), batch.failed) == (3, [])
    assert {e.job_id for e in events} == {"job_001", "job_002", "job_003"}
    assert batch.summary_path == tmp_path / "out" / "batch_summary.csv"
    with open(batch.summary_path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[0]["discharge"]) * 0.3048**3 == pytest.approx(0.88, rel=1e-6)
    assert [r["comments"] for r in rows] == ["Note 1", "Note 2", "Note 3"]


def test_that_a_bug_in_one_job_leaves_the_others(case: Path, measurement: Any, tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    video = case / "videos" / "boneyard_101.mp4"
    path.write_text(f"video_path,water_surface_elevation,alpha\n{video},318.2,0.5\n{video},318.2,0.9\n")
    batch = process_batch_csv(
        scaffold_path=case / "scaffold_project.ivy",
        batch_csv_path=path,
        output_directory=tmp_path / "out",
        executor="inline",
    )
    assert [r.status for r in batch.video_results] == ["failed", "completed"]
    assert "RuntimeError: half" in str(batch.failed[0].error_message)
    assert batch.errors_path == tmp_path / "out" / "errors.log"


def test_that_a_bad_csv_raises_with_all_its_problems(case: Path, measurement: Any, tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text("video_path,water_surface_elevation\nno.mp4,318.2\nno.mp4,0\n")
    with pytest.raises(JobsCsvError) as caught:
        process_batch_csv(
            scaffold_path=case / "scaffold_project.ivy", batch_csv_path=path, output_directory=tmp_path / "out"
        )
    assert len(caught.value.problems) == 3
    assert not (tmp_path / "out").exists()


@pytest.fixture
def mill(tmp_path: Path) -> dict[str, Path]:
    """The arguments of a real case: a site, and two jobs of one film."""
    write_settings(mill_site(), tmp_path / "site.ivy")
    film(mill_site(), mill_video(), tmp_path / "mill.mp4")
    rows = [f"mill.mp4,{LEVEL_M},{alpha}" for alpha in (0.85, 0.5)]
    (tmp_path / "jobs.csv").write_text("\n".join(["video_path,water_surface_elevation,alpha", *rows]))
    return {
        "scaffold_path": tmp_path / "site.ivy",
        "batch_csv_path": tmp_path / "jobs.csv",
        "output_directory": tmp_path / "out",
    }


def test_that_jobs_are_measured_in_processes_of_their_own_two_at_a_time(mill: dict[str, Path]) -> None:
    events: list[JobProgress] = []
    batch = process_batch_csv(**mill, jobs=2, threads=1, plots=False, progress=events.append)
    assert [r.status for r in batch.video_results] == ["completed", "completed"]
    first, second = (r.total_discharge for r in batch.video_results)
    assert first is not None
    assert second == pytest.approx(first * 0.5 / 0.85, rel=1e-9)
    assert {e.status for e in events} == {JobStatus.RUNNING, JobStatus.COMPLETED}
    assert {"geometry", "decode", "velocimetry", "output"} <= {e.stage for e in events}
    # which of the two began first is not said; the second may begin before the first has ended
    started = [index for index, e in enumerate(events) if not e.stage]
    ended = [index for index, e in enumerate(events) if e.status is JobStatus.COMPLETED]
    assert len(started) == len(ended) == 2
    assert max(started) < min(ended)


def test_that_resuming_goes_on_and_a_new_folder_begins(
    mill: dict[str, Path], measurement: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = process_batch_csv(**mill, executor="inline", resume=True)
    assert [r.status for r in first.video_results] == ["completed", "failed"]
    again = process_batch_csv(**mill, resume=True)
    assert [r.status for r in again.video_results] == ["completed", "failed"]
    assert len(measurement.jobs) == 2
    anew = process_batch_csv(**mill, executor="inline")
    assert [r.status for r in anew.video_results] == ["skipped", "failed"]
    assert (len(anew.successful), len(measurement.jobs)) == (1, 3)
    forced = process_batch_csv(**mill, executor="inline", force=True)
    assert [r.status for r in forced.video_results] == ["completed", "failed"]


def test_that_a_setting_that_does_not_exist_is_refused_before_anything_is_written(mill: dict[str, Path]) -> None:
    with pytest.raises(IvyError, match="there is no setting 'max_retry'"):
        process_batch_csv(**mill, max_retry=2)
    assert not mill["output_directory"].exists()
