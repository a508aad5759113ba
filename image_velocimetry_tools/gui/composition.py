"""The program put together: models, views, presenters, panels of plugins."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PyQt5.QtCore import QTimer

from ..domain.project import Project
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
from .presenters.help import HelpPresenter
from .presenters.main_window import MainWindowPresenter
from .presenters.projects import ProjectsPresenter
from .presenters.recovery import RecoveryPresenter
from .presenters.settings import SettingsPresenter
from .presenters.tools import FourPointPresenter, SampleRatePresenter
from .tab_set import TABS, Tab, TabSet
from .views.comment_dialog import CommentDialog
from .views.dialogs import QtDialogs
from .views.garbage import GarbageCollection
from .views.gui_thread import GuiThread
from .views.help_window import HelpWindow
from .views.main_window import MainWindow
from .views.qt_tasks import QtTasks
from .views.settings_dialog import SettingsDialog
from .views.tool_dialogs import FourPointDialog, SampleRateDialog

# The plots need this part of Qt. Loaded in another thread than that of the window, it can end the program.
with contextlib.suppress(ImportError):
    from PyQt5 import QtTest  # noqa: F401

logger = logging.getLogger(__name__)

_TICK_MS = 1000


@dataclass(frozen=True, slots=True)
class Places:
    """Where the program keeps what it writes for itself."""

    preferences: Path | None
    recovery: Path
    log: Path


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
        self._garbage = GarbageCollection()
        self._garbage.begin()
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
        have_ended = self.tasks.close()
        self._garbage.end()
        return have_ended

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
        )
        self.window.page_needed.connect(self.tabs.bring_up)
        self.comments = CommentsPresenter(
            CommentDialog(self.window), self.bench, lambda: self.presenter.current_tab, datetime.now
        )
        self.settings = SettingsPresenter(SettingsDialog(self.window), self.bench)
        self.sample_rate = SampleRatePresenter(SampleRateDialog(self.window), self.bench)
        self.four_point = FourPointPresenter(FourPointDialog(self.window), self.bench)
        self.help = HelpPresenter(HelpWindow(self.window), lambda: self.window.current_page)
        for name, begin in (
            ("addComment", self.comments.begin),
            ("settings", self.settings.begin),
            ("sampleRate", self.sample_rate.begin),
            ("fourPoint", self.four_point.begin),
            ("help", self.help.begin),
        ):
            self.window.actions_by_name[name].triggered.connect(lambda _, start=begin: start())
