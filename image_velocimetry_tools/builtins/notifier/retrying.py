"""Trying again while a server is not there, with longer and longer waits."""

from __future__ import annotations

import time
from collections.abc import Callable


class Unreachable(Exception):
    """A failure that may pass: no connection, a busy or broken server. The text has no secrets."""


def with_retries(send: Callable[[], None], attempts: int, delay_s: float) -> None:
    """Send, again after ``delay_s`` and twice as long each further time.

    Raises
    ------
    Unreachable
        If the last attempt failed as well.
    """
    for attempt in range(1, attempts + 1):
        try:
            return send()
        except Unreachable:
            if attempt == attempts:
                raise
        time.sleep(delay_s * 2.0 ** (attempt - 1))
