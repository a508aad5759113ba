"""Projects of finished jobs of which the batch saved none."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from known_rivers import LEVEL_M, film, mill_site, mill_video, write_settings

from image_velocimetry_tools.batch.config import RunSettings
from image_velocimetry_tools.batch.folders.state_folder import state_folder
from image_velocimetry_tools.batch.labels import BatchLabels
from image_velocimetry_tools.batch.models import BatchJob, PlannedJob
from image_velocimetry_tools.batch.plan.overrides import apply_overrides
from image_velocimetry_tools.batch.plan.scaffold_loader import ScaffoldLoader
from image_velocimetry_tools.batch.recompute.project_of_result import project_of_result
from image_velocimetry_tools.batch.recompute.whole_batch import recompute_batch
from image_velocimetry_tools.batch.recompute.wishes import RecomputeWishes
from image_velocimetry_tools.batch.running.carrying_out import carry_out
from image_velocimetry_tools.batch.running.open_batch import created_batch
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.services.measured_project.discharge import ProjectDischarge, discharge_of_project
from image_velocimetry_tools.services.project_service import ProjectService


@pytest.fixture(scope="module")
def measured_batch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Jobs whose projects nobody saved: as the site, with overrides, at half the size, and one without a video."""
    folder = tmp_path_factory.mktemp("mill")
    scaffold = ScaffoldLoader().load(write_settings(mill_site(), folder / "site.ivy"))
    video = film(mill_site(), mill_video(), folder / "mill.mp4")
    broken = folder / "broken.mp4"
    broken.write_bytes(b"not really a video")
    said: dict[str, Any] = {"measurement_number": 7, "measurement_date": "2024-05-14", "measurement_time": "08:15:00"}
    jobs = [
        BatchJob("plain", video, LEVEL_M, comments="wind from the left", gage_height=3.5, **said),
        BatchJob("other", video, LEVEL_M - 0.05, 0.9, overrides={"number_grid_points_along_xs_line": "12"}),
        BatchJob("none", broken, LEVEL_M),
    ]
    planned = [PlannedJob(job, apply_overrides(scaffold.scaffold, job.overrides)) for job in jobs]
    settings = RunSettings(jobs=1, threads=1, executor="inline", plots=False, max_retries=0)
    with created_batch(scaffold, planned, state_folder(folder / "out"), settings, BatchLabels("mill")) as taken:
        carry_out(taken)
    return folder / "out"


@pytest.fixture
def batch(measured_batch: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(measured_batch, tmp_path / "out"))


def stored(batch: Path, job_id: str) -> dict[str, Any]:
    result: dict[str, Any] = json.loads((batch / "jobs" / job_id / f"{job_id}.json").read_text())
    return result


def reopened(batch: Path, job_id: str) -> Project:
    return ProjectService().open(project_of_result(batch, job_id)).project


def assert_is_the_result(project: Project, result: dict[str, Any]) -> ProjectDischarge:
    found = discharge_of_project(project)
    assert found.measurement.discharge.discharge_m3s == pytest.approx(result["discharge_m3s"], rel=1e-9)
    assert found.measurement.iso.u95_percent == pytest.approx(result["uncertainty"]["iso_u95"], rel=1e-9)
    assert found.is_current
    assert found.verdict is not None
    assert (found.verdict.value, list(found.reasons)) == (result["quality"]["verdict"], result["quality"]["reasons"])
    assert [[str(flag) for flag in flags] for flags in found.flags] == [point["flags"] for point in result["points"]]
    assert found.is_used.tolist() == [point["used"] for point in result["points"]]
    return found


@pytest.mark.parametrize("job_id", ["plain", "other"])
def test_that_the_discharge_is_that_of_the_result(batch: Path, job_id: str) -> None:
    assert_is_the_result(reopened(batch, job_id), stored(batch, job_id))


