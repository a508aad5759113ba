from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from full_projects import POINTS, full_project

from image_velocimetry_tools.domain.errors import OutputError
from image_velocimetry_tools.domain.project import PointLayout, Project
from image_velocimetry_tools.domain.section import SubSurvey
from image_velocimetry_tools.domain.units import DisplayUnits, unit_system
from image_velocimetry_tools.formats.project.archive import IvyProject, read_project, write_project
from image_velocimetry_tools.formats.project.arrays import decode_string_array
from image_velocimetry_tools.formats.project.figures import ProjectFigures
from image_velocimetry_tools.formats.project_reader.whole_project import read_whole_project
from image_velocimetry_tools.formats.project_writer.whole_project import project_files, project_state
from image_velocimetry_tools.formats.survey.areacomp import format_areacomp, read_areacomp
from image_velocimetry_tools.formats.survey.gcp_csv import read_gcp_csv
from image_velocimetry_tools.numerics.section_merge import merge_sub_surveys
from image_velocimetry_tools.services.measured_project.figures import figures_of

SECTION = "5-discharge/cross_section_ac3.mat"


def text_array(*shape: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and np.array(json.loads(value), dtype=float).shape == shape


def list_of(kind: Any, length: int | None = None) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, list) and all(isinstance(v, kind) for v in value) and len(value) == (length or len(value))
    )


def words(*allowed: object) -> Callable[[Any], bool]:
    return lambda value: value in allowed


