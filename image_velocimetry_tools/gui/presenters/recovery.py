"""Unsaved work of a program that ended unexpectedly is offered at the next start."""

from __future__ import annotations

from pathlib import Path

from ...domain.errors import IvyError
from ..models.autosave import Autosave
from ..models.project_files import OpenedProject, ProjectFiles
from ..models.recovery import Abandoned, RecoveryFolder
from ..models.workbench import Workbench

_RECOVER, _DISCARD, _LATER = "Recover", "Discard", "Later"


class RecoveryPresenter:
    """Asks once at the start; what is not wanted now is offered again the next time."""

    def __init__(self, bench: Workbench, files: ProjectFiles, folder: RecoveryFolder, autosave: Autosave) -> None:
        self._bench = bench
        self._files = files
        self._folder = folder
        self._autosave = autosave
        self._has_told = False
        autosave.failed.subscribe(self._tell)

    def offer(self) -> bool:
        """Ask what to do with work that was left behind, the latest first; whether some is being recovered."""
        for abandoned in self._folder.abandoned():
            answer = self._bench.dialogs.choose("Unsaved work", _question(abandoned), (_RECOVER, _DISCARD, _LATER))
            if answer == _RECOVER and self._recover(abandoned):
                return True
            if answer == _DISCARD:
                self._folder.discard(abandoned)
        return False

    def _recover(self, abandoned: Abandoned) -> bool:
        try:
            file = self._folder.take_over(abandoned)
        except IvyError as error:
            # another window that was started meanwhile may have taken it
            self._bench.dialogs.show_error("Recover the project", error)
            return False
        self._bench.tasks.start(
            "Recover the project",
            lambda control: self._files.open(file, control),
            lambda opened: self._recovered(opened, abandoned.path),
            failed=self._not_recovered,
            slot="open project",
            quiet=True,
        )
        return True

    def _recovered(self, opened: OpenedProject, path: Path | None) -> None:
        self._autosave.adopt(opened.project)
        self._bench.document.replace(opened.project, path, is_modified=True)
        self._bench.said.emit("The unsaved changes were recovered; save the project to keep them")
        if opened.warnings:
            self._bench.dialogs.show_warnings("The recovered project", tuple(opened.warnings))

    def _not_recovered(self, error: Exception) -> None:
        kept = self._folder.set_aside()
        self._bench.dialogs.show_error("Recover the project", error)
        self._bench.said.emit(f"What could not be recovered lies in {kept}")

    def _tell(self, error: Exception) -> None:
        if not self._has_told:
            self._has_told = True
            self._bench.said.emit(f"The work could not be kept safe against a crash: {error}")


def _question(abandoned: Abandoned) -> str:
    when = f"{abandoned.saved_at:%Y-%m-%d %H:%M}"
    return (
        f"The program ended unexpectedly; unsaved work was last kept at {when}. "
        f"Recover the unsaved changes to {abandoned.name}?"
    )
