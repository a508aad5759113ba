"""The window as the Batch panel sees it: what fails beside it is told in the words of the panel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from ....domain.errors import IvyError
from ....domain.units import DisplayUnits
from ....plugins.panels import PanelDialogs, PanelEvent, PanelHost, PanelMemory, PanelTaskControl, PanelTasks
from .panel_words import in_panel_words

Result = TypeVar("Result")


class TranslatedTasks:
    """Tasks of a window whose errors are in the words of the panel."""

    def __init__(self, tasks: PanelTasks) -> None:
        self._tasks = tasks

    def start(
        self,
        title: str,
        work: Callable[[PanelTaskControl], Result],
        done: Callable[[Result], None],
        *,
        failed: Callable[[Exception], None] | None = None,
        stopped: Callable[[], None] | None = None,
        slot: str = "",
        quiet: bool = False,
    ) -> PanelTaskControl:
        """See :class:`~image_velocimetry_tools.plugins.panels.PanelTasks`."""

        def translated(control: PanelTaskControl) -> Result:
            try:
                return work(control)
            except IvyError as error:
                raise in_panel_words(error) from error

        return self._tasks.start(title, translated, done, failed=failed, stopped=stopped, slot=slot, quiet=quiet)

    def cancel(self, slot: str) -> None:
        """Stop the work of a slot, if there is any, and drop its outcome."""
        self._tasks.cancel(slot)


class TranslatedHost:
    """See :class:`~image_velocimetry_tools.plugins.panels.PanelHost`."""

    tasks: PanelTasks
    dialogs: PanelDialogs
    memory: PanelMemory
    changed: PanelEvent

    def __init__(self, host: PanelHost) -> None:
        self._host = host
        self.tasks = TranslatedTasks(host.tasks)
        self.dialogs, self.memory, self.changed = host.dialogs, host.memory, host.changed

    @property
    def display_units(self) -> DisplayUnits:
        """The units in which the user reads."""
        return self._host.display_units

    def project_path(self) -> Path | None:
        """The file of the open project; None if it was never saved."""
        return self._host.project_path()

    def save_project_copy(self, path: Path) -> None:
        """Write the project as it stands to another file; raises IvyError if it cannot be written."""
        self._host.save_project_copy(path)

    def open_project(self, path: Path) -> None:
        """Open a project in the window."""
        self._host.open_project(path)

    def say(self, sentence: str) -> None:
        """Show a sentence in the status bar."""
        self._host.say(sentence)