#: The keys of project files as USGS IVyTools has them, with their types; lengths are those of the sample.
CATALOGUE: Mapping[str, Any] = {
    "__program_name__": str,
    "display_units": words("English", "Metric"),
    "units": str,
    "units_label": str,
    "survey_units": dict,
    "process_step": words("Process STIV Exhaustive"),
    "open_tab_index": int,
    "sequence_index": int,
    "video_file_name": str,
    "video_clip_filename": str,
    "video_metadata": dict,
    "video_duration": float,
    "video_timestep_ms": float,
    "video_num_frames": int,
    "video_frame_rate": float,
    "video_resolution": words("1280x720"),
    "video_clip_start_time": words(1234.5678),
    "video_clip_end_time": words(15000.01),
    "video_rotation": words(180),
    "video_flip": words("hflip"),
    "video_curve_preset": words("lighter"),
    "video_strip_audio": words(False),
    "video_normalize_luma": words(True),
    "video_ffmpeg_stabilize": words(True),
    "is_video_loaded": words(True),
    "extraction_frame_step": words(2),
    "extraction_frame_rate": float,
    "extraction_timestep_ms": float,
    "extraction_num_frames": int,
    "ffmpeg_parameters": dict,
    "imagebrowser_sequence": list,
    "imagebrowser_image_path": str,
    "last_ortho_gcp_image_path": str,
    "orthotable_dataframe": dict,
    "orthotable_file_survey_units": str,
    "is_ortho_table_loaded": words(True),
    "water_surface_elevation": words(1 / 3),
    "ortho_rectified_wse_m": words(1 / 3),
    "pixel_ground_scale_distance_m": float,
    "scene_averaged_pixel_gsd_m": float,
    "is_ortho_flip_x": words(True),
    "is_ortho_flip_y": words(False),
    "is_homography_matrix": words(False),
    "is_camera_matrix": words(True),
    "rectification_method": words("camera matrix"),
    "reprojection_error_pixels": float,
    "reprojection_error_gcp_pixel_xy": list_of(list, 8),
    "reprojection_error_gcp_pixel_total": list_of(float, 8),
    "rectification_rmse_m": float,
    "rectification_parameters": dict,
    "bathymetry_ac3_filename": str,
    "is_area_comp_loaded": words(True),
    "cross_section_line": text_array(1, 2, 2),
    "cross_section_start_bank": words("right"),
    "cross_section_line_exists": words(True),
    "cross_section_top_width_m": float,
    "is_cross_section_grid": words(True),
    "line_mode": words("cross_section"),
    "number_grid_points_along_xs_line": words(POINTS),
    "number_grid_points_along_line": words(POINTS),
    "horz_grid_size": words(30),
    "vert_grid_size": words(40),
    "results_grid": text_array(POINTS, 2),
    "results_grid_world": text_array(POINTS, 2),
    "grid_points": text_array(POINTS, 2),
    "mask_polygons": list_of(str, 1),
    "stiv_num_pixels": words(30),
    "stiv_search_line_length_m": float,
    "stiv_phi_origin": words(175.5),
    "stiv_phi_range": words(45.0),
    "stiv_dphi": words(0.5),
    "stiv_max_vel_threshold_mps": words(5.0),
    "stiv_opt_max_vel_threshold_mps": words(5.0),
    "stiv_gaussian_blur_sigma": words(0.7),
    "stiv_magnitudes": text_array(POINTS),
    "stiv_directions": text_array(POINTS),
    "stiv_magnitude_normals": text_array(POINTS),
    "thetas": text_array(POINTS),
    "manual_sti_lines": list_of(list, POINTS),
    "manual_average_directions": list_of((list, float), POINTS),
    "sti_comments": dict,
    "stiv_exists": words(True),
    "is_stis": words(True),
    "is_manual_sti_corrections": words(True),
    "alpha": words(0.87),
    "discharge_results": dict,
    "discharge_summary": dict,
    "u_iso": dict,
    "u_iso_contribution": dict,
    "u_ive": dict,
    "u_ive_contribution": dict,
    "reporting": dict,
    "comments": dict,
    "contrast_filters": dict,
    "ivytools_measurement": dict,
}
NESTED: Mapping[str, Mapping[str, Any]] = {
    "ffmpeg_parameters": {
        "input_video": str, "output_video": str, "start_time": words("00:00:01.23"), "end_time": words("00:00:15.00"),
        "video_rotation": int, "video_flip": str, "strip_audio": bool, "normalize_luma": bool, "curve_preset": str,
        "stabilize": bool, "extract_frames": bool, "extract_frame_step": words(2), "extracted_frames_folder": str,
        "extract_frame_pattern": words("f%05d.jpg"), "calibrate_radial": words(True), "cx": words(0.51),
        "cy": words(0.49), "k1": words(-0.1), "k2": words(0.02),
    },
    "rectification_parameters": {
        "homography_matrix": list_of(list, 3), "camera_matrix": list_of(list, 3), "pixel_coords": list_of(list, 7),
        "world_coords": list_of(list, 7), "extent": words([0.0, 10.0, 0.0, 8.0]), "pad_x": words(0),
        "pad_y": words(0), "water_surface_elev": words(1 / 3),
    },
    "reporting": {
        "station_name": str, "station_number": words("01234"), "party": str, "weather": str,
        "meas_date": words("5/4/2024"), "gage_ht": words(0.0), "start_time": words("11:03:04"),
        "mid_time": words("11:31:17"), "end_time": words("11:59:30"), "meas_number": words(0),
        "project_description": str,
    },
    "video_metadata": {
        "width": words(1280), "height": words(720), "bitrate_kbs": words(-999), "duration": words(20.02),
        "avg_frame_rate": float, "avg_timestep_ms": float, "frame_count": words(600), "codec_info": words("h264"),
        "pixel_fmt": words("yuv420p"),
    },
    "discharge_summary": {
        "total_discharge": float, "total_area": float, "ISO_uncertainty": float, "IVE_uncertainty": float,
    },
    "survey_units": {"L": float, "Q": float, "A": float, "V": float, "label_L": words("(ft)"), "ID": words("English")},
}  # fmt: skip


@pytest.fixture(scope="module")
def project() -> Project:
    return full_project()


@pytest.fixture(scope="module")
def state(project: Project) -> dict[str, Any]:
    return project_state(project, figures_of(project))


def fits(value: object, expected: Any) -> bool:
    return isinstance(value, expected) if isinstance(expected, type) else bool(expected(value))


@pytest.mark.parametrize("key", CATALOGUE)
def test_that_a_key_of_project_files_is_written(key: str, state: dict[str, Any]) -> None:
    assert key in state
    assert fits(state[key], CATALOGUE[key]), state[key]


