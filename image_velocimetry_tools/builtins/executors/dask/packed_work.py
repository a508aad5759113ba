"""Work on its way to a worker, and what happens in its process there before it is done."""

from __future__ import annotations

import os
import pickle
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from ....domain.errors import OutputError
from ....plugins.executors import WorkContext
from .fetching import fetch

FETCH_STAGE = "fetch"


@runtime_checkable
class WorkWithFolders(Protocol):
    """Work that writes into folders which this machine must share with the one that started the batch."""

    @property
    def shared_folders(self) -> tuple[Path, ...]:
        """Folders that exist already, and can be written to."""


@runtime_checkable
class WorkWithUrls(Protocol):
    """Work whose input may have a URL."""

    def with_local_files(self, fetch: Callable[[str], Path]) -> Callable[[WorkContext], Any]:
        """The same work on files of this machine; ``fetch`` copies the file at a URL and answers where it lies."""


@dataclass(frozen=True, slots=True)
class PackedWork:
    """Unpacks and does the work of an attempt; the worker itself never unpacks it, so that it cannot do it harm.

    Parameters
    ----------
    pickled
        The work.
    folder
        Takes the files that are fetched; who made it removes it.
    """

    pickled: bytes
    folder: Path

    def __call__(self, context: WorkContext) -> Any:
        """Check the folders, fetch the files, and do the work.

        Raises
        ------
        IvyError
            If a folder cannot be written to, or a file not be fetched.
        """
        work = pickle.loads(self.pickled)  # written by the program that ordered it
        if isinstance(work, WorkWithFolders):
            for folder in work.shared_folders:
                check_shared(folder)
        if isinstance(work, WorkWithUrls):
            tell = partial(context.progress, FETCH_STAGE)
            work = work.with_local_files(lambda url: fetch(url, self.folder, tell, context.is_cancelled))
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
