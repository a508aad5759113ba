"""A real scaffold on disk, videos that nobody looks into, and a stand-in for the measurement."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from image_velocimetry_tools.batch import job_executor
from image_velocimetry_tools.batch.job_result import JobResult, Quality, Uncertainty
from image_velocimetry_tools.batch.models import BatchJob
from image_velocimetry_tools.cli.main import app
from image_velocimetry_tools.demo import alder_mill_site, alder_mill_videos
from image_velocimetry_tools.demo.project import write_scaffold


class StandIn:
    """Measures nothing: every job has 1 m³/s, but for those in ``errors``."""

    errors: dict[str, BaseException]
    options: list[dict[str, Any]]

    def execute(self, job: BatchJob, scaffold: object, jobs_directory: Path, **options: Any) -> JobResult:
        self.options.append({"job": job, **options})
        if job.job_id in self.errors:
            raise self.errors[job.job_id]
        folder = jobs_directory / job.job_id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{job.job_id}.json").write_text(json.dumps({"discharge_m3s": 1.0}))
        return JobResult.model_construct(
            discharge_m3s=1.0,
            area_m2=4.0,
            mean_velocity_mps=0.25,
            max_surface_velocity_mps=0.4,
            measured_discharge_fraction=1.0,
            uncertainty=Uncertainty(iso_u95=5.0, ive_u95=None),
            quality=Quality(verdict="good"),
        )


@pytest.fixture
def measurement(monkeypatch: pytest.MonkeyPatch) -> type[StandIn]:
    """The stand-in takes the place of the executor; tests may fill its ``errors``."""
    monkeypatch.setattr(StandIn, "errors", {}, raising=False)
    monkeypatch.setattr(StandIn, "options", [], raising=False)
    monkeypatch.setattr(job_executor, "JobExecutor", StandIn)
    return StandIn


@pytest.fixture(scope="session")
def scaffold_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in feet; its level is 413.4 ft."""
    path = tmp_path_factory.mktemp("site") / "site.ivy"
    write_scaffold(alder_mill_site(), alder_mill_videos()[0], path)
    return path


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "flood.mp4"
    path.write_bytes(b"not really a video")
    return path


@pytest.fixture
def jobs_csv(tmp_path: Path, video: Path) -> Path:
    path = tmp_path / "jobs.csv"
    path.write_text("video_path,water_surface_elevation\nflood.mp4,413.4\nflood.mp4,413.2\n")
    return path


@pytest.fixture
def invoke() -> Callable[..., Result]:
    """The program with arguments of any kind; standard output and error apart."""
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])
