"""Files that were dropped on the window: each goes to the tab, or the panel, that takes its kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from ...domain.errors import IvyError
from ..models.dropped_files import Destination, sorted_drop
from ..models.events import Event
from .dialogs import Dialogs

# tab and method that take a dropped file; names of tabs as in Workbench.shown
_TAKERS = {
    Destination.VIDEO: ("video", "open_video"),
    Destination.FRAMES: ("video", "open_dropped"),
    Destination.IMAGE: ("orthorectification", "open_image"),
    Destination.POINTS: ("orthorectification", "open_points"),
    Destination.SECTION: ("cross_section", "import_file"),
}


class Command(Protocol):
    """Brings a tab to the front and calls a method of its presenter."""

    def __call__(self, tab: str, method: str, *args: object) -> None: ...


class DroppedFiles:
    """Sorts files by kind and asks where that is not clear."""

    def __init__(
        self,
        dialogs: Dialogs,
        said: Event[str],
        command: Command,
        open_project: Callable[[Path], None],
        give_to_panel: Callable[[Sequence[Path]], bool],
    ) -> None:
        self._dialogs = dialogs
        self._said = said
        self._command = command
        self._open_project = open_project
        self._give_to_panel = give_to_panel

    def take(self, paths: Sequence[Path]) -> None:
        """Give files to the tabs where they belong; several videos, and tables of jobs, are for a batch."""
        drop = sorted_drop(paths)
        for path, destination in drop.others:
            self._take_file(path, destination)
        self._take_projects(drop.projects)
        if drop.jobs:
            self._give_to_batch((*drop.jobs, *drop.videos))
        elif len(drop.videos) > 1:
            self._take_videos(drop.videos)
        elif drop.videos:
            self._take_file(drop.videos[0], Destination.VIDEO)

    def _take_projects(self, paths: Sequence[Path]) -> None:
        if not paths:
            return
        if len(paths) > 1:
            left = ", ".join(path.name for path in paths[1:])
            self._said.emit(f"Only one project can be open: {paths[0].name}. Not opened: {left}")
        self._open_project(paths[0])

    def _take_videos(self, paths: Sequence[Path]) -> None:
        question = f"{len(paths)} videos were dropped. One measurement has one video; a batch measures them all."
        batch, first = "Add all to a batch", f"Open {paths[0].name}"
        answer = self._dialogs.choose("Dropped videos", question, (batch, first, "Cancel"))
        if answer == batch:
            self._give_to_batch(paths)
        elif answer == first:
            self._take_file(paths[0], Destination.VIDEO)

    def _give_to_batch(self, paths: Sequence[Path]) -> None:
        """Hand files to the panel that takes such; without one, say so."""
        if not self._give_to_panel(paths):
            names = ", ".join(path.name for path in paths)
            what = "they are for a batch, and the Batch panel is not there"
            error = IvyError(what, where=names, remedy="Start the program without safe mode")
            self._dialogs.show_error("Dropped files", error)

    def _take_file(self, path: Path, destination: Destination) -> None:
        if destination is Destination.UNKNOWN and path.suffix.lower() == ".csv":
            question, answers = f"What does {path.name} hold?", ("Control points", "Cross-section", "Cancel")
            kinds = {"Control points": Destination.POINTS, "Cross-section": Destination.SECTION}
            answer = self._dialogs.choose("Dropped table", question, answers)
            if answer not in kinds:
                return
            destination = kinds[answer]
        if destination in _TAKERS:
            self._command(*_TAKERS[destination], path)
        else:
            remedy = "Drop a video, a project, a picture, a table of control points or a cross-section"
            error = IvyError("it is no kind of file that is used here", where=path.name, remedy=remedy)
            self._dialogs.show_error("Dropped file", error)
