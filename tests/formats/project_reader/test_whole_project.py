from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from image_velocimetry_tools.domain.errors import ScaffoldError
from image_velocimetry_tools.domain.ground_control import GroundControlPoint, GroundControlPoints
from image_velocimetry_tools.domain.project import (
    Comment,
    CommentCategory,
    PointLayout,
    PointReview,
    Reporting,
)
from image_velocimetry_tools.domain.units import METRES_PER_FOOT
from image_velocimetry_tools.domain.video import Clip, FrameSize
from image_velocimetry_tools.formats.project.archive import read_project
from image_velocimetry_tools.formats.project_reader.whole_project import ProjectReading, read_whole_project
from image_velocimetry_tools.formats.scaffold.reader import read_scaffold
from image_velocimetry_tools.formats.survey.gcp_csv import format_gcp_csv

Write = Callable[..., Path]
SECTION = "5-discharge/cross_section_ac3.mat"
IMAGE = "2-orthorectification/!calibration_image.jpg"
TABLE = "2-orthorectification/ground_control_points.csv"
VELOCITIES = {"stiv_magnitudes": "[1.5, NaN, 2.5]", "results_grid": "[[1, 2], [3, 4], [5, 6]]"}


@pytest.fixture
def opened(write_site: Write) -> Callable[[], ProjectReading]:
    return lambda: read_whole_project(read_project(write_site()))


def test_that_opening_sees_what_a_batch_sees(opened: Callable[[], ProjectReading], write_site: Write) -> None:
    reading, scaffold = opened(), read_scaffold(read_project(write_site())).scaffold
    project = reading.project
    assert reading.warnings == ()
    assert project.calibration.points == scaffold.ground_control
    assert project.calibration.extent == scaffold.extent
    assert project.calibration.image_size == scaffold.calibration_size == FrameSize(1280, 720)
    assert project.calibration.water_surface_elevation_m == scaffold.water_surface_elevation_m
    assert project.velocimetry.parameters == scaffold.stiv
    assert project.video.preparation == scaffold.preparation
    assert project.grid.count == scaffold.grid_points
    assert project.section.line_px is not None
    np.testing.assert_array_equal(project.section.line_px, scaffold.line_px)


@pytest.mark.parametrize("state", [{}, {"colour": "red"}])
def test_that_a_state_without_a_measurement_is_refused(
    site_state: dict[str, Any], opened: Callable[[], ProjectReading], state: dict[str, Any]
) -> None:
    site_state.clear()
    site_state.update(state)
    with pytest.raises(ScaffoldError, match="holds no measurement"):
        opened()


def test_that_a_state_with_nothing_but_a_version_in_it_opens_empty(
    site_state: dict[str, Any], site_files: dict[str, bytes], opened: Callable[[], ProjectReading]
) -> None:
    site_state.clear()
    site_state["__version__"] = "1.0"
    site_files.clear()
    reading = opened()
    project = reading.project
    assert reading.warnings == ()
    assert project.video.path is project.calibration.image is project.section.survey is project.velocities is None
    assert not project.velocimetry.is_direction_set


def test_that_a_project_in_the_making_opens_without_complaint(
    site_state: dict[str, Any], site_files: dict[str, bytes], opened: Callable[[], ProjectReading]
) -> None:
    site_files.clear()
    site_state.clear()
    site_state |= {
        "rectification_parameters": {"world_coords": [], "pixel_coords": [], "extent": []},
        "water_surface_elevation": 1e-5,
        "ortho_rectified_wse_m": 1.25,
        "rectification_method": None,
        "mask_polygons": None,
    }
    reading = opened()
    assert reading.warnings == ()
    assert reading.project.calibration.water_surface_elevation_m == 1.25


