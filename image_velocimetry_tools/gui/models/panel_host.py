"""The window as panels of plugins see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ...domain.units import DisplayUnits
from ...plugins.panels import PanelDialogs, PanelEvent, PanelMemory, PanelTasks
from .events import Event
from .preferences import PreferencesModel
from .project_files import ProjectFiles
from .tasks import TaskControl
from .workbench import Workbench


class RememberedTexts:
    """What panels remember between sessions, kept with the preferences."""

    def __init__(self, preferences: PreferencesModel) -> None:
        self._preferences = preferences

    def recall(self, key: str) -> tuple[str, ...]:
        """The texts that were kept under a name; none if there are none."""
        return self._preferences.values.panels.get(key, ())

    def remember(self, key: str, values: Sequence[str]) -> None:
        """Keep texts under a name."""
        self._preferences.change(panels=self._preferences.values.panels | {key: tuple(values)})


class WindowHost:
    """See :class:`~image_velocimetry_tools.plugins.panels.PanelHost`."""

    tasks: PanelTasks
    dialogs: PanelDialogs
    memory: PanelMemory
    changed: PanelEvent

    def __init__(self, bench: Workbench, files: ProjectFiles, open_project: Callable[[Path], None]) -> None:
        self.tasks = bench.tasks
        self.dialogs = bench.dialogs
        self.memory = RememberedTexts(bench.preferences)
        self._bench = bench
        self._files = files
        self._open_project = open_project
        happened: Event[None] = Event()
        self.changed = happened
        self._unsubscribe = bench.document.status_changed.subscribe(lambda _: happened.emit(None))

    @property
    def display_units(self) -> DisplayUnits:
        """The units in which the user reads."""
        return self._bench.document.project.display_units

    def project_path(self) -> Path | None:
        """The file of the open project; None if it was never saved."""
        return self._bench.document.path

    def save_project_copy(self, path: Path) -> None:
        """Write the project as it stands to another file; any thread may call it.

        Raises
        ------
        IvyError
            If it cannot be written.
        """
        self._files.save(path, self._bench.document.project, TaskControl(), is_copy=True)

    def open_project(self, path: Path) -> None:
        """Open a project in the window; the user is asked first if something would be lost."""
        self._open_project(path)

    def say(self, sentence: str) -> None:
        """Show a sentence in the status bar."""
        self._bench.said.emit(sentence)

    def close(self) -> None:
        """The window closes: panels are told nothing any more."""
        self._unsubscribe()
