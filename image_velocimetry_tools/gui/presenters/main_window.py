"""The window round the tabs: its title, what is done and what is next, menus, files that are dropped, the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Protocol

from ...domain.errors import IvyError
from ...domain.units import DisplayUnits
from ...services.measured_project.out_of_date import why_out_of_date
from ..models.document import Change, Document
from ..models.preferences import Preferences
from ..models.steps import Step, steps_of
from ..models.video_presence import VideoPresence
from ..models.workbench import Hint, Workbench
from .dropped_files import DroppedFiles
from .projects import ProjectsPresenter

Theme = Literal["light", "dark"]


class MainWindowView(Protocol):
    """The window."""

    def bind(self, presenter: MainWindowPresenter) -> None: ...
    def show_title(self, name: str, is_modified: bool) -> None: ...
    def show_steps(self, steps: Sequence[Step]) -> None: ...
    def show_undo(self, undo_label: str, redo_label: str) -> None: ...
    def show_units(self, units: DisplayUnits) -> None: ...
    def show_theme(self, theme: Theme) -> None: ...
    def show_recent(self, paths: Sequence[str]) -> None: ...
    def show_tab(self, name: str) -> None: ...
    def say(self, sentence: str) -> None: ...
    def restore_place(self, place: str) -> None: ...
    def place(self) -> str: ...
    def close_window(self) -> None: ...


class Tabs(Protocol):
    """The presenters of the tabs, each made when it is first needed."""

    def presenter(self, name: str) -> Any:
        """The presenter of a tab.

        Raises
        ------
        IvyError
            If the tab cannot be shown.
        """
        ...

    def give_to_panel(self, paths: Sequence[Path]) -> bool:
        """Hand files to the panel that takes files, and bring it to the front; False if there is none."""
        ...

    def video_came_or_went(self, is_missing: bool) -> None:
        """Tell the tabs that are built."""
        ...

    def may_close(self) -> bool:
        """Whether no panel wants the window to stay."""
        ...

    def close(self) -> None:
        """The program ends."""
        ...


class MainWindowPresenter:
    """Keeps the window in step with the document and passes commands of menus on to tabs."""

    def __init__(
        self,
        view: MainWindowView,
        bench: Workbench,
        projects: ProjectsPresenter,
        tabs: Tabs,
        running: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self.projects = projects
        self._view = view
        self._bench = bench
        self._tabs = tabs
        self._running = running
        self._tab = "video"
        self._may_end = self._is_asking = self._shows_hint = False
        self._dropped = DroppedFiles(bench.dialogs, bench.said, self._command, self._open_project, tabs.give_to_panel)
        view.bind(self)
        bench.document.changed.subscribe(self._follow)
        bench.document.status_changed.subscribe(self._show_status)
        bench.preferences.changed.subscribe(self._show_preferences)
        bench.said.subscribe(self._say)
        bench.shown.subscribe(view.show_tab)
        self._presence = VideoPresence(bench.document, bench.tasks)
        self._presence.changed.subscribe(self._video_came_or_went)
        self._show_steps()
        view.show_units(bench.document.project.display_units)
        self._show_status(bench.document)
        self._show_preferences(bench.preferences.values)
        view.restore_place(bench.preferences.values.window)

    @property
    def current_tab(self) -> str:
        """The name of the tab in front."""
        return self._tab

    def look_again(self) -> None:
        """The user comes back to the window: files may have been moved meanwhile."""
        self._presence.look()

    def tab_shown(self, name: str) -> None:
        """Note that the user brought a tab to the front."""
        self._tab = name

    def undo(self) -> None:
        """Take the last edit back."""
        self._bench.document.undo()

    def redo(self) -> None:
        """Bring back what was undone."""
        self._bench.document.redo()

    def choose_units(self, units: DisplayUnits) -> None:
        """Show everything in other units, and begin new projects in them."""
        project = self._bench.document.project
        self._bench.preferences.change(display_units=units)
        if units is not project.display_units:
            self._bench.document.edit(f"Switch to {units} units", replace(project, display_units=units))

    def choose_theme(self, theme: Theme) -> None:
        """Dark or light."""
        self._bench.preferences.change(theme=theme)

    def import_video(self) -> None:
        """Choose a video in its tab."""
        self._command("video", "choose_video")

    def find_video(self) -> None:
        """Ask where the video of the project is now; without one, which it shall be."""
        has_video = self._bench.document.project.video.path is not None
        self._command("video", "find_video" if has_video else "choose_video")

    def import_frames_folder(self) -> None:
        """Choose a folder of frames."""
        self._command("video", "import_frames_folder")

    def import_image(self) -> None:
        """Choose a calibration image."""
        self._command("orthorectification", "import_image")

    def import_points(self) -> None:
        """Choose a table of control points."""
        self._command("orthorectification", "import_points")

    def save_points_template(self) -> None:
        """Save a table of control points to fill in."""
        self._command("orthorectification", "save_points_template")

    def import_survey(self) -> None:
        """Choose a surveyed cross-section."""
        self._command("cross_section", "import_survey")

    def export_pdf(self) -> None:
        """Write the report as a PDF."""
        self._command("reporting", "export_pdf")

    def export_html(self) -> None:
        """Write the report as a web page."""
        self._command("reporting", "export_html")

    def export_tables(self) -> None:
        """Write the tables of the measurement."""
        self._command("reporting", "export_tables")

    def previous_frame(self) -> None:
        """Step back in the tab in front, if it shows frames, else in the frames."""
        self._step_frame("previous_frame")

    def next_frame(self) -> None:
        """Step forward."""
        self._step_frame("next_frame")

    def take_files(self, paths: Sequence[Path]) -> None:
        """Give dropped files to the tabs where they belong."""
        self._dropped.take(paths)

    def may_close(self) -> bool:
        """Asked when the window is to close; what the user wants first is done, and the window closed after it."""
        if self._may_end:
            return True
        running = self._running()
        if running and not self._bench.dialogs.ask(
            "Work is running", f"{', '.join(running)}: stop it and exit?", yes="Stop and exit", no="Go on working"
        ):
            return False
        if self._tabs.may_close():
            self._is_asking = True
            self.projects.after_asking(self._end)
            self._is_asking = False
        return self._may_end

    def close(self) -> None:
        """The window is closing: remember its place, let the tabs end."""
        self._bench.preferences.change(window=self._view.place())
        self._tabs.close()

    def _end(self) -> None:
        self._may_end = True
        if not self._is_asking:
            self._view.close_window()

    def _command(self, tab: str, method: str, *args: object) -> None:
        self._bench.shown.emit(tab)
        try:
            presenter = self._tabs.presenter(tab)
        except IvyError as error:
            self._bench.dialogs.show_error("Open the tab", error)
            return
        getattr(presenter, method)(*args)

    def _open_project(self, path: Path) -> None:
        self.projects.open(path)

    def _step_frame(self, method: str) -> None:
        tab = self._tab if self._tab in ("video", "frames") else "frames"
        try:
            presenter = self._tabs.presenter(tab)
            if not hasattr(presenter, method):
                presenter = self._tabs.presenter("frames")
        except IvyError as error:
            self._bench.said.emit(str(error))
            return
        getattr(presenter, method)()

    def _say(self, sentence: str) -> None:
        self._shows_hint = isinstance(sentence, Hint)
        self._view.say(sentence)

    def _follow(self, change: Change) -> None:
        if self._shows_hint:
            self._say("")
        self._show_steps()
        if change.before.display_units is not change.after.display_units:
            self._view.show_units(change.after.display_units)

    def _video_came_or_went(self, is_missing: bool) -> None:
        self._show_steps()
        self._tabs.video_came_or_went(is_missing)
        path = self._bench.document.project.video.path
        if is_missing and path is not None:
            self._bench.said.emit(Hint(f"The video {path} is not there. Import, Find the video asks where it is now"))

    def _show_steps(self) -> None:
        project = self._bench.document.project
        self._view.show_steps(
            steps_of(project, is_video_missing=self._presence.is_missing, why_outdated=why_out_of_date(project))
        )

    def _show_status(self, document: Document) -> None:
        self._view.show_title(self.projects.name, document.is_modified)
        self._view.show_undo(document.undo_label, document.redo_label)

    def _show_preferences(self, preferences: Preferences) -> None:
        self._view.show_theme(preferences.theme)
        self._view.show_recent(preferences.recent_projects)