def test_that_the_points_lie_where_they_were_measured(batch: Path) -> None:
    project, points = reopened(batch, "plain"), stored(batch, "plain")["points"]
    assert project.velocities is not None
    assert project.velocities.images == ()
    expected = [(point["x_px"], point["y_px"]) for point in points]
    np.testing.assert_allclose(project.velocities.xy_px, expected, atol=1e-6)
    normal = [np.nan if point["normal_velocity_mps"] is None else point["normal_velocity_mps"] for point in points]
    np.testing.assert_array_equal(project.velocities.normal_mps, normal)


def test_that_what_the_user_said_of_the_job_comes_along(batch: Path) -> None:
    project = reopened(batch, "plain")
    reporting = project.reporting
    assert (reporting.measurement_number, reporting.measured_on) == (7, date(2024, 5, 14))
    assert reporting.start_time is not None
    assert project.video.path == batch.parent / "mill.mp4" or str(project.video.path).endswith("mill.mp4")
    assert project.calibration.water_surface_elevation_m == pytest.approx(LEVEL_M)
    texts = [comment.text for comment in project.comments]
    assert "wind from the left" in texts
    assert any("no space-time images" in text for text in texts)


def test_that_a_recomputed_job_opens_with_its_new_discharge(batch: Path, tmp_path: Path) -> None:
    before = stored(batch, "plain")["discharge_m3s"]
    recompute_batch(batch, RecomputeWishes(alpha=0.8, gap_rule="drop", least_quality=0.3))
    result = stored(batch, "plain")
    assert result["discharge_m3s"] != before
    assert_is_the_result(reopened(batch, "plain"), result)


def test_that_a_section_that_took_the_place_of_the_surveyed_one_comes_along(batch: Path, tmp_path: Path) -> None:
    survey = reopened(batch, "plain").section.survey
    assert survey is not None
    rows = [
        f"{station + 50.0!r},{elevation - (0.2 if elevation < LEVEL_M - 0.3 else 0.0)!r}"
        for station, elevation in zip(survey.station_m.tolist(), survey.elevation_m.tolist(), strict=True)
    ]
    deeper = tmp_path / "deeper.csv"
    deeper.write_text("\n".join(["station_m,elevation_m", *rows]))
    recompute_batch(batch, RecomputeWishes(section_path=deeper))
    project = reopened(batch, "plain")
    assert_is_the_result(project, stored(batch, "plain"))
    assert project.section.survey_name == "deeper.csv"


def test_that_a_project_is_written_once_and_work_on_it_is_kept(batch: Path) -> None:
    path = project_of_result(batch, "plain")
    path.write_bytes(path.read_bytes() + b" ")
    worked_on = path.read_bytes()
    assert project_of_result(batch, "plain") == path
    assert path.read_bytes() == worked_on
    recompute_batch(batch, RecomputeWishes(alpha=0.8))
    renewed = project_of_result(batch, "plain")
    assert renewed.name == "plain (2).ivy"
    assert path.read_bytes() == worked_on
    assert project_of_result(batch, "plain") == renewed


def test_that_the_folder_of_the_result_stays_as_its_manifest_says(batch: Path) -> None:
    before = sorted(path.name for path in (batch / "jobs" / "plain").iterdir())
    path = project_of_result(batch, "plain")
    assert sorted(one.name for one in (batch / "jobs" / "plain").iterdir()) == before
    assert path.parent == batch / "projects"


def test_that_a_job_without_a_result_is_refused(batch: Path) -> None:
    with pytest.raises(IvyError, match="job none: its result is gone or damaged"):
        project_of_result(batch, "none")


def test_that_a_site_that_has_changed_is_told(batch: Path, measured_batch: Path) -> None:
    site = measured_batch.parent / "site.ivy"
    before = site.read_bytes()
    try:
        write_settings(mill_site(mask_polygons_px=(((1, 1), (9, 1), (9, 9)),)), site)
        with pytest.raises(IvyError, match="scaffold"):
            project_of_result(batch, "plain")
    finally:
        site.write_bytes(before)
