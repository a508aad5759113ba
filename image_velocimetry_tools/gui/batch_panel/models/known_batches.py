"""The batches that the panel lists, remembered from one session to the next."""

from __future__ import annotations

from pathlib import Path

from ....batch.folders.state_folder import FOLDER_NAME, POINTER_NAME
from ....domain.errors import IvyError
from ....plugins.panels import PanelMemory

KEY = "batch.folders"
MOST_REMEMBERED = 50


class KnownBatches:
    """Output folders, the one that was added last before the others."""

    def __init__(self, memory: PanelMemory) -> None:
        self._memory = memory
        self.folders: list[Path] = [Path(text) for text in memory.recall(KEY) if Path(text).is_dir()]

    def add(self, folder: Path) -> None:
        """Put a folder first."""
        self.folders = [folder, *(known for known in self.folders if known != folder)][:MOST_REMEMBERED]
        self._remember()

    def forget(self, folder: Path) -> None:
        """Take a folder off the list; nothing happens to the batch."""
        self.folders = [known for known in self.folders if known != folder]
        self._remember()

    def _remember(self) -> None:
        self._memory.remember(KEY, [str(folder) for folder in self.folders])


def has_batch(folder: Path) -> bool:
    """Whether a folder holds a batch."""
    return (folder / FOLDER_NAME / POINTER_NAME).is_file()


def require_batch(folder: Path) -> None:
    """Refuse a folder without a batch.

    Raises
    ------
    IvyError
        If it holds none.
    """
    if not has_batch(folder):
        remedy = "Choose the output folder of a batch; it holds batch_summary.csv and jobs"
        raise IvyError("the folder holds no batch", where=str(folder), remedy=remedy)
