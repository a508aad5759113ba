from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from gui_workbench import workbench
from project_files_in_memory import FilesInMemory, Stored

from image_velocimetry_tools.domain.errors import Cancelled, IvyError, OutputError
from image_velocimetry_tools.domain.project import DischargeSettings, Project, VideoSettings
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.gui.models.tasks import TaskControl
from image_velocimetry_tools.gui.presenters.projects import ProjectsPresenter


class Case:
    """The commands on a project that can be edited."""

    def __init__(self, folder: Path) -> None:
        self.bench: Any = workbench()
        self.files = FilesInMemory()
        self.projects = ProjectsPresenter(self.bench, self.files)
        self.stored = Project(discharge=DischargeSettings(alpha=0.7))
        self.path = folder / "river.ivy"
        self.path.write_bytes(b"a project")
        self.files.projects[self.path] = self.stored
        self.said: list[str] = []
        self.bench.said.subscribe(self.said.append)

    @property
    def document(self) -> Any:
        return self.bench.document

    def edit(self, alpha: float = 0.9) -> Project:
        changed = replace(self.document.project, discharge=DischargeSettings(alpha=alpha))
        self.document.edit("Set alpha", changed)
        return changed


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


def test_that_a_new_project_has_the_units_of_the_user(case: Case) -> None:
    case.bench.preferences.change(display_units=DisplayUnits.ENGLISH)
    shown: list[str] = []
    case.bench.shown.subscribe(shown.append)
    case.projects.new()
    assert case.document.project.display_units is DisplayUnits.ENGLISH
    assert not case.document.is_modified
    assert shown == ["video"]


def test_that_an_opened_project_is_shown_and_remembered(case: Case) -> None:
    case.bench.dialogs.open_file.return_value = case.path
    case.projects.choose()
    assert case.document.project is case.stored
    assert case.document.path == case.path
    assert not case.document.is_modified
    assert case.projects.recent == (str(case.path),)
    assert case.projects.name == "river.ivy"


def test_that_warnings_about_a_file_are_shown_once(case: Case) -> None:
    case.files.warnings = ("the video is missing", "a table was empty")
    case.projects.open(case.path)
    case.bench.dialogs.show_warnings.assert_called_once_with("About river.ivy", case.files.warnings)


def test_that_thinking_better_of_it_changes_nothing(case: Case) -> None:
    case.bench.dialogs.open_file.return_value = None
    case.bench.dialogs.save_file.return_value = None
    case.projects.choose()
    case.projects.save()
    assert case.bench.tasks.titles == []
    assert case.document.path is None


def test_that_a_project_that_cannot_be_opened_leaves_the_present_one(case: Case) -> None:
    present = case.document.project
    case.files.error = IvyError("it is damaged")
    case.projects.open(case.path)
    assert case.document.project is present
    case.bench.dialogs.show_error.assert_called_once_with("Open project", case.files.error)


def test_that_a_recent_project_that_is_gone_is_forgotten(case: Case) -> None:
    case.projects.open(case.path)
    case.path.unlink()
    case.files.error = IvyError("the file does not exist")
    case.projects.open(case.path)
    assert case.projects.recent == ()


def test_that_saving_goes_to_the_same_file_and_clears_the_modified_mark(case: Case) -> None:
    case.projects.open(case.path)
    changed = case.edit()
    case.projects.save()
    assert case.files.projects[case.path] is changed
    assert not case.document.is_modified
    case.bench.dialogs.save_file.assert_not_called()


def test_that_a_new_project_asks_where_and_suggests_the_name_of_the_video(case: Case, tmp_path: Path) -> None:
    video = replace(case.document.project, video=VideoSettings(Path("/videos/creek.mp4")))
    case.document.edit("Open video", video)
    case.bench.dialogs.save_file.return_value = tmp_path / "new.ivy"
    assert case.projects.name == "creek.mp4"
    case.projects.save()
    assert case.bench.dialogs.save_file.call_args.args[2] == "creek.ivy"
    assert case.document.path == tmp_path / "new.ivy"


def test_that_a_save_that_fails_leaves_the_work_unsaved(case: Case) -> None:
    case.projects.open(case.path)
    case.edit()
    case.files.error = OutputError("the disk is full")
    with pytest.raises(OutputError):
        # nobody takes the failure, so that the runner shows it
        case.projects.save()
    assert case.document.is_modified


def test_that_what_was_edited_while_the_file_was_written_stays_unsaved(case: Case) -> None:
    case.projects.open(case.path)
    case.edit(0.9)
    case.bench.tasks.is_held = True
    case.projects.save()
    case.edit(0.8)
    case.bench.tasks.is_held = False
    case.bench.tasks.carry_out()
    assert case.document.is_modified


