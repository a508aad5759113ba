"""The units in which levels of a new batch are typed, and the alpha that its jobs get."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from panel_host import TestHost

from image_velocimetry_tools.domain.project import DischargeSettings
from image_velocimetry_tools.domain.units import ENGLISH, METRIC, DisplayUnits
from image_velocimetry_tools.gui.batch_panel.models.sheet_units import in_other_unit, levels_in_unit
from image_velocimetry_tools.gui.batch_panel.presenters.panel import BatchPanelPresenter
from image_velocimetry_tools.gui.batch_panel.shown import ShownLevels
from image_velocimetry_tools.services.project_service import ProjectService

LEVEL = 2


def rest(presenter: BatchPanelPresenter) -> None:
    presenter.tick()
    presenter.tick()


def switch(host: TestHost, units: DisplayUnits) -> None:
    """Edit > Units, as it comes out in the project."""
    assert host.project is not None
    project = ProjectService().open(host.project).project
    ProjectService().save(host.project, replace(project, display_units=units))
    host.display_units = units
    host.changed.emit(None)


@pytest.fixture
def host(host: TestHost, tmp_path: Path) -> TestHost:
    assert host.project is not None
    project = ProjectService().open(host.project).project
    host.project = tmp_path / "mine.ivy"
    ProjectService().save(host.project, replace(project, discharge=DischargeSettings(alpha=0.92)))
    return host


@pytest.fixture
def metric_file(host: TestHost, tmp_path: Path) -> Path:
    path = tmp_path / "metric.ivy"
    assert host.project is not None
    project = ProjectService().open(host.project).project
    ProjectService().save(path, replace(project, display_units=DisplayUnits.METRIC))
    return path


def levels(presenter: BatchPanelPresenter) -> list[str]:
    sheet = presenter.draft.sheet
    return sheet.column_of("water_surface_elevation", range(len(sheet.content.rows)))


def title(view: Any) -> str:
    columns = view.show_table.call_args.args[0]
    return str(next(column.title for column in columns if column.name == "water_surface_elevation"))


@given(st.decimals(-999, 99_999, places=4), st.sampled_from([METRIC.length / ENGLISH.length, ENGLISH.length]))
def test_that_a_length_comes_back_as_it_was_typed(value: Any, factor: float) -> None:
    there = in_other_unit(str(value), factor)
    assert float(in_other_unit(there, 1.0 / factor)) == float(value)
    assert float(there) == pytest.approx(float(value) * factor, rel=1e-12, abs=1e-12)


def test_that_other_units_of_the_project_leave_typed_levels_their_meaning(
    presenter: BatchPanelPresenter, view: Any, host: TestHost
) -> None:
    presenter.draft.edit_cells({(0, 1): "a.mp4", (0, LEVEL): "413.4", (1, LEVEL): "soon"})
    assert title(view) == "Water level (ft)"
    switch(host, DisplayUnits.METRIC)
    assert title(view) == "Water level (m)"
    assert levels(presenter) == ["126.00432", "soon"]
    assert "converted to m" in host.said[-1]
    switch(host, DisplayUnits.ENGLISH)
    assert levels(presenter) == ["413.4", "soon"]


def test_that_levels_of_a_file_keep_their_meaning_too_and_undo_gives_no_other_level(
    presenter: BatchPanelPresenter, host: TestHost, inputs: Path
) -> None:
    presenter.draft.load_jobs(inputs / "boneyard_batch.csv")
    before = levels(presenter)
    presenter.draft.add_row()
    switch(host, DisplayUnits.METRIC)
    converted = levels(presenter)
    assert [float(text) for text in converted[:3]] == pytest.approx([float(text) * 0.3048 for text in before])
    presenter.draft.undo()
    assert levels(presenter) == converted[:3]
    rest(presenter)
    assert presenter.draft.findings is not None
    assert presenter.draft.findings.check.problem_count == 0


def test_that_a_file_of_jobs_is_in_the_units_of_the_scaffold_that_is_chosen_after_it(
    presenter: BatchPanelPresenter, view: Any, host: TestHost, inputs: Path, metric_file: Path
) -> None:
    presenter.draft.load_jobs(inputs / "boneyard_batch.csv")
    before = levels(presenter)
    host.dialogs.open_file.return_value = metric_file
    presenter.draft.form.choose_scaffold()
    rest(presenter)
    assert (levels(presenter), title(view)) == (before, "Water level (m)")
    assert "taken in m" in host.said[-1]


def test_that_the_header_has_the_unit_of_the_scaffold_even_if_its_check_was_overtaken(
    presenter: BatchPanelPresenter, view: Any, host: TestHost, metric_file: Path
) -> None:
    presenter.draft.edit_cells({(0, 1): "a.mp4", (0, LEVEL): "413.4"})
    host.dialogs.open_file.return_value = metric_file
    presenter.draft.form.choose_scaffold()
    host.tasks.is_held = True
    rest(presenter)
    presenter.draft.edit_cells({(0, 5): "0.9"})
    host.tasks.carry_out()
    assert (title(view), levels(presenter)) == ("Water level (m)", ["126.00432"])


def test_that_levels_of_videos_that_are_added_keep_their_meaning(
    presenter: BatchPanelPresenter, view: Any, host: TestHost, inputs: Path
) -> None:
    view.ask_levels.side_effect = lambda levels: replace(levels, source="constant", level="413.4", datum_offset="10")
    presenter.draft.form.choose_levels()
    switch(host, DisplayUnits.METRIC)
    shown = presenter.draft.form.levels
    assert (shown.level, shown.datum_offset, shown.unit) == ("126.00432", "3.048", "m")
    presenter.draft.drop([inputs / "videos"])
    assert levels(presenter) == ["126.00432"] * 3
    assert levels_in_unit(shown, ENGLISH).level == "413.4"


@pytest.mark.parametrize(
    ("header", "level"), [("stage_m", "413.28084"), ("stage (ft)", "3.28084"), ("stage", "3.28084")]
)
def test_that_a_stage_record_is_converted_if_it_says_its_unit(
    presenter: BatchPanelPresenter, view: Any, host: TestHost, inputs: Path, tmp_path: Path, header: str, level: str
) -> None:
    video = tmp_path / "cam_20240514-080000.mp4"
    video.write_bytes((inputs / "videos" / "alder_mill_1.mp4").read_bytes())
    record = tmp_path / "stage.csv"
    metres = 125.968 if header == "stage_m" else 3.28084
    record.write_text(f"time,{header}\n2024-05-14 08:00,{metres}\n")
    view.ask_levels.return_value = ShownLevels(source="record", record=str(record), timezone="CDT", unit="ft")
    presenter.draft.form.choose_levels()
    presenter.draft.drop([video])
    assert float(levels(presenter)[0]) == pytest.approx(float(level), abs=1e-3)
    said = str(host.dialogs.show_warnings.call_args)
    assert {"stage_m": "converted to ft", "stage": "taken to be in ft"}.get(header, "") in said


def test_that_the_form_says_which_alpha_a_blank_one_is(presenter: BatchPanelPresenter, view: Any, inputs: Path) -> None:
    presenter.draft.load_jobs(inputs / "boneyard_batch.csv")
    rest(presenter)
    assert view.show_set_up.call_args.args[0].usual_alpha == "0.92 (set in the project)"


def test_that_every_problem_of_a_cell_is_listed_with_its_place(
    presenter: BatchPanelPresenter, view: Any, inputs: Path
) -> None:
    presenter.draft.load_jobs(inputs / "boneyard_batch.csv")
    columns = presenter.draft.sheet.content.columns
    place = (2, columns.index("water_surface_elevation"))
    presenter.draft.edit_cells({place: "high"})
    rest(presenter)
    headline, sentences, places = view.show_findings.call_args.args
    assert "1 thing needs to be corrected" in headline
    assert sentences[0].startswith("Row 3, Water level: ")
    assert places[0] == place


@pytest.mark.parametrize(("typed", "level"), [("413,4", "413.4"), ("126 m", "413.385826771654"), ("soon", "soon")])
def test_that_levels_are_typed_in_the_table_as_in_fields(
    presenter: BatchPanelPresenter, typed: str, level: str
) -> None:
    presenter.draft.edit_cells({(0, 1): "a,b.mp4", (0, LEVEL): typed})
    assert levels(presenter) == [level]
    assert presenter.draft.sheet.column_of("video_path", [0]) == ["a,b.mp4"]


def test_that_a_level_for_all_videos_may_be_typed_with_its_unit(
    presenter: BatchPanelPresenter, view: Any, inputs: Path
) -> None:
    view.ask_levels.side_effect = lambda levels: replace(levels, source="constant", level="126 m")
    presenter.draft.form.choose_levels()
    presenter.draft.drop([inputs / "videos"])
    assert [float(text) for text in levels(presenter)] == pytest.approx([126 / 0.3048] * 3)
