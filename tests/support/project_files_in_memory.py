"""Project files for tests of the window: what is saved can be opened again, and either can fail."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from image_velocimetry_tools.domain.project import Project
from image_velocimetry_tools.gui.models.tasks import TaskControl


@dataclass
class Stored:
    """A project with its file and its warnings."""

    project: Project
    path: Path
    warnings: tuple[str, ...] = ()


@dataclass
class FilesInMemory:
    """Keeps projects by path; ``error`` is raised by whatever is asked for next."""

    projects: dict[Path, Project] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    error: Exception | None = None
    copies: list[Path] = field(default_factory=list)

    def open(self, path: Path, control: TaskControl) -> Stored:
        """The project that was saved there."""
        self._fail()
        return Stored(self.projects[path], path, self.warnings)

    def save(self, path: Path, project: Project, control: TaskControl, *, is_copy: bool = False) -> Stored:
        """Keep a project, and write a file in its place."""
        self._fail()
        self.projects[path] = project
        path.write_bytes(b"a project")
        if is_copy:
            self.copies.append(path)
        return Stored(project, path)

    def _fail(self) -> None:
        if self.error is not None:
            raise self.error