@pytest.mark.parametrize("count", [2, 4])
def test_that_points_too_few_for_a_camera_are_opened(
    count: int, site_state: dict[str, Any], site_files: dict[str, bytes], opened: Callable[[], ProjectReading]
) -> None:
    parameters = site_state["rectification_parameters"]
    parameters |= {key: parameters[key][:count] for key in ("world_coords", "pixel_coords")}
    parameters["extent"] = [[0, 1, 1, 0, 0], [0, 0, 1, 1, 0]]
    site_state["rectification_method"] = "homography" if count == 4 else "scale"
    del site_files[TABLE]
    reading = opened()
    assert reading.warnings == ()
    assert len(reading.project.calibration.points) == count
    assert reading.project.calibration.method is None
    assert reading.project.calibration.extent is None


def test_that_a_method_other_than_the_points_would_choose_is_kept(
    site_state: dict[str, Any], opened: Callable[[], ProjectReading]
) -> None:
    site_state["rectification_method"] = "homography"
    assert opened().project.calibration.method == "homography"


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        ({"video_file_name": "{folder}/a.mp4"}, "a.mp4"),
        ({"video_file_name": "clips/b.mp4"}, "clips/b.mp4"),
        ({"video_file_name": r"C:\Users\me\a.mp4"}, "a.mp4"),
        ({"video_file_name": "/gone/a.mp4"}, "a.mp4"),
        ({"video_file": "a.mp4"}, "a.mp4"),
        ({"ffmpeg_parameters": {"input_video": "a.mp4"}}, "a.mp4"),
        ({"video_file_name": "https://host/a.mp4"}, "a.mp4"),
    ],
)
def test_that_the_video_is_found(
    stored: dict[str, Any],
    expected: str,
    tmp_path: Path,
    site_state: dict[str, Any],
    opened: Callable[[], ProjectReading],
) -> None:
    (tmp_path / "clips").mkdir()
    for name in ("a.mp4", "clips/b.mp4"):
        (tmp_path / name).write_bytes(b"v")
    site_state |= json.loads(json.dumps(stored).replace("{folder}", tmp_path.as_posix()))
    reading = opened()
    assert reading.project.video.path == tmp_path / expected
    assert reading.warnings == ()


@pytest.mark.parametrize("name", ["/gone/x.mp4", "x" * 300 + ".mp4"])
def test_that_a_video_that_is_gone_is_named(
    name: str, site_state: dict[str, Any], opened: Callable[[], ProjectReading]
) -> None:
    site_state["video_file_name"] = name
    reading = opened()
    assert reading.project.video.path == Path(name)
    assert "is not there" in reading.warnings[0]


@pytest.mark.parametrize(
    ("start", "end", "clip", "warning"),
    [
        ("00:00:00.00", None, Clip(), None),
        ("00:00:01.50", "00:01:01.25", Clip(1.5, 61.25), None),
        ("00:00:05.00", "00:00:00.03", Clip(5.0), "ends before it starts"),
        ("soon", "00:00:09.00", Clip(None, 9.0), "is not a time"),
        (3, 9.0, Clip(), "is not text"),
    ],
)
def test_that_clip_times_are_read(
    start: Any,
    end: Any,
    clip: Clip,
    warning: str | None,
    site_state: dict[str, Any],
    opened: Callable[[], ProjectReading],
) -> None:
    site_state["ffmpeg_parameters"] |= {"start_time": start, "end_time": end}
    reading = opened()
    assert reading.project.video.clip == clip
    assert (warning in reading.warnings[0]) if warning else reading.warnings == ()