def test_that_what_saving_notes_in_the_project_is_no_edit(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    case.projects.open(case.path)
    changed = case.edit()
    noted = replace(changed)

    def save(path: Path, project: Project, control: TaskControl, *, is_copy: bool = False) -> Stored:
        return Stored(noted, path)

    monkeypatch.setattr(case.files, "save", save)
    case.projects.save()
    assert case.document.project is noted
    assert not case.document.is_modified
    assert case.document.undo_label == "Set alpha"


@pytest.mark.parametrize(("answer", "is_opened", "is_saved"), [("Save", True, True), ("Discard", True, False)])
def test_that_changes_are_saved_or_discarded_before_another_project_is_opened(
    case: Case, tmp_path: Path, answer: str, is_opened: bool, is_saved: bool
) -> None:
    case.bench.dialogs.save_file.return_value = tmp_path / "mine.ivy"
    case.bench.dialogs.choose.return_value = answer
    changed = case.edit()
    case.projects.open(case.path)
    assert (case.document.project is case.stored) is is_opened
    assert (case.files.projects.get(tmp_path / "mine.ivy") is changed) is is_saved


@pytest.mark.parametrize("answer", ["Cancel", None])
def test_that_cancelling_keeps_the_unsaved_project(case: Case, answer: str | None) -> None:
    case.bench.dialogs.choose.return_value = answer
    changed = case.edit()
    case.projects.open(case.path)
    assert case.document.project is changed
    assert case.bench.tasks.titles == []


def test_that_cancelling_where_to_save_loses_nothing(case: Case) -> None:
    case.bench.dialogs.choose.return_value = "Save"
    case.bench.dialogs.save_file.return_value = None
    changed = case.edit()
    case.projects.new()
    assert case.document.project is changed


def test_that_edits_while_a_project_is_opened_are_asked_about(case: Case) -> None:
    case.bench.dialogs.choose.return_value = "Cancel"
    case.bench.tasks.is_held = True
    case.projects.open(case.path)
    changed = case.edit()
    case.bench.tasks.carry_out()
    case.bench.dialogs.choose.assert_called_once()
    assert case.document.project is changed


def test_that_a_stopped_opening_is_said(case: Case) -> None:
    case.bench.tasks.is_held = True
    case.projects.open(case.path)
    case.files.error = Cancelled()
    case.bench.tasks.carry_out()
    assert case.said == ["river.ivy was not opened"]


def test_that_a_save_that_ends_after_a_new_project_was_begun_does_not_give_it_its_file(case: Case) -> None:
    case.projects.open(case.path)
    changed = case.edit()
    case.bench.tasks.is_held = True
    case.projects.save()
    case.bench.dialogs.choose.return_value = "Discard"
    case.projects.new()
    case.bench.tasks.carry_out()
    assert case.files.projects[case.path] is changed
    assert case.document.path is None
    assert not case.document.is_modified


def test_that_another_project_is_not_saved_in_place_of_one_that_is_still_being_saved(
    case: Case, tmp_path: Path
) -> None:
    case.projects.open(case.path)
    changed = case.edit()
    case.bench.tasks.is_held = True
    case.projects.save()
    case.bench.dialogs.choose.return_value = "Discard"
    case.projects.new()
    case.bench.dialogs.save_file.return_value = tmp_path / "other.ivy"
    case.projects.save()
    case.bench.tasks.carry_out()
    assert case.files.projects[case.path] is changed
    assert case.document.path == tmp_path / "other.ivy"


def test_that_what_was_edited_while_saving_before_a_new_project_is_asked_about_again(case: Case) -> None:
    case.projects.open(case.path)
    case.edit(0.9)
    case.bench.tasks.is_held = True
    case.bench.dialogs.choose.return_value = "Save"
    case.projects.new()
    late = case.edit(0.8)
    case.bench.dialogs.choose.return_value = "Cancel"
    case.bench.tasks.carry_out()
    assert case.document.project is late
    assert case.bench.dialogs.choose.call_count == 2


class CaseOfTwo(Case):
    """A project whose file another program has saved after it was opened."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.projects.open(self.path)
        self.changed = self.edit()
        self.path.write_bytes(b"what a colleague saved")


def test_that_a_file_that_another_program_saved_is_not_replaced_without_asking(tmp_path: Path) -> None:
    case = CaseOfTwo(tmp_path)
    case.bench.dialogs.choose.return_value = "Cancel"
    case.projects.save()
    assert case.files.projects[case.path] is case.stored
    assert case.document.is_modified
    case.bench.dialogs.choose.return_value = "Replace it"
    case.projects.save()
    assert case.files.projects[case.path] is case.changed
    case.edit(0.6)
    case.projects.save()
    assert case.bench.dialogs.choose.call_count == 2


def test_that_work_can_go_into_another_file_if_its_own_was_changed_by_others(tmp_path: Path) -> None:
    case = CaseOfTwo(tmp_path)
    case.bench.dialogs.choose.return_value = "Save as…"
    case.bench.dialogs.save_file.return_value = tmp_path / "mine.ivy"
    case.projects.save()
    assert case.files.projects[case.path] is case.stored
    assert case.document.path == tmp_path / "mine.ivy"


def test_that_a_file_that_is_gone_is_written_anew(case: Case) -> None:
    case.projects.open(case.path)
    changed = case.edit()
    case.path.unlink()
    case.projects.save()
    assert case.files.projects[case.path] is changed
    case.bench.dialogs.choose.assert_not_called()
