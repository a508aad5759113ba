"""Commands for a batch, whoever runs it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ....batch.engine.inbox import Cancel, Inbox, Pause, Resume, RetryJobs
from ....batch.folders.state_folder import state_folder
from ....batch.running.remote_control import give
from ....domain.errors import IvyError
from .follower import is_run


def pause(folder: Path) -> None:
    """Let a batch start no more jobs; raises IvyError if that is refused."""
    give(folder, Pause())


def ask_to_pause(folder: Path) -> None:
    """Leave the wish that a batch be paused, without waiting for its answer; it may be about to begin."""
    Inbox(state_folder(folder).inbox).send(Pause())


def go_on(folder: Path) -> bool:
    """Let the process that runs a batch which is about to pause go on; False if nobody runs it (any more).

    Raises
    ------
    IvyError
        If that is refused.
    """
    try:
        if is_run(folder):
            give(folder, Resume())
            return True
    except IvyError:
        # it may have come to its rest in this moment
        if is_run(folder):
            raise
    return False


def cancel(folder: Path, job_ids: Sequence[str] = ()) -> None:
    """Cancel jobs, or the whole batch if none is named; raises IvyError if that is refused."""
    give(folder, Cancel(job_ids=tuple(job_ids)))


def retry(folder: Path, job_ids: Sequence[str] = ()) -> bool:
    """Let unsuccessful jobs run again, all of them if none is named; whether a process runs the batch already.

    Raises
    ------
    IvyError
        If a job cannot be retried.
    """
    return give(folder, RetryJobs(job_ids=tuple(job_ids))).by_owner
