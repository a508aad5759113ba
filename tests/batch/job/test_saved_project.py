"""The project of a measured job opens like any other, and measures the same again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from known_rivers import FRAME, LEVEL_M, film, measured, mill_site, mill_video, write_settings

from image_velocimetry_tools.api import process_video
from image_velocimetry_tools.batch.folders.identity import MethodChoice
from image_velocimetry_tools.batch.job.saved_project import save_job_project
from image_velocimetry_tools.batch.models import BatchJob
from image_velocimetry_tools.demo import BetaProfile, SyntheticSite, SyntheticVideo
from image_velocimetry_tools.domain.scaffold import StivParameters
from image_velocimetry_tools.domain.section import Bank
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.domain.velocimetry import PointFlag
from image_velocimetry_tools.domain.video import Clip, FrameSize
from image_velocimetry_tools.formats.project.archive import IvyProject
from image_velocimetry_tools.formats.project.arrays import decode_string_array
from image_velocimetry_tools.services.measured_project.discharge import discharge_of_project
from image_velocimetry_tools.services.measuring.measured_job import MeasuredJob
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


# -- key by key: what USGS IVyTools reads when it opens a project ------------------------------------------------------

NUMBER = (int, float)
READ_ON_OPEN: dict[str, Any] = {
    "process_step": str,
    "open_tab_index": int,
    "sequence_index": int,
    "video_file_name": str,
    "video_metadata": dict,
    "video_rotation": int,
    "video_flip": str,
    "video_curve_preset": str,
    "extraction_frame_step": int,
    "extraction_timestep_ms": NUMBER,
    "ffmpeg_parameters": dict,
    "imagebrowser_sequence": list,
    "imagebrowser_image_path": str,
    "last_ortho_gcp_image_path": str,
    "orthotable_dataframe": dict,
    "water_surface_elevation": NUMBER,
    "pixel_ground_scale_distance_m": NUMBER,
    "is_ortho_flip_x": bool,
    "is_ortho_flip_y": bool,
    "rectification_method": str,
    "rectification_parameters": dict,
    "bathymetry_ac3_filename": str,
    "cross_section_start_bank": str,
    "is_cross_section_grid": bool,
    "line_mode": str,
    "number_grid_points_along_xs_line": int,
    "horz_grid_size": int,
    "mask_polygons": (list, type(None)),
    "stiv_num_pixels": int,
    "stiv_search_line_length_m": NUMBER,
    "stiv_phi_origin": NUMBER,
    "stiv_phi_range": NUMBER,
    "stiv_dphi": NUMBER,
    "stiv_max_vel_threshold_mps": NUMBER,
    "stiv_gaussian_blur_sigma": NUMBER,
    "manual_sti_lines": list,
    "manual_average_directions": list,
    "sti_comments": dict,
    "discharge_results": dict,
    "reporting": dict,
    "comments": dict,
}
STRING_ARRAYS = {
    "cross_section_line": (1, 2, 2),
    "results_grid": (20, 2),
    "stiv_magnitudes": (20,),
    "stiv_directions": (20,),
    "stiv_magnitude_normals": (20,),
    "thetas": (20,),
}
CATEGORIES = {
    *("Video Preprocessing", "Image Frame Processing", "Orthorectification", "Cross-Section Geometry"),
    *("Grid Preparation", "Space-Time Image Velocimetry (Exhaustive)", "Space-Time Image Results", "Discharge"),
    *("Reporting", "System", "Other"),
}
REPORTING = {
    *("station_name", "station_number", "party", "weather", "meas_date", "gage_ht", "start_time", "end_time"),
    *("mid_time", "meas_number", "project_description"),
}
FFMPEG = {
    *("input_video", "output_video", "start_time", "end_time", "video_rotation", "video_flip", "strip_audio"),
    *("normalize_luma", "curve_preset", "stabilize", "extract_frames", "extract_frame_step"),
    *("extracted_frames_folder", "extract_frame_pattern", "calibrate_radial", "cx", "cy", "k1", "k2"),
}


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> IvyProject:
    """The project of a job whose scaffold holds no more than it must."""
    folder = tmp_path_factory.mktemp("bare")
    site = ProjectService().load_project(write_settings(mill_site(), folder / "full.ivy"))
    needed = ("rectification_method", "rectification_parameters", "cross_section_line", "water_surface_elevation")
    data = {key: site.data[key] for key in (*needed, "number_grid_points_along_xs_line", "stiv_num_pixels")}
    data |= {"stiv_phi_origin": 340, "stiv_phi_range": 20, "comments": "plain", "display_units": "Metric"}
    members = {name: site.read(name) for name in site.names if name != "project_data.json"}
    ProjectService().save_project(folder / "site.ivy", data, members)
    scaffold = ProjectService().load_scaffold(folder / "site.ivy").scaffold
    job = BatchJob("job_001", Path("/v/mill.mp4"), mill_video().level_m)
    save_job_project(folder / "job_001.ivy", job, scaffold, measured(mill_site(), mill_video(), job.clip))
    return ProjectService().load_project(folder / "job_001.ivy")


@pytest.fixture(params=["project", "bare"])
def any_project(request: pytest.FixtureRequest) -> IvyProject:
    found: IvyProject = request.getfixturevalue(request.param)
    return found


def test_that_every_key_that_is_read_on_opening_is_there_with_its_type(any_project: IvyProject) -> None:
    data = any_project.data
    assert set(READ_ON_OPEN) - set(data) == set()
    wrong = {key: data[key] for key, kind in READ_ON_OPEN.items() if not isinstance(data[key], kind)}
    assert wrong == {}
    assert not any(isinstance(data[key], bool) for key, kind in READ_ON_OPEN.items() if kind in (int, NUMBER))


def test_that_arrays_are_text_of_the_right_shape(any_project: IvyProject) -> None:
    for key, shape in STRING_ARRAYS.items():
        assert isinstance(any_project.data[key], str), key
        assert array(any_project, key).shape == shape, key


def test_that_nested_parts_are_complete(any_project: IvyProject) -> None:
    data: dict[str, Any] = dict(any_project.data)
    assert set(data["comments"]) == CATEGORIES
    assert all(isinstance(entries, list) for entries in data["comments"].values())
    assert set(data["reporting"]) >= REPORTING
    assert set(data["ffmpeg_parameters"]) >= FFMPEG
    assert set(data["video_metadata"]) >= {"width", "height", "bitrate_kbs", "duration", "avg_frame_rate"}
    assert set(data["video_metadata"]) >= {"avg_timestep_ms", "frame_count", "codec_info", "pixel_fmt"}
    rectification = data["rectification_parameters"]
    assert np.shape(rectification["camera_matrix"]) == (3, 4)
    assert np.shape(rectification["extent"]) == (4,)
    assert np.shape(rectification["world_coords"])[1] == 3
    assert rectification["water_surface_elev"] == data["water_surface_elevation"] == data["ortho_rectified_wse_m"]
    assert [len(data[key]) for key in ("manual_sti_lines", "manual_average_directions")] == [20, 20]


def test_that_the_table_of_control_points_is_that_of_the_file(any_project: IvyProject) -> None:
    from image_velocimetry_tools.formats.project.arrays import decode_columns
    from image_velocimetry_tools.formats.survey.gcp_columns import COLUMNS
    from image_velocimetry_tools.formats.survey.gcp_csv import points_from_records

    table = any_project.data["orthotable_dataframe"]
    assert isinstance(table, dict)
    assert tuple(table) == COLUMNS
    points = points_from_records(decode_columns(table, "orthotable_dataframe"), "table")
    expected = ProjectService().load_scaffold(any_project.path).scaffold.ground_control
    np.testing.assert_allclose(points.world_m, expected.world_m, atol=1e-6)
    np.testing.assert_allclose(points.pixels, expected.pixels, atol=1e-2)


def test_that_the_stored_camera_sees_the_control_points(any_project: IvyProject) -> None:
    data: dict[str, Any] = dict(any_project.data)
    parameters = data["rectification_parameters"]
    world = np.column_stack([parameters["world_coords"], np.ones(len(parameters["world_coords"]))])
    seen = world @ np.array(parameters["camera_matrix"]).T
    np.testing.assert_allclose(seen[:, :2] / seen[:, 2:], parameters["pixel_coords"], atol=0.05)


def test_that_uncertainties_have_the_names_of_the_desktop(project: IvyProject) -> None:
    data: dict[str, Any] = dict(project.data)
    assert set(data["u_iso"]) >= {"u_q", "u95_q", "u_b", "u_d", "u_p", "u_v", "u_c", "u_s", "u_m", "u_alpha", "u_rect"}
    assert set(data["u_ive"]) >= {"u_q", "u95_q", "u_d", "u_v", "u_b", "u_s", "u_alpha", "u_rect"}
    assert data["u_iso"]["u95_q"] == data["discharge_summary"]["ISO_uncertainty"]
    assert sum(data["u_iso_contribution"].values()) == pytest.approx(1.0)


def test_that_every_point_has_its_space_time_image(project: IvyProject) -> None:
    import cv2

    images = measured(mill_site(), mill_video(), Clip(0.2, 2.0)).velocities.stiv.space_time_images
    names = [name for name in project.names if name.startswith("1-images/STI_")]
    assert names == [f"1-images/STI_{number:04d}.jpg" for number in range(20)]
    for name, image in zip(names, images, strict=True):
        stored = cv2.imdecode(np.frombuffer(project.read(name), np.uint8), cv2.IMREAD_UNCHANGED)
        assert stored.shape == image.shape
        assert np.abs(stored.astype(float) - image).mean() < 12
    assert project.data["is_stis"] is True


def test_that_the_discharge_is_noted_as_on_every_save(project: IvyProject) -> None:
    data: dict[str, Any] = dict(project.data)
    assert f"File Saved Q = {data['discharge']:.2f} (m³/s) (ISO Uncert.) " in data["comments"]["System"][-1]


def test_that_date_and_stage_of_the_scaffolds_own_video_do_not_stay(tmp_path: Path) -> None:
    site = ProjectService().load_project(write_settings(mill_site(), tmp_path / "full.ivy"))
    stale = {"station_name": "Mill", "meas_date": "6/30/2017", "gage_ht": 3.5, "start_time": "12:00:00"}
    members = {name: site.read(name) for name in site.names if name != "project_data.json"}
    ProjectService().save_project(tmp_path / "site.ivy", site.data | {"reporting": stale}, members)
    scaffold = ProjectService().load_scaffold(tmp_path / "site.ivy").scaffold
    save_job_project(tmp_path / "j.ivy", BatchJob("j", Path("/v/a.mp4"), LEVEL_M), scaffold, measured(mill_site()))
    reporting: dict[str, Any] = ProjectService().load_project(tmp_path / "j.ivy").data["reporting"]  # type: ignore[assignment]
    assert reporting["station_name"] == "Mill"
    assert (reporting["meas_date"], reporting["gage_ht"], reporting["start_time"]) == ("", 0.0, "")


def test_that_a_bare_scaffold_gives_a_project_that_opens_without_warnings(bare: IvyProject) -> None:
    reading = ProjectService().load_scaffold(bare.path)
    assert reading.warnings == ()
    assert reading.scaffold.stiv.phi_range_deg == 20


# -- reviewed in the window -------------------------------------------------------------------------------------------


def assert_opens_as_measured(path: Path, job: MeasuredJob) -> None:
    (path.parent / "mill.mp4").touch()
    reading = ProjectService().open(path)
    assert reading.warnings == ()
    opened, velocities, stiv = reading.project, reading.project.velocities, job.velocities.stiv
    assert velocities is not None
    assert velocities.own_flags == job.velocities.own_flags
    for name in ("quality", "peak", "ambiguity", "spread", "dispersion"):
        np.testing.assert_array_equal(getattr(velocities, name), getattr(stiv, name), err_msg=name)
    np.testing.assert_array_equal(velocities.search_line_deg, stiv.line_deg)
    np.testing.assert_array_equal(velocities.downstream, job.geometry.normal)
    np.testing.assert_array_equal(velocities.station_m, job.geometry.points.station_m)
    assert (velocities.fastest_mps, velocities.frame_count) == (stiv.fastest_mps, len(job.slots.frame))
    assert (velocities.pixel_size_m, velocities.interval_s) == (job.geometry.raster.pixel_size_m, job.slots.interval_s)
    found = discharge_of_project(opened)
    assert found.is_current
    assert found.measurement.discharge.discharge_m3s == job.measurement.discharge.discharge_m3s
    assert found.measurement.iso.u95 == job.measurement.iso.u95
    np.testing.assert_array_equal(found.is_used, job.velocities.is_used)
    assert found.flags == tuple(
        flags + ((PointFlag.FILLED,) if is_filled else ())
        for flags, is_filled in zip(job.velocities.flags, job.measurement.is_filled, strict=True)
    )
    assert repr(found.figures) == repr(job.figures)
    assert (found.verdict, found.reasons) == (job.verdict, job.reasons)


@pytest.mark.parametrize(
    ("site", "video", "clip"),
    [
        (mill_site(), mill_video(), Clip()),
        (mill_site(), mill_video(), Clip(0.2, 2.0)),
        (mill_site(start_bank=Bank.RIGHT, flip_x=True), mill_video(), Clip()),
        (mill_site(), mill_video(level_m=LEVEL_M + 0.2, profile=BetaProfile(1.7), seed=5), Clip()),
        (mill_site(), mill_video(size=FrameSize(256, 144), duration_s=1.0), Clip()),
        (mill_site(stiv=StivParameters(num_pixels=12, phi_range_deg=4.0)), mill_video(), Clip()),
    ],
    ids=["plain", "short clip", "right bank, flipped", "higher level", "smaller frames", "bad search"],
)
def test_that_a_job_opens_with_the_figures_and_the_verdict_of_its_result(
    tmp_path: Path, site: SyntheticSite, video: SyntheticVideo, clip: Clip
) -> None:
    path = saved(tmp_path, site, video, clip=clip).path
    assert_opens_as_measured(path, measured(site, video, clip))


def test_that_a_masked_point_opens_masked(tmp_path: Path) -> None:
    x, y = measured(mill_site()).geometry.points.xy_px[8]
    square = ((x - 4, y - 4), (x + 4, y - 4), (x + 4, y + 4), (x - 4, y + 4))
    masked = mill_site(mask_polygons_px=(square,))
    path = saved(tmp_path, masked, mill_video()).path
    job = measured(masked)
    assert PointFlag.MASKED in job.velocities.own_flags[8]
    assert_opens_as_measured(path, job)


def test_that_a_reviewer_finds_what_the_user_said_of_the_job(project: IvyProject) -> None:
    opened = ProjectService().open(project.path).project
    assert opened.video.clip == Clip(0.2, 2.0)
    reporting = opened.reporting
    assert (reporting.measurement_number, reporting.gage_height_m) == (12, 3.5)
    assert reporting.measured_on == date(2024, 5, 14)
    assert reporting.start_time == reporting.mid_time == reporting.end_time == time(8, 15)
    assert opened.section.survey_name == "cross_section_ac3.mat"
    assert opened.velocities is not None
    assert len(opened.velocities.images) == 20


def test_that_a_gage_height_in_feet_is_in_feet_again(tmp_path: Path) -> None:
    path = saved(tmp_path, mill_site(display_units=DisplayUnits.ENGLISH), mill_video(), gage_height=3.5).path
    assert ProjectService().open(path).project.reporting.gage_height_m == pytest.approx(3.5 * 0.3048)


def test_that_what_a_job_cannot_change_stays_as_the_site_has_it(tmp_path: Path) -> None:
    site = ProjectService().load_project(write_settings(mill_site(), tmp_path / "full.ivy"))
    data: dict[str, Any] = dict(site.data)
    data |= {"video_strip_audio": False, "last_ortho_gcp_image_path": "/a/still.jpg", "horz_grid_size": 33, "odd": [1]}
    data["ffmpeg_parameters"] = {**data["ffmpeg_parameters"], "strip_audio": False, "odd": 2}
    members = {name: site.read(name) for name in site.names if name != "project_data.json"}
    ProjectService().save_project(tmp_path / "site.ivy", data, members)
    scaffold = ProjectService().load_scaffold(tmp_path / "site.ivy").scaffold
    save_job_project(tmp_path / "j.ivy", BatchJob("j", Path("/v/a.mp4"), LEVEL_M), scaffold, measured(mill_site()))
    kept: dict[str, Any] = dict(ProjectService().load_project(tmp_path / "j.ivy").data)
    for key in ("video_strip_audio", "last_ortho_gcp_image_path", "horz_grid_size", "odd"):
        assert kept[key] == data[key], key
    assert (kept["ffmpeg_parameters"]["strip_audio"], kept["ffmpeg_parameters"]["odd"]) == (False, 2)


def test_that_the_method_of_the_batch_is_that_of_the_project(tmp_path: Path) -> None:
    scaffold = ProjectService().load_scaffold(write_settings(mill_site(), tmp_path / "site.ivy")).scaffold
    job = BatchJob("j", Path("/v/mill.mp4"), LEVEL_M, measurement_time="noon")
    method = MethodChoice("other", "3", {"depth": 2})
    save_job_project(tmp_path / "j.ivy", job, scaffold, measured(mill_site()), method)
    opened = ProjectService().open(tmp_path / "j.ivy").project
    assert (opened.velocimetry.method, opened.velocimetry.method_settings) == ("other", {"depth": 2})
    assert opened.velocities is not None
    assert opened.velocities.method == "other"
    assert opened.reporting.start_time is None


@pytest.mark.parametrize(
    ("overrides", "state", "shown"),
    [
        ({}, {"bathymetry_ac3_filename": r"C:\surveys\bridge.mat"}, "bridge.mat"),
        ({}, {"ivytools_measurement": {"section": {"survey_name": "after the flood"}}}, "after the flood"),
        ({"bathymetry_ac3_filename": "new.mat"}, {"bathymetry_ac3_filename": "old.mat"}, "new.mat"),
    ],
    ids=["of the site", "of our own project", "replaced"],
)
def test_that_the_survey_keeps_its_name(
    tmp_path: Path, overrides: dict[str, str], state: dict[str, object], shown: str
) -> None:
    site = ProjectService().load_project(write_settings(mill_site(), tmp_path / "full.ivy"))
    members = {name: site.read(name) for name in site.names if name != "project_data.json"}
    ProjectService().save_project(tmp_path / "site.ivy", site.data | state, members)
    new = tmp_path / "new.mat"
    new.write_bytes(members["5-discharge/cross_section_ac3.mat"])
    paths = {key: str(tmp_path / name) for key, name in overrides.items()}
    scaffold = ProjectService().load_scaffold(tmp_path / "site.ivy").scaffold
    job = BatchJob("j", Path("/v/mill.mp4"), LEVEL_M, overrides=paths)
    save_job_project(tmp_path / "j.ivy", job, scaffold, measured(mill_site()))
    assert ProjectService().open(tmp_path / "j.ivy").project.section.survey_name == shown


def test_that_an_unknown_figure_is_null_and_stays_unknown(tmp_path: Path) -> None:
    job = measured(mill_site())
    stiv = replace(job.velocities.stiv, spread=np.full(20, np.nan), dispersion=np.full(20, np.nan))
    figures = replace(job.figures, median_spread=float("nan"), median_dispersion=float("nan"))
    unknown = replace(job, velocities=replace(job.velocities, stiv=stiv), figures=figures)
    scaffold = ProjectService().load_scaffold(write_settings(mill_site(), tmp_path / "site.ivy")).scaffold
    save_job_project(tmp_path / "j.ivy", BatchJob("j", Path("/v/mill.mp4"), LEVEL_M), scaffold, unknown)
    test_that_the_state_is_strict_json(ProjectService().load_project(tmp_path / "j.ivy"))
    assert_opens_as_measured(tmp_path / "j.ivy", unknown)