@pytest.mark.parametrize(("part", "key"), [(part, key) for part, keys in NESTED.items() for key in keys])
def test_that_a_nested_key_of_project_files_is_written(part: str, key: str, state: dict[str, Any]) -> None:
    assert fits(state[part][key], NESTED[part][key]), state[part][key]


def test_that_no_other_keys_are_written(state: dict[str, Any]) -> None:
    # Those of the second kind are on by default only because other programs look for them.
    defaults = {"region_of_interest_pixels", "stiv_opt_exists", "openpiv_exists", "trivia_exists"}
    assert set(state) - set(CATALOGUE) == defaults


def test_that_tables_have_the_columns_of_other_programs(state: dict[str, Any]) -> None:
    assert list(state["orthotable_dataframe"]) == [
        "# ID", "X", "Y", "Z", "X (pixel)", "Y (pixel)", "Error X (pixel)", "Error Y (pixel)", "Tot. Error (pixel)",
        "Use in Rectification", "Use in Validation",
    ]  # fmt: skip
    assert state["orthotable_dataframe"]["# ID"]["1"] == "P 1"
    assert state["orthotable_dataframe"]["X (pixel)"]["9"] == "N/A"
    assert list(state["discharge_results"]["0"]) == [
        "ID", "Status", "Station Distance", "Width", "Depth", "Area", "Surface Velocity", "α (alpha)",
        "Unit Discharge",
    ]  # fmt: skip
    assert state["manual_sti_lines"][1] == [[[0.5, 1.25], [20.0, 9.0]], [[1.0, 2.0], [18.0, 8.0]]]
    assert state["manual_sti_lines"][0] == state["manual_average_directions"][0] == []
    assert state["sti_comments"] == {"1": "two streaks", "7": "shadow of the bridge"}
    assert len(state["comments"]) == 11
    assert state["comments"]["Grid Preparation"] == ["Doe, J., 05/04/2024 12:00:00, a, b, c", "without a name"]


def test_that_arrays_are_held_to_the_last_bit(state: dict[str, Any], project: Project) -> None:
    assert project.velocities is not None
    for key, values in (("stiv_magnitudes", project.velocities.speed_mps), ("grid_points", project.velocities.xy_px)):
        np.testing.assert_array_equal(decode_string_array(state[key], key), values)
    assert "NaN" in state["stiv_magnitudes"]


def test_that_files_are_where_other_programs_look(project: Project) -> None:
    files = project_files(project, figures_of(project))
    assert set(files) == {
        "2-orthorectification/!calibration_image.jpg",
        "2-orthorectification/ground_control_points.csv",
        "4-velocities/stiv_results.csv",
        SECTION,
        "5-discharge/discharge_table.csv",
        *(f"1-images/STI_{number:04d}.jpg" for number in range(POINTS)),
    }
    assert files["2-orthorectification/!calibration_image.jpg"] == project.calibration.image
    table = files["2-orthorectification/ground_control_points.csv"]
    assert table.startswith(b"# ID,X (m),Y (m),Z (m),X (pixel)")
    assert read_gcp_csv(table) == project.calibration.points
    stations = files["5-discharge/discharge_table.csv"].decode().splitlines()[0]
    assert stations == "ID,Status,Station Distance,Width,Depth,Area,Surface Velocity,α (alpha),Unit Discharge"


def test_that_a_regular_grid_is_a_table_too(project: Project) -> None:
    assert project.velocities is not None
    basis = replace(project.basis, grid=replace(project.grid, layout=PointLayout.REGULAR))
    files = project_files(replace(project, velocities=replace(project.velocities, basis=basis)), ProjectFigures())
    lines = files["3-grids/results_grid.csv"].decode().splitlines()
    assert lines[0] == "world_coords_x,world_coords_y,pixel_coords_x,pixel_coords_y"
    assert lines[1] == "850,353.3,850,353.3"
    assert len(lines) == POINTS + 1


