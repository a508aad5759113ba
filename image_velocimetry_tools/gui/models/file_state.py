"""Whether a project file is still as this program left it: another window or a colleague may have saved it since."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileState:
    """What tells one version of a file from the next."""

    path: Path
    size_bytes: int
    changed_ns: int

    @property
    def is_outdated(self) -> bool:
        """Whether the file has another content by now; one that is gone can be written anew."""
        now = file_state(self.path)
        return now is not None and now != self


def file_state(path: Path) -> FileState | None:
    """The present state of a file; None if there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return FileState(path, found.st_size, found.st_mtime_ns)
