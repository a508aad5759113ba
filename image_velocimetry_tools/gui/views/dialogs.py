"""Questions, messages and choosers of files, as presenters ask for them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PyQt5.QtCore import QUrl
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtWidgets import QDialog, QFileDialog, QInputDialog, QLineEdit, QWidget

from ...domain.errors import IvyError, Problem
from ...domain.sentences import begun_with_capital
from .boxes import Box
from .number_dialog import NumberDialog

if TYPE_CHECKING:
    from ..presenters.dialogs import FileKind

logger = logging.getLogger(__name__)


class QtDialogs:
    """See the protocol of dialogs in the presenters.

    Parameters
    ----------
    folder, remember
        The folder last used for a kind of file, by the kind's name, and a note of the one that was used.
    log
        The log file, where faults of ours are written.
    """

    def __init__(
        self,
        folder: Callable[[str], str] = lambda kind: "",
        remember: Callable[[str, Path], None] = lambda kind, folder: None,
        log: Path | None = None,
    ) -> None:
        self.parent: QWidget | None = None
        self._folder = folder
        self._remember = remember
        self._log = log

    def show_error(self, title: str, error: Exception) -> None:
        """Tell of a failure: every problem of an ``IvyError`` in its own words; anything else as a fault of ours."""
        if not isinstance(error, IvyError):
            logger.error("%s failed by a fault of the program", title, exc_info=error)
            where = f" What happened is written in {self._log}." if self._log is not None else ""
            details = f"{type(error).__name__}: {error}"
            self._run(Box(self.parent, "error", title, f"The program could not do this.{where}", details=details))
        elif len(error.problems) == 1:
            self._run(Box(self.parent, "error", title, _sentence(error.problems[0])))
        else:
            text = f"There are {len(error.problems)} problems."
            details = "\n".join(_sentence(problem) for problem in error.problems)
            self._run(Box(self.parent, "error", title, text, details=details))

    def show_warnings(self, title: str, sentences: Sequence[str]) -> None:
        """Tell of what the user should know."""
        if len(sentences) == 1:
            self._run(Box(self.parent, "warning", title, sentences[0]))
        elif sentences:
            text = f"There are {len(sentences)} things that you should know."
            self._run(Box(self.parent, "warning", title, text, details="\n".join(sentences)))

    def show_fault(self, sentence: str, details: str) -> None:
        """Tell of a fault of the program."""
        self._run(Box(self.parent, "error", "A fault of the program", sentence, details=details))

    def ask(self, title: str, question: str, *, yes: str = "Yes", no: str = "No") -> bool:
        """Ask a question with two answers; closing the box means ``no``."""
        return self.choose(title, question, (yes, no)) == yes

    def choose(self, title: str, question: str, answers: Sequence[str]) -> str | None:
        """Ask a question with several answers, each on a button."""
        box = Box(self.parent, "question", title, question, answers)
        self._run(box)
        return box.answer

    def ask_text(self, title: str, label: str, text: str = "", *, lines: bool = False) -> str | None:
        """Ask for a text, of one line or several."""
        parent = cast(QWidget, self.parent)
        if lines:
            entered, is_given = QInputDialog.getMultiLineText(parent, title, label, text)
        else:
            entered, is_given = QInputDialog.getText(parent, title, label, QLineEdit.EchoMode.Normal, text)
        return entered if is_given else None

    def ask_number(self, title: str, label: str, value: float, *, decimals: int = 3, unit: str = "") -> float | None:
        """Ask for a number."""
        words = f"{label} ({unit})" if unit else label
        box = NumberDialog(self.parent, title, words, value, decimals)
        self._run(box)
        return box.number

    def open_file(self, title: str, *kinds: FileKind) -> Path | None:
        """Choose a file that exists."""
        chosen = self._chosen(self._chooser(title, kinds, QFileDialog.FileMode.ExistingFile), kinds)
        return chosen[0] if chosen else None

    def open_files(self, title: str, *kinds: FileKind) -> list[Path]:
        """Choose files that exist."""
        return self._chosen(self._chooser(title, kinds, QFileDialog.FileMode.ExistingFiles), kinds)

    def save_file(self, title: str, kind: FileKind, suggested: str = "") -> Path | None:
        """Choose where to save; asks before an existing file is replaced and adds the kind's extension."""
        chooser = self._chooser(title, (kind,), QFileDialog.FileMode.AnyFile)
        chooser.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        chooser.setDefaultSuffix(Path(kind.patterns[0]).suffix.lstrip("."))
        if suggested:
            chooser.selectFile(suggested)
        chosen = self._chosen(chooser, (kind,))
        return chosen[0] if chosen else None

    def open_folder(self, title: str) -> Path | None:
        """Choose a folder."""
        chooser = QFileDialog(self.parent, title, self._folder("FOLDER"))
        chooser.setFileMode(QFileDialog.FileMode.Directory)
        chooser.setOption(QFileDialog.Option.ShowDirsOnly)
        chosen = self._chosen(chooser, ())
        return chosen[0] if chosen else None

    def show_document(self, path: Path | str) -> None:
        """Open a document or web page in the program that the system has for it."""
        url = QUrl.fromLocalFile(str(path)) if isinstance(path, Path) else QUrl(path)
        if not QDesktopServices.openUrl(url):
            self.show_warnings("Open a document", (f"The system has no program that opens {path}.",))

    def _chooser(self, title: str, kinds: Sequence[FileKind], mode: QFileDialog.FileMode) -> QFileDialog:
        chooser = QFileDialog(self.parent, title, self._folder(kinds[0].name) if kinds else "")
        chooser.setFileMode(mode)
        chooser.setNameFilters(name_filters(kinds))
        return chooser

    def _chosen(self, chooser: QFileDialog, kinds: Sequence[FileKind]) -> list[Path]:
        self._run(chooser)
        chosen = [Path(name) for name in chooser.selectedFiles()] if chooser.result() else []
        if chosen:
            self._remember(kinds[0].name if kinds else "FOLDER", chosen[0].parent if kinds else chosen[0])
        return chosen

    def _run(self, dialog: QDialog) -> None:
        try:
            dialog.exec()
        finally:
            dialog.deleteLater()


def name_filters(kinds: Sequence[FileKind]) -> list[str]:
    """What choosers of files offer: everything that fits, each kind, all files."""
    filters = [f"{kind.label} ({' '.join(kind.patterns)})" for kind in kinds]
    if len(kinds) > 1:
        together = " ".join(dict.fromkeys(pattern for kind in kinds for pattern in kind.patterns))
        filters.insert(0, f"All that fit ({together})")
    return [*filters, "All files (*)"] if all("*" not in kind.patterns for kind in kinds) else filters


def _sentence(problem: Problem) -> str:
    return begun_with_capital(str(problem))
