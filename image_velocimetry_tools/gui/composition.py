"""The program put together: models, views, presenters, panels of plugins."""

from __future__ import annotations

import contextlib
import importlib
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QTimer

from ..domain.errors import Cancelled, IvyError
from ..domain.project import Project
from .models.attention import Attention
from .models.autosave import Autosave
from .models.document import Document
from .models.events import Event
from .models.faults import FaultReporter
from .models.preferences import PreferencesModel
from .models.project_files import ProjectFiles, StoredProjects
from .models.recovery import RecoveryFolder
from .models.rectified_image import RectifiedImageModel
from .models.tasks import TaskControl
from .models.workbench import Workbench
from .panels import Panels, PanelSource
from .presenters.comments import CommentsPresenter
from .presenters.main_window import MainWindowPresenter
from .presenters.projects import ProjectsPresenter
from .presenters.recovery import RecoveryPresenter
from .presenters.settings import SettingsPresenter
from .presenters.tools import FourPointPresenter, SampleRatePresenter
from .views.comment_dialog import CommentDialog
from .views.dialogs import QtDialogs
from .views.gui_thread import GuiThread
from .views.main_window import MainWindow
from .views.qt_tasks import QtTasks
from .views.settings_dialog import SettingsDialog
from .views.tool_dialogs import FourPointDialog, SampleRateDialog

# The plots need this part of Qt. Loaded in another thread than that of the window, it can end the program.
with contextlib.suppress(ImportError):
    from PyQt5 import QtTest  # noqa: F401

logger = logging.getLogger(__name__)

HELP_PAGE = Path(__file__).parent / "help" / "ivytools.html"
_BETWEEN_TABS_MS = 30
_TICK_MS = 1000


@dataclass(frozen=True, slots=True)
class Tab:
    """One step of the measurement: classes of view and presenter as ``module:Class``, imported when it is needed."""

    name: str
    title: str
    view: str
    presenter: str


def _tab(name: str, title: str) -> Tab:
    stem = "".join(word.capitalize() for word in name.split("_"))
    return Tab(name, title, f"{__package__}.views.{name}:{stem}Tab", f"{__package__}.presenters.{name}:{stem}Presenter")


