from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from measured_mill import measured_mill

from image_velocimetry_tools.domain.project import PointReview, Project, StationEdit
from image_velocimetry_tools.domain.units import METRES_PER_FOOT, unit_system
from image_velocimetry_tools.domain.velocimetry import PointFlag
from image_velocimetry_tools.gui.models.velocimetry_results import (
    AssessedVelocities,
    assessed,
    summary_of,
    vector_drawing,
    velocity_rows,
)
from image_velocimetry_tools.services.measured_project.discharge import discharge_of_project

METRIC, ENGLISH = unit_system("metric"), unit_system("english")
POINT = 4


@pytest.fixture(scope="module")
def project() -> Project:
    return measured_mill()


def found_of(project: Project) -> AssessedVelocities:
    found = assessed(project)
    assert found is not None
    return found


def without_section(project: Project) -> Project:
    """Velocities of points that lie on no section."""
    velocities = project.velocities
    assert velocities is not None
    nowhere = np.full(len(velocities.speed_mps), np.nan)
    bare = replace(velocities, station_m=nowhere, normal_mps=nowhere, downstream=np.full(2, np.nan))
    return replace(project, velocities=bare)


def set_aside(project: Project, point: int) -> Project:
    stations = MappingProxyType({point: StationEdit(is_used=False)})
    return replace(project, discharge=replace(project.discharge, stations=stations))


def test_that_nothing_measured_is_nothing() -> None:
    assert assessed(Project()) is None


def test_that_rows_are_in_display_units(project: Project) -> None:
    metric, english = velocity_rows(found_of(project), METRIC), velocity_rows(found_of(project), ENGLISH)
    for name in ("station", "speed", "normal"):
        ratio = getattr(english[POINT], name) / getattr(metric[POINT], name)
        assert ratio == pytest.approx(1.0 / METRES_PER_FOOT)
    assert english[POINT].direction_deg == metric[POINT].direction_deg
    assert metric[POINT].name == "5"


def test_that_a_flag_is_told_in_words_and_sets_the_point_aside(project: Project) -> None:
    velocities = project.velocities
    assert velocities is not None
    flags = list(velocities.own_flags)
    flags[POINT] = (PointFlag.WEAK_PEAK,)
    row = velocity_rows(found_of(replace(project, velocities=replace(velocities, own_flags=tuple(flags)))), METRIC)
    assert "weak correlation" in row[POINT].remarks
    assert not row[POINT].is_used
    assert row[POINT + 1].is_used


def test_that_every_point_is_drawn_as_what_it_is(project: Project) -> None:
    reviews = MappingProxyType({2: PointReview(is_upstream=True)})
    drawing = vector_drawing(found_of(replace(set_aside(project, POINT), reviews=reviews)), 40.0)
    count = project.grid.count
    assert len(drawing.measured.xy_px) == len(drawing.normal.xy_px) == count - 2
    assert len(drawing.reviewed.xy_px) == len(drawing.rejected.xy_px) == 1


def test_that_arrows_have_the_length_and_direction_of_the_velocity(project: Project) -> None:
    velocities = project.velocities
    assert velocities is not None
    drawing = vector_drawing(found_of(project), 40.0)
    lengths = np.hypot(*drawing.normal.uv_px.T)
    assert lengths == pytest.approx(40.0 * velocities.normal_mps)
    assert drawing.normal.uv_px / lengths[:, np.newaxis] @ velocities.downstream == pytest.approx(1.0)
    assert drawing.measured.uv_px == pytest.approx(drawing.normal.uv_px, abs=1e-6)


def test_that_an_upstream_review_points_upstream(project: Project) -> None:
    velocities = project.velocities
    assert velocities is not None
    reviewed = replace(project, reviews=MappingProxyType({2: PointReview(is_upstream=True)}))
    arrow = vector_drawing(found_of(reviewed), 40.0).reviewed.uv_px[0]
    assert arrow @ velocities.downstream < 0.0


def test_that_velocities_without_a_section_are_drawn_and_counted(project: Project) -> None:
    bare = without_section(project)
    found = found_of(replace(bare, reviews=MappingProxyType({2: PointReview(is_upstream=True)})))
    drawing = vector_drawing(found, 40.0)
    assert len(drawing.normal.xy_px) == 0
    assert len(drawing.measured.xy_px) == project.grid.count - 1
    assert len(drawing.reviewed.xy_px) == 1
    text = summary_of(found, METRIC)
    assert text.startswith(f"{project.grid.count} of {project.grid.count} points usable, median velocity")
    assert "No discharge: " in text


def test_that_the_filter_counts_without_a_section_too(project: Project) -> None:
    bare = without_section(project)
    strict = replace(bare, discharge=replace(bare.discharge, least_quality=0.95))
    found = found_of(strict)
    assert not found.is_used.any()
    assert "quality too low" in velocity_rows(found, METRIC)[0].remarks
    assert summary_of(found, METRIC).startswith(f"0 of {project.grid.count} points usable. No discharge")


def test_that_the_summary_tells_discharge_and_verdict(project: Project) -> None:
    total = discharge_of_project(project).measurement.discharge.discharge_m3s
    text = summary_of(found_of(project), METRIC)
    assert f"discharge {total:.3f} m³/s: good" in text
    velocities = project.velocities
    assert velocities is not None
    unjudged = replace(project, velocities=replace(velocities, figures=None))
    assert summary_of(found_of(unjudged), ENGLISH).endswith("ft³/s: not judged")