def test_that_the_parts_of_a_survey_keep_their_offsets_in_its_own_units(project: Project) -> None:
    english = replace(project, section=replace(project.section, survey_units=DisplayUnits.ENGLISH))
    stored = read_areacomp(project_files(english, ProjectFigures())[SECTION])
    assert stored.units is DisplayUnits.ENGLISH
    assert [part.name for part in stored.sub_surveys] == ["left.csv", "right.csv"]
    assert [part.station_offset_m for part in stored.sub_surveys] == pytest.approx([0.0, 6.0])
    assert [part.stage_offset_m for part in stored.sub_surveys] == pytest.approx([0.5, 0.1])


def test_that_names_no_matlab_file_can_hold_are_changed(project: Project) -> None:
    names = ["_hidden", "units", "a" * 40, "a" * 41, "Fluß 河.csv", ""]
    parts = tuple(
        SubSurvey(name, np.array([0.0, 1.0]) + 2 * i, np.array([1.0, float(i)])) for i, name in enumerate(names)
    )
    section = replace(project.section, survey=merge_sub_surveys(parts))
    stored = read_areacomp(project_files(replace(project, section=section), ProjectFigures())[SECTION])
    assert len(stored.sub_surveys) == len({part.name for part in stored.sub_surveys}) == len(parts)
    for part, original in zip(stored.sub_surveys, parts, strict=True):
        np.testing.assert_array_equal(part.elevation_m, original.elevation_m)


@pytest.fixture
def foreign(project: Project, tmp_path: Path) -> Callable[..., IvyProject]:
    """The project with state and files of another program added: ``foreign(key=..., files={...})``."""

    def write(files: Mapping[str, bytes] = {}, **keys: object) -> IvyProject:
        state = project_state(project, ProjectFigures())
        for key, value in keys.items():
            known = state.get(key)
            state[key] = {**known, **value} if isinstance(known, dict) and isinstance(value, dict) else value
        write_project(tmp_path / "foreign.ivy", state, project_files(project, ProjectFigures()) | dict(files))
        return read_project(tmp_path / "foreign.ivy")

    return write


@pytest.mark.parametrize("units", list(DisplayUnits))
def test_that_a_gage_height_is_written_in_display_units_and_kept_in_metres(tmp_path: Path, units: DisplayUnits) -> None:
    project = full_project()
    told = replace(project.reporting, gage_height_m=3.45 / unit_system(units).length)
    state = project_state(replace(project, reporting=told, display_units=units), ProjectFigures())
    assert state["reporting"]["gage_ht"] == 3.45  # type: ignore[index]
    write_project(tmp_path / "site.ivy", state, {})
    reporting = read_whole_project(read_project(tmp_path / "site.ivy")).project.reporting
    assert reporting.gage_height_m == told.gage_height_m


def test_that_what_other_programs_keep_is_given_back(foreign: Callable[..., IvyProject]) -> None:
    frames = {"1-images/f00001.jpg": b"frame", "1-images/transforms.trf": b"t", "notes/mine.txt": b"text"}
    file = foreign(
        frames,
        camera_tilt=[1, {"deep": None}],
        ffmpeg_parameters={"threads": 4},
        reporting={"agency": "USGS"},
        rectification_parameters={"lens": "wide"},
        imagebrowser_sequence=["f00001.jpg"],
        swap_directory="C:/Users/somebody/swap",
    )
    opened = read_whole_project(file).project
    state = project_state(opened, ProjectFigures())
    assert state["camera_tilt"] == [1, {"deep": None}]
    assert state["ffmpeg_parameters"]["threads"] == 4  # type: ignore[index]
    assert state["reporting"]["agency"] == "USGS"  # type: ignore[index]
    assert state["rectification_parameters"]["lens"] == "wide"  # type: ignore[index]
    assert state["imagebrowser_sequence"] == ["f00001.jpg"]
    assert "swap_directory" not in state
    assert not any(key.startswith("carried") for key in state)
    assert frames.items() <= project_files(opened, ProjectFigures()).items()


