"""Writing to the store of a batch whose disk is full: it waits, since nothing may be lost and nothing has failed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from ...domain.errors import OutputError
from ..failures import is_disk_full

_log = logging.getLogger(__name__)
_AGAIN_S = 0.5
Written = TypeVar("Written")


def _never() -> bool:
    return False


class DiskPatience:
    """Tries a write again and again while the disk is full.

    Parameters
    ----------
    may_wait
        Asked before each wait; the error of the write is raised once it answers false.
    tell
        Told once that the program waits, since neither log nor store can take it.
    """

    def __init__(self, may_wait: Callable[[], bool] = _never, tell: Callable[[str], None] = _log.warning) -> None:
        self.may_wait, self._tell = may_wait, tell

    def written(self, write: Callable[[], Written]) -> Written:
        """What the write answers.

        Raises
        ------
        OutputError
            If the disk is full and nobody may wait for it.
        """
        is_told = False
        while True:
            try:
                return write()
            except OutputError as error:
                if not is_disk_full(error) or not self.may_wait():
                    raise
                if not is_told:
                    self._tell(f"{error} The batch waits until there is space again.")
                    is_told = True
                time.sleep(_AGAIN_S)
