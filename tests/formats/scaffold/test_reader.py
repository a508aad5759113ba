from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from image_velocimetry_tools.domain.errors import IvyError, Problem, ScaffoldError
from image_velocimetry_tools.domain.scaffold import RasterExtent, Scaffold
from image_velocimetry_tools.domain.section import Bank
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.domain.video import ContrastFilters, FrameSize, LensModel
from image_velocimetry_tools.formats.project.archive import IvyProject, read_project
from image_velocimetry_tools.formats.project.arrays import encode_columns
from image_velocimetry_tools.formats.scaffold.reader import ScaffoldReading, read_scaffold
from image_velocimetry_tools.numerics.camera import reprojection_errors, solve_camera
from image_velocimetry_tools.numerics.raster import raster_for_frame

TABLE = "2-orthorectification/ground_control_points.csv"
IMAGE = "2-orthorectification/!calibration_image.jpg"
SECTION = "5-discharge/cross_section_ac3.mat"
Write = Callable[..., Path]
State = dict[str, Any]
Files = dict[str, bytes]


def load(write_site: Write) -> Scaffold:
    return read(write_site).scaffold


def read(write_site: Write) -> ScaffoldReading:
    return read_scaffold(read_project(write_site()))


def problems_of(write_site: Write) -> str:
    with pytest.raises(ScaffoldError) as caught:
        read(write_site)
    assert all(problem.remedy and "site.ivy" in problem.where for problem in caught.value.problems)
    return str(caught.value)


def test_that_a_whole_site_is_read_without_a_warning(write_site: Write) -> None:
    reading = read(write_site)
    scaffold = reading.scaffold
    assert reading.warnings == ()
    assert [point.name for point in scaffold.ground_control.points] == [
        "P1",
        "P2",
        "P3",
        "P4",
        "P5",
        "P6",
        "P7",
        "spare",
    ]
    assert scaffold.extent == RasterExtent(0.0, 10.0, 0.0, 8.0)
    assert scaffold.calibration_size == FrameSize(1280, 720)
    assert scaffold.line_px.tolist() == [[100.0, 400.0], [900.0, 350.0]]
    assert (scaffold.start_bank, scaffold.grid_points, scaffold.frame_step) == (Bank.LEFT, 21, 1)
    assert (scaffold.stiv.num_pixels, scaffold.stiv.phi_origin_deg, scaffold.stiv.max_velocity_mps) == (40, 175.0, 5.0)
    assert (scaffold.water_surface_elevation_m, scaffold.display_units) == (0.9, DisplayUnits.METRIC)
    assert scaffold.preparation.lens.is_identity
    assert (scaffold.mask_polygons_px, scaffold.alpha, scaffold.comments) == ((), 0.85, "")
    assert scaffold.section.manning_n == (0.03,)


@pytest.mark.parametrize(
    ("case", "points", "size", "units"),
    [
        ("boneyard", 15, "1280x720", "English"),
        ("trapezoid", 12, "1280x720", "Metric"),
        ("welton", 8, "400x816", "Metric"),
    ],
)
def test_that_the_reference_scaffolds_are_read_without_a_warning(
    shared_data: Path, case: str, points: int, size: str, units: str
) -> None:
    project = read_project(shared_data / case / "scaffold_project.ivy")
    reading = read_scaffold(project)
    scaffold = reading.scaffold
    assert reading.warnings == ()
    assert (len(scaffold.ground_control.used), str(scaffold.calibration_size)) == (points, size)
    assert scaffold.display_units == units
    raster = raster_for_frame(scaffold.extent, scaffold.calibration_size)
    assert raster.gsd_m == pytest.approx(project.data["pixel_ground_scale_distance_m"], rel=1e-9)
    control = scaffold.ground_control
    camera = solve_camera(control.world_m, control.pixels)
    assert reprojection_errors(camera, control.world_m, control.pixels, raster.pixel_size_m).rmse_px < 4.2


def test_that_the_table_gives_names_and_the_rectification_unrounded_points(
    write_site: Write, site_state: State
) -> None:
    used = load(write_site).ground_control.used
    exact = site_state["rectification_parameters"]["pixel_coords"]
    assert [[point.x_px, point.y_px] for point in used] == exact


