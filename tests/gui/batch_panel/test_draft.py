"""Setting a batch up, without Qt."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from panel_host import TestHost

from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.gui.batch_panel.presenters.panel import BatchPanelPresenter
from image_velocimetry_tools.gui.batch_panel.shown import ShownLevels


def rest(presenter: BatchPanelPresenter) -> None:
    """Let the table rest until it is checked."""
    presenter.tick()
    presenter.tick()


def last(mock: Any) -> tuple[Any, ...]:
    return mock.call_args.args


def test_that_the_form_is_shown_first(presenter: BatchPanelPresenter, view: Any) -> None:
    [form] = last(view.show_set_up)
    assert form.uses_current_project
    assert form.current_project == "scaffold_project.ivy"
    assert tuple(form.methods) == ("stiv", "klt")


def test_that_a_jobs_csv_is_shown_and_checked_against_the_open_project(
    presenter: BatchPanelPresenter, view: Any, inputs: Path
) -> None:
    presenter.draft.drop([inputs / "boneyard_batch.csv"])
    rest(presenter)
    assert last(view.show_findings)[0] == "3 jobs can be run."
    columns, rows = last(view.show_table)
    assert len(rows) == 3
    assert "Water level (ft)" in [column.title for column in columns]


def test_that_dragged_videos_become_rows_whose_missing_levels_are_marked(
    presenter: BatchPanelPresenter, view: Any, inputs: Path
) -> None:
    presenter.draft.drop(sorted((inputs / "videos").glob("*.mp4")))
    rest(presenter)
    columns, rows = last(view.show_table)
    names = [column.name for column in columns]
    assert [row[names.index("job_id")] for row in rows] == ["alder_mill_1", "alder_mill_2", "alder_mill_3"]
    assert set(last(view.mark_cells)[0]) == {(row, names.index("water_surface_elevation")) for row in range(3)}


def test_that_one_level_for_all_videos_fills_their_rows(
    presenter: BatchPanelPresenter, view: Any, inputs: Path
) -> None:
    view.ask_levels.return_value = ShownLevels(source="constant", level="413.4")
    presenter.draft.form.choose_levels()
    presenter.draft.drop([inputs / "videos"])
    rest(presenter)
    assert presenter.draft.sheet.column_of("water_surface_elevation", range(3)) == ["413.4"] * 3
    assert presenter.draft.findings is not None
    assert presenter.draft.findings.check.problem_count == 0


def test_that_a_stage_record_gives_each_video_the_level_of_its_time(
    presenter: BatchPanelPresenter, view: Any, host: TestHost, inputs: Path, tmp_path: Path
) -> None:
    for hour in ("08", "09", "20"):
        shutil.copyfile(inputs / "videos" / "alder_mill_1.mp4", tmp_path / f"cam_20240514-{hour}0000.mp4")
    record = tmp_path / "stage.csv"
    record.write_text("time,stage\n2024-05-14 07:45,3.2\n2024-05-14 08:15,3.4\n2024-05-14 09:00,3.6\n")
    view.ask_levels.return_value = ShownLevels(source="record", record=str(record), datum_offset="410", timezone="CDT")
    presenter.draft.form.choose_levels()
    presenter.draft.drop([tmp_path])
    levels = presenter.draft.sheet.column_of("water_surface_elevation", range(3))
    assert levels == ["413.3", "413.6", ""]
    assert presenter.draft.sheet.column_of("gage_height", range(3)) == ["3.3", "3.6", ""]
    assert "200000" in " ".join(last(host.dialogs.show_warnings)[1])


def test_that_a_record_that_cannot_be_used_is_told_in_the_words_of_the_window(
    presenter: BatchPanelPresenter, view: Any, inputs: Path, tmp_path: Path
) -> None:
    record = tmp_path / "stage.csv"
    record.write_text("time,stage\n2024-05-14 07:45,3.2\n")
    view.ask_levels.return_value = ShownLevels(source="record", record=str(record))
    presenter.draft.form.choose_levels()
    with pytest.raises(IvyError) as told:
        presenter.draft.drop([inputs / "videos"])
    assert "zone" in str(told.value)
    assert "--" not in str(told.value)


def test_that_the_table_is_checked_only_when_it_rests(
    presenter: BatchPanelPresenter, host: TestHost, inputs: Path
) -> None:
    presenter.draft.load_jobs(inputs / "boneyard_batch.csv")
    for text in ("4", "41", "413"):
        presenter.draft.edit_cells({(0, 1): text})
        presenter.tick()
    assert "Check the jobs table" not in host.tasks.titles
    presenter.tick()
    assert host.tasks.titles.count("Check the jobs table") == 1
    presenter.tick()
    assert host.tasks.titles.count("Check the jobs table") == 1


def test_that_a_check_that_is_overtaken_by_an_edit_marks_nothing(
    presenter: BatchPanelPresenter, view: Any, host: TestHost, inputs: Path
) -> None:
    presenter.draft.load_jobs(inputs / "boneyard_batch.csv")
    presenter.draft.edit_cells({(0, 1): "x"})
    host.tasks.is_held = True
    rest(presenter)
    presenter.draft.edit_cells({(0, 1): "413.4"})
    view.mark_cells.reset_mock()
    host.tasks.carry_out()
    view.mark_cells.assert_not_called()
    host.tasks.is_held = False
    rest(presenter)
    assert last(view.mark_cells)[0] == {}


def test_that_pasting_beyond_the_last_row_adds_rows(presenter: BatchPanelPresenter, view: Any) -> None:
    presenter.draft.edit_cells({(0, 1): "a.mp4", (1, 1): "b.mp4", (1, 99): "beyond"})
    assert presenter.draft.sheet.column_of("video_path", range(2)) == ["a.mp4", "b.mp4"]
    assert len(last(view.show_table)[1]) == 2


def test_that_a_scaffold_that_cannot_be_used_is_told(
    presenter: BatchPanelPresenter, view: Any, host: TestHost, inputs: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.ivy"
    broken.write_bytes(b"no project")
    host.dialogs.open_file.return_value = broken
    presenter.draft.form.choose_scaffold()
    presenter.draft.load_jobs(inputs / "boneyard_batch.csv")
    rest(presenter)
    assert last(view.show_findings)[0] == "The table cannot be checked yet."


def test_that_an_edit_of_the_open_project_checks_the_table_again(
    presenter: BatchPanelPresenter, host: TestHost, inputs: Path
) -> None:
    presenter.draft.load_jobs(inputs / "boneyard_batch.csv")
    rest(presenter)
    before = host.tasks.titles.count("Check the jobs table")
    host.changed.emit(None)
    rest(presenter)
    assert host.tasks.titles.count("Check the jobs table") == before + 1


def test_that_a_table_with_very_many_warnings_shows_as_many_as_people_read(
    presenter: BatchPanelPresenter, view: Any, inputs: Path
) -> None:
    presenter.draft.load_jobs(inputs / "boneyard_batch.csv")
    for _ in range(6):
        presenter.draft.duplicate_rows(range(len(presenter.draft.sheet.content.rows)))
    rest(presenter)
    sentences = last(view.show_findings)[1]
    assert len(sentences) == 101
    assert sentences[-1] == "89 more are not shown."


def test_that_a_saved_table_holds_what_was_typed(
    presenter: BatchPanelPresenter, host: TestHost, tmp_path: Path
) -> None:
    presenter.draft.edit_cells({(0, 1): "a.mp4", (0, 2): "2"})
    host.dialogs.save_file.return_value = tmp_path / "mine.csv"
    presenter.draft.save_jobs()
    assert (tmp_path / "mine.csv").read_text().splitlines()[1].startswith(",a.mp4,2")
    assert host.said
