"""Work on its way to a worker, and what is looked at in its process there before it begins."""

from __future__ import annotations

import os
import pickle
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self, runtime_checkable

from ....domain.errors import OutputError
from ....plugins.executors import WorkContext


@runtime_checkable
class WorkWithFolders(Protocol):
    """Work that writes into folders which this machine must share with the one that started the batch."""

    @property
    def shared_folders(self) -> tuple[Path, ...]:
        """Folders that exist already, and can be written to."""


@runtime_checkable
class WorkWithScratch(Protocol):
    """Work that may need room for large files while it runs, such as a video that it fetches."""

    def with_scratch_folder(self, folder: Path) -> Self:
        """The same work with a folder for them on a disk of this machine."""

    def __call__(self, context: WorkContext) -> Any:
        """Do the work."""


@dataclass(frozen=True, slots=True)
class PackedWork:
    """Unpacks and does the work of an attempt; the worker itself never unpacks it, so that it cannot do it harm.

    Parameters
    ----------
    pickled
        The work.
    folder
        For large files of the work; who made it removes it, also after the work was killed.
    """

    pickled: bytes
    folder: Path

    def __call__(self, context: WorkContext) -> Any:
        """Check the folders and do the work.

        Raises
        ------
        OutputError
            If a folder cannot be written to.
        """
        work = pickle.loads(self.pickled)  # written by the program that ordered it
        if isinstance(work, WorkWithFolders):
            for folder in work.shared_folders:
                check_shared(folder)
        if isinstance(work, WorkWithScratch):
            work = work.with_scratch_folder(self.folder)
        return work(context)


def check_shared(folder: Path) -> None:
    """See whether this machine sees a folder and may write into it.

    Raises
    ------
    OutputError
        If not.
    """
    host = socket.gethostname()
    if not folder.is_dir():
        remedy = "Put the output of the batch on a share that every worker has under the same path"
        raise OutputError(f"the worker {host} has no such folder", where=str(folder), remedy=remedy)
    if not os.access(folder, os.W_OK | os.X_OK):
        remedy = "Allow the user that runs the worker to write there"
        raise OutputError(f"the worker {host} may not write into this folder", where=str(folder), remedy=remedy)
