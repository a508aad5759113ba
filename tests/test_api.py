"""The public Python API."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import image_velocimetry_tools
from image_velocimetry_tools.api import load_scaffold, process_batch_csv, process_video
from image_velocimetry_tools.batch import job_executor
from image_velocimetry_tools.batch.job_result import JobResult, Quality, Uncertainty
from image_velocimetry_tools.batch.models import BatchJob, JobProgress
from image_velocimetry_tools.domain.errors import JobsCsvError, ScaffoldError


class StandIn:
    """Measures nothing: the discharge in m³/s is the alpha of the job."""

    jobs: list[BatchJob]

    def execute(
        self, job: BatchJob, scaffold: object, jobs_directory: Path, progress: Callable[[str, float], None], **_: Any
    ) -> JobResult:
        self.jobs.append(job)
        progress("decode", 1.0)
        if job.alpha == 0.5:
            raise RuntimeError("half")
        return JobResult.model_construct(
            discharge_m3s=job.alpha,
            area_m2=1.0,
            mean_velocity_mps=1.0,
            max_surface_velocity_mps=1.0,
            measured_discharge_fraction=1.0,
            uncertainty=Uncertainty(iso_u95=None, ive_u95=None),
            quality=Quality(verdict="good"),
        )


@pytest.fixture
def measurement(monkeypatch: pytest.MonkeyPatch) -> type[StandIn]:
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
        scaffold_path=case / "scaffold_project.ivy", batch_csv_path=path, output_directory=tmp_path / "out"
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
