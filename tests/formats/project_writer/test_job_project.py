from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from image_velocimetry_tools.formats.project.archive import IvyProject, read_project
from image_velocimetry_tools.formats.project.arrays import decode_rows, decode_string_array
from image_velocimetry_tools.formats.project.job_measurement import JobMeasurement, JobPoints, JobStations
from image_velocimetry_tools.formats.project_writer.job_project import write_job_project
from image_velocimetry_tools.formats.scaffold.reader import read_scaffold

Write = Callable[..., Path]


@pytest.fixture
def job() -> JobMeasurement:
    points = JobPoints(
        x_px=np.array([200.4, 500.6]),
        y_px=np.array([390.0, 371.5]),
        speed_mps=np.array([2.0, np.nan]),
        direction_deg=np.array([180.0, np.nan]),
        normal_mps=np.array([1.99, np.nan]),
        theta_deg=np.array([40.0, np.nan]),
    )
    stations = JobStations(
        station_m=np.array([0.5, 2.0, 5.0, 7.5]),
        width_m=np.array([0.75, 2.25, 2.75, 1.25]),
        depth_m=np.array([0.0, 1.1, 1.1, 0.0]),
        area_m2=np.array([0.0, 2.475, 3.025, 0.0]),
        surface_velocity_mps=np.array([0.0, 1.99, 1.5, 0.0]),
        alpha=0.9,
        discharge_m3s=np.array([0.0, 4.43, 4.08, 0.0]),
        used=np.array([True, True, False, True]),
    )
    return JobMeasurement(
        job_id="j1",
        video_path=Path("/videos/flood.mp4"),
        water_surface_elevation_m=1.2,
        alpha=0.9,
        line_px=np.array([[90.0, 401.0], [910.0, 349.0]]),
        points=points,
        stations=stations,
        discharge_m3s=8.51,
        area_m2=5.5,
        iso_u95=0.08,
        ive_u95=0.09,
        start_s=1.5,
        end_s=61.25,
        frame_step=2,
        interval_s=1 / 15,
        frames=896,
        measurement_number=4,
        measurement_date="2017-06-30",
        measurement_time="12:05:00",
        gage_height=3.45,
        comments="windy",
        processed=datetime(2026, 1, 2, 3, 4, 5),
    )


@pytest.fixture
def written(write_site: Write, site_state: dict[str, Any], job: JobMeasurement, tmp_path: Path) -> IvyProject:
    site_state |= {
        "comments": {"Other": ["me, then, old"], "System": []},
        "manual_sti_lines": [1],
        "sti_comments": {"0": "of the other video"},
        "swap_directory": "/tmp/of another machine",
        "discharge_summary": {"total_discharge": 1},
        "reporting": {"station_name": "Test", "meas_number": 1},
    }
    site = read_project(write_site())
    write_job_project(
        tmp_path / "j1.ivy", site, job, 175.0, {"1-images/f00001.jpg": b"f", "1-images/STI_0000.jpg": b"s"}
    )
    return read_project(tmp_path / "j1.ivy")


def test_that_the_job_can_serve_as_a_scaffold_at_its_own_level(written: IvyProject, job: JobMeasurement) -> None:
    reading = read_scaffold(written)
    assert reading.warnings == ()
    assert reading.scaffold.water_surface_elevation_m == 1.2
    assert not reading.scaffold.is_alpha_set  # it was written without what only the window says
    assert reading.scaffold.frame_step == 2
    np.testing.assert_array_equal(reading.scaffold.line_px, job.line_px)


def test_that_the_desktop_keys_hold_the_job(written: IvyProject) -> None:
    data: dict[str, Any] = written.data
    assert data["video_file_name"] == str(Path("/videos/flood.mp4"))
    assert data["ffmpeg_parameters"]["start_time"] == "00:00:01.50"
    assert data["ffmpeg_parameters"]["end_time"] == "00:01:01.25"
    assert data["video_clip_end_time"] == 61250.0
    assert data["extraction_timestep_ms"] == pytest.approx(66.6667, abs=1e-3)
    assert data["water_surface_elevation"] == data["rectification_parameters"]["water_surface_elev"] == 1.2
    assert decode_string_array(data["results_grid"], "k").tolist() == [[200, 390], [501, 372]]
    assert decode_string_array(data["grid_points"], "k").tolist() == [[200.4, 390.0], [500.6, 371.5]]
    assert data["results_grid"] == "[[200, 390], [501, 372]]"
    assert data["stiv_magnitudes"] == "[2.0, NaN]"
    assert data["thetas"] == "[40.0, NaN]"
    assert data["discharge_summary"] == {
        "total_discharge": 8.51,
        "total_area": 5.5,
        "ISO_uncertainty": 0.08,
        "IVE_uncertainty": 0.09,
    }
    assert data["reporting"] == {
        "station_name": "Test",
        "station_number": "",
        "party": "",
        "weather": "",
        "project_description": "",
        "meas_number": 4,
        "gage_ht": 3.45,
        "meas_date": "6/30/2017",
        "start_time": "12:05:00",
        "mid_time": "12:05:00",
        "end_time": "12:05:00",
    }
    assert data["comments"]["Other"] == ["me, then, old", "batch, 01/02/2026 03:04:05, windy"]
    assert data["comments"]["System"] == ["batch, 01/02/2026 03:04:05, File Saved Q = 8.51 (m³/s) (ISO Uncert.) 8.00%"]
    assert data["imagebrowser_sequence"] == ["f00001.jpg"]
    assert data["imagebrowser_image_path"] == "f00001.jpg"
    assert data["is_stis"] is True


