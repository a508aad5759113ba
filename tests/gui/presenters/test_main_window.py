from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock, create_autospec

import pytest
from gui_workbench import workbench
from project_files_in_memory import FilesInMemory

from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.domain.project import Project, VideoSettings
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.gui.models.steps import StepState
from image_velocimetry_tools.gui.models.workbench import Hint
from image_velocimetry_tools.gui.presenters.main_window import MainWindowPresenter, MainWindowView, Tabs
from image_velocimetry_tools.gui.presenters.projects import ProjectsPresenter


class Case:
    """A window of stand-ins round a real document."""

    def __init__(self) -> None:
        self.bench: Any = workbench()
        self.view = create_autospec(MainWindowView, instance=True)
        self.view.place.return_value = "here"
        self.tab = Mock()
        self.tabs = create_autospec(Tabs, instance=True)
        self.tabs.presenter.return_value = self.tab
        self.tabs.may_close.return_value = True
        self.running: list[str] = []
        projects = ProjectsPresenter(self.bench, FilesInMemory())
        self.presenter = MainWindowPresenter(self.view, self.bench, projects, self.tabs, lambda: self.running)

    def edit(self, folder: Path = Path("/videos")) -> None:
        self.bench.document.edit(
            "Open video", replace(self.bench.document.project, video=VideoSettings(folder / "creek.mp4"))
        )


@pytest.fixture
def case() -> Case:
    return Case()


def test_that_the_title_names_the_project_and_marks_changes(case: Case, tmp_path: Path) -> None:
    case.view.show_title.assert_called_with("New project", False)
    case.edit()
    case.view.show_title.assert_called_with("creek.mp4", True)
    case.bench.document.mark_saved(case.bench.document.project, tmp_path / "river.ivy")
    case.view.show_title.assert_called_with("river.ivy", False)


def _states(case: Case) -> dict[str, StepState]:
    return {step.name: step.state for step in case.view.show_steps.call_args.args[0]}


def test_that_the_tabs_show_what_is_done_and_next(case: Case, tmp_path: Path) -> None:
    (tmp_path / "creek.mp4").touch()
    case.edit(tmp_path)
    assert (_states(case)["video"], _states(case)["frames"]) == (StepState.DONE, StepState.NEXT)


def test_that_a_video_that_is_gone_when_the_user_comes_back_is_no_longer_done(case: Case, tmp_path: Path) -> None:
    video = tmp_path / "creek.mp4"
    video.touch()
    case.edit(tmp_path)
    video.unlink()
    case.presenter.look_again()
    assert _states(case)["video"] is StepState.LACKING
    case.view.say.assert_called_with(f"The video {video} is not there. Import, Find the video asks where it is now")
    video.touch()
    case.presenter.look_again()
    assert _states(case)["video"] is StepState.DONE


def test_that_finding_the_video_asks_in_its_tab(case: Case) -> None:
    case.presenter.find_video()
    case.tab.choose_video.assert_called_once_with()
    case.edit()
    case.presenter.find_video()
    case.tab.find_video.assert_called_once_with()


def test_that_undo_and_redo_say_what_they_do(case: Case) -> None:
    case.edit()
    case.view.show_undo.assert_called_with("Open video", "")
    case.presenter.undo()
    case.view.show_undo.assert_called_with("", "Open video")
    case.presenter.redo()
    assert case.bench.document.project.video.path is not None


def test_that_units_are_switched_in_the_project_and_remembered_for_new_ones(case: Case) -> None:
    case.presenter.choose_units(DisplayUnits.ENGLISH)
    assert case.bench.document.project.display_units is DisplayUnits.ENGLISH
    assert case.bench.document.undo_label == "Switch to English units"
    assert case.bench.preferences.values.display_units is DisplayUnits.ENGLISH
    case.view.show_units.assert_called_with(DisplayUnits.ENGLISH)
    case.presenter.undo()
    case.view.show_units.assert_called_with(DisplayUnits.METRIC)


