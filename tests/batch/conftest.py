"""A site in memory and an executor that measures nothing, for tests of what happens around a measurement."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from stand_in_results import finished, write_finished

from image_velocimetry_tools.batch.config import BatchVideoConfig, ScaffoldConfig, VideoConfig
from image_velocimetry_tools.batch.folders.job_folder import job_folder
from image_velocimetry_tools.batch.job.result import JobResult
from image_velocimetry_tools.batch.models import BatchJob, PlannedJob
from image_velocimetry_tools.batch.plan.planning import plan_job
from image_velocimetry_tools.domain.errors import Cancelled
from image_velocimetry_tools.domain.ground_control import GroundControlPoint, GroundControlPoints
from image_velocimetry_tools.domain.scaffold import RasterExtent, Scaffold, StivParameters
from image_velocimetry_tools.domain.section import Bank, CrossSection
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.domain.video import FramePreparation, FrameSize

FEET = 0.3048
DEADLINE_S = 30.0


class FakeExecutor:
    """Gives every job a discharge, but for those in ``outcomes``: a number, or an exception that is raised.

    A list has one outcome for each attempt, the last one for all that follow. ``before`` is called with every job
    before anything else. Like the real one it leaves a complete folder or none.
    """

    def __init__(self) -> None:
        self.outcomes: dict[str, float | BaseException | list[float | BaseException]] = {}
        self.calls: list[tuple[BatchJob, Scaffold, dict[str, Any]]] = []
        self.before: Callable[[BatchJob], None] = lambda job: None

    def execute(self, job: BatchJob, scaffold: Scaffold, jobs_directory: Path, **options: Any) -> JobResult:
        self.calls.append((job, scaffold, options))
        attempt = options.get("attempt", 1)
        self.before(job)
        options["progress"]("decode", 0.5)
        outcome = self._outcome(job.job_id)
        if isinstance(outcome, BaseException):
            raise outcome
        result = finished(job, outcome)
        with job_folder(jobs_directory, job.job_id, attempt) as folder:
            wanted = {name: options.get(name, False) for name in ("plots", "save_project")}
            write_finished(folder, result, PlannedJob(job, scaffold), attempt, **wanted)
        return result

    def wait_for_cancel(self, job: BatchJob) -> None:
        """Hold the job that runs until it is asked to stop."""
        cancel = self.calls[-1][2]["cancel"]
        end_s = time.monotonic() + DEADLINE_S
        while not cancel():
            assert time.monotonic() < end_s, "nobody asked the job to stop"
            time.sleep(0.005)

    def _outcome(self, job_id: str) -> float | BaseException:
        outcome = self.outcomes.get(job_id, 2.0)
        if isinstance(outcome, list):
            return outcome.pop(0) if len(outcome) > 1 else outcome[0]
        return outcome

    @property
    def measured_ids(self) -> list[str]:
        return [job.job_id for job, _, _ in self.calls]


@pytest.fixture
def executor() -> FakeExecutor:
    return FakeExecutor()


@pytest.fixture
def press_ctrl_c(executor: FakeExecutor) -> Callable[[BatchJob], None]:
    """A real signal to this process while a job runs, which then waits until it is asked to stop."""

    def press(job: BatchJob) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        executor.wait_for_cancel(job)
        raise Cancelled

    return press


@pytest.fixture
def scaffold() -> Scaffold:
    """A trapezoid, bed at 100 m, banks up to 103 m, English display units."""
    corners = [(0.0, 0.0, 103.0), (20.0, 0.0, 102.0), (20.0, 15.0, 103.0), (0.0, 15.0, 102.5), (9.0, 2.0, 101.0)]
    corners += [(4.0, 9.0, 100.5)]
    points = [GroundControlPoint(f"p{i}", *xyz, 40.0 * i, 30.0 * (i % 3)) for i, xyz in enumerate(corners)]
    return Scaffold(
        source_path=Path("site.ivy"),
        rectification_method="camera matrix",
        ground_control=GroundControlPoints(tuple(points)),
        extent=RasterExtent(0.0, 20.0, 0.0, 15.0),
        flip_x=False,
        flip_y=False,
        calibration_size=FrameSize(1280, 720),
        preparation=FramePreparation(),
        frame_step=2,
        section=CrossSection(np.array([0.0, 4.0, 12.0, 16.0]), np.array([103.0, 100.0, 100.0, 103.0])),
        line_px=np.array([[100.0, 300.0], [900.0, 310.0]]),
        start_bank=Bank.LEFT,
        grid_points=20,
        mask_polygons_px=(),
        stiv=StivParameters(),
        water_surface_elevation_m=101.5,
        display_units=DisplayUnits.ENGLISH,
        calibration_image=b"picture",
    )


@pytest.fixture
def site(scaffold: Scaffold, tmp_path: Path) -> ScaffoldConfig:
    path = tmp_path / "site.ivy"
    path.write_bytes(b"not really a project")
    return ScaffoldConfig(
        scaffold_path=path, scaffold=scaffold, display_units=scaffold.display_units, warnings=("old file",)
    )


class FakeLoader:
    """Gives the same site whatever the path."""

    def __init__(self, site: ScaffoldConfig) -> None:
        self.site = site

    def load(self, path: Path | str) -> ScaffoldConfig:
        return self.site


@pytest.fixture
def loader(site: ScaffoldConfig) -> FakeLoader:
    return FakeLoader(site)


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """A file that is there and not empty; nothing in these tests looks into it."""
    path = tmp_path / "videos" / "flood 1.mp4"
    path.parent.mkdir()
    path.write_bytes(b"not really a video")
    return path


@pytest.fixture
def config(site: ScaffoldConfig, video: Path) -> Callable[..., BatchVideoConfig]:
    """A configuration of the video at a level inside the section, with changes."""

    def make(**changes: Any) -> BatchVideoConfig:
        settings = {"video_path": video, "water_surface_elevation": 101.5 / FEET, **changes}
        return BatchVideoConfig(scaffold=site, video=VideoConfig(**settings))

    return make


@pytest.fixture
def planned(scaffold: Scaffold, video: Path) -> Callable[..., list[PlannedJob]]:
    """Jobs by their ids, at a level inside the section; the frame step of a clip is that of its site."""

    def make(*job_ids: str, **changes: Any) -> list[PlannedJob]:
        values = {"water_surface_elevation_m": 101.5, **changes}
        site = replace(scaffold, frame_step=values["clip"].frame_step) if "clip" in values else scaffold
        return [plan_job(BatchJob(job_id, video, **values), site)[0] for job_id in job_ids]

    return make