def test_that_what_belongs_to_another_video_is_left_out(foreign: Callable[..., IvyProject]) -> None:
    frames = {"1-images/f00001.jpg": b"frame", "notes/mine.txt": b"text"}
    opened = read_whole_project(foreign(frames, imagebrowser_sequence=["f00001.jpg"])).project
    metadata = project_state(opened, ProjectFigures())["video_metadata"]
    shorter = replace(opened, video=replace(opened.video, clip=replace(opened.video.clip, frame_step=5)))
    state = project_state(shorter, ProjectFigures())
    assert state["video_metadata"] == metadata
    assert state["imagebrowser_sequence"] == []
    assert state["extraction_timestep_ms"] == pytest.approx(5 * 1001 / 30)
    other = replace(opened, video=replace(opened.video, path=Path("/videos/other.mp4")))
    state = project_state(other, ProjectFigures())
    assert state["video_metadata"] is None
    assert "extraction_timestep_ms" not in state
    files = project_files(other, ProjectFigures())
    assert "1-images/f00001.jpg" not in files
    assert files["notes/mine.txt"] == b"text"


def test_that_frames_too_large_for_memory_are_left_out_and_told(
    foreign: Callable[..., IvyProject], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = foreign({"1-images/f00001.jpg": bytes(400_000), "notes/mine.txt": b"text"})
    monkeypatch.setattr("image_velocimetry_tools.formats.project_reader.whole_project.MOST_CARRIED_BYTES", 300_000)
    reading = read_whole_project(file)
    assert "notes/mine.txt" in reading.project.carried_files
    assert "1-images/f00001.jpg" not in reading.project.carried_files
    assert any("too large to be kept" in warning for warning in reading.warnings)


def test_that_an_opened_survey_keeps_its_file_until_it_changes(
    foreign: Callable[..., IvyProject], project: Project
) -> None:
    assert project.section.survey is not None
    survey = project.section.survey
    original = format_areacomp(
        survey.sub_surveys,
        manning_n=survey.manning_n,
        subsection_bounds_m=survey.subsection_bounds_m,
        max_stage_m=77.0,
    )
    opened = read_whole_project(foreign({SECTION: original})).project
    assert opened.section.survey is not None
    assert project_files(opened, ProjectFigures())[SECTION] == original
    first, second = opened.section.survey.sub_surveys
    raised = merge_sub_surveys((replace(first, stage_offset_m=0.75), second))
    changed = replace(opened, section=replace(opened.section, survey=raised))
    stored = read_areacomp(project_files(changed, ProjectFigures())[SECTION])
    assert [part.stage_offset_m for part in stored.sub_surveys] == [0.75, 0.1]
    removed = replace(opened, section=replace(opened.section, survey=None))
    assert SECTION not in project_files(removed, ProjectFigures())


def test_that_subsections_come_back_exactly_and_stand_in_the_file_for_others(
    foreign: Callable[..., IvyProject], project: Project
) -> None:
    survey = project.section.survey
    assert survey is not None
    opened = read_whole_project(foreign({SECTION: format_areacomp(survey.sub_surveys, manning_n=[0.071])})).project
    assert opened.section.survey is not None
    divided = replace(opened.section.survey, manning_n=(0.03, 0.1), subsection_bounds_m=(1 / 3,))
    changed = replace(opened, section=replace(opened.section, survey=divided))
    files = project_files(changed, ProjectFigures())
    stored = read_areacomp(files[SECTION])
    assert stored.manning_n == (0.03, 0.1)
    assert stored.subsection_bounds_m == pytest.approx((1 / 3,))
    own: Any = project_state(changed, ProjectFigures())["ivytools_measurement"]
    assert own["section"]["subsection_bounds_m"] == [1 / 3]
    assert own["section"]["manning_n"] == [0.03, 0.1]


def test_that_a_setting_no_file_can_hold_is_refused_with_a_sentence(project: Project) -> None:
    odd = replace(project, velocimetry=replace(project.velocimetry, method_settings={"model": object()}))
    with pytest.raises(OutputError, match="which a project cannot hold"):
        project_state(odd, ProjectFigures())
    fine = {"path": Path("a/b"), "sizes": (np.int64(3), np.float32(0.5)), "units": DisplayUnits.METRIC}
    kept = replace(project, velocimetry=replace(project.velocimetry, method_settings=fine))
    own: Any = project_state(kept, ProjectFigures())["ivytools_measurement"]
    assert own["velocimetry"]["method_settings"] == {"path": "a/b", "sizes": [3, 0.5], "units": "Metric"}
