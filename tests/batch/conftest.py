"""A site in memory and an executor that measures nothing, for tests of what happens around a measurement."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from image_velocimetry_tools.batch.config import BatchVideoConfig, ScaffoldConfig, VideoConfig
from image_velocimetry_tools.batch.job_result import JobResult, Quality, Uncertainty
from image_velocimetry_tools.batch.models import BatchJob, PlannedJob
from image_velocimetry_tools.domain.ground_control import GroundControlPoint, GroundControlPoints
from image_velocimetry_tools.domain.scaffold import RasterExtent, Scaffold, StivParameters
from image_velocimetry_tools.domain.section import Bank, CrossSection
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.domain.video import FramePreparation, FrameSize

FEET = 0.3048


class FakeExecutor:
    """Gives every job a discharge, but for those in ``outcomes``: a number, or an exception that is raised.

    Like the real one it works in a partial folder that it removes when anything goes wrong.
    """

    def __init__(self, outcomes: dict[str, float | BaseException] | None = None) -> None:
        self.outcomes = outcomes or {}
        self.calls: list[tuple[BatchJob, Scaffold, dict[str, Any]]] = []
        self.before: Callable[[BatchJob], None] = lambda job: None

    def execute(self, job: BatchJob, scaffold: Scaffold, jobs_directory: Path, **options: Any) -> JobResult:
        self.calls.append((job, scaffold, options))
        partial = jobs_directory / f"{job.job_id}.partial-1"
        partial.mkdir(parents=True)
        try:
            self.before(job)
            options["progress"]("decode", 0.5)
            outcome = self.outcomes.get(job.job_id, 2.0)
            if isinstance(outcome, BaseException):
                raise outcome
            (partial / f"{job.job_id}.json").write_text(json.dumps({"job_id": job.job_id, "discharge_m3s": outcome}))
            shutil.rmtree(jobs_directory / job.job_id, ignore_errors=True)
            partial.rename(jobs_directory / job.job_id)
        except BaseException:
            shutil.rmtree(partial)
            raise
        return measured(job, outcome)

    @property
    def measured_ids(self) -> list[str]:
        return [job.job_id for job, _, _ in self.calls]


def measured(job: BatchJob, discharge_m3s: float) -> JobResult:
    """A result with the figures that the batch reads."""
    return JobResult.model_construct(
        job_id=job.job_id,
        status="completed",
        discharge_m3s=discharge_m3s,
        area_m2=4.0,
        mean_velocity_mps=discharge_m3s / 4.0,
        max_surface_velocity_mps=0.9,
        measured_discharge_fraction=0.95,
        uncertainty=Uncertainty(iso_u95=6.5, ive_u95=8.25),
        quality=Quality(verdict="doubtful", reasons=("night",)),
    )


@pytest.fixture
def executor() -> FakeExecutor:
    return FakeExecutor()


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
def site(scaffold: Scaffold) -> ScaffoldConfig:
    return ScaffoldConfig(
        scaffold_path=Path("site.ivy"), scaffold=scaffold, display_units=scaffold.display_units, warnings=("old file",)
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
    """Jobs by their ids."""

    def make(*job_ids: str, **changes: Any) -> list[PlannedJob]:
        return [PlannedJob(BatchJob(job_id, video, 101.5, **changes), scaffold) for job_id in job_ids]

    return make
