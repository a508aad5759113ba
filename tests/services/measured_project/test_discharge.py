"""The discharge of a project after review: what the reviewer says goes before what was measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from known_rivers import Never, NoStages, mill_site, opened
from projects_at_hand import project_of

from image_velocimetry_tools.domain.errors import DischargeError
from image_velocimetry_tools.domain.project import MeasuredVelocities, PointReview, Project, StationEdit
from image_velocimetry_tools.domain.velocimetry import PointFlag
from image_velocimetry_tools.services.measured_project.discharge import ProjectDischarge, discharge_of_project
from image_velocimetry_tools.services.measured_project.measurement import measure_project
from image_velocimetry_tools.services.measured_project.new_velocities import with_velocities
from image_velocimetry_tools.services.measured_project.reviewed_velocities import VelocityOrigin, reviewed_velocities
from image_velocimetry_tools.services.measuring.verdict import Verdict
from image_velocimetry_tools.services.stiv_service import STIVService

POINT = 9


@pytest.fixture(scope="module")
def project(mill_path: Any) -> Project:
    plain = project_of(opened(mill_site()), mill_path)
    found = measure_project(plain, STIVService(), stages=NoStages(), cancel=Never(), threads=1)
    return with_velocities(plain, found)


@pytest.fixture(scope="module")
def plain(project: Project) -> ProjectDischarge:
    return discharge_of_project(project)


def found_by(project: Project) -> MeasuredVelocities:
    assert project.velocities is not None
    return project.velocities


def with_review(project: Project, index: int = POINT, **review: Any) -> Project:
    return replace(project, reviews=MappingProxyType({index: PointReview(**review)}))


def with_edit(project: Project, index: int = POINT, **edit: Any) -> Project:
    stations = MappingProxyType({index: StationEdit(**edit)})
    return replace(project, discharge=replace(project.discharge, stations=stations))


def with_own_flag(project: Project, flag: PointFlag, index: int = POINT) -> Project:
    own = list(found_by(project).own_flags)
    own[index] = (flag,)
    return replace(project, velocities=replace(found_by(project), own_flags=tuple(own)))


def streak(speed_mps: float, project: Project) -> tuple[float, float, float, float]:
    """A line on a space-time image of a speed along the search line."""
    found = found_by(project)
    frames = 20.0
    return (0.0, 2.0, frames, 2.0 + frames * speed_mps * found.interval_s / found.pixel_size_m)


def test_that_a_line_on_a_space_time_image_gives_the_velocity_of_the_point(project: Project) -> None:
    edited = with_review(project, lines_px=(streak(0.7, project),))
    found = reviewed_velocities(edited)
    assert found.origin[POINT] is VelocityOrigin.LINES
    assert found.speed_mps[POINT] == pytest.approx(0.7)
    assert 0.68 < found.normal_mps[POINT] <= 0.7
    np.testing.assert_array_equal(np.delete(found.normal_mps, POINT), np.delete(found_by(project).normal_mps, POINT))


def test_that_several_lines_are_averaged_and_the_end_they_start_from_does_not_count(project: Project) -> None:
    x1, y1, x2, y2 = streak(0.7, project)
    once = reviewed_velocities(with_review(project, lines_px=((x1, y1, x2, y2),)))
    both = reviewed_velocities(with_review(project, lines_px=((x1, y1, x2, y2), (x2, y2, x1, y1))))
    assert both.speed_mps[POINT] == pytest.approx(once.speed_mps[POINT])


@pytest.mark.parametrize("line", [(5.0, 2.0, 5.0, 20.0), (5.0, 2.0, 5.0, 2.0)])
def test_that_a_line_that_takes_no_time_says_nothing(project: Project, line: tuple[float, float, float, float]) -> None:
    found = reviewed_velocities(with_review(project, lines_px=(line,)))
    assert found.origin[POINT] is VelocityOrigin.MEASURED
    assert found.speed_mps[POINT] == found_by(project).speed_mps[POINT]


def test_that_a_typed_velocity_goes_before_a_line(project: Project, plain: ProjectDischarge) -> None:
    edited = with_edit(with_review(project, lines_px=(streak(0.7, project),)), velocity_mps=-0.2)
    found = discharge_of_project(edited)
    assert found.velocities.origin[POINT] is VelocityOrigin.TYPED
    assert (found.velocities.speed_mps[POINT], found.velocities.normal_mps[POINT]) == (0.2, -0.2)
    assert found.is_used[POINT]
    assert PointFlag.REVERSE in found.flags[POINT]
    assert PointFlag.OUTLIER not in found.flags[POINT]
    assert found.measurement.discharge.discharge_m3s < plain.measurement.discharge.discharge_m3s


def test_that_a_typed_velocity_says_nothing_of_how_fast_the_search_can_measure(
    project: Project, plain: ProjectDischarge
) -> None:
    fast = discharge_of_project(with_edit(project, velocity_mps=2.0 * found_by(project).fastest_mps))
    assert fast.figures is not None
    assert plain.figures is not None
    assert fast.figures.speed_ratio <= plain.figures.speed_ratio
    assert fast.figures.max_froude > plain.figures.max_froude


def test_that_reverse_flow_that_a_reviewer_saw_lowers_the_discharge(project: Project, plain: ProjectDischarge) -> None:
    found = discharge_of_project(with_review(project, is_upstream=True))
    assert found.velocities.origin[POINT] is VelocityOrigin.UPSTREAM
    assert found.velocities.normal_mps[POINT] == -abs(found_by(project).normal_mps[POINT])
    assert found.is_used[POINT]
    assert found.measurement.discharge.discharge_m3s < plain.measurement.discharge.discharge_m3s


@pytest.mark.parametrize(
    ("edit", "counts"),
    [
        (lambda p: with_review(p, is_upstream=True), False),
        (lambda p: with_review(p, lines_px=(streak(0.9, p),)), True),
        (lambda p: with_edit(p, velocity_mps=0.9), True),
        (lambda p: with_edit(p, is_used=True), True),
        (lambda p: p, False),
    ],
    ids=["marked as upstream", "line", "typed", "used by decision", "left to the program"],
)
def test_that_who_gives_a_velocity_overrules_the_search_and_who_states_its_sense_does_not(
    project: Project, edit: Callable[[Project], Project], counts: bool
) -> None:
    weak = with_own_flag(project, PointFlag.WEAK_PEAK)
    assert bool(discharge_of_project(edit(weak)).is_used[POINT]) is counts


def test_that_a_station_that_is_set_aside_is_filled(project: Project) -> None:
    found = discharge_of_project(with_edit(project, is_used=False))
    assert not found.is_used[POINT]
    assert found.measurement.is_filled[POINT]
    assert PointFlag.FILLED in found.flags[POINT]


def test_that_a_point_without_a_velocity_cannot_be_used(project: Project) -> None:
    found = found_by(project)
    lost = found.normal_mps.copy()
    lost[POINT] = np.nan
    blind = replace(project, velocities=replace(found, normal_mps=lost))
    assert not discharge_of_project(with_edit(blind, is_used=True)).is_used[POINT]


def test_that_a_coefficient_of_one_station_changes_its_panel_only(project: Project, plain: ProjectDischarge) -> None:
    found = discharge_of_project(with_edit(project, alpha=0.425))
    before, after = plain.measurement.discharge, found.measurement.discharge
    changed = np.flatnonzero(before.panel_discharge_m3s != after.panel_discharge_m3s)
    assert len(changed) == 1
    assert after.panel_discharge_m3s[changed] == pytest.approx(before.panel_discharge_m3s[changed] / 2)


def test_that_a_stricter_filter_sets_more_aside(project: Project, plain: ProjectDischarge) -> None:
    limit = float(np.median(found_by(project).quality))
    strict = replace(project, discharge=replace(project.discharge, least_quality=limit))
    found = discharge_of_project(strict)
    assert 8 <= found.is_used.sum() < plain.is_used.sum()


def test_that_edits_of_points_that_do_not_exist_are_ignored(project: Project, plain: ProjectDischarge) -> None:
    found = discharge_of_project(with_edit(with_review(project, 99, is_upstream=True), 99, is_used=False, alpha=0.1))
    assert found.measurement.discharge.discharge_m3s == plain.measurement.discharge.discharge_m3s


def test_that_settings_changed_since_are_told_and_rejected(project: Project) -> None:
    later = replace(project, grid=replace(project.grid, count=30))
    found = discharge_of_project(later)
    assert not found.is_current
    assert found.verdict is Verdict.REJECTED
    assert "measure again" in found.reasons[0]


def test_that_velocities_without_figures_are_not_judged(project: Project) -> None:
    found = discharge_of_project(replace(project, velocities=replace(found_by(project), figures=None)))
    assert (found.figures, found.verdict) == (None, None)
    assert "measure again" in found.reasons[0]


def test_that_all_that_is_missing_is_told() -> None:
    with pytest.raises(DischargeError) as caught:
        discharge_of_project(Project())
    assert len(caught.value.problems) == 3


def test_that_a_discharge_of_nothing_is_refused(project: Project) -> None:
    stations = MappingProxyType({index: StationEdit(is_used=False) for index in range(20)})
    empty = replace(project, discharge=replace(project.discharge, stations=stations))
    with pytest.raises(DischargeError, match="none of the 20 velocities can be used"):
        discharge_of_project(empty)
