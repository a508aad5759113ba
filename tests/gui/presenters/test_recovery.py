from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from gui_workbench import workbench
from project_files_in_memory import FilesInMemory

from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.domain.project import DischargeSettings, Project
from image_velocimetry_tools.gui.models.autosave import Autosave
from image_velocimetry_tools.gui.models.recovery import RecoveryFolder
from image_velocimetry_tools.gui.presenters.recovery import RecoveryPresenter


class Case:
    """A program that starts where another one left work behind."""

    def __init__(self, folder: Path) -> None:
        self.bench: Any = workbench()
        self.files = FilesInMemory()
        self.folder = RecoveryFolder(folder)
        self.autosave = Autosave(self.bench.document, self.bench.tasks, self.files, self.folder, self.bench.preferences)
        self.presenter = RecoveryPresenter(self.bench, self.files, self.folder, self.autosave)
        self.work = Project(discharge=DischargeSettings(alpha=0.7))
        # the copy is opened under the name that it has after it was taken over
        self.files.projects[self.folder.file] = self.work
        gone = RecoveryFolder(folder)
        gone.prepare()
        gone.file.write_bytes(b"work")
        gone.note("river.ivy", folder / "river.ivy")
        gone.close(keeps_copy=True)
        self.path = folder / "river.ivy"
        self.said: list[str] = []
        self.bench.said.subscribe(self.said.append)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    return Case(tmp_path)


def test_that_work_of_a_program_that_crashed_is_recovered_as_unsaved_changes(case: Case) -> None:
    case.bench.dialogs.choose.return_value = "Recover"
    assert case.presenter.offer()
    question = case.bench.dialogs.choose.call_args.args[1]
    assert "ended unexpectedly" in question
    assert "river.ivy" in question
    assert case.bench.document.project is case.work
    assert case.bench.document.path == case.path
    assert case.bench.document.is_modified


def test_that_recovered_work_stays_safe_until_it_is_saved(case: Case) -> None:
    case.bench.dialogs.choose.return_value = "Recover"
    case.presenter.offer()
    assert case.folder.file.exists()
    case.bench.document.mark_saved(case.work, case.path)
    assert not case.folder.file.exists()


def test_that_discarded_work_is_not_offered_again(case: Case) -> None:
    case.bench.dialogs.choose.return_value = "Discard"
    assert not case.presenter.offer()
    assert case.folder.abandoned() == ()


@pytest.mark.parametrize("answer", ["Later", None])
def test_that_work_that_is_not_wanted_now_is_offered_the_next_time(case: Case, answer: str | None) -> None:
    case.bench.dialogs.choose.return_value = answer
    assert not case.presenter.offer()
    assert len(case.folder.abandoned()) == 1


def test_that_nothing_is_asked_when_nothing_was_left_behind(case: Case) -> None:
    case.folder.discard(case.folder.abandoned()[0])
    assert not case.presenter.offer()
    case.bench.dialogs.choose.assert_not_called()


def test_that_work_that_cannot_be_opened_is_kept_and_where_is_said(case: Case) -> None:
    case.bench.dialogs.choose.return_value = "Recover"
    case.files.error = IvyError("it is damaged")
    case.presenter.offer()
    case.bench.dialogs.show_error.assert_called_once_with("Recover the project", case.files.error)
    (kept,) = case.folder.file.parent.glob("*.damaged")
    assert kept.read_bytes() == b"work"
    assert str(kept) in case.said[-1]


def test_that_a_recovery_copy_that_cannot_be_written_is_said_once(case: Case) -> None:
    case.autosave.failed.emit(IvyError("the disk is full"))
    case.autosave.failed.emit(IvyError("the disk is full"))
    assert len(case.said) == 1


def test_that_work_that_another_window_took_meanwhile_is_told_and_the_start_goes_on(case: Case) -> None:
    def taken(*_: object) -> str:
        for left in case.folder.abandoned():
            left.file.unlink()
        return "Recover"

    case.bench.dialogs.choose.side_effect = taken
    assert not case.presenter.offer()
    (title, error), _ = case.bench.dialogs.show_error.call_args
    assert title == "Recover the project"
    assert "another window" in str(error)
    assert not case.bench.document.is_modified