def test_that_choosing_the_units_that_are_shown_is_no_edit(case: Case) -> None:
    case.presenter.choose_units(DisplayUnits.METRIC)
    assert not case.bench.document.is_modified


def test_that_the_theme_is_shown_and_remembered(case: Case) -> None:
    case.view.show_theme.assert_called_with("light")
    case.presenter.choose_theme("dark")
    case.view.show_theme.assert_called_with("dark")


@pytest.mark.parametrize(
    ("command", "tab", "method"),
    [
        ("import_video", "video", "choose_video"),
        ("import_frames_folder", "video", "import_frames_folder"),
        ("import_image", "orthorectification", "import_image"),
        ("import_points", "orthorectification", "import_points"),
        ("save_points_template", "orthorectification", "save_points_template"),
        ("import_survey", "cross_section", "import_survey"),
        ("export_pdf", "reporting", "export_pdf"),
        ("export_html", "reporting", "export_html"),
        ("export_tables", "reporting", "export_tables"),
    ],
)
def test_that_commands_bring_their_tab_to_the_front_and_act_there(
    case: Case, command: str, tab: str, method: str
) -> None:
    getattr(case.presenter, command)()
    case.view.show_tab.assert_called_with(tab)
    case.tabs.presenter.assert_called_with(tab)
    getattr(case.tab, method).assert_called_once_with()


def test_that_a_command_of_a_tab_that_cannot_be_shown_says_why(case: Case) -> None:
    error = IvyError("this tab cannot be shown")
    case.tabs.presenter.side_effect = error
    case.presenter.import_video()
    case.bench.dialogs.show_error.assert_called_once_with("Open the tab", error)


@pytest.mark.parametrize(("front", "asked"), [("video", "video"), ("frames", "frames"), ("discharge", "frames")])
def test_that_frames_are_stepped_where_they_are_seen(case: Case, front: str, asked: str) -> None:
    case.presenter.tab_shown(front)
    case.presenter.next_frame()
    case.presenter.previous_frame()
    case.tabs.presenter.assert_called_with(asked)
    case.tab.next_frame.assert_called_once_with()
    case.tab.previous_frame.assert_called_once_with()


def test_that_a_tab_without_frames_leaves_stepping_to_the_frames(case: Case) -> None:
    frames = Mock()
    case.tabs.presenter.side_effect = {"video": Mock(spec=[]), "frames": frames}.__getitem__
    case.presenter.next_frame()
    frames.next_frame.assert_called_once_with()


@pytest.mark.parametrize(
    ("name", "content", "tab", "method"),
    [
        ("creek.mp4", "", "video", "open_video"),
        ("site.jpg", "", "orthorectification", "open_image"),
        ("points.csv", "# ID,X,Y,Z\n", "orthorectification", "open_points"),
        ("survey.csv", "station,elevation\n", "cross_section", "import_file"),
        ("section.mat", "", "cross_section", "import_file"),
    ],
)
def test_that_dropped_files_go_where_they_belong(
    case: Case, tmp_path: Path, name: str, content: str, tab: str, method: str
) -> None:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    case.presenter.take_files([path])
    case.tabs.presenter.assert_called_with(tab)
    getattr(case.tab, method).assert_called_once_with(path)