@pytest.mark.parametrize(
    ("keys", "layout"),
    [
        ({}, PointLayout.SECTION),
        ({"is_cross_section_grid": True, "line_mode": "cross_section"}, PointLayout.SECTION),
        ({"is_cross_section_grid": True, "line_mode": "line"}, PointLayout.LINE),
        ({"is_cross_section_grid": False, "line_mode": "cross_section"}, PointLayout.REGULAR),
    ],
)
def test_that_the_layout_of_points_is_read(
    keys: dict[str, Any], layout: PointLayout, site_state: dict[str, Any], opened: Callable[[], ProjectReading]
) -> None:
    site_state |= {"number_grid_points_along_line": 7, "number_grid_points_along_xs_line": 9, **keys}
    grid = opened().project.grid
    assert grid.layout is layout
    assert grid.count == (7 if layout is PointLayout.LINE else 9)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"magnitudes_mps": [1.5, 2.0, 2.5]}, {"stiv_magnitudes": "[1.5, 2.0, 2.5]"}),
        ({"directions": "[1, 2, 3]"}, {"stiv_directions": "[1, 2, 3]"}),
        ({"stiv_thetas": "[1, 2, 3]"}, {"thetas": "[1, 2, 3]"}),
        ({"grid_points": "[[1, 2], [3, 4], [5, 6]]"}, {"results_grid": "[[1, 2], [3, 4], [5, 6]]"}),
        ({"ortho_rectified_wse_m": 0.8}, {"water_surface_elevation": 0.8}),
        ({"frame_step": 3}, {"extraction_frame_step": 3}),
        ({"extraction_parameters": {"timestep_ms": 50.0}}, {"extraction_timestep_ms": 50.0}),
    ],
)
def test_that_older_keys_say_the_same(
    old: dict[str, Any], new: dict[str, Any], site_state: dict[str, Any], write_site: Write
) -> None:
    base = {**site_state, **VELOCITIES, "ffmpeg_parameters": {}}
    parameters = dict(site_state["rectification_parameters"])
    if "water_surface_elevation" in new:
        del base["water_surface_elevation"], parameters["water_surface_elev"]
    for key in new:
        base.pop(key, None)
    found = []
    for keys in (old, new):
        site_state.clear()
        site_state |= {**base, **keys, "rectification_parameters": parameters}
        project = read_whole_project(read_project(write_site())).project
        assert project.velocities is not None
        v = project.velocities
        found.append([
            v.speed_mps.tolist(), repr(v.direction_deg.tolist()), repr(v.theta_deg.tolist()), v.xy_px.tolist(),
            repr(v.interval_s), project.calibration.water_surface_elevation_m, project.video.clip.frame_step,
        ])  # fmt: skip
    assert repr(found[0]) == repr(found[1])


def test_that_unrounded_points_go_before_whole_pixels(
    site_state: dict[str, Any], opened: Callable[[], ProjectReading]
) -> None:
    site_state |= VELOCITIES | {"grid_points": "[[1.25, 2.5], [3.0, 4.0], [5.0, 6.0]]"}
    found = opened().project.velocities
    assert found is not None
    assert found.xy_px[0].tolist() == [1.25, 2.5]
    assert np.isnan(found.speed_mps[1])
    assert np.isnan(found.station_m).all()
    assert found.basis.section is not None


@pytest.mark.parametrize(
    "keys",
    [
        {"results_grid": "[[1, 2], [3, 4]]"},
        {"results_grid": None},
        {"stiv_magnitudes": "[[1.0, 2.0], [1.0, 2.0], [1.0, 2.0]]"},
        {"stiv_magnitudes": "no array"},
    ],
)
def test_that_velocities_that_do_not_fit_are_left_out_and_told(
    keys: dict[str, Any], site_state: dict[str, Any], opened: Callable[[], ProjectReading]
) -> None:
    site_state |= VELOCITIES | keys
    reading = opened()
    assert reading.project.velocities is None
    assert reading.warnings


@pytest.mark.parametrize("images", [{"1-images/STI_0000.jpg": b"x"}, dict.fromkeys(
    [f"1-images/STI_{i:04d}.jpg" for i in range(3)], b"x")])  # fmt: skip
def test_that_space_time_images_are_all_there_or_none(
    images: dict[str, bytes],
    site_state: dict[str, Any],
    site_files: dict[str, bytes],
    opened: Callable[[], ProjectReading],
) -> None:
    site_state |= VELOCITIES
    site_files |= images
    reading = opened()
    assert reading.project.velocities is not None
    assert reading.project.velocities.images == ()
    assert len(reading.warnings) == 1


def test_that_lines_and_remarks_belong_to_their_points(
    site_state: dict[str, Any], opened: Callable[[], ProjectReading]
) -> None:
    site_state |= VELOCITIES | {
        "manual_sti_lines": [[], [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], [["a"]]],
        "manual_average_directions": [[], -45.0, 12.0],
        "sti_comments": {"0": "first", "2": "  ", "x": "nobody's", "1": None},
    }
    reading = opened()
    assert reading.project.reviews == {
        0: PointReview(comment="first"),
        1: PointReview(((1.0, 2.0, 3.0, 4.0), (5.0, 6.0, 7.0, 8.0))),
    }
    assert len(reading.warnings) == 3


