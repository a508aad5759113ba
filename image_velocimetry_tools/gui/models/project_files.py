"""Project files as the window needs them: opened and saved with progress, and stopped when the user says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from ...domain.project import Project
from .tasks import TaskControl


class OpenedProject(Protocol):
    """A project with what the user should know about its file."""

    @property
    def project(self) -> Project:
        """The project."""
        ...

    @property
    def warnings(self) -> Sequence[str]:
        """Sentences for the user."""
        ...


class SavedProject(Protocol):
    """A project as it was saved, with what was noted in its comments meanwhile, and its file."""

    @property
    def path(self) -> Path:
        """The file."""
        ...

    @property
    def project(self) -> Project:
        """The project."""
        ...


class ProjectFiles(Protocol):
    """Opens and saves projects, in any thread."""

    def open(self, path: Path, control: TaskControl) -> OpenedProject:
        """Read a project.

        Raises
        ------
        IvyError
            If it cannot be read.
        Cancelled
            If the user stopped it.
        """
        ...

    def save(self, path: Path, project: Project, control: TaskControl, *, is_copy: bool = False) -> SavedProject:
        """Write a project; the file is there whole or is what it was before.

        Parameters
        ----------
        is_copy
            The file is none of the user's own: nothing is noted in its comments.

        Raises
        ------
        IvyError
            If it cannot be written.
        Cancelled
            If the user stopped it.
        """
        ...


class StoredProjects:
    """Project files through the service that the batch uses as well.

    Parameters
    ----------
    user
        Tells who saves.
    """

    def __init__(self, user: Callable[[], str]) -> None:
        self._user = user

    def open(self, path: Path, control: TaskControl) -> OpenedProject:
        """Read a project."""
        # slow to import, and not needed for a window to show
        from ...services.project_files import open_project

        return open_project(path, control.progress, control)

    def save(self, path: Path, project: Project, control: TaskControl, *, is_copy: bool = False) -> SavedProject:
        """Write a project."""
        from ...services.project_files import save_project

        return save_project(
            path,
            project,
            user=self._user(),
            notes_discharge=not is_copy,
            progress=control.progress,
            cancel=control,
        )


def project_name(project: Project, path: Path | None) -> str:
    """What the user calls a project: its file, else its video."""
    if path is not None:
        return path.name
    return project.video.path.name if project.video.path is not None else "New project"