TABS = (
    _tab("video", "Video"),
    _tab("frames", "Frames"),
    _tab("orthorectification", "Orthorectification"),
    _tab("cross_section", "Cross-Section"),
    _tab("grid", "Grid"),
    _tab("velocimetry", "Velocimetry"),
    _tab("discharge", "Discharge"),
    _tab("reporting", "Reporting"),
)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the program keeps what it writes for itself."""

    preferences: Path | None
    recovery: Path
    log: Path


class TabSet:
    """Builds each tab when it is first shown or its presenter is first asked for, and the rest while nobody waits."""

    def __init__(self, window: MainWindow, bench: Workbench, tabs: Sequence[Tab], panels: Panels) -> None:
        self._window = window
        self._bench = bench
        self._tabs = {tab.name: tab for tab in tabs}
        self._panels = panels
        self._attention = Attention(bench)
        self._presenters: dict[str, Any] = {}
        self._failures: dict[str, IvyError] = {}
        self._idle = QTimer(window)
        self._idle.setInterval(_BETWEEN_TABS_MS)
        self._idle.timeout.connect(self._build_one)
        for tab in tabs:
            window.add_page(tab.name, tab.title)

    def build_rest(self) -> None:
        """Build the tab in front, then the others one by one; what they import is loaded beside the window before."""
        tabs = sorted(self._tabs.values(), key=lambda tab: tab.name != self._window.current_page)
        self._load(tabs[:1], lambda: self._build_rest(tabs[1:]))

    def need(self, name: str) -> None:
        """Build a tab if it is not there; a failure stands on its page."""
        if name in self._tabs and name not in self._presenters and name not in self._failures:
            self._build(self._tabs[name])

    def bring_up(self, name: str) -> None:
        """A tab or panel comes to the front: build it if it is not there, and show it as things are now."""
        self.need(name)
        self._attention.turn_to(name)

    def presenter(self, name: str) -> Any:
        """The presenter of a tab, which knows how things are now.

        Raises
        ------
        IvyError
            If the tab cannot be shown.
        """
        self.need(name)
        if name in self._failures:
            raise self._failures[name]
        self._attention.catch_up(name)
        return self._presenters[name]

    def rest(self, is_resting: bool) -> None:
        """Let players decode nothing beforehand while the user waits for other work."""
        for presenter in self._presenters.values():
            if hasattr(presenter, "rest"):
                presenter.rest(is_resting)

    def is_built(self, name: str) -> bool:
        """Whether a tab can be worked in."""
        return name in self._presenters

    @property
    def is_complete(self) -> bool:
        """Whether every tab and panel is there."""
        return all(name in self._presenters or name in self._failures for name in self._tabs) and self._panels.are_built

    @property
    def failures(self) -> tuple[IvyError, ...]:
        """Why tabs cannot be shown."""
        return tuple(self._failures.values())

    def may_close(self) -> bool:
        """Whether no panel wants the window to stay."""
        return self._panels.may_close()

    def close(self) -> None:
        """The program ends: let presenters and panels end what they began."""
        self._idle.stop()
        for name, presenter in self._presenters.items():
            if hasattr(presenter, "close"):
                try:
                    presenter.close()
                except Exception:
                    logger.exception("the tab '%s' did not end as it should", name)
        self._panels.close()

    def _build_rest(self, tabs: Sequence[Tab]) -> None:
        self.bring_up(self._window.current_page)
        self._load(tabs, self._idle.start, self._panels.warm_up)

    def _load(self, tabs: Sequence[Tab], then: Callable[[], None], *more: Callable[[], None]) -> None:
        def load(control: TaskControl) -> None:
            for path in [path for tab in tabs for path in (tab.presenter, tab.view)]:
                if control.is_set():
                    raise Cancelled
                # what is wrong with a module is told when its tab is built
                with contextlib.suppress(Exception):
                    _class(path)
            for warm_up in more:
                warm_up()

        self._bench.tasks.start("Load the program", load, lambda _: then(), slot="load the program", quiet=True)

    def _build_one(self) -> None:
        missing = next((n for n in self._tabs if n not in self._presenters and n not in self._failures), None)
        if missing is not None:
            self.need(missing)
            return
        self._idle.stop()
        self._panels.build()

    def _build(self, tab: Tab) -> None:
        view = None
        try:
            view = _class(tab.view)()
            with self._attention.given_to(tab.name):
                self._presenters[tab.name] = _class(tab.presenter)(view, self._bench)
            self._window.fill_page(tab.name, view)
        except Exception as error:
            logger.exception("the tab '%s' cannot be shown", tab.name)
            self._presenters.pop(tab.name, None)
            if view is not None:
                view.deleteLater()
            found = IvyError(
                f"this tab cannot be shown ({type(error).__name__}: {error})",
                where=tab.title,
                remedy="Install IVyTools again, or report this to its authors",
            )
            self._failures[tab.name] = found
            self._window.fill_page_with_failure(tab.name, str(found))


class Desktop:
    """The whole program in one window.

    Parameters
    ----------
    tabs, plugins, files
        What it consists of; tests give it other parts.
    """

    def __init__(
        self,
        places: Places,
        *,
        tabs: Sequence[Tab] = TABS,
        plugins: PanelSource | None = None,
        files: ProjectFiles | None = None,
    ) -> None:
        preferences = PreferencesModel(places.preferences)
        self.dialogs = QtDialogs(preferences.folder, preferences.remember_folder, places.log)
        document = Document(Project(display_units=preferences.values.display_units))
        self.tasks = QtTasks(TaskControl, self.dialogs.show_error)
        self.bench = Workbench(
            document, self.tasks, self.dialogs, preferences, RectifiedImageModel(document, self.tasks), Event(), Event()
        )
        stored = files or StoredProjects(lambda: preferences.user_name)
        self.window = MainWindow()
        self.dialogs.parent = self.window
        self.projects = ProjectsPresenter(self.bench, stored)
        self.panels = Panels(self.bench, self.window.add_panel, stored, self.projects.open, plugins)
        self.tabs = TabSet(self.window, self.bench, tabs, self.panels)
        self.window.activityBar.follow(self.tasks)
        self.tasks.changed.connect(lambda: self.tabs.rest(bool(self.tasks.shown)))
        self._keep_work_safe(places, stored)
        self._add_presenters()

    def show(self, path: Path | None = None) -> None:
        """Show the window; then offer what a crash left behind, or open a file."""
        self.window.show()
        QTimer.singleShot(0, lambda: self._begin(path))

    def finish(self, *, keeps_copy: bool = False) -> bool:
        """End everything after the window is closed; whether all work has ended."""
        self._clock.stop()
        self.autosave.close(keeps_copy=keeps_copy)
        return self.tasks.close()

    def _begin(self, path: Path | None) -> None:
        self.tabs.build_rest()
        if not self.recovery.offer() and path is not None:
            self.presenter.take_files([path])

    def _keep_work_safe(self, places: Places, files: ProjectFiles) -> None:
        folder = RecoveryFolder(places.recovery)
        self.autosave = Autosave(self.bench.document, self.tasks, files, folder, self.bench.preferences)
        self.recovery = RecoveryPresenter(self.bench, files, folder, self.autosave)
        self._gui_thread = GuiThread(self.window)
        self.faults = FaultReporter(
            places.log,
            self.autosave.save_now,
            lambda fault: self.dialogs.show_fault(fault.sentence, fault.details),
            self.bench.said.emit,
            self._gui_thread.call,
        )
        self._clock = QTimer(self.window)
        self._clock.setInterval(_TICK_MS)
        self._clock.timeout.connect(self.autosave.tick)
        self._clock.start()

    def _add_presenters(self) -> None:
        self.presenter = MainWindowPresenter(
            self.window,
            self.bench,
            self.projects,
            self.tabs,
            lambda: [control.title for control in self.tasks.shown],
            HELP_PAGE,
        )
        self.window.page_needed.connect(self.tabs.bring_up)
        self.comments = CommentsPresenter(
            CommentDialog(self.window), self.bench, lambda: self.presenter.current_tab, datetime.now
        )
        self.settings = SettingsPresenter(SettingsDialog(self.window), self.bench)
        self.sample_rate = SampleRatePresenter(SampleRateDialog(self.window), self.bench)
        self.four_point = FourPointPresenter(FourPointDialog(self.window), self.bench)
        for name, begin in (
            ("addComment", self.comments.begin),
            ("settings", self.settings.begin),
            ("sampleRate", self.sample_rate.begin),
            ("fourPoint", self.four_point.begin),
        ):
            self.window.actions_by_name[name].triggered.connect(lambda _, start=begin: start())


def _class(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(importlib.import_module(module), name)
