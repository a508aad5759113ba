"""The project that the window shows, with undo: all tabs edit this one object and listen to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ...domain.project import Project
from .events import Event

MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class Change:
    """From one project to the next; parts that did not change are the same objects."""

    before: Project
    after: Project

    def touches(self, *parts: str) -> bool:
        """Whether any of the named parts of the project is another one."""
        return any(getattr(self.before, part) is not getattr(self.after, part) for part in parts)

    def then(self, later: Change) -> Change:
        """This change and a later one as one."""
        return Change(self.before, later.after)


@dataclass(frozen=True, slots=True)
class _Step:
    label: str
    project: Project
    merge: str


class Document:
    """The present project, where it is stored, and the way back.

    Attributes
    ----------
    changed
        Emitted after every change of the project, undo and opening included.
    status_changed
        Emitted when the path, the modified mark or what can be undone changes.
    """

    def __init__(self, project: Project | None = None) -> None:
        self.changed: Event[Change] = Event()
        self.status_changed: Event[Document] = Event()
        self._project = project or Project()
        self._saved = self._project
        self._path: Path | None = None
        self._past: list[_Step] = []
        self._future: list[_Step] = []
        self._last_merge = ""
        self._sitting = object()

    @property
    def project(self) -> Project:
        """The project as it stands."""
        return self._project

    @property
    def sitting(self) -> object:
        """The same object as long as no other project is opened or begun, whatever is edited."""
        return self._sitting

    @property
    def path(self) -> Path | None:
        """The file that it was opened from or saved to."""
        return self._path

    @property
    def is_modified(self) -> bool:
        """Whether something would be lost."""
        return self._project is not self._saved

    @property
    def undo_label(self) -> str:
        """What undo would take back; empty if nothing."""
        return self._past[-1].label if self._past else ""

    @property
    def redo_label(self) -> str:
        """What redo would bring back; empty if nothing."""
        return self._future[-1].label if self._future else ""

    def edit(self, label: str, project: Project, *, merge: str = "") -> None:
        """Take over an edited project as one step of undo.

        Parameters
        ----------
        label
            What was done, for the menu: "Move control point 3".
        project
            The edited project; the present one means that nothing was done.
        merge
            Edits in a row with the same word are one step, as while a number is turned up and up.
        """
        if project is self._project:
            return
        if not (merge and merge == self._last_merge and self._past):
            self._past.append(_Step(label, self._project, merge))
            del self._past[:-MOST_STEPS]
        self._last_merge = merge
        self._future.clear()
        self._become(project)

    def undo(self) -> None:
        """Take the last edit back, if there is one."""
        if self._past:
            step = self._past.pop()
            self._future.append(_Step(step.label, self._project, step.merge))
            self._last_merge = ""
            self._become(step.project)

    def redo(self) -> None:
        """Bring back what was undone last, if nothing was edited since."""
        if self._future:
            step = self._future.pop()
            self._past.append(_Step(step.label, self._project, step.merge))
            self._last_merge = ""
            self._become(step.project)

    def replace(self, project: Project, path: Path | None = None, *, is_modified: bool = False) -> None:
        """Show another project: a new, an opened or a recovered one; there is no way back from it."""
        self._sitting = object()
        self._past.clear()
        self._future.clear()
        self._last_merge = ""
        self._path = path
        if not is_modified:
            self._saved = project
        self._become(project)

    def complete(self, project: Project) -> None:
        """Take over what was found out about the present project (facts of its video), which is no edit."""
        was_modified = self.is_modified
        if not was_modified:
            self._saved = project
        self._become(project)

    def mark_saved(self, project: Project, path: Path) -> None:
        """Note that ``project``, which need not be the present one any more, is stored in a file."""
        self._saved = project
        self._path = path
        self._last_merge = ""
        self.status_changed.emit(self)

    def _become(self, project: Project) -> None:
        before, self._project = self._project, project
        self.changed.emit(Change(before, project))
        self.status_changed.emit(self)
