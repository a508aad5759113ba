"""Unsaved work is written to the recovery copy every few minutes, and at once when something goes wrong."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from ...domain.errors import Cancelled
from ...domain.project import Project
from .document import Document
from .events import Event
from .preferences import PreferencesModel
from .project_files import ProjectFiles, project_name
from .recovery import RecoveryFolder
from .tasks import TaskControl, TaskRunner

logger = logging.getLogger(__name__)

SLOT = "autosave"


class Autosave:
    """Keeps the recovery copy of the program in step with the document.

    Attributes
    ----------
    failed
        Emitted with the error when the copy could not be written.
    """

    def __init__(
        self,
        document: Document,
        tasks: TaskRunner,
        files: ProjectFiles,
        folder: RecoveryFolder,
        preferences: PreferencesModel,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.failed: Event[Exception] = Event()
        self._document = document
        self._tasks = tasks
        self._files = files
        self._folder = folder
        self._preferences = preferences
        self._clock = clock
        self._kept: Project | None = None
        self._waiting_since: float | None = None
        self._unsubscribe = document.status_changed.subscribe(self._follow)

    def tick(self) -> None:
        """Write the copy if it is time; called every few seconds."""
        if self._waiting_since is None:
            return
        if self._clock() - self._waiting_since >= 60.0 * self._preferences.values.autosave_minutes:
            self._waiting_since = None
            self._begin(self._document.project)

    def save_now(self) -> bool | None:
        """Write the copy in this very moment; whether that could be done, None if nothing is unsaved."""
        project = self._document.project
        if not self._document.is_modified:
            return None
        try:
            self._write(project, TaskControl())
        except Exception:
            logger.exception("the work could not be saved for recovery")
            return False
        self._kept = project
        return True

    def adopt(self, project: Project) -> None:
        """Take the copy as it lies for one of this project, which was opened from it."""
        self._kept, self._waiting_since = project, None

    def close(self, *, keeps_copy: bool = False) -> None:
        """The program ends; as a rule as it should, so that no copy is needed."""
        self._unsubscribe()
        self._tasks.cancel(SLOT)
        self._waiting_since = None
        self._folder.close(keeps_copy=keeps_copy)

    def _follow(self, document: Document) -> None:
        if not document.is_modified:
            self._tasks.cancel(SLOT)
            self._waiting_since = None
            if self._kept is not None:
                self._kept = None
                self._folder.clear()
        elif document.project is not self._kept and self._waiting_since is None:
            self._waiting_since = self._clock()

    def _begin(self, project: Project) -> None:
        self._tasks.start(
            "Save for recovery",
            lambda control: self._write(project, control),
            lambda _: self._done(project),
            failed=self._failed,
            slot=SLOT,
            quiet=True,
        )

    def _write(self, project: Project, control: TaskControl) -> None:
        self._folder.prepare()
        self._files.save(self._folder.file, project, control, is_copy=True)
        if control.is_set():
            self._folder.clear()
            raise Cancelled
        self._folder.note(project_name(project, self._document.path), self._document.path)

    def _done(self, project: Project) -> None:
        self._kept = project
        if self._document.project is not project and self._waiting_since is None:
            self._waiting_since = self._clock()

    def _failed(self, error: Exception) -> None:
        logger.warning("the work could not be saved for recovery: %s", error)
        self._waiting_since = self._clock()
        self.failed.emit(error)
