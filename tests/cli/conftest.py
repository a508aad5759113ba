"""A real scaffold on disk, videos that nobody looks into, and a stand-in for the measurement."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from stand_in_results import finished, write_finished
from typer.testing import CliRunner, Result

from image_velocimetry_tools.batch.folders.job_folder import job_folder
from image_velocimetry_tools.batch.job import executor as job_executor
from image_velocimetry_tools.batch.job.result import JobResult
from image_velocimetry_tools.batch.models import BatchJob, PlannedJob
from image_velocimetry_tools.cli.main import app
from image_velocimetry_tools.demo import alder_mill_site, alder_mill_videos
from image_velocimetry_tools.demo.project import write_scaffold
from image_velocimetry_tools.domain.scaffold import Scaffold


class StandIn:
    """Measures nothing: every job has 1 m³/s, but for those in ``errors``; ``before`` is called with every job."""

    errors: dict[str, BaseException]
    options: list[dict[str, Any]]
    before: Callable[[BatchJob], None]

    def __init__(self, **parts: Any) -> None:
        self.parts = parts

    def execute(self, job: BatchJob, scaffold: Scaffold, jobs_directory: Path, **options: Any) -> JobResult:
        self.options.append({"job": job, **options})
        type(self).before(job)
        if job.job_id in self.errors:
            raise self.errors[job.job_id]
        result, attempt = finished(job, 1.0, "good"), options.get("attempt", 1)
        with job_folder(jobs_directory, job.job_id, attempt) as folder:
            wanted = {name: options[name] for name in ("plots", "save_project")}
            write_finished(folder, result, PlannedJob(job, scaffold), attempt, **wanted)
        return result


@pytest.fixture
def measurement(monkeypatch: pytest.MonkeyPatch) -> type[StandIn]:
    """The stand-in takes the place of the program's own for jobs that run in this process (``--executor inline``)."""
    monkeypatch.setattr(StandIn, "errors", {}, raising=False)
    monkeypatch.setattr(StandIn, "before", lambda job: None, raising=False)
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