def test_that_the_report_is_read(site_state: dict[str, Any], opened: Callable[[], ProjectReading]) -> None:
    site_state["reporting"] = {
        "station_name": "Alder Mill", "station_number": "012", "party": "A, B", "weather": "rain",
        "meas_date": "6/30/2017", "gage_ht": 3.5, "start_time": "11:00:00", "end_time": "", "mid_time": "12:00:00",
        "meas_number": 4, "project_description": "d",
    }  # fmt: skip
    assert opened().project.reporting == Reporting(
        "Alder Mill", "012", "A, B", "rain", date(2017, 6, 30), time(11), None, 3.5, 4, "d"
    )
    site_state["display_units"] = "English"
    assert opened().project.reporting.gage_height_m == pytest.approx(3.5 * METRES_PER_FOOT)
    site_state["reporting"] = {"meas_date": "the 30th", "start_time": "noon", "gage_ht": 0.0, "meas_number": 0}
    reading = opened()
    assert reading.project.reporting == Reporting()
    assert len(reading.warnings) == 2


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (None, ()),
        ("from an old batch", (Comment(CommentCategory.OTHER, "", "", "from an old batch"),)),
        ({"Discharge": []}, ()),
        (
            {"Discharge": ["me, 01/02/2024 03:04:05, high, and rising"], "My own": ["x, y"]},
            (
                Comment(CommentCategory.DISCHARGE, "me", "01/02/2024 03:04:05", "high, and rising"),
                Comment(CommentCategory.OTHER, "", "", "x, y"),
            ),
        ),
    ],
)
def test_that_comments_are_read(
    stored: Any, expected: tuple[Comment, ...], site_state: dict[str, Any], opened: Callable[[], ProjectReading]
) -> None:
    site_state["comments"] = stored
    reading = opened()
    assert reading.project.comments == expected
    assert reading.warnings == ()


def test_that_a_section_beside_the_project_is_found(
    site_state: dict[str, Any], site_files: dict[str, bytes], opened: Callable[[], ProjectReading], tmp_path: Path
) -> None:
    content = site_files.pop(SECTION)
    site_state["bathymetry_ac3_filename"] = r"C:\surveys\bridge.mat"
    reading = opened()
    assert reading.project.section.survey is None
    assert "import it on the Cross-Section tab" in reading.warnings[0]
    (tmp_path / "bridge.mat").write_bytes(content)
    reading = opened()
    assert reading.warnings == ()
    assert reading.project.section.survey is not None
    assert reading.project.section.survey_name == "bridge.mat"


def test_that_a_calibration_image_beside_the_project_is_found(
    site_state: dict[str, Any], site_files: dict[str, bytes], opened: Callable[[], ProjectReading], tmp_path: Path
) -> None:
    content = site_files.pop(IMAGE)
    (tmp_path / "frame.jpg").write_bytes(content)
    site_state["last_ortho_gcp_image_path"] = "/gone/frame.jpg"
    calibration = opened().project.calibration
    assert calibration.image == content
    assert calibration.image_name == "frame.jpg"
    assert calibration.image_size == FrameSize(1280, 720)


def test_that_a_level_outside_the_survey_is_kept_and_told(
    site_state: dict[str, Any], opened: Callable[[], ProjectReading]
) -> None:
    site_state["water_surface_elevation"] = 50.0
    del site_state["rectification_parameters"]["water_surface_elev"]
    reading = opened()
    assert reading.project.calibration.water_surface_elevation_m == 50.0
    assert "inside the section" in reading.warnings[0]


def test_that_points_not_digitised_stay_in_the_table(
    site_state: dict[str, Any], site_files: dict[str, bytes], opened: Callable[[], ProjectReading]
) -> None:
    points = GroundControlPoints((GroundControlPoint("new", 1.0, 2.0, 3.0), GroundControlPoint("b", 4.0, 5.0, 6.0)))
    site_files[TABLE] = format_gcp_csv(points).encode()
    del site_state["rectification_parameters"]
    assert opened().project.calibration.points == points


