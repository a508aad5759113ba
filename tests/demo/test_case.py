"""The files of a generated case, read back by the program's own readers."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from image_velocimetry_tools.demo import (
    SyntheticSite,
    SyntheticVideo,
    alder_mill_site,
    alder_mill_videos,
    flow_truth,
    write_case,
    write_demo_case,
)
from image_velocimetry_tools.demo.case import truth_table
from image_velocimetry_tools.demo.project import RasterGeometry, digitised_pixels, project_data, section_line_px
from image_velocimetry_tools.domain.section import Bank
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.formats.project.archive import read_project
from image_velocimetry_tools.formats.project.arrays import decode_string_array
from image_velocimetry_tools.formats.survey.areacomp import read_areacomp
from image_velocimetry_tools.numerics.raster import raster_for_frame


@pytest.fixture
def case(nadir_site: SyntheticSite, short_video: SyntheticVideo, tmp_path: Path) -> Path:
    site = replace(nadir_site, display_units=DisplayUnits.ENGLISH)
    write_case(tmp_path, site, [short_video, replace(short_video, name="low", level_m=9.75, seed=9)])
    return tmp_path


def test_that_the_jobs_name_every_video_at_its_level_in_display_units(case: Path) -> None:
    with (case / "jobs.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["video_path"] for row in rows] == ["videos/clip.mp4", "videos/low.mp4"]
    levels = [float(row["water_surface_elevation"]) * 0.3048 for row in rows]
    assert levels == pytest.approx([10.0, 9.75], abs=1e-6)
    assert all((case / row["video_path"]).is_file() for row in rows)


def test_that_the_truth_has_one_job_for_every_video(
    case: Path, nadir_site: SyntheticSite, short_video: SyntheticVideo
) -> None:
    truth = json.loads((case / "truth.json").read_text(encoding="utf-8"))
    assert truth["units"] == "English"
    assert [job["video"] for job in truth["jobs"]] == ["clip.mp4", "low.mp4"]
    expected = flow_truth(nadir_site, short_video)
    assert truth["jobs"][0]["discharge_m3s"] == pytest.approx(expected.discharge_m3s)
    assert truth["jobs"][0]["profile_distance_m"][-1] == pytest.approx(4.6)
    assert len(truth["jobs"][0]["profile_velocity_mps"]) == len(truth["jobs"][0]["profile_distance_m"])


def test_that_the_scaffold_holds_section_and_calibration_image(case: Path, nadir_site: SyntheticSite) -> None:
    project = read_project(case / "scaffold_project.ivy")
    assert {"2-orthorectification/!calibration_image.jpg", "2-orthorectification/ground_control_points.csv"} < set(
        project.names
    )
    (survey,) = read_areacomp(project.read("5-discharge/cross_section_ac3.mat")).sub_surveys
    assert survey.station_m == pytest.approx(nadir_site.station_m)
    assert survey.elevation_m == pytest.approx(nadir_site.elevation_m)


def test_that_the_scaffold_states_the_site(case: Path, nadir_site: SyntheticSite) -> None:
    data = read_project(case / "scaffold_project.ivy").data
    assert data["display_units"] == "English"
    assert data["rectification_method"] == "camera matrix"
    assert data["stiv_phi_origin"] == 0
    line = decode_string_array(data["cross_section_line"], "cross_section_line")
    assert line.shape == (1, 2, 2)
    raster = raster_for_frame(nadir_site.extent, nadir_site.camera.frame)
    assert raster.pixel_to_world(line[0]) == pytest.approx(np.array([[100.0, 50.0], [104.6, 50.0]]))


@pytest.mark.parametrize("flip_x", [False, True])
@pytest.mark.parametrize("flip_y", [False, True])
def test_that_line_and_direction_follow_the_flips(nadir_site: SyntheticSite, flip_x: bool, flip_y: bool) -> None:
    site = replace(nadir_site, flip_x=flip_x, flip_y=flip_y, start_bank=Bank.RIGHT)
    raster = raster_for_frame(site.extent, site.camera.frame, flip_x, flip_y)
    own = RasterGeometry.of(site)
    assert (own.width_px, own.height_px, own.gsd_m) == (raster.width_px, raster.height_px, pytest.approx(raster.gsd_m))
    assert raster.pixel_to_world(section_line_px(site)) == pytest.approx(np.array([[104.6, 50.0], [100.0, 50.0]]))
    assert own.direction_deg(site.downstream) == pytest.approx(180.0 if flip_y else 0.0)
    assert own.direction_deg(site.across) == pytest.approx(270.0 if flip_x else 90.0)


def test_that_digitising_errors_have_the_size_that_was_asked_for() -> None:
    exact = digitised_pixels(alder_mill_site())
    noisy = digitised_pixels(replace(alder_mill_site(), control_noise_px=0.5))
    assert 0.25 < (noisy - exact).std() < 0.85


def test_that_all_control_points_of_the_demo_are_in_the_picture_and_not_in_one_plane() -> None:
    site = alder_mill_site()
    pixels = site.camera.project(np.array(site.control_points_m))
    assert len(pixels) >= 8
    assert (pixels > 4.0).all()
    assert (pixels < np.array([site.camera.frame.width_px, site.camera.frame.height_px]) - 4.0).all()
    spread = np.linalg.svd(np.array(site.control_points_m) - np.mean(site.control_points_m, axis=0))[1]
    assert spread[2] > 0.5


def test_that_the_flow_of_the_demo_stays_where_a_search_line_fits() -> None:
    site, raster = alder_mill_site(), RasterGeometry.of(alder_mill_site())
    margin = site.stiv.num_pixels / 2.0
    for video in alder_mill_videos():
        line = section_line_px(replace(site, level_m=video.level_m))
        assert (line[:, 1] > margin).all()
        assert (line[:, 1] < raster.height_px - margin).all()


@pytest.mark.slow
def test_that_the_demo_case_is_small_and_complete(tmp_path: Path) -> None:
    said: list[str] = []
    jobs = write_demo_case(tmp_path / "inputs", said.append)
    assert jobs.name == "boneyard_batch.csv"
    assert said == [
        "videos/alder_mill_1.mp4",
        "videos/alder_mill_2.mp4",
        "videos/alder_mill_3.mp4",
        "scaffold_project.ivy",
    ]
    for video in (tmp_path / "inputs" / "videos").iterdir():
        assert video.stat().st_size < 1_000_000
        with av.open(str(video)) as container:
            assert len(list(container.decode(video=0))) == 75


def _leaves(value: object, path: str = "") -> dict[str, object]:
    """Every value of nested dictionaries and lists by its path; arrays that are kept as text count as lists."""
    if isinstance(value, str) and value.startswith("["):
        value = json.loads(value)
    if isinstance(value, dict):
        return {k: v for key, item in value.items() for k, v in _leaves(item, f"{path}/{key}").items()}
    if isinstance(value, list | tuple):
        return {k: v for index, item in enumerate(value) for k, v in _leaves(item, f"{path}/{index}").items()}
    return {path: value}


def test_that_the_case_in_the_repository_is_the_one_that_the_generator_makes() -> None:
    inputs = Path(__file__).parents[2] / "batch_test_data" / "inputs"
    stored = json.loads((inputs / "truth.json").read_text(encoding="utf-8"))
    assert _leaves(stored) == pytest.approx(_leaves(truth_table(alder_mill_site(), alder_mill_videos())))
    project = read_project(inputs / "scaffold_project.ivy").data
    assert _leaves(project) == pytest.approx(_leaves(project_data(alder_mill_site(), "videos/alder_mill_1.mp4")))
    assert all((inputs / "videos" / job["video"]).is_file() for job in stored["jobs"])
