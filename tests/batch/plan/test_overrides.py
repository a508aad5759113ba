"""What override columns do to a scaffold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from image_velocimetry_tools.batch.plan.overrides import SETTERS, apply_overrides
from image_velocimetry_tools.domain.errors import JobsCsvError
from image_velocimetry_tools.domain.ground_control import GroundControlPoints
from image_velocimetry_tools.domain.scaffold import Scaffold
from image_velocimetry_tools.domain.section import Bank, SubSurvey
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.formats.jobs.override_columns import OVERRIDE_COLUMNS
from image_velocimetry_tools.formats.survey.areacomp import write_areacomp
from image_velocimetry_tools.formats.survey.gcp_csv import write_gcp_csv


def test_that_every_column_that_is_read_does_something() -> None:
    assert set(SETTERS) == set(OVERRIDE_COLUMNS)


@pytest.mark.parametrize(
    ("column", "text", "path", "value"),
    [
        ("stiv_num_pixels", "32", "stiv.num_pixels", 32),
        ("stiv_phi_origin", "-15", "stiv.phi_origin_deg", -15.0),
        ("stiv_phi_range", "20", "stiv.phi_range_deg", 20.0),
        ("stiv_dphi", "0.5", "stiv.d_phi_deg", 0.5),
        ("stiv_max_vel_threshold_mps", "4", "stiv.max_velocity_mps", 4.0),
        ("stiv_gaussian_blur_sigma", "0.5", "stiv.blur_sigma_px", 0.5),
        ("number_grid_points_along_xs_line", "31", "grid_points", 31),
        ("extraction_frame_step", "3", "frame_step", 3),
        ("cross_section_start_bank", "Right", "start_bank", Bank.RIGHT),
        ("is_ortho_flip_x", "yes", "flip_x", True),
        ("is_ortho_flip_y", "1", "flip_y", True),
        ("video_rotation", "180", "preparation.rotation_deg", 180),
        ("video_flip", "hflip", "preparation.flip", "hflip"),
        ("video_curve_preset", "lighter", "preparation.curve_preset", "lighter"),
        ("video_normalize_luma", "true", "preparation.normalize_luma", True),
        ("video_ffmpeg_stabilize", "true", "preparation.stabilize", True),
        ("k1", "-0.1", "preparation.lens.k1", -0.1),
        ("k2", "0.02", "preparation.lens.k2", 0.02),
        ("cx", "0.51", "preparation.lens.centre_x", 0.51),
        ("cy", "0.49", "preparation.lens.centre_y", 0.49),
    ],
)
def test_that_a_column_changes_its_parameter(
    scaffold: Scaffold, column: str, text: str, path: str, value: object
) -> None:
    found: object = apply_overrides(scaffold, {column: text})
    for name in path.split("."):
        found = getattr(found, name)
    assert found == value


def test_that_line_and_masks_are_taken_from_their_text(scaffold: Scaffold) -> None:
    changed = apply_overrides(
        scaffold, {"cross_section_line": "[[1, 2], [3, 4]]", "mask_polygons": "[[[0, 0], [5, 0], [5, 5]]]"}
    )
    np.testing.assert_array_equal(changed.line_px, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(changed.mask_polygons_px[0], [[0, 0], [5, 0], [5, 5]])
    np.testing.assert_array_equal(scaffold.line_px[0], [100, 300])


def test_that_a_section_file_replaces_the_section(scaffold: Scaffold, tmp_path: Path) -> None:
    path = tmp_path / "new.mat"
    survey = SubSurvey("new", np.array([0.0, 5.0, 10.0]), np.array([103.0, 99.0, 103.0]))
    write_areacomp(path, [survey], DisplayUnits.METRIC)
    section = apply_overrides(scaffold, {"cross_section_file": str(path)}).section
    np.testing.assert_allclose(section.elevation_m, [103.0, 99.0, 103.0])


def test_that_a_control_point_file_replaces_points_and_drops_the_old_picture(
    scaffold: Scaffold, tmp_path: Path, ground_control: GroundControlPoints
) -> None:
    path = tmp_path / "gcp.csv"
    write_gcp_csv(path, ground_control, DisplayUnits.ENGLISH)
    changed = apply_overrides(scaffold, {"orthotable_file_name": str(path)})
    np.testing.assert_allclose(changed.ground_control.world_m, ground_control.world_m)
    assert changed.calibration_image is None


def test_that_points_that_determine_no_camera_are_refused(scaffold: Scaffold, tmp_path: Path) -> None:
    path = tmp_path / "gcp.csv"
    write_gcp_csv(path, GroundControlPoints(scaffold.ground_control.points[:3]), DisplayUnits.METRIC)
    with pytest.raises(JobsCsvError, match=r"jobs.csv, line 2, column 'orthotable_file_name': .*at least 6"):
        apply_overrides(scaffold, {"orthotable_file_name": str(path)}, "jobs.csv, line 2")


def test_that_every_bad_value_is_reported_at_once(scaffold: Scaffold, tmp_path: Path) -> None:
    bad = {"stiv_dphi": "0", "video_rotation": "45", "bathymetry_ac3_filename": str(tmp_path / "gone.mat")}
    with pytest.raises(JobsCsvError) as caught:
        apply_overrides(scaffold, bad, "jobs.csv, line 9")
    assert [p.where for p in caught.value.problems] == [f"jobs.csv, line 9, column '{name}'" for name in bad]
    assert caught.value.problems[0].what == "must be a number above 0 and of at most 90, not '0'"
    assert "gone.mat" in caught.value.problems[2].what


@pytest.fixture
def ground_control() -> GroundControlPoints:
    """Points of an exact pinhole camera."""
    from image_velocimetry_tools.domain.ground_control import GroundControlPoint

    focal, points = 800.0, []
    world = [(0, 0, 103), (20, 0, 102), (20, 15, 103), (0, 15, 102.5), (9, 2, 101), (4, 9, 100.5), (14, 6, 101.5)]
    for index, (x, y, z) in enumerate(world):
        depth = y + 30.0
        pixels = 640 + focal * (x - 10) / depth, 360 - focal * (z - 105) / depth
        points.append(GroundControlPoint(f"p{index}", float(x), float(y), float(z), *pixels))
    return GroundControlPoints(tuple(points))