def test_that_an_edited_table_does_not_move_the_camera_but_is_warned_of(
    write_site: Write, site_state: State, site_files: Files
) -> None:
    first = site_state["rectification_parameters"]["pixel_coords"][0]
    first[0] += 5.0
    reading = read(write_site)
    assert reading.scaffold.ground_control.used[0].x_px == first[0]
    (warning,) = reading.warnings
    assert "disagree (1 points, first 'P1' by 0 m and 5 px); those of the rectification are used" in warning
    site_files[TABLE] = site_files[TABLE].replace(b"Yes,No", b"No,No", 1)
    reading = read(write_site)
    assert len(reading.scaffold.ground_control.used) == 7
    assert "6 points are marked for use, 7 were used" in reading.warnings[0]


def test_that_a_table_in_feet_agrees_with_points_in_metres(write_site: Write, site_files: Files) -> None:
    from image_velocimetry_tools.formats.survey.gcp_csv import format_gcp_csv, read_gcp_csv

    site_files[TABLE] = format_gcp_csv(read_gcp_csv(site_files[TABLE]), DisplayUnits.ENGLISH).encode()
    assert read(write_site).warnings == ()


def test_that_the_table_serves_alone(write_site: Write, site_state: State) -> None:
    for key in ("world_coords", "pixel_coords"):
        del site_state["rectification_parameters"][key]
    assert [point.name for point in load(write_site).ground_control.used] == ["P1", "P2", "P3", "P4", "P5", "P6", "P7"]


def test_that_the_saved_table_and_the_bare_points_serve_without_the_file(
    write_site: Write, site_state: State, site_files: Files
) -> None:
    del site_files[TABLE]
    assert [point.name for point in load(write_site).ground_control.used][:2] == ["1", "2"]
    parameters = site_state["rectification_parameters"]
    rows: list[dict[str, object]] = [
        {
            "# ID": f"Q{i}",
            "X": w[0],
            "Y": w[1],
            "Z": w[2],
            "X (pixel)": p[0],
            "Y (pixel)": p[1],
            "Use in Rectification": "Yes",
        }
        for i, (w, p) in enumerate(zip(parameters.pop("world_coords"), parameters.pop("pixel_coords"), strict=True))
    ]
    site_state["orthotable_dataframe"] = encode_columns(rows)
    assert [point.name for point in load(write_site).ground_control.used][:2] == ["Q0", "Q1"]


def test_that_a_broken_table_is_an_error_only_without_other_points(
    write_site: Write, site_state: State, site_files: Files
) -> None:
    site_files[TABLE] = b"nonsense"
    reading = read(write_site)
    assert "the column 'nonsense' is not known" in reading.warnings[0]
    assert "The points of the last rectification are used." in reading.warnings[0]
    del site_state["rectification_parameters"]["world_coords"]
    assert f"{TABLE}, line 1: the column 'nonsense' is not known" in problems_of(write_site)


def test_that_too_few_points_and_uneven_lists_are_refused(
    write_site: Write, site_state: State, site_files: Files
) -> None:
    del site_files[TABLE]
    parameters = site_state["rectification_parameters"]
    parameters["world_coords"] = parameters["world_coords"][:5]
    assert "Number of world coords (5) must match number of pixel coords (7)" in problems_of(write_site)
    parameters["pixel_coords"] = parameters["pixel_coords"][:5]
    assert "the camera matrix method requires at least 6 GCPs, got 5" in problems_of(write_site)


@pytest.mark.parametrize("method", ["homography", "scale", "Camera"])
def test_that_another_method_is_refused(write_site: Write, site_state: State, method: str) -> None:
    site_state["rectification_method"] = method
    expected = f"Batch processing requires rectification method 'camera matrix', got: '{method}'"
    assert expected in problems_of(write_site)


def test_that_the_method_may_be_a_flag_but_not_missing(write_site: Write, site_state: State) -> None:
    site_state["rectification_method"] = None
    assert "Missing required key: 'rectification_method'" in problems_of(write_site)
    site_state["is_camera_matrix"] = True
    assert load(write_site).rectification_method == "camera matrix"


def test_that_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    project = IvyProject(tmp_path / "empty.ivy", {}, ())
    with pytest.raises(ScaffoldError) as caught:
        read_scaffold(project)
    text = str(caught.value)
    for expected in (
        "Missing required key: 'rectification_method'",
        "requires at least 6 GCPs, got 0",
        "neither a calibration image nor the size of the video",
        "missing its cross-section geometry file (*.mat)",
        "Missing required grid parameter: 'cross_section_line'",
        "the project holds no water surface elevation",
        "Missing required STIV parameter: 'stiv_phi_origin'",
    ):
        assert expected in text
    assert len(caught.value.problems) == 7


