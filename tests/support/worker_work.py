"""Pieces of work that need something of the machine they run on, for tests of executors of other machines."""

from __future__ import annotations

import os
import signal
import threading
from dataclasses import dataclass, replace
from pathlib import Path

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
class FillScratch:
    """Leaves a file in its scratch folder, returns where, and dies without a word if it shall."""

    dies: bool = False
    record: Path | None = None
    folder: Path | None = None

    def with_scratch_folder(self, folder: Path) -> FillScratch:
        return replace(self, folder=folder)

    def __call__(self, context: WorkContext) -> str:
        assert self.folder is not None
        file = self.folder / "large file"
        file.write_text("frames")
        if self.record is not None:
            self.record.write_text(str(file))
        if self.dies:
            os.kill(os.getpid(), signal.SIGKILL)
        return str(file)


@dataclass(frozen=True, slots=True)
class WriteInto:
    """Writes a file into a folder that must be shared."""

    folder: Path

    @property
    def shared_folders(self) -> tuple[Path, ...]:
        return (self.folder,)

    def __call__(self, context: WorkContext) -> None:
        (self.folder / "result").write_text("done")
