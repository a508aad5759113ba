"""Parts that others add to the window of the desktop application: the interface of panels.

Nothing here needs Qt; a panel imports it when it is made, in the thread of the window.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from ..domain.units import DisplayUnits

PANEL_GROUP = "ivytools.panels"

Result = TypeVar("Result")


class PanelTaskControl(Protocol):
    """Passed down into work beside the window: it reports how far it is and is asked whether to stop."""

    def progress(self, fraction: float | None, doing: str | None = None) -> None:
        """Report the finished share, 0 to 1, and what is being done."""
        ...

    def is_set(self) -> bool:
        """Whether the work is to stop; it raises :class:`~image_velocimetry_tools.domain.errors.Cancelled` then."""
        ...

    def cancel(self) -> None:
        """Ask the work to stop."""
        ...


class PanelTasks(Protocol):
    """Runs work in other threads and delivers its outcome in the thread of the window."""

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
        """Start ``work`` and call ``done`` with its result, ``failed`` with its error, or ``stopped``.

        Parameters
        ----------
        title
            What the user reads in the status bar and over an error.
        failed
            None shows the error in a box.
        slot
            Of two pieces of work with the same word only the later one counts. Begin it with the name of the panel.
        quiet
            It does not show in the status bar and cannot be stopped by the user.
        """
        ...

    def cancel(self, slot: str) -> None:
        """Stop the work of a slot, if there is any, and drop its outcome."""
        ...


class PanelDialogs(Protocol):
    """Message boxes, questions, choosers of files. Every answer may be None: the user thought better of it."""

    def show_error(self, title: str, error: Exception) -> None:
        """Tell of a failure: every problem of an ``IvyError`` in its own words."""
        ...

    def show_warnings(self, title: str, sentences: Sequence[str]) -> None:
        """Tell of what the user should know."""
        ...

    def ask(self, title: str, question: str, *, yes: str = "Yes", no: str = "No") -> bool:
        """Ask a question with two answers; closing the box means ``no``."""
        ...

    def choose(self, title: str, question: str, answers: Sequence[str]) -> str | None:
        """Ask a question with several answers, each on a button."""
        ...

    def ask_text(self, title: str, label: str, text: str = "", *, lines: bool = False) -> str | None:
        """Ask for a text."""
        ...

    def open_file(self, title: str, *kinds: Any) -> Path | None:
        """Choose a file that exists; the kinds are those of the desktop's own dialogs."""
        ...

    def open_files(self, title: str, *kinds: Any) -> list[Path]:
        """Choose files that exist."""
        ...

    def save_file(self, title: str, kind: Any, suggested: str = "") -> Path | None:
        """Choose where to save; asks before an existing file is replaced."""
        ...

    def open_folder(self, title: str) -> Path | None:
        """Choose a folder."""
        ...

    def show_document(self, path: Path | str) -> None:
        """Open a document or web page in the program that the system has for it."""
        ...


class PanelMemory(Protocol):
    """What is remembered between sessions."""

    def recall(self, key: str) -> tuple[str, ...]:
        """The texts that were kept under a name; none if there are none."""
        ...

    def remember(self, key: str, values: Sequence[str]) -> None:
        """Keep texts under a name; panels begin it with their own."""
        ...


class PanelEvent(Protocol):
    """Something that happens now and then, in the thread of the window."""

    def subscribe(self, listener: Callable[[Any], None]) -> Callable[[], None]:
        """Call ``listener`` whenever it happens; the answer is a function that ends the subscription."""
        ...


class PanelHost(Protocol):
    """The window as a panel sees it. Everything but :meth:`save_project_copy` is used in the thread of the window.

    Attributes
    ----------
    changed
        Happens whenever the project, its path or the display units change.
    """

    tasks: PanelTasks
    dialogs: PanelDialogs
    memory: PanelMemory
    changed: PanelEvent

    @property
    def display_units(self) -> DisplayUnits:
        """The units in which the user reads."""
        ...

    def project_path(self) -> Path | None:
        """The file of the open project; None if it was never saved."""
        ...

    def save_project_copy(self, path: Path) -> None:
        """Write the project as it stands to another file; the project stays the one it is. Any thread may call it.

        Raises
        ------
        IvyError
            If it cannot be written.
        """
        ...

    def open_project(self, path: Path) -> None:
        """Open a project in the window; the user is asked first if something would be lost."""
        ...

    def say(self, sentence: str) -> None:
        """Show a sentence in the status bar."""
        ...


class Panel(Protocol):
    """One tab of the window. ``create`` of its ``PluginSpec`` answers a function from host to panel."""

    title: str
    """The words on its tab."""

    def widget(self) -> object:
        """The ``QWidget`` to show, always the same one."""
        ...

    def may_close(self) -> bool:
        """Asked before the window closes; a panel may ask the user. False keeps the window open."""
        ...

    def close(self) -> None:
        """The window closes: end timers and subscriptions. Nothing is called afterwards."""
        ...


@runtime_checkable
class TakesFiles(Protocol):
    """What a panel may offer beside :class:`Panel`: it gets videos and jobs tables that are dropped on the window."""

    def take_files(self, paths: Sequence[Path]) -> None:
        """Take files in; the panel is brought to the front."""
        ...


PanelFactory = Callable[[PanelHost], Panel]
"""What ``PluginSpec.create`` of a panel answers to its settings."""