@pytest.mark.parametrize("extent", [[0, 10, 8, 0], [0, 10, 0], "x", [[0, 1], [2, 3]], [0, 10, 0, float("inf")]])
def test_that_an_impossible_extent_is_refused(write_site: Write, site_state: State, extent: object) -> None:
    site_state["rectification_parameters"]["extent"] = extent
    assert "rectification_parameters.extent'" in problems_of(write_site)


def test_that_a_missing_extent_is_that_of_the_points(write_site: Write, site_state: State) -> None:
    del site_state["rectification_parameters"]["extent"]
    reading = read(write_site)
    assert reading.scaffold.extent.x_min_m < 1.0
    assert reading.scaffold.extent.x_max_m > 9.2
    assert "the extent of the ground control points is used" in reading.warnings[0]


def test_that_the_frame_size_falls_back_from_image_to_video_to_ground_scale(
    write_site: Write, site_state: State, site_files: Files
) -> None:
    del site_files[IMAGE]
    site_state["pixel_ground_scale_distance_m"] = raster_for_frame(
        RasterExtent(0, 10, 0, 8), FrameSize(1920, 1080)
    ).gsd_m
    reading = read(write_site)
    assert reading.scaffold.calibration_size == FrameSize(1920, 1080)
    assert "1920x1080 fits the ground scale" in reading.warnings[0]
    site_state["video_resolution"] = "1280x720"
    assert load(write_site).calibration_size == FrameSize(1280, 720)
    site_state["video_metadata"] = {"width": 2000, "height": 1000}
    site_state["video_rotation"] = 90
    site_state["cross_section_line"] = "[[[100.0, 400.0], [400.0, 350.0]]]"
    assert load(write_site).calibration_size == FrameSize(1000, 2000)
    site_files[IMAGE] = b"\xff\xd8 cut off"
    assert "the calibration image is damaged" in read(write_site).warnings[0]


def test_that_another_picture_of_the_folder_serves_as_calibration_image(write_site: Write, site_files: Files) -> None:
    picture = site_files.pop(IMAGE)
    site_files["2-orthorectification/site.JPG"] = picture
    assert load(write_site).calibration_image == picture


def test_that_the_section_is_found_in_its_folder_then_anywhere(write_site: Write, site_files: Files) -> None:
    content = site_files.pop(SECTION)
    site_files |= {"other.mat": b"x", "Cross_old.mat": content}
    assert len(load(write_site).section.station_m) == 4
    site_files["5-discharge/My_CROSS.mat"] = b"broken"
    assert "5-discharge/My_CROSS.mat: the cross-section cannot be read" in problems_of(write_site)


@pytest.mark.parametrize("line", ["[[1, 2]]", "[[[0,0],[1,1]],[[0,0],[1,1]]]", "[]", "text", 7, "[[[NaN, 1], [2, 3]]]"])
def test_that_a_line_of_another_form_is_refused(write_site: Write, site_state: State, line: object) -> None:
    site_state["cross_section_line"] = line
    assert "cross_section_line'" in problems_of(write_site)


def test_that_a_line_needs_two_ends_within_the_rectified_image(write_site: Write, site_state: State) -> None:
    site_state["cross_section_line"] = "[[[5, 5], [5, 5]]]"
    assert "the two ends of the cross-section line are one point" in problems_of(write_site)
    site_state["cross_section_line"] = "[[[-3, 400], [900, 1200]]]"
    text = problems_of(write_site)
    assert "the end (-3, 400) of the cross-section line lies outside the rectified image (1074x859 px)" in text
    assert "the end (900, 1200)" in text
    site_state["cross_section_line"] = "[[[-0.6, 400], [1073.5, 858.9]]]"
    assert load(write_site).line_px[0, 0] == -0.6
    site_state["cross_section_line"] = [[10, 400], [900, 500]]
    assert load(write_site).line_px.tolist() == [[10.0, 400.0], [900.0, 500.0]]


