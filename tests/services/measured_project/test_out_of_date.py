from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from filmed_videos import film
from measured_mill import measured_mill

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.domain.video import Film
from image_velocimetry_tools.services.measured_project.discharge import discharge_of_project
from image_velocimetry_tools.services.measured_project.out_of_date import why_another_film, why_out_of_date
from image_velocimetry_tools.services.measuring.verdict import Verdict
from image_velocimetry_tools.services.project_setup.editing import with_water_surface_elevation


def measured_on(then: Film | None, now: Film | None) -> Project:
    project = measured_mill()
    assert project.velocities is not None
    basis = replace(project.basis, video=replace(project.video, film=then))
    project = replace(project, velocities=replace(project.velocities, basis=basis))
    return replace(project, video=replace(project.video, film=now))


def test_that_nothing_is_said_of_velocities_that_are_current() -> None:
    for project in (Project(), measured_mill(), measured_on(film(), film()), measured_on(film(), None)):
        assert why_out_of_date(project) == ""


def test_that_another_film_is_named_with_both_films() -> None:
    project = measured_on(film(), replace(film("other"), duration_s=9.0))
    why = why_out_of_date(project)
    assert why == why_another_film(project)
    assert "another film (704x396, 30 fps, 2.50 s) than mill.mp4 (704x396, 30 fps, 9.00 s)" in why


def test_that_a_discharge_of_another_film_is_rejected_for_it() -> None:
    found = discharge_of_project(measured_on(film(), film("other")))
    assert found.verdict is Verdict.REJECTED
    assert "another film" in found.reasons[0]


def test_that_changed_settings_are_said_to_be_those() -> None:
    project = measured_on(film(), film())
    changed = replace(project, grid=replace(project.grid, count=30))
    assert "settings were changed" in why_out_of_date(changed)
    assert why_another_film(changed) == ""


def test_that_a_project_that_forgot_its_video_says_nothing_of_films() -> None:
    project = measured_on(film(), None)
    assert why_another_film(replace(project, video=replace(project.video, path=None))) == ""
    moved = replace(project, video=replace(project.video, path=Path("elsewhere.mp4")))
    assert "another film" in why_another_film(moved)


def test_that_a_level_typed_away_and_back_leaves_velocities_current() -> None:
    project = measured_mill()
    level = project.calibration.water_surface_elevation_m
    assert level is not None
    away = with_water_surface_elevation(project, level + 0.03)
    back = with_water_surface_elevation(away, level)
    assert not away.are_velocities_current
    assert back.section is not project.section
    assert back.are_velocities_current
    assert why_out_of_date(back) == ""
