"""Stations, velocities, rectification and space-time images in the report."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from reported_measurements import (
    blocks_of,
    column_of,
    contents_of,
    facts_of_part,
    part_of,
    reported_project,
    table_of,
    with_velocities,
)

from image_velocimetry_tools.domain.ground_control import GroundControlPoints
from image_velocimetry_tools.domain.project import PointReview
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.services.measured_project.discharge import discharge_of_project
from image_velocimetry_tools.services.measurement_report.blocks import Figure
from image_velocimetry_tools.services.measurement_report.drawings.drawing import Area, Circle, Drawing, Line, Words
from image_velocimetry_tools.services.measurement_report.sources import report_sources
from image_velocimetry_tools.services.measurement_report.station_rows import station_rows


def number_of(text: str) -> float:
    return float(text.replace("−", "-").removesuffix("°"))


def figures_of(title: str, **parts: object) -> list[Drawing]:
    blocks = blocks_of(part_of(contents_of(reported_project(**parts)), title))
    return [block.drawing for block in blocks if isinstance(block, Figure)]


def test_that_the_stations_add_up_to_the_discharge() -> None:
    found = discharge_of_project(reported_project())

    rows = station_rows(found)

    assert sum(row.discharge_m3s for row in rows) == pytest.approx(found.measurement.discharge.discharge_m3s)
    assert [row.status for row in rows][:4] == ["Edge", "Used", "Filled", "Used"]
    assert (rows[0].point, rows[-1].point) == (None, None)


def test_that_a_point_without_a_panel_is_listed_and_counts_nothing() -> None:
    project = reported_project()
    project = replace(project, discharge=replace(project.discharge, gap_rule="drop"))

    row = next(row for row in station_rows(discharge_of_project(project)) if row.point == 1)

    assert (row.status, row.counts) == ("Not used", False)
    assert np.isfinite(row.surface_mps)


def test_that_the_station_table_tells_what_a_reviewer_decided() -> None:
    table = table_of(part_of(contents_of(reported_project()), "Discharge stations"), "Stations")

    assert "lines drawn" in column_of(table, "Remarks")[4]
    assert column_of(table, "Status")[2] == "Filled"
    assert len(table.rows) == 22


def test_that_the_diagram_shows_every_station_as_what_it_is() -> None:
    drawing = figures_of("Discharge stations")[0]

    # one more of each stands in the legend
    assert sum(isinstance(shape, Circle) for shape in drawing.shapes) == 19 + 1
    assert sum(isinstance(s, Area) and s.style == "filled" for s in drawing.shapes) == 1 + 1
    titles = {shape.text for shape in drawing.shapes if isinstance(shape, Words)}
    assert {"station (m)", "surface velocity (m/s)", "elevation (m)"} <= titles


def test_that_arrows_start_at_the_points_and_point_along_the_motion() -> None:
    project = reported_project()
    assert project.velocities is not None
    drawing = figures_of("Velocities")[0]
    solved = report_sources(project).rectification
    assert solved is not None
    scale = drawing.width / solved.rectification.width_px

    arrows = [s for s in drawing.shapes if isinstance(s, Line) and s.style == "arrow" and len(s.points) == 2]
    starts = np.array([arrow.points[0] for arrow in arrows[:-1]])
    used = discharge_of_project(project).measurement.is_used
    np.testing.assert_allclose(starts, project.velocities.xy_px[used] * scale, atol=1e-6)
    (x0, y0), (x1, y1) = arrows[0].points
    expected = np.radians(project.velocities.direction_deg[used][0])
    assert np.arctan2(x1 - x0, y0 - y1) % (2 * np.pi) == pytest.approx(expected, abs=1e-6)


def test_that_the_rectification_tells_residuals_of_the_points_that_were_tested() -> None:
    project = reported_project()
    points = project.calibration.points.points
    moved = replace(points[0], use_in_rectification=False, use_in_validation=True, x_px=(points[0].x_px or 0) + 3.0)
    unused = replace(points[1], use_in_rectification=False)
    calibration = replace(project.calibration, points=GroundControlPoints((moved, unused, *points[2:])))

    part = part_of(contents_of(replace(project, calibration=calibration)), "Orthorectification")

    table = table_of(part, "Ground control points")
    assert number_of(column_of(table, "Error x (px)")[0]) == pytest.approx(-3.0, abs=0.1)
    assert column_of(table, "Error (px)")[1] == "–"
    assert table.quiet == {1}
    assert number_of(facts_of_part(part)["RMSE of the validation points"].removesuffix(" px")) > 2.0


def test_that_coordinates_of_control_points_stand_in_display_units() -> None:
    project = reported_project(display_units=DisplayUnits.ENGLISH)

    table = table_of(part_of(contents_of(project), "Orthorectification"), "Ground control points")

    first = project.calibration.points.points[0]
    assert column_of(table, "X (ft)")[0] == f"{first.x_m / 0.3048:.3f}"


def test_that_a_project_rectified_by_scale_has_no_matrix() -> None:
    project = reported_project()
    two = GroundControlPoints(project.calibration.points.points[:2])
    calibration = replace(project.calibration, points=two, method="scale", extent=None)

    part = part_of(contents_of(replace(project, calibration=calibration)), "Orthorectification")

    assert facts_of_part(part)["Method"] == "Scale"
    assert not any("matrix" in getattr(block, "title", "").lower() for block in part.blocks)


def test_that_the_streak_is_drawn_with_the_slope_of_the_velocity() -> None:
    project = reported_project()
    found = project.velocities
    assert found is not None
    cells = column_of(table_of(part_of(contents_of(project), "Space-time images"), "Points"), "Space-time image")

    streak = next(shape for shape in cells[8].shapes if isinstance(shape, Line) and shape.style == "streak")

    (x0, y0), (x1, y1) = streak.points
    rows, columns = found.images[8].shape
    slope = (y1 - y0) / (x1 - x0) * (rows / cells[8].height) / (columns / cells[8].width)
    speed = abs(slope) * found.pixel_size_m / found.interval_s
    assert speed == pytest.approx(found.speed_mps[8], rel=0.02)


def test_that_lines_of_the_reviewer_are_drawn_where_they_were_drawn() -> None:
    project = reported_project(reviews=MappingProxyType({0: PointReview(((0.0, 0.0, 10.0, 24.0),))}))
    cell = column_of(table_of(part_of(contents_of(project), "Space-time images"), "Points"), "Space-time image")[0]

    drawn = next(shape for shape in cell.shapes if isinstance(shape, Line) and shape.style == "drawn")

    rows, columns = project.velocities.images[0].shape  # type: ignore[union-attr]
    assert drawn.points[1] == pytest.approx((10.0 * cell.width / columns, 24.0 * cell.height / rows))


def test_that_reviewed_velocities_stand_beside_the_measured_ones() -> None:
    table = table_of(part_of(contents_of(reported_project()), "Space-time images"), "Points")

    reviewed = column_of(table, "Reviewed")
    assert [index for index, text in enumerate(reviewed) if text] == [3]
    assert "glare, drawn by hand" in column_of(table, "Remarks")[3]
    assert "drawn" in column_of(table, "Streak angle")[3]


def test_that_points_are_listed_when_the_images_were_not_kept() -> None:
    part = part_of(contents_of(with_velocities(reported_project(), images=())), "Space-time images")

    assert part.blocks[0].text.startswith("The space-time images were not kept")  # type: ignore[union-attr]
    assert "Space-time image" not in [column.title for column in table_of(part, "Points").columns]