@pytest.mark.parametrize(
    ("rectification", "level", "rectified", "chosen"),
    [
        (0.9, 0.5, 0.4, 0.9),
        (1e-5, 0.5, 0.4, 0.5),
        (None, 0.5, 0.4, 0.5),
        (50.0, 0.5, 0.4, 0.5),
        (1e-5, 0.0, 0.4, 0.0),
        (None, None, 0.4, 0.4),
        (1e-5, -3.0, 0.4, 0.4),
        (1.00001e-5, 0.5, None, 1.00001e-5),
    ],
)
def test_that_the_first_level_inside_the_section_counts(
    write_site: Write,
    site_state: State,
    rectification: float | None,
    level: float | None,
    rectified: float | None,
    chosen: float,
) -> None:
    site_state["rectification_parameters"]["water_surface_elev"] = rectification
    site_state |= {"water_surface_elevation": level, "ortho_rectified_wse_m": rectified}
    assert load(write_site).water_surface_elevation_m == chosen


def test_that_levels_outside_the_section_are_listed_in_display_units(write_site: Write, site_state: State) -> None:
    site_state["display_units"] = "English"
    site_state["rectification_parameters"]["water_surface_elev"] = 3.048
    site_state["water_surface_elevation"] = -3.048
    text = problems_of(write_site)
    assert "lies inside the section (-1.64042 to 6.56168 ft): " in text
    assert "'rectification_parameters.water_surface_elev' 10 ft, 'water_surface_elevation' -10 ft" in text
    assert "Enter the water surface elevation" in text


def test_that_levels_that_disagree_are_warned_of(write_site: Write, site_state: State) -> None:
    site_state["water_surface_elevation"] = 0.0
    assert (
        "'water_surface_elevation' is 0 m but 'rectification_parameters.water_surface_elev' is 0.9 m"
        in read(write_site).warnings[0]
    )


def test_that_the_frame_step_is_that_of_the_time_step(write_site: Write, site_state: State) -> None:
    site_state["ffmpeg_parameters"] = {"extract_frame_step": 3, "frame_step": 4}
    assert load(write_site).frame_step == 3
    site_state["extraction_frame_step"] = 2
    reading = read(write_site)
    assert reading.scaffold.frame_step == 2
    assert (
        "'extraction_frame_step' is 2 but 'ffmpeg_parameters.extract_frame_step' is 3; 2 is used" in reading.warnings[0]
    )
    site_state["extraction_frame_step"] = 0
    assert "'extraction_frame_step' is not a whole number of at least 1: 0" in problems_of(write_site)
    site_state["extraction_frame_step"] = None
    site_state["ffmpeg_parameters"] = {}
    assert load(write_site).frame_step == 1


def test_that_what_made_the_frames_wins_over_what_the_window_shows(write_site: Write, site_state: State) -> None:
    site_state["ffmpeg_parameters"] = {
        "video_rotation": 90,
        "video_flip": "hflip",
        "normalize_luma": True,
        "curve_preset": "darker",
        "stabilize": True,
    }
    site_state |= {"video_rotation": 180, "video_flip": "none", "video_normalize_luma": False}
    reading = read(write_site)
    preparation = reading.scaffold.preparation
    assert (preparation.rotation_deg, preparation.flip, preparation.normalize_luma) == (90, "hflip", True)
    assert (preparation.curve_preset, preparation.stabilize) == ("darker", True)
    assert len(reading.warnings) == 3
    assert "'video_rotation' is 180 but 'ffmpeg_parameters' says 90, which is used" in reading.warnings[0]
    site_state["ffmpeg_parameters"] = {}
    assert load(write_site).preparation.rotation_deg == 180


@pytest.mark.parametrize(
    ("key", "value"), [("video_rotation", 45), ("video_flip", "up"), ("normalize_luma", "perhaps")]
)
def test_that_an_impossible_preparation_is_refused(
    write_site: Write, site_state: State, key: str, value: object
) -> None:
    site_state["ffmpeg_parameters"] = {key: value}
    assert key in problems_of(write_site)


@pytest.mark.parametrize(
    ("lens", "expected"),
    [
        ({"k1": 0.0, "k2": 0.0, "cx": 0.0, "cy": 0.0}, LensModel()),
        ({"k1": 0.0, "k2": 0.0, "cx": 640.0, "cy": 360.0, "calibrate_radial": True}, LensModel()),
        ({"k1": -0.1, "k2": 0.02, "cx": 0.4, "cy": 0.6}, LensModel(-0.1, 0.02, 0.4, 0.6)),
        ({"k1": -0.1}, LensModel(-0.1, 0.0, 0.5, 0.5)),
        ({"k1": -0.1, "cx": 640, "cy": 180}, LensModel(-0.1, 0.0, 0.5, 0.25)),
        ({"k1": -0.1, "calibrate_radial": False}, LensModel(-0.1)),
        ({}, LensModel()),
    ],
)
def test_that_the_lens_is_what_the_frames_were_corrected_with(
    write_site: Write, site_state: State, lens: dict[str, object], expected: LensModel
) -> None:
    site_state["ffmpeg_parameters"] = lens
    assert load(write_site).preparation.lens == expected


