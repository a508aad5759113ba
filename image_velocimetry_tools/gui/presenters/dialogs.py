"""What presenters ask the user in boxes of their own; they never build one."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from fnmatch import fnmatch
from pathlib import Path
from typing import Protocol


class FileKind(Enum):
    """Kinds of files that are opened and saved: a word for the user, and patterns. Folders are remembered by kind."""

    PROJECT = ("IVyTools project", ("*.ivy",))
    VIDEO = ("Video", ("*.mp4", "*.avi", "*.mov", "*.mkv", "*.wmv", "*.m4v", "*.mts", "*.m2ts", "*.ts", "*.webm"))
    IMAGE = ("Image", ("*.jpg", "*.jpeg", "*.png", "*.bmp", "*.tif", "*.tiff"))
    GROUND_CONTROL = ("Ground control points", ("*.csv",))
    SECTION = ("Cross-section", ("*.mat", "*.csv"))
    JOBS = ("Jobs table", ("*.csv",))
    STAGE_RECORD = ("Stage record", ("*.rdb", "*.txt", "*.tsv", "*.csv"))
    SETTINGS = ("Batch settings", ("*.yaml", "*.yml"))
    PDF = ("PDF document", ("*.pdf",))
    HTML = ("Web page", ("*.html",))
    TABLE = ("Table", ("*.csv",))
    ANY = ("File", ("*",))

    @property
    def label(self) -> str:
        """The word for the user."""
        return self.value[0]

    @property
    def patterns(self) -> tuple[str, ...]:
        """Names of such files, as shell patterns."""
        return self.value[1]

    def fits(self, path: Path) -> bool:
        """Whether a file is of this kind by its name."""
        return any(fnmatch(path.name.lower(), pattern) for pattern in self.patterns)


class Dialogs(Protocol):
    """Message boxes, questions, choosers of files. Every answer may be None: the user thought better of it."""

    def show_error(self, title: str, error: Exception) -> None:
        """Tell of a failure: every problem of an ``IvyError`` in its own words; anything else as a fault of ours."""
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
        """Ask for a text, of one line or several."""
        ...

    def ask_number(self, title: str, label: str, value: float, *, decimals: int = 3, unit: str = "") -> float | None:
        """Ask for a number."""
        ...

    def open_file(self, title: str, *kinds: FileKind) -> Path | None:
        """Choose a file that exists."""
        ...

    def open_files(self, title: str, *kinds: FileKind) -> list[Path]:
        """Choose files that exist."""
        ...

    def save_file(self, title: str, kind: FileKind, suggested: str = "") -> Path | None:
        """Choose where to save; asks before an existing file is replaced and adds the kind's extension."""
        ...

    def open_folder(self, title: str) -> Path | None:
        """Choose a folder."""
        ...

    def show_document(self, path: Path | str) -> None:
        """Open a document or web page in the program that the system has for it."""
        ...
