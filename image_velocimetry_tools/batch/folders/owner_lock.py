"""Who runs the batch of a folder: a lock of the operating system, which ends with its process, and a note of who it is.

The lock counts, never the existence of its file: nothing is left to clear away after a crash.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import socket
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from ...domain.errors import IvyError

LOCK_NAME, OWNER_NAME = "owner.lock", "owner.json"
_PATIENCE_S = 0.5
_PROBE_S = 0.005
_PROBING = threading.Lock()


class OwnedElsewhere(IvyError):
    """Another process that lives runs the batch."""


class OwnerLock:
    """The right to write the state in a folder, for as long as it is held."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FileLock(folder / LOCK_NAME)

    def acquire(self) -> None:
        """Take the lock.

        Raises
        ------
        OwnedElsewhere
            If a living process holds it; the message says which.
        """
        try:
            # whoever only looks for an owner holds the lock for a moment
            self._lock.acquire(timeout=_PATIENCE_S, poll_interval=0.02)
        except Timeout:
            raise OwnedElsewhere(
                f"the batch is being run by {describe_owner(self._folder)}",
                where=str(self._folder.parent),
                remedy="Wait for it, or use pause, cancel or watch; they reach it",
            ) from None
        with contextlib.suppress(OSError):
            (self._folder / OWNER_NAME).write_text(json.dumps(_myself()), encoding="utf-8")

    def release(self) -> None:
        """Give the lock back; the next owner finds no note then."""
        if self._lock.is_locked:
            with contextlib.suppress(OSError):
                (self._folder / OWNER_NAME).unlink()
            self._lock.release()

    def __enter__(self) -> OwnerLock:
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def has_living_owner(folder: Path) -> bool:
    """Whether some process holds the lock of a state folder now."""
    if not (folder / LOCK_NAME).exists():
        return False
    # two that look at the same moment would take each other for an owner
    with _PROBING:
        probe = FileLock(folder / LOCK_NAME)
        try:
            probe.acquire(timeout=_PROBE_S, poll_interval=_PROBE_S / 5)
        except Timeout:
            return True
        probe.release()
        return False


def describe_owner(folder: Path) -> str:
    """The owner in words: user, process and machine."""
    owner = _read_owner(folder)
    if not owner:
        return "another process"
    who = f"process {owner.get('pid')} of {owner.get('user', 'somebody')}"
    where = "" if owner.get("host") == socket.gethostname() else f" on {owner.get('host')}"
    return f"{who}{where}, since {owner.get('since', 'an unknown time')}"


def _read_owner(folder: Path) -> Mapping[str, Any]:
    try:
        owner = json.loads((folder / OWNER_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return owner if isinstance(owner, dict) else {}


def _myself() -> dict[str, Any]:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = "somebody"
    since = datetime.now(UTC).isoformat(timespec="seconds")
    return {"pid": os.getpid(), "host": socket.gethostname(), "user": user, "since": since}
