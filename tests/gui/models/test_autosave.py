from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from inline_tasks import InlineTasks
from project_files_in_memory import FilesInMemory

from image_velocimetry_tools.domain.errors import OutputError
from image_velocimetry_tools.domain.project import DischargeSettings, Project
from image_velocimetry_tools.gui.models.autosave import Autosave
from image_velocimetry_tools.gui.models.document import Document
from image_velocimetry_tools.gui.models.preferences import PreferencesModel
from image_velocimetry_tools.gui.models.recovery import RecoveryFolder


class Case:
    """An autosave whose clock is set by hand."""

    def __init__(self, folder: Path) -> None:
        self.now_s = 0.0
        self.document = Document()
        self.tasks = InlineTasks()
        self.files = FilesInMemory()
        self.folder = RecoveryFolder(folder)
        self.autosave = Autosave(
            self.document, self.tasks, self.files, self.folder, PreferencesModel(None), lambda: self.now_s
        )

    def edit(self, alpha: float) -> Project:
        changed = replace(self.document.project, discharge=DischargeSettings(alpha=alpha))
        self.document.edit("Set alpha", changed)
        return changed

    def pass_minutes(self, minutes: float) -> None:
        self.now_s += 60.0 * minutes
        self.autosave.tick()

    @property
    def kept(self) -> Project | None:
        return self.files.projects.get(self.folder.file) if self.folder.file.exists() else None


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


def test_that_nothing_is_written_while_nothing_is_unsaved(case: Case) -> None:
    case.pass_minutes(60)
    assert case.files.copies == []


def test_that_an_edit_is_kept_after_the_minutes_of_the_preferences(case: Case) -> None:
    changed = case.edit(0.9)
    case.pass_minutes(1.9)
    assert case.kept is None
    case.pass_minutes(0.2)
    assert case.kept is changed


def test_that_the_same_work_is_not_written_twice(case: Case) -> None:
    case.edit(0.9)
    case.pass_minutes(3)
    case.pass_minutes(3)
    assert len(case.files.copies) == 1


def test_that_an_edit_while_the_copy_is_written_is_kept_the_next_time(case: Case) -> None:
    case.edit(0.9)
    case.tasks.is_held = True
    case.pass_minutes(3)
    changed = case.edit(0.8)
    case.tasks.is_held = False
    case.tasks.carry_out()
    assert case.kept is not changed
    case.pass_minutes(3)
    assert case.kept is changed


def test_that_a_regular_save_takes_the_copy_away(case: Case, tmp_path: Path) -> None:
    changed = case.edit(0.9)
    case.pass_minutes(3)
    case.document.mark_saved(changed, tmp_path / "river.ivy")
    assert case.kept is None


def test_that_undoing_everything_takes_the_copy_away(case: Case) -> None:
    case.edit(0.9)
    case.pass_minutes(3)
    case.document.undo()
    assert case.kept is None


def test_that_a_copy_that_comes_too_late_is_not_offered(case: Case, tmp_path: Path) -> None:
    changed = case.edit(0.9)
    case.tasks.is_held = True
    case.pass_minutes(3)
    case.document.mark_saved(changed, tmp_path / "river.ivy")
    case.tasks.carry_out()
    case.autosave.close(keeps_copy=True)
    assert RecoveryFolder(tmp_path).abandoned() == ()


def test_that_a_failure_is_told_and_tried_again(case: Case) -> None:
    told: list[Exception] = []
    case.autosave.failed.subscribe(told.append)
    case.files.error = OutputError("the disk is full")
    changed = case.edit(0.9)
    case.pass_minutes(3)
    assert [str(error) for error in told] == ["the disk is full."]
    case.files.error = None
    case.pass_minutes(3)
    assert case.kept is changed


def test_that_work_is_kept_at_once_when_something_goes_wrong(case: Case) -> None:
    assert case.autosave.save_now() is None
    changed = case.edit(0.9)
    assert case.autosave.save_now() is True
    assert case.kept is changed
    case.files.error = OutputError("the disk is full")
    assert case.autosave.save_now() is False


def test_that_the_note_names_the_project(case: Case, tmp_path: Path) -> None:
    case.document.replace(Project(), tmp_path / "river.ivy")
    case.edit(0.9)
    case.pass_minutes(3)
    case.autosave.close(keeps_copy=True)
    (found,) = RecoveryFolder(tmp_path).abandoned()
    assert (found.name, found.path) == ("river.ivy", tmp_path / "river.ivy")


def test_that_a_program_that_ends_leaves_no_copy(case: Case, tmp_path: Path) -> None:
    case.edit(0.9)
    case.pass_minutes(3)
    case.autosave.close()
    assert list(tmp_path.iterdir()) == []
