"""Tables of the measurement as CSV."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from reported_measurements import reported_project, with_velocities

from image_velocimetry_tools.domain.errors import OutputError
from image_velocimetry_tools.domain.project import PointLayout, Project
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.formats.survey.gcp_csv import read_gcp_csv
from image_velocimetry_tools.services.measured_project.discharge import discharge_of_project
from image_velocimetry_tools.services.report_service import CsvTable, ReportService


def rows_of(tmp_path: Path, table: CsvTable, project: Project) -> list[dict[str, str]]:
    path = ReportService().write_csv(tmp_path, table, project)
    assert path.name == table.value
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def numbers(rows: list[dict[str, str]], column: str) -> np.ndarray:
    return np.array([float(row[column] or "nan") for row in rows])


@pytest.mark.parametrize(("units", "label", "factor"), [("Metric", "m³/s", 1.0), ("English", "ft³/s", 0.3048**-3)])
def test_that_stations_are_in_display_units(tmp_path: Path, units: str, label: str, factor: float) -> None:
    project = reported_project(display_units=DisplayUnits(units))

    rows = rows_of(tmp_path, CsvTable.STATIONS, project)

    total = discharge_of_project(project).measurement.discharge.discharge_m3s * factor
    assert numbers(rows, f"Discharge ({label})").sum() == pytest.approx(total)
    assert numbers(rows, "Share of total (%)").sum() == pytest.approx(100.0)
    assert rows[2]["Remarks"] == "filled from its neighbours"


def test_that_the_discharge_table_is_that_of_project_files(tmp_path: Path) -> None:
    project = reported_project(display_units=DisplayUnits.ENGLISH)

    rows = rows_of(tmp_path, CsvTable.DISCHARGE_TABLE, project)

    columns = "ID,Status,Station Distance,Width,Depth,Area,Surface Velocity,α (alpha),Unit Discharge"
    assert ",".join(rows[0]) == columns
    total = discharge_of_project(project).measurement.discharge.discharge_m3s
    assert numbers(rows, "Unit Discharge").sum() == pytest.approx(total)
    assert (rows[0]["Surface Velocity"], rows[-1]["Surface Velocity"]) == ("0.0", "0.0")


def test_that_points_without_a_panel_are_not_used_in_the_discharge_table(tmp_path: Path) -> None:
    project = reported_project()
    project = replace(project, discharge=replace(project.discharge, gap_rule="drop"))

    row = rows_of(tmp_path, CsvTable.DISCHARGE_TABLE, project)[2]

    assert (row["Status"], row["Width"], row["Unit Discharge"]) == ("Not Used", "0.0", "0.0")


def test_that_velocities_have_quality_flags_and_remarks(tmp_path: Path) -> None:
    project = reported_project()
    assert project.velocities is not None

    rows = rows_of(tmp_path, CsvTable.VELOCITIES, project)

    np.testing.assert_allclose(numbers(rows, "normal_velocity_mps"), project.velocities.normal_mps, rtol=1e-10)
    np.testing.assert_allclose(numbers(rows, "quality"), project.velocities.quality, rtol=1e-10)
    assert rows[3]["origin"].startswith("lines drawn")
    assert rows[3]["comment"] == "glare, drawn by hand"
    assert (rows[1]["used"], rows[1]["flags"]) == ("false", "filled from its neighbours")


def test_that_stiv_results_have_the_layout_of_project_files(tmp_path: Path) -> None:
    project = reported_project()

    path = ReportService().write_csv(tmp_path, CsvTable.STIV_RESULTS, project)

    header, *lines = path.read_text("utf-8").splitlines()
    assert header.startswith("X (pixel),Y (pixel,U (m/s),V (m/s)")
    table = np.loadtxt(lines, delimiter=",")
    assert table.shape == (20, 9)
    np.testing.assert_allclose(table[:, 5], project.velocities.normal_mps, atol=5e-4)  # type: ignore[union-attr]


def test_that_points_on_a_grid_have_no_tagline(tmp_path: Path) -> None:
    project = reported_project()
    assert project.velocities is not None
    grid = replace(project.grid, layout=PointLayout.REGULAR)
    basis = replace(project.velocities.basis, grid=grid)
    loose = with_velocities(replace(project, grid=grid), basis=basis, downstream=np.full(2, np.nan))

    lines = ReportService().write_csv(tmp_path, "stiv_results.csv", loose).read_text("utf-8").splitlines()

    assert lines[1].endswith(",nan,nan")


@pytest.mark.parametrize("units", list(DisplayUnits))
def test_that_control_points_read_back(tmp_path: Path, units: DisplayUnits) -> None:
    project = reported_project(display_units=units)

    points = read_gcp_csv(ReportService().write_csv(tmp_path, CsvTable.CONTROL_POINTS, project))

    np.testing.assert_allclose(points.world_m, project.calibration.points.world_m)


def test_that_section_stages_and_comments_are_exported(tmp_path: Path) -> None:
    project = reported_project(display_units=DisplayUnits.ENGLISH)
    assert project.section.survey is not None

    section = rows_of(tmp_path, CsvTable.SECTION, project)
    stages = rows_of(tmp_path, CsvTable.STAGE_TABLE, project)
    comments = rows_of(tmp_path, CsvTable.COMMENTS, project)

    expected = project.section.survey.station_m / 0.3048
    np.testing.assert_allclose(numbers(section, "Station (ft)"), expected, rtol=1e-10)
    assert (np.diff(numbers(stages, "Area (ft²)")) > 0).all()
    assert comments[0]["Comment"] == "α of earlier measurements, <0.9 & >0.8"


@pytest.mark.parametrize("table", [table for table in CsvTable if table is not CsvTable.COMMENTS])
def test_that_a_table_of_nothing_is_refused(tmp_path: Path, table: CsvTable) -> None:
    with pytest.raises(OutputError, match=r"there (is|are) no"):
        ReportService().write_csv(tmp_path, table, Project())

    assert list(tmp_path.iterdir()) == []
