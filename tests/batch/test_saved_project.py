"""The project of a measured job opens like any other, and measures the same again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from known_rivers import FRAME, LEVEL_M, film, measured, mill_site, mill_video, write_settings

from image_velocimetry_tools.api import process_video
from image_velocimetry_tools.batch.models import BatchJob
from image_velocimetry_tools.batch.saved_project import save_job_project
from image_velocimetry_tools.demo import BetaProfile, SyntheticSite, SyntheticVideo
from image_velocimetry_tools.domain.section import Bank
from image_velocimetry_tools.domain.video import Clip, FrameSize
from image_velocimetry_tools.formats.ivy_arrays import decode_string_array
from image_velocimetry_tools.formats.ivy_project import IvyProject
from image_velocimetry_tools.services.project_service import ProjectService


def saved(folder: Path, site: SyntheticSite, video: SyntheticVideo, **changes: Any) -> IvyProject:
    """The project that a job on a video of a site leaves."""
    scaffold = ProjectService().load_scaffold(write_settings(site, folder / "site.ivy")).scaffold
    job = replace(BatchJob("job_001", Path("/v/mill.mp4"), video.level_m), **changes)
    save_job_project(folder / "job_001.ivy", job, scaffold, measured(site, video, job.clip))
    return ProjectService().load_project(folder / "job_001.ivy")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> IvyProject:
    said = {
        "clip": Clip(0.2, 2.0),
        "measurement_number": 12,
        "measurement_date": "2024-05-14",
        "measurement_time": "08:15:00",
        "gage_height": 3.5,
        "comments": "wind from the left",
    }
    return saved(tmp_path_factory.mktemp("saved"), mill_site(), mill_video(), **said)


def array(project: IvyProject, key: str) -> np.ndarray:
    return np.asarray(decode_string_array(str(project.data[key]), key), dtype=float)


# -- what is in it ----------------------------------------------------------------------------------------------------


def test_that_the_project_tells_video_clip_and_level(project: IvyProject) -> None:
    data = project.data
    assert data["job_id"] == "job_001"
    assert data["video_file_name"] == "/v/mill.mp4"
    assert (data["video_clip_start_time"], data["video_clip_end_time"]) == (200.0, 2000.0)
    assert data["water_surface_elevation"] == pytest.approx(LEVEL_M)
    assert data["ortho_rectified_wse_m"] == pytest.approx(LEVEL_M)
    assert data["extraction_timestep_ms"] == pytest.approx(1000 / 30, rel=1e-4)
    assert data["extraction_num_frames"] == 55
    assert data["alpha"] == 0.85


def test_that_the_project_holds_what_the_user_said(project: IvyProject) -> None:
    data: dict[str, Any] = dict(project.data)
    assert data["reporting"]["meas_number"] == 12
    assert data["reporting"]["meas_date"] == "5/14/2024"
    assert data["reporting"]["start_time"] == "08:15:00"
    assert data["reporting"]["gage_ht"] == 3.5
    assert any("wind from the left" in comment for comment in data["comments"]["Other"])


def test_that_the_velocities_are_those_of_the_points(project: IvyProject) -> None:
    job = measured(mill_site(), mill_video(), Clip(0.2, 2.0))
    np.testing.assert_allclose(array(project, "stiv_magnitudes"), job.velocities.stiv.magnitudes_mps, rtol=1e-6)
    np.testing.assert_allclose(array(project, "stiv_directions"), job.velocities.stiv.directions_deg, rtol=1e-6)
    np.testing.assert_allclose(array(project, "stiv_magnitude_normals"), job.velocities.normal_mps, rtol=1e-6)
    np.testing.assert_allclose(array(project, "grid_points"), job.geometry.points.xy_px, atol=1e-3)


def test_that_the_discharge_table_adds_up_to_the_discharge(project: IvyProject) -> None:
    data: dict[str, Any] = dict(project.data)
    job = measured(mill_site(), mill_video(), Clip(0.2, 2.0))
    assert data["discharge"] == pytest.approx(job.measurement.discharge.discharge_m3s)
    table = project.read("5-discharge/discharge_table.csv").decode().splitlines()
    assert len(table) == 1 + 22
    column = table[0].split(",").index("Unit Discharge")
    assert sum(float(row.split(",")[column]) for row in table[1:]) == pytest.approx(data["discharge"], rel=1e-9)
    velocity = table[0].split(",").index("Surface Velocity")
    assert float(table[1].split(",")[velocity]) == float(table[-1].split(",")[velocity]) == 0.0
    summary = data["discharge_summary"]
    assert summary["ISO_uncertainty"] == pytest.approx(job.measurement.iso.u95_percent / 100)


def test_that_the_files_of_the_site_come_along(project: IvyProject) -> None:
    assert "2-orthorectification/ground_control_points.csv" in project.names
    assert "2-orthorectification/!calibration_image.jpg" in project.names
    assert "5-discharge/cross_section_ac3.mat" in project.names
    assert len(project.read("4-velocities/stiv_results.csv").decode().splitlines()) == 1 + 20


def test_that_points_without_an_estimate_are_saved_too(tmp_path: Path) -> None:
    site = mill_site()
    points = measured(site).geometry.points.xy_px
    x, y = points[8]
    square = ((x - 4, y - 4), (x + 4, y - 4), (x + 4, y + 4), (x - 4, y + 4))
    opened = saved(tmp_path, mill_site(mask_polygons_px=(square,)), mill_video())
    speeds = array(opened, "stiv_magnitudes")
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(speeds)), [8])
    assert ProjectService().load_scaffold(opened.path).scaffold.mask_polygons_px[0].shape == (4, 2)


def test_that_the_state_is_strict_json(project: IvyProject) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    json.loads(project.read("project_data.json"), parse_constant=refuse)


# -- measured again ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("site", "video"),
    [
        (mill_site(), mill_video()),
        (mill_site(start_bank=Bank.RIGHT, flip_x=True), mill_video()),
        (mill_site(), mill_video(level_m=LEVEL_M + 0.2, profile=BetaProfile(1.7), seed=5)),
    ],
    ids=["level of the survey", "right bank, flipped", "higher level"],
)
def test_that_a_saved_project_is_a_scaffold_that_measures_the_same(
    tmp_path: Path, site: SyntheticSite, video: SyntheticVideo
) -> None:
    opened = saved(tmp_path, site, video)
    again = process_video(
        scaffold_path=opened.path,
        video_path=film(site, video, tmp_path / "mill.mp4"),
        water_surface_elevation=video.level_m,
        output_directory=tmp_path / "out",
        plots=False,
    )
    assert again.success, again.error_message
    expected = measured(site, video).measurement.discharge
    assert again.total_discharge == pytest.approx(expected.discharge_m3s, rel=1e-4)
    assert again.area_m2 == pytest.approx(expected.area_m2, rel=1e-6)


def process(folder: Path, scaffold: Path, video: Path, **options: Any) -> Any:
    return process_video(
        scaffold_path=scaffold,
        video_path=video,
        water_surface_elevation=LEVEL_M,
        output_directory=folder,
        job_id="job_001",
        plots=False,
        **options,
    )


@pytest.mark.parametrize("width", [576, 256], ids=["larger", "smaller"])
def test_that_a_job_on_a_video_of_another_size_measures_the_same_again(tmp_path: Path, width: int) -> None:
    """The calibration image of the project keeps its size, so the line must lie in its pixels."""
    size = FrameSize(width, width * FRAME.height_px // FRAME.width_px)
    video = film(mill_site(), mill_video(size=size, duration_s=1.0), tmp_path / "other.mp4")
    scaffold = write_settings(mill_site(), tmp_path / "site.ivy")
    first = process(tmp_path / "first", scaffold, video, save_project=True)
    second = process(tmp_path / "second", tmp_path / "first" / "jobs" / "job_001" / "job_001.ivy", video)
    assert first.success, first.error_message
    assert second.success, second.error_message
    assert second.total_discharge == pytest.approx(first.total_discharge, rel=1e-4)


@pytest.mark.parametrize(
    "override",
    [
        {"number_grid_points_along_xs_line": "12"},
        {"extraction_frame_step": "2"},
        {"stiv_num_pixels": "16"},
        {"cross_section_start_bank": "right"},
        {"mask_polygons": "[[[150, 40], [190, 40], [190, 160], [150, 160]]]"},
    ],
    ids=lambda override: next(iter(override)),
)
def test_that_what_a_job_overrides_is_in_its_project(tmp_path: Path, override: dict[str, object]) -> None:
    video = film(mill_site(), mill_video(), tmp_path / "mill.mp4")
    scaffold = write_settings(mill_site(), tmp_path / "site.ivy")
    first = process(tmp_path / "first", scaffold, video, save_project=True, overrides=override)
    second = process(tmp_path / "second", tmp_path / "first" / "jobs" / "job_001" / "job_001.ivy", video)
    assert first.success, first.error_message
    assert second.success, second.error_message
    assert second.total_discharge == pytest.approx(first.total_discharge, rel=1e-4)
