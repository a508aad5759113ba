"""Copies of unsaved work that outlive a crash: one for each running program, in a folder of the user."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ...domain.errors import OutputError, output_error
from ...formats.atomic_file import write_bytes

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Abandoned:
    """Unsaved work of a program that is gone; ``path`` is the project's own file, None if it never had one."""

    file: Path
    name: str
    path: Path | None
    saved_at: datetime


class RecoveryFolder:
    """The recovery copy of this program, and those of programs that ended without taking theirs away.

    A program holds a lock of the operating system as long as it lives, so that its copy is offered to nobody.

    Parameters
    ----------
    folder
        Where copies lie; made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stem = f"{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}-{secrets.token_hex(3)}"
        # each copy is written in a thread of its own: the lock is the program's, not that of the thread that took it
        self._lock = FileLock(folder / f"{self._stem}.lock", thread_local=False)
        self._taking = threading.Lock()

    @property
    def file(self) -> Path:
        """The copy of this program."""
        return self._folder / f"{self._stem}.ivy"

    def prepare(self) -> None:
        """Make the folder and show that this program lives.

        Raises
        ------
        OutputError
            If the folder cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._taking:
                if not self._lock.is_locked:
                    self._lock.acquire(timeout=0)
        except Timeout as error:
            raise OutputError("the recovery copy is in use by another program", where=str(self._folder)) from error
        except OSError as error:
            raise output_error(self._folder, error) from error

    def note(self, name: str, path: Path | None) -> None:
        """Write down what the copy is of; without this note it is offered to nobody.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        facts = {"name": name, "path": None if path is None else str(path), "saved_at": datetime.now().isoformat()}
        write_bytes(self.file.with_suffix(".json"), json.dumps(facts).encode("utf-8"))

    def clear(self) -> None:
        """Take the copy of this program away: nothing is unsaved."""
        _remove(self.file)

    def close(self, *, keeps_copy: bool = False) -> None:
        """The program ends: take everything of it away, or leave its copy to the next start."""
        if not keeps_copy:
            self.clear()
        if self._lock.is_locked:
            self._lock.release()
        _unlink(self.file.with_suffix(".lock"))

    def abandoned(self) -> tuple[Abandoned, ...]:
        """Copies of programs that do not live any more, the latest first."""
        found = [_read(note) for note in self._folder.glob("*.json") if note.stem != self._stem]
        known = [one for one in found if one is not None and self._is_free(one)]
        return tuple(sorted(known, key=lambda one: one.saved_at, reverse=True))

    def take_over(self, abandoned: Abandoned) -> Path:
        """Make a copy that was left behind that of this program, so that it is safe until it is saved.

        Raises
        ------
        OutputError
            If the folder cannot be written.
        """
        self.prepare()
        try:
            os.replace(abandoned.file, self.file)
        except FileNotFoundError as error:
            raise OutputError("the unsaved work has been recovered or discarded in another window meanwhile") from error
        except OSError as error:
            raise output_error(self.file, error) from error
        self.note(abandoned.name, abandoned.path)
        self.discard(abandoned)
        return self.file

    def discard(self, abandoned: Abandoned) -> None:
        """Take a copy away that nobody wants."""
        _remove(abandoned.file)
        _unlink(abandoned.file.with_suffix(".lock"))

    def set_aside(self) -> Path:
        """Keep the copy of this program, which cannot be opened, under a name by which it is not offered again."""
        kept = self.file.with_suffix(".damaged")
        with contextlib.suppress(OSError):
            os.replace(self.file, kept)
        self.clear()
        return kept

    def _is_free(self, abandoned: Abandoned) -> bool:
        lock = FileLock(abandoned.file.with_suffix(".lock"))
        with _tried(lock) as is_free:
            return is_free


@contextlib.contextmanager
def _tried(lock: FileLock) -> Iterator[bool]:
    try:
        lock.acquire(timeout=0)
    except (Timeout, OSError):
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def _read(note: Path) -> Abandoned | None:
    file = note.with_suffix(".ivy")
    try:
        facts = json.loads(note.read_text("utf-8"))
        path = Path(facts["path"]) if facts["path"] else None
        saved_at = datetime.fromisoformat(facts["saved_at"])
        return Abandoned(file, str(facts["name"]), path, saved_at) if file.exists() else None
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.warning("the recovery note %s cannot be read: %s", note, error)
        return None


def _remove(file: Path) -> None:
    _unlink(file.with_suffix(".json"))
    _unlink(file)


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        logger.warning("%s cannot be removed: %s", path, error)
