"""Pieces of work that need something of the machine they run on, for tests of executors of other machines."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from image_velocimetry_tools.plugins.executors import WorkContext


@dataclass(frozen=True, slots=True)
class CountBegins:
    """Writes down that it began, holds a lifeline, and never ends."""

    record: Path
    lifeline: Path

    def __call__(self, context: WorkContext) -> None:
        with self.record.open("a") as record:
            record.write("begun\n")
        with self.lifeline.open("wb", buffering=0) as line:
            line.write(b"\0")
            threading.Event().wait()


@dataclass(frozen=True, slots=True)
class ReadFile:
    """Returns where a file lies and what is in it; the file may have a URL."""

    url: str
    path: Path | None = None

    def with_local_files(self, fetch: Callable[[str], Path]) -> ReadFile:
        return replace(self, path=fetch(self.url))

    def __call__(self, context: WorkContext) -> dict[str, Any]:
        assert self.path is not None
        return {"path": str(self.path), "text": self.path.read_text()}


@dataclass(frozen=True, slots=True)
class WriteInto:
    """Writes a file into a folder that must be shared."""

    folder: Path

    @property
    def shared_folders(self) -> tuple[Path, ...]:
        return (self.folder,)

    def __call__(self, context: WorkContext) -> None:
        (self.folder / "result").write_text("done")