def test_that_nothing_of_the_other_video_stays(written: IvyProject) -> None:
    assert written.data["manual_sti_lines"] == written.data["manual_average_directions"] == [[], []]
    assert written.data["sti_comments"] == {}
    assert "swap_directory" not in written.data


def test_that_the_files_are_where_the_desktop_looks(written: IvyProject) -> None:
    assert set(written.names) == {
        "project_data.json",
        "1-images/f00001.jpg",
        "1-images/STI_0000.jpg",
        "2-orthorectification/!calibration_image.jpg",
        "2-orthorectification/ground_control_points.csv",
        "4-velocities/stiv_results.csv",
        "5-discharge/cross_section_ac3.mat",
        "5-discharge/discharge_table.csv",
    }


def test_that_the_discharge_table_has_the_columns_of_the_desktop(written: IvyProject) -> None:
    text = written.read("5-discharge/discharge_table.csv").decode("utf-8")
    assert (
        text.splitlines()[0] == "ID,Status,Station Distance,Width,Depth,Area,Surface Velocity,α (alpha),Unit Discharge"
    )
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Status"] for row in rows] == ["Used", "Used", "Not Used", "Used"]
    stored = decode_rows(written.data["discharge_results"], "k")
    assert stored[1] == {
        "ID": 1,
        "Status": "Used",
        "Station Distance": 2.0,
        "Width": 2.25,
        "Depth": 1.1,
        "Area": 2.475,
        "Surface Velocity": 1.99,
        "α (alpha)": 0.9,
        "Unit Discharge": 4.43,
    }


def test_that_velocities_are_vectors_with_y_up(written: IvyProject) -> None:
    lines = written.read("4-velocities/stiv_results.csv").decode().splitlines()
    assert lines[0].startswith("X (pixel),Y (pixel,U (m/s),V (m/s),Magnitude (m/s),Normal Magnitude (m/s),Vector Dir")
    values = [float(cell) for cell in lines[1].split(",")]
    # Downwards in the image is negative in V; the line runs right and a little up, the flow across it and down.
    assert values == pytest.approx([200.4, 390.0, 0.0, -2.0, 2.0, 1.99, 180.0, 86.3715, 176.3715], abs=1e-3)
    assert lines[2].split(",")[2:6] == ["nan"] * 4


def test_that_a_whole_video_and_a_plain_comment_are_kept(
    write_site: Write, site_state: dict[str, Any], job: JobMeasurement, tmp_path: Path
) -> None:
    site_state["comments"] = "plain"
    plain = replace(
        job,
        start_s=None,
        end_s=None,
        interval_s=None,
        frames=None,
        comments=None,
        measurement_date="last week",
        measurement_time="noon",
        measurement_number=None,
        gage_height=None,
        iso_u95=None,
        video_metadata={"width": 1280},
    )
    write_job_project(tmp_path / "j.ivy", read_project(write_site()), plain, 175.0)
    data: dict[str, Any] = read_project(tmp_path / "j.ivy").data
    assert data["ffmpeg_parameters"]["end_time"] is None
    assert len(data["comments"]) == 11
    assert data["comments"]["Other"] == ["plain"]
    assert data["reporting"]["meas_date"] == ""
    assert data["video_metadata"] == {"width": 1280}
    assert "extraction_timestep_ms" not in data


def test_that_the_state_of_the_site_is_not_touched(write_site: Write, job: JobMeasurement, tmp_path: Path) -> None:
    site = read_project(write_site())
    before = repr(site.data)
    write_job_project(tmp_path / "j.ivy", site, job, 175.0)
    assert repr(site.data) == before


def test_that_a_reference_scaffold_becomes_a_job(shared_data: Path, job: JobMeasurement, tmp_path: Path) -> None:
    site = read_project(shared_data / "trapezoid" / "scaffold_project.ivy")
    write_job_project(tmp_path / "j.ivy", site, replace(job, line_px=[[161.5, 403.2], [1050.4, 314.0]]), 175.0)
    with zipfile.ZipFile(tmp_path / "j.ivy") as archive:
        assert archive.testzip() is None
    assert read_scaffold(read_project(tmp_path / "j.ivy")).scaffold.water_surface_elevation_m == 1.2