def test_that_search_length_in_metres_gives_the_pixels(
    site_state: dict[str, Any], opened: Callable[[], ProjectReading]
) -> None:
    del site_state["stiv_num_pixels"]
    site_state |= {"stiv_search_line_length_m": 0.5, "pixel_ground_scale_distance_m": 0.0125}
    assert opened().project.velocimetry.parameters.num_pixels == 40


TABLE_OF_VELOCITIES = "4-velocities/stiv_results.csv"
ROWS = """X (pixel),Y (pixel,U (m/s),V (m/s),Magnitude (m/s),Normal Magnitude (m/s),Vector Direction (deg),Tag,Mean
1.500,2.250,0.000,-2.000,2.000,1.990,180.000,86.371,176.371
3.000,4.000,nan,nan,nan,nan,nan,86.371,176.371
5.000,6.000,0.000,1.000,1.000,-0.998,0.000,86.371,176.371
"""


def test_that_velocities_lost_from_the_state_come_from_their_table(
    site_state: dict[str, Any], site_files: dict[str, bytes], opened: Callable[[], ProjectReading]
) -> None:
    site_files[TABLE_OF_VELOCITIES] = ROWS.encode()
    reading = opened()
    found = reading.project.velocities
    assert found is not None
    np.testing.assert_array_equal(found.xy_px, [[1.5, 2.25], [3, 4], [5, 6]])
    np.testing.assert_array_equal(found.speed_mps, [2.0, np.nan, 1.0])
    np.testing.assert_array_equal(found.direction_deg, [180.0, np.nan, 0.0])
    np.testing.assert_array_equal(found.normal_mps, [1.99, np.nan, -0.998])
    assert len(reading.warnings) == 1
    assert "rounded to 3 decimals" in reading.warnings[0]
    assert not reading.is_complete
    site_state["results_grid"] = "[[2, 2], [3, 4], [5, 6]]"
    kept = opened().project.velocities
    assert kept is not None
    np.testing.assert_array_equal(kept.xy_px[0], [2.0, 2.0])


def test_that_the_state_goes_before_the_table_of_velocities(
    site_state: dict[str, Any], site_files: dict[str, bytes], opened: Callable[[], ProjectReading]
) -> None:
    site_files[TABLE_OF_VELOCITIES] = ROWS.encode()
    site_state |= VELOCITIES
    reading = opened()
    assert reading.warnings == ()
    assert reading.project.velocities is not None
    np.testing.assert_array_equal(reading.project.velocities.speed_mps, [1.5, np.nan, 2.5])


@pytest.mark.parametrize(
    ("content", "warning"),
    [
        ("", None),
        ("a header\n\n", None),
        ("a header\n1,2,3\n", "cannot be read"),
        ("a header\n1,2,3,4,5,6,seven\n", "cannot be read"),
        ("a header\n1,2,3,4,5,6,7\n1,2\n", "cannot be read"),
    ],
)
def test_that_an_odd_table_of_velocities_leaves_them_missing(
    content: str, warning: str | None, site_files: dict[str, bytes], opened: Callable[[], ProjectReading]
) -> None:
    site_files[TABLE_OF_VELOCITIES] = content.encode()
    reading = opened()
    assert reading.project.velocities is None
    assert [warning in text for text in reading.warnings if warning] == ([True] if warning else [])


@pytest.mark.parametrize("start_s", [-1.0, 1e308])
def test_that_a_clip_at_no_time_of_a_video_is_told_and_left_out(
    start_s: float, site_state: dict[str, Any], opened: Callable[[], ProjectReading]
) -> None:
    site_state["ivytools_measurement"] = {"clip": {"start_s": start_s, "end_s": 5.0}}
    reading = opened()
    assert (reading.project.video.clip.start_s, reading.project.video.clip.end_s) == (None, 5.0)
    assert "no time within a video" in reading.warnings[0]
