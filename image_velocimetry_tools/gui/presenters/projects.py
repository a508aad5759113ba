"""New, open, save: the project as a file, and the question that comes before changes are lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...domain.errors import IvyError
from ...domain.project import Project
from ..models.file_state import FileState, file_state
from ..models.project_files import OpenedProject, ProjectFiles, SavedProject, project_name
from ..models.workbench import Workbench
from .dialogs import FileKind

_SAVE, _DISCARD, _CANCEL = "Save", "Discard", "Cancel"
_REPLACE, _SAVE_AS = "Replace it", "Save as…"


class ProjectsPresenter:
    """Commands on the project as a whole; reading and writing run beside the window."""

    def __init__(self, bench: Workbench, files: ProjectFiles) -> None:
        self._bench = bench
        self._files = files
        self._known: FileState | None = None

    @property
    def recent(self) -> tuple[str, ...]:
        """Paths of the projects that were used last, the latest first."""
        return self._bench.preferences.values.recent_projects

    @property
    def name(self) -> str:
        """What the user calls the present project."""
        return project_name(self._bench.document.project, self._bench.document.path)

    def new(self) -> None:
        """Begin with nothing, in the units of the user."""
        self.after_asking(self._begin_anew)

    def choose(self) -> None:
        """Let the user choose a project and open it."""
        path = self._bench.dialogs.open_file("Open project", FileKind.PROJECT)
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> None:
        """Open a project."""
        self.after_asking(lambda: self._open(path))

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save the project where it lies, or ask where; ``then`` is called when it is saved."""
        path = self._bench.document.path
        if path is None:
            self.save_as(then)
        elif self._is_changed_by_others(path):
            question = (
                f"{path.name} was changed by another program or window after it was opened here. Saving replaces what"
                " was saved there."
            )
            answer = self._bench.dialogs.choose("Save project", question, (_SAVE_AS, _REPLACE, _CANCEL))
            if answer == _SAVE_AS:
                self.save_as(then)
            elif answer == _REPLACE:
                self._save(path, then)
        else:
            self._save(path, then)

    def save_as(self, then: Callable[[], None] | None = None) -> None:
        """Ask where to save the project, and save it there."""
        path = self._bench.dialogs.save_file("Save project", FileKind.PROJECT, self._suggested_name())
        if path is not None:
            self._save(path, then)

    def after_asking(self, go_on: Callable[[], None]) -> None:
        """Go on at once if nothing is unsaved, else as the user says: after saving, at once, or not at all."""
        if not self._bench.document.is_modified:
            go_on()
            return
        question = f"Save the changes to {self.name}? They are lost otherwise."
        answer = self._bench.dialogs.choose("Unsaved changes", question, (_SAVE, _DISCARD, _CANCEL))
        if answer == _SAVE:
            self.save(then=go_on)
        elif answer == _DISCARD:
            go_on()

    def _begin_anew(self) -> None:
        self._bench.tasks.cancel("open project")
        units = self._bench.preferences.values.display_units
        self._bench.document.replace(Project(display_units=units))
        self._bench.shown.emit("video")

    def _is_changed_by_others(self, path: Path) -> bool:
        return self._known is not None and self._known.path == path and self._known.is_outdated

    def _open(self, path: Path) -> None:
        present, known = self._bench.document.project, file_state(path)
        self._bench.tasks.start(
            "Open project",
            lambda control: self._files.open(path, control),
            lambda opened: self._opened(path, opened, present, known),
            failed=lambda error: self._not_opened(path, error),
            stopped=lambda: self._bench.said.emit(f"{path.name} was not opened"),
            slot="open project",
        )

    def _opened(self, path: Path, opened: OpenedProject, present: Project, known: FileState | None) -> None:
        if self._bench.document.project is present:
            self._show(path, opened, known)
        else:
            # somebody went on working while the file was read
            self.after_asking(lambda: self._show(path, opened, known))

    def _show(self, path: Path, opened: OpenedProject, known: FileState | None) -> None:
        self._known = known
        self._bench.document.replace(opened.project, path)
        self._bench.preferences.remember_project(path)
        self._bench.said.emit(f"Opened {path.name}")
        if opened.warnings:
            self._bench.dialogs.show_warnings(f"About {path.name}", tuple(opened.warnings))

    def _not_opened(self, path: Path, error: Exception) -> None:
        if isinstance(error, IvyError) and not path.exists():
            self._bench.preferences.forget_project(path)
        self._bench.dialogs.show_error("Open project", error)

    def _save(self, path: Path, then: Callable[[], None] | None) -> None:
        project, sitting = self._bench.document.project, self._bench.document.sitting
        self._bench.tasks.start(
            "Save project",
            lambda control: self._files.save(path, project, control),
            lambda saved: self._saved(project, saved, sitting, then),
            stopped=lambda: self._bench.said.emit(f"{path.name} was not saved"),
            slot=f"save {path}",
        )

    def _saved(self, project: Project, saved: SavedProject, sitting: object, then: Callable[[], None] | None) -> None:
        document = self._bench.document
        self._bench.preferences.remember_project(saved.path)
        self._bench.said.emit(f"Saved {saved.path.name}")
        if document.sitting is not sitting:
            # another project is shown by now: the file is not its own, and what was to follow is not wanted any more
            return
        self._known = file_state(saved.path)
        document.mark_saved(project, saved.path)
        if document.project is project and saved.project is not project:
            document.complete(saved.project)
        if then is not None:
            # somebody may have gone on working while the file was written
            self.after_asking(then)

    def _suggested_name(self) -> str:
        path, video = self._bench.document.path, self._bench.document.project.video.path
        if path is not None:
            return path.name
        return f"{video.stem}.ivy" if video is not None else "project.ivy"