def test_that_a_table_of_jobs_goes_to_the_batch(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text("video_path,water_surface_elevation\n", "utf-8")
    case.presenter.take_files([path])
    case.tabs.give_to_panel.assert_called_once_with((path,))
    case.tab.import_file.assert_not_called()


def test_that_several_videos_are_offered_to_the_batch_and_none_is_lost_silently(case: Case, tmp_path: Path) -> None:
    videos = [tmp_path / "a.mp4", tmp_path / "b.mp4"]
    case.bench.dialogs.choose.return_value = "Add all to a batch"
    case.presenter.take_files(videos)
    case.tabs.give_to_panel.assert_called_once_with(tuple(videos))
    case.bench.dialogs.choose.return_value = "Open a.mp4"
    case.presenter.take_files(videos)
    case.tab.open_video.assert_called_once_with(videos[0])


def test_that_a_batch_without_its_panel_says_so(case: Case, tmp_path: Path) -> None:
    case.tabs.give_to_panel.return_value = False
    case.bench.dialogs.choose.return_value = "Add all to a batch"
    case.presenter.take_files([tmp_path / "a.mp4", tmp_path / "b.mp4"])
    assert "Batch panel" in str(case.bench.dialogs.show_error.call_args.args[1])


def test_that_of_several_projects_one_is_opened_and_the_others_are_named(case: Case, tmp_path: Path) -> None:
    case.presenter.projects = create_autospec(ProjectsPresenter, instance=True)
    case.presenter.take_files([tmp_path / "a.ivy", tmp_path / "b.ivy"])
    case.presenter.projects.open.assert_called_once_with(tmp_path / "a.ivy")  # type: ignore[attr-defined]
    assert "Not opened: b.ivy" in case.view.say.call_args.args[0]


def test_that_a_table_that_could_be_either_is_asked_about(case: Case, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n", "utf-8")
    case.bench.dialogs.choose.return_value = "Control points"
    case.presenter.take_files([path])
    case.tab.open_points.assert_called_once_with(path)


def test_that_a_file_of_no_use_is_told(case: Case, tmp_path: Path) -> None:
    case.presenter.take_files([tmp_path / "notes.docx"])
    error = case.bench.dialogs.show_error.call_args.args[1]
    assert "notes.docx" in str(error)


def test_that_sentences_and_tabs_of_presenters_reach_the_window(case: Case) -> None:
    case.bench.said.emit("Saved")
    case.bench.shown.emit("grid")
    case.view.say.assert_called_with("Saved")
    case.view.show_tab.assert_called_with("grid")


def test_that_a_hint_goes_when_something_is_done_and_news_stay(case: Case) -> None:
    document = case.bench.document
    case.bench.said.emit(Hint("Write the comment first"))
    document.edit("Work", replace(document.project, comments=()))
    case.view.say.assert_called_with("")
    case.bench.said.emit("Saved")
    document.edit("Work", replace(document.project, comments=()))
    case.view.say.assert_called_with("Saved")


def test_that_a_window_with_nothing_unsaved_closes(case: Case) -> None:
    assert case.presenter.may_close()
    case.presenter.close()
    assert case.bench.preferences.values.window == "here"
    case.tabs.close.assert_called_once_with()
    case.view.close_window.assert_not_called()


@pytest.mark.parametrize(("answer", "closes"), [("Discard", True), ("Cancel", False), (None, False)])
def test_that_unsaved_changes_are_asked_about_before_the_window_closes(
    case: Case, answer: str | None, closes: bool
) -> None:
    case.edit()
    case.bench.dialogs.choose.return_value = answer
    assert case.presenter.may_close() is closes


def test_that_the_window_closes_by_itself_after_the_changes_were_saved(case: Case, tmp_path: Path) -> None:
    case.edit()
    case.bench.dialogs.choose.return_value = "Save"
    case.bench.dialogs.save_file.return_value = tmp_path / "creek.ivy"
    case.bench.tasks.is_held = True
    assert not case.presenter.may_close()
    case.view.close_window.assert_not_called()
    case.bench.tasks.carry_out()
    case.view.close_window.assert_called_once_with()
    assert case.presenter.may_close()


def test_that_running_work_is_asked_about_before_the_window_closes(case: Case) -> None:
    case.running.append("Measure velocities")
    case.bench.dialogs.ask.return_value = False
    assert not case.presenter.may_close()
    case.bench.dialogs.ask.return_value = True
    assert case.presenter.may_close()


def test_that_a_panel_may_keep_the_window_open(case: Case) -> None:
    case.tabs.may_close.return_value = False
    assert not case.presenter.may_close()


def test_that_an_opened_project_of_other_units_shows_them(case: Case) -> None:
    case.bench.document.replace(Project(display_units=DisplayUnits.ENGLISH))
    case.view.show_units.assert_called_with(DisplayUnits.ENGLISH)
