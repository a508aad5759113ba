"""What the report says, in display units, of complete and incomplete measurements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from reported_measurements import (
    contents_of,
    facts_of_part,
    measured_project,
    part_of,
    reported_project,
    table_of,
    with_velocities,
)

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.domain.units import DisplayUnits, unit_system
from image_velocimetry_tools.services.measured_project.discharge import discharge_of_project
from image_velocimetry_tools.services.measurement_report.blocks import Paragraph, ReportContents, Tone
from image_velocimetry_tools.services.measurement_report.shown import significant
from image_velocimetry_tools.services.report_service import ReportService


def summary_of(project: Project) -> dict[str, str]:
    return facts_of_part(part_of(contents_of(project), "Summary"))


def heading_of(contents: ReportContents) -> dict[str, str]:
    return {fact.name: fact.value for fact in contents.heading}


@pytest.mark.parametrize("units", list(DisplayUnits))
def test_that_figures_stand_in_display_units_once(units: DisplayUnits) -> None:
    project = reported_project(display_units=units)
    found, system = discharge_of_project(project).measurement, unit_system(units)

    told = summary_of(project)

    discharge = significant(found.discharge.discharge_m3s * system.discharge)
    assert told["Discharge"] == f"{discharge} {system.discharge_label}"
    assert told["Area"] == f"{significant(found.wetted.area_m2 * system.area)} {system.area_label}"
    assert told["Width"] == f"{found.wetted.wetted_width_m * system.length:.2f} {system.length_label}"
    assert told["Hydraulic radius"] == f"{found.wetted.hydraulic_radius_m * system.length:.2f} {system.length_label}"
    fastest = found.statistics.max_surface_velocity_mps * system.velocity
    assert told["Greatest surface velocity"] == f"{fastest:.2f} {system.velocity_label}"


@pytest.mark.parametrize("units", list(DisplayUnits))
def test_that_the_gage_height_is_told_in_display_units(units: DisplayUnits) -> None:
    system = unit_system(units)

    told = summary_of(reported_project(display_units=units))["Gage height"]
    assert told == f"{3.25 * system.length:.3f} {system.length_label}"


def test_that_every_page_names_station_discharge_and_verdict() -> None:
    told = heading_of(contents_of(reported_project()))

    assert (told["Station"], told["Number"], told["Date"]) == ("Alder Brook", "01234567", "2024-05-14")
    assert told["Measurement"] == "12"
    assert told["Discharge"].endswith("m³/s")
    assert told["Rating"] == "Poor (by ISO 748)"
    assert "User rating" not in told


def test_that_the_users_rating_goes_before_the_computed_one() -> None:
    project = reported_project()
    project = replace(project, discharge=replace(project.discharge, rating="Good"))

    assert heading_of(contents_of(project))["User rating"] == "Good"


def test_that_the_duration_is_that_of_the_measured_frames_whatever_the_frame_step() -> None:
    project = reported_project()
    assert project.velocities is not None
    stepped = replace(project.video, clip=replace(project.video.clip, frame_step=2))
    basis = replace(project.velocities.basis, video=stepped)
    found = with_velocities(
        replace(project, video=stepped), frame_count=31, interval_s=2 / 30, figures=None, basis=basis
    )

    told = summary_of(found)

    assert (told["Duration"], told["Frame step"]) == ("2.00 s", "2")
    assert (told["Frame rate"], told["Original frame rate"]) == ("15.000 fps", "30.000 fps")


def test_that_every_row_of_the_uncertainty_names_its_own_component() -> None:
    project = with_velocities(reported_project(), rectification_rmse_m=0.3)
    found = discharge_of_project(project).measurement

    table = table_of(part_of(contents_of(project), "Summary"), "Uncertainty (68 %)")

    rows = {str(name): (iso, ive) for name, iso, ive in table.rows}
    rectification = f"{100 * 0.3 / found.wetted.wetted_width_m:.1f} %"
    assert rows["Rectification"] == (rectification, rectification)
    assert rows["Alpha"] == ("3.0 %", "3.0 %")
    assert rows["Number of stations"][1] == ""
    assert table.footer == ("95 % uncertainty", f"{found.iso.u95_percent:.1f} %", f"{found.ive.u95_percent:.1f} %")


def test_that_a_missing_velocity_leaves_the_greatest_one_known() -> None:
    project = reported_project()
    assert project.velocities is not None
    normal, speed = project.velocities.normal_mps.copy(), project.velocities.speed_mps.copy()
    normal[7] = speed[7] = np.nan

    assert "nan" not in summary_of(with_velocities(project, normal_mps=normal, speed_mps=speed)).values()


def test_that_comments_stand_by_category_in_the_order_of_the_work() -> None:
    blocks = part_of(contents_of(reported_project()), "Comments").blocks

    assert [block.title for block in blocks] == ["Video Preprocessing", "Discharge"]  # type: ignore[union-attr]
    assert blocks[0].texts == ("M. Østergård, 05/14/2024 09:00:00: No debris, calm.",)  # type: ignore[union-attr]


def test_that_a_good_measurement_is_called_so() -> None:
    notice = contents_of(measured_project()).notice

    assert (notice.tone, notice.word, notice.reasons) == (Tone.GOOD, "Good", ())


def test_that_changed_settings_are_told_before_anything_else() -> None:
    project = reported_project()
    contents = contents_of(replace(project, grid=replace(project.grid, count=project.grid.count + 1)))

    assert (contents.notice.tone, contents.notice.word) == (Tone.REJECTED, "Out of date")
    assert contents.heading[-1].value == "OUT OF DATE"
    assert contents.key_figures[0].tone is Tone.REJECTED


def test_that_a_rejected_measurement_tells_every_reason() -> None:
    project = reported_project()
    assert project.velocities is not None
    assert project.velocities.figures is not None
    figures = replace(project.velocities.figures, is_static=True, is_variable_rate=True)

    contents = contents_of(with_velocities(project, figures=figures))

    assert contents.heading[-1].value == "REJECTED"
    still, varying = contents.notice.reasons
    assert still.startswith("The pictures hardly change")
    assert varying == "The frame rate varies."


def test_that_velocities_of_unknown_quality_are_called_not_judged() -> None:
    notice = contents_of(with_velocities(reported_project(), figures=None)).notice

    assert (notice.tone, notice.word) == (Tone.DOUBTFUL, "Not judged")
    assert "measure again" in notice.reasons[0]


def test_that_an_empty_project_says_what_is_missing() -> None:
    contents = contents_of(Project())

    assert contents.notice.word == "No discharge"
    assert "no velocities" in contents.notice.sentence
    sentences = {part.title: part.blocks[0].text for part in contents.parts if isinstance(part.blocks[0], Paragraph)}
    assert sentences["Velocities"] == "No velocities have been measured."
    assert sentences["Comments"] == "There are no comments."
    assert sentences["Orthorectification"].startswith("The image is not rectified")


@pytest.mark.parametrize("project_of", [Project, reported_project])
def test_that_the_head_says_what_the_whole_report_says(project_of: Callable[[], Project]) -> None:
    project = project_of()
    head, whole = ReportService().head(project), contents_of(project)

    assert head.parts == ()
    assert (head.title, head.heading, head.notice) == (whole.title, whole.heading, whole.notice)
    assert head.key_figures == whole.key_figures


def test_that_velocities_without_a_section_are_still_reported() -> None:
    project = reported_project()
    unknown = np.full(len(project.velocities.station_m), np.nan)  # type: ignore[union-attr]
    found = with_velocities(project, station_m=unknown)

    contents = contents_of(found)

    assert "no cross-section" in contents.notice.sentence
    assert len(table_of(part_of(contents, "Space-time images"), "Points").rows) == len(unknown)


def test_that_the_work_can_be_stopped_between_the_points() -> None:
    from image_velocimetry_tools.services.measurement_report.contents import report_contents
    from image_velocimetry_tools.services.measurement_report.sources import report_sources

    calls = []
    report_contents(report_sources(reported_project()), lambda: calls.append(1))

    assert len(calls) > 20
