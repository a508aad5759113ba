from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from gui_workbench import workbench
from project_files_in_memory import FilesInMemory

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.gui.models.panel_host import WindowHost
from image_velocimetry_tools.plugins.panels import PanelHost


def test_that_a_panel_hears_of_edits_units_and_saving_until_the_window_closes(tmp_path: Path) -> None:
    bench = workbench()
    window = WindowHost(bench, FilesInMemory(), lambda path: None)
    host: PanelHost = window
    heard: list[object] = []
    host.changed.subscribe(heard.append)
    bench.document.edit("Switch units", replace(Project(), display_units=DisplayUnits.ENGLISH))
    assert len(heard) == 1
    assert host.display_units is DisplayUnits.ENGLISH
    bench.document.mark_saved(bench.document.project, tmp_path / "a.ivy")
    assert len(heard) == 2
    assert host.project_path() == tmp_path / "a.ivy"
    window.close()
    bench.document.undo()
    assert len(heard) == 2


def test_that_a_copy_of_the_project_leaves_the_project_as_it_is(tmp_path: Path) -> None:
    bench, files = workbench(), FilesInMemory()
    bench.document.edit("Switch units", replace(Project(), display_units=DisplayUnits.ENGLISH))
    WindowHost(bench, files, lambda path: None).save_project_copy(tmp_path / "copy.ivy")
    assert files.projects[tmp_path / "copy.ivy"] is bench.document.project
    assert bench.document.is_modified
    assert bench.document.path is None


def test_that_what_a_panel_remembers_is_there_again() -> None:
    bench = workbench()
    host = WindowHost(bench, FilesInMemory(), lambda path: None)
    assert host.memory.recall("batch.folders") == ()
    host.memory.remember("batch.folders", ["a", "b"])
    host.memory.remember("other", ["c"])
    assert WindowHost(bench, FilesInMemory(), lambda path: None).memory.recall("batch.folders") == ("a", "b")


def test_that_a_panel_opens_projects_and_says_sentences_through_the_window(tmp_path: Path) -> None:
    bench, opened, said = workbench(), [], []
    bench.said.subscribe(said.append)
    host = WindowHost(bench, FilesInMemory(), opened.append)
    host.open_project(tmp_path)
    host.say("Ready")
    assert (opened, said) == ([tmp_path], ["Ready"])