def test_that_odd_lenses_are_warned_of_or_refused(write_site: Write, site_state: State) -> None:
    site_state["ffmpeg_parameters"] = {"k1": -0.1, "calibrate_radial": False, "cx": 0, "cy": 0}
    first, second = read(write_site).warnings
    assert "USGS IVyTools corrects the lens of such frames all the same" in first
    assert "the centre of the lens correction is the upper left corner" in second
    site_state["ffmpeg_parameters"] = {"k1": -0.1, "cx": 5000}
    assert "'ffmpeg_parameters.cx' is outside the frame: 5000" in problems_of(write_site)


def test_that_contrast_filters_are_read_and_checked(write_site: Write, site_state: State) -> None:
    site_state["contrast_filters"] = {"clahe_clip_limit": 2.0, "clahe_tiles": [4, 6], "auto_contrast_percent": 1.0}
    assert load(write_site).preparation.contrast == ContrastFilters(2.0, (4, 6), 1.0)
    site_state["contrast_filters"] = {"clahe_clip_limit": -1, "clahe_tiles": [0, 6], "auto_contrast_percent": 101}
    text = problems_of(write_site)
    assert "CLAHE clip limit must be positive" in text
    assert "CLAHE tile sizes must be positive" in text
    assert "Auto-contrast percentage must be between 0 and 100" in text


def test_that_masks_are_polygons(write_site: Write, site_state: State) -> None:
    site_state["mask_polygons"] = ["[[0, 0], [9, 0], [9, 9.5]]", [[[1, 1], [2, 1], [2, 2]]], "[[5, 5]]", "[]"]
    reading = read(write_site)
    assert [polygon.tolist() for polygon in reading.scaffold.mask_polygons_px] == [
        [[0, 0], [9, 0], [9, 9.5]],
        [[1, 1], [2, 1], [2, 2]],
    ]
    assert "polygon 3 of 'mask_polygons' has fewer than three corners" in reading.warnings[0]
    site_state["mask_polygons"] = ["[[1, 2, 3], [4, 5, 6]]"]
    assert "polygon 1 of 'mask_polygons' is not a list of x, y" in problems_of(write_site)
    site_state["mask_polygons"] = "x"
    assert "'mask_polygons' is not a list of polygons" in problems_of(write_site)


def test_that_units_bank_and_alpha_are_checked(write_site: Write, site_state: State) -> None:
    site_state |= {"display_units": "Nautical", "cross_section_start_bank": "up"}
    site_state["ivytools_measurement"] = {"discharge": {"alpha": 1.5}}
    text = problems_of(write_site)
    assert "'display_units' is 'Nautical'; known are Metric and English" in text
    assert "'cross_section_start_bank' is 'up', neither left nor right" in text
    assert "'ivytools_measurement.discharge.alpha' is 1.5, outside 0 to 1" in text


def test_that_only_an_alpha_set_in_the_window_counts(write_site: Write, site_state: State) -> None:
    site_state["alpha"] = 0.92
    assert (load(write_site).alpha, load(write_site).is_alpha_set) == (0.85, False)
    site_state["ivytools_measurement"] = {"discharge": {"alpha": 0.9}}
    assert (load(write_site).alpha, load(write_site).is_alpha_set) == (0.9, True)
    site_state["ivytools_measurement"] = {"discharge": {"gap_rule": "froude"}}
    assert (load(write_site).alpha, load(write_site).is_alpha_set) == (0.92, True)


def test_that_alphas_of_stations_are_said_not_to_serve_a_batch(write_site: Write, site_state: State) -> None:
    stations = {"3": {"alpha": 0.7}, "4": {"is_used": False, "alpha": None}}
    site_state["ivytools_measurement"] = {"discharge": {"alpha": 0.9, "stations": stations}}
    (warning,) = read(write_site).warnings
    assert "1 station has an alpha of its own" in warning
    assert "jobs use one alpha for all stations" in warning


