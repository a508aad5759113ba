"""Project files as a person opens and saves them: a measurement comes out of one, and goes into one, whole."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from ..domain.errors import Cancelled
from ..domain.project import Comment, CommentCategory, Project
from ..domain.units import unit_system
from ..formats.project.archive import read_project, write_project
from ..formats.project.figures import DischargeFigures
from ..formats.project_reader.whole_project import read_whole_project
from ..formats.project_writer.results import saved_discharge_note
from ..formats.project_writer.whole_project import project_files, project_state
from ..media.decoding import CancelToken
from .measured_project.completion import completed
from .measured_project.figures import figures_of

Progress = Callable[[float], None]

_COMPUTED = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class OpenedProject:
    """A project as it was opened; ``warnings`` are sentences on what in the file is missing or unusable."""

    project: Project
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SavedProject:
    """A project as it was saved, with the entry on its discharge among the comments, and the file."""

    path: Path
    project: Project


def open_project(
    path: str | Path, progress: Progress | None = None, cancel: CancelToken | None = None
) -> OpenedProject:
    """Open a project of this program, of USGS IVyTools or of a batch.

    Whatever is missing or unusable in it stays empty and becomes a warning. The video is not looked into.

    Raises
    ------
    ScaffoldError
        If the file is missing, no project, damaged or suspicious.
    Cancelled
        If ``cancel`` is set.
    """
    file = read_project(path)
    _report(0.3, progress, cancel)
    reading = read_whole_project(file)
    _report(0.9, progress, cancel)
    if reading.is_complete:
        return OpenedProject(reading.project, reading.warnings)
    project, warnings = completed(reading.project, file.data)
    return OpenedProject(project, (*reading.warnings, *(f"{file.path}: {sentence}" for sentence in warnings)))


def save_project(
    path: str | Path,
    project: Project,
    *,
    user: str | None = None,
    notes_discharge: bool = True,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> SavedProject:
    """Save a project atomically; ``.ivy`` is appended to names without it.

    Parameters
    ----------
    user
        Who saves it, for the comment; None asks the system.
    notes_discharge
        Whether a comment says which discharge was saved, as USGS IVyTools writes one on every save. What the last such
        comment says already is not said again.

    Raises
    ------
    OutputError
        If the file cannot be written; it is then as it was before.
    Cancelled
        If ``cancel`` is set.
    """
    target = Path(path)
    if target.suffix.lower() != ".ivy":
        target = target.with_name(f"{target.name}.ivy")
    _report(0.0, progress, cancel)
    figures = figures_of(project)
    if notes_discharge and figures.discharge is not None:
        project = _noted(project, figures.discharge, user)
    state, files = project_state(project, figures), project_files(project, figures)
    _report(_COMPUTED, progress, cancel)

    def written(done: int, total: int) -> None:
        _report(_COMPUTED + (1.0 - _COMPUTED) * done / total, progress, cancel)

    write_project(target, state, files, written)
    return SavedProject(target, project)


def _noted(project: Project, found: DischargeFigures, user: str | None) -> Project:
    text = saved_discharge_note(found.discharge_m3s, found.iso_u95, unit_system(project.display_units))
    said = [comment.text for comment in project.comments if comment.category is CommentCategory.SYSTEM]
    if said and said[-1] == text:
        return project
    entry = Comment.signed(CommentCategory.SYSTEM, _login() if user is None else user, text, datetime.now())
    return replace(project, comments=(*project.comments, entry))


def _login() -> str:
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):
        return "unknown"


def _report(fraction: float, progress: Progress | None, cancel: CancelToken | None) -> None:
    if cancel is not None and cancel.is_set():
        raise Cancelled
    if progress is not None:
        progress(fraction)