def test_that_units_and_bank_have_defaults(write_site: Write, site_state: State) -> None:
    del site_state["display_units"], site_state["cross_section_start_bank"]
    site_state["units"] = "English"
    reading = read(write_site)
    assert (reading.scaffold.display_units, reading.scaffold.start_bank) == (DisplayUnits.METRIC, Bank.LEFT)
    assert "Metric is used although 'units' is English" in reading.warnings[0]
    site_state |= {"display_units": "english", "cross_section_start_bank": "Right"}
    assert (load(write_site).display_units, load(write_site).start_bank) == (DisplayUnits.ENGLISH, Bank.RIGHT)


def test_that_missing_parameters_fall_back_and_are_named(write_site: Write, site_state: State) -> None:
    for key in (
        "stiv_num_pixels",
        "stiv_phi_range",
        "stiv_dphi",
        "stiv_max_vel_threshold_mps",
        "number_grid_points_along_xs_line",
    ):
        del site_state[key]
    reading = read(write_site)
    stiv = reading.scaffold.stiv
    assert (stiv.num_pixels, stiv.phi_range_deg, stiv.d_phi_deg, stiv.max_velocity_mps) == (20, 90.0, 1.0, 10.0)
    assert reading.scaffold.grid_points == 25
    assert len(reading.warnings) == 5


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("stiv_dphi", 0),
        ("stiv_num_pixels", 7.5),
        ("stiv_phi_range", 200),
        ("stiv_phi_origin", "north"),
        ("is_ortho_flip_x", 7),
        ("rectification_parameters", []),
        ("display_units", 3),
    ],
)
def test_that_impossible_parameters_are_named(write_site: Write, site_state: State, key: str, value: object) -> None:
    site_state[key] = value
    assert f"'{key}'" in problems_of(write_site)


def test_that_numbers_written_as_text_are_read(write_site: Write, site_state: State) -> None:
    site_state |= {"stiv_num_pixels": "32", "is_ortho_flip_x": "True", "is_ortho_flip_y": 1}
    scaffold = load(write_site)
    assert (scaffold.stiv.num_pixels, scaffold.flip_x, scaffold.flip_y) == (32, True, True)


def test_that_comments_and_date_of_the_site_are_kept(write_site: Write, site_state: State) -> None:
    site_state["comments"] = {"Video Preprocessing": [], "Other": ["me, 06/30/2017 12:00:00, windy"], "x": "odd"}
    site_state["reporting"] = {"meas_date": "6/30/2017"}
    scaffold = load(write_site)
    assert scaffold.comments == "Other: me, 06/30/2017 12:00:00, windy"
    assert scaffold.measured_on == date(2017, 6, 30)
    site_state |= {"comments": "plain", "reporting": {"meas_date": "yesterday"}}
    assert (load(write_site).comments, load(write_site).measured_on) == ("plain", None)


def test_that_the_camera_is_asked_once_the_points_are_there(write_site: Write) -> None:
    project = read_project(write_site())
    with pytest.raises(ScaffoldError, match="points are tired"):
        read_scaffold(project, check_camera=lambda points: [Problem("points are tired", "", "Rest")])


_values = st.sampled_from(
    [None, True, -1, 0, 1e308, float("nan"), "", "x", "[]", "[[1, 2], [3, 4]]", [], [1], {}, {"a": 1}, [[1, 2], [3]]]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_that_any_values_give_a_scaffold_or_our_error(
    tmp_path: Path, site_state: State, site_files: Files, write_site: Write, data: st.DataObject
) -> None:
    state = json.loads(json.dumps(site_state))
    extra = [
        "mask_polygons",
        "orthotable_dataframe",
        "contrast_filters",
        "video_metadata",
        "comments",
        "alpha",
        "reporting",
    ]
    for key in data.draw(st.lists(st.sampled_from([*site_state, *extra]), max_size=4)):
        state[key] = data.draw(_values)
    for key in data.draw(
        st.lists(st.sampled_from(["extent", "world_coords", "pixel_coords", "water_surface_elev"]), max_size=2)
    ):
        if isinstance(state.get("rectification_parameters"), dict):
            state["rectification_parameters"][key] = data.draw(_values)
    base = read_project(write_site())
    project = IvyProject(base.path, state, base.names, base._member_names)
    try:
        scaffold = read_scaffold(project).scaffold
    except IvyError:
        return
    assert np.isfinite(scaffold.line_px).all()
