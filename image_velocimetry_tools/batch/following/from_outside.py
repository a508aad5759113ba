"""Following a batch from outside: its events as they are written, whoever runs it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..folders.owner_lock import has_living_owner
from ..folders.state_folder import StateFolder, find_state
from ..models import BatchStatus
from ..store import BatchStore
from ..store.records import BatchRecord, JobRecord, StoredEvent

LOOK_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class Standing:
    """A batch at one moment. ``has_owner`` tells whether a living process runs it."""

    batch: BatchRecord
    jobs: tuple[JobRecord, ...]
    last_event: int
    has_owner: bool

    @property
    def is_orphaned(self) -> bool:
        """Whether the rows say that it runs, but nobody runs it."""
        active = (BatchStatus.RUNNING, BatchStatus.PAUSING, BatchStatus.CANCELLING)
        return self.batch.status in active and not self.has_owner


def standing(output_directory: Path, *, database_url: str | None = None) -> Standing:
    """How the batch of a folder stands, read without disturbing whoever runs it.

    Raises
    ------
    IvyError
        If the folder holds no batch or its database cannot be read.
    """
    state, batch_id = find_state(output_directory, database_url=database_url)
    with BatchStore.open(state.database_url, read_only=True) as store:
        return _standing(store, state, batch_id)


def follow(
    output_directory: Path,
    *,
    after: int = 0,
    database_url: str | None = None,
    until: Callable[[], bool] = lambda: False,
) -> Iterator[StoredEvent]:
    """Events of the batch of a folder, from the one after number ``after`` on, until the batch rests.

    Parameters
    ----------
    until
        Asked between looks; ends the iteration early.

    Raises
    ------
    IvyError
        If the folder holds no batch or its database cannot be read.
    """
    state, batch_id = find_state(output_directory, database_url=database_url)
    with BatchStore.open(state.database_url, read_only=True) as store:
        while True:
            # asked before the events are read: what is written before the end is read after it
            over = _is_over(store, state, batch_id)
            while page := store.events_after(after, batch_id):
                yield from page
                after = page[-1].number
            if over or until():
                return
            _wait_for_change(store, until)


def _wait_for_change(store: BatchStore, until: Callable[[], bool]) -> None:
    """Wait for a write, but not so long that the death of the owner goes unnoticed."""
    for _ in range(5):
        time.sleep(LOOK_EVERY_S)
        if store.has_changed() or until():
            return


def _is_over(store: BatchStore, state: StateFolder, batch_id: str) -> bool:
    status = store.batch(batch_id).status
    if status.is_final or status is BatchStatus.PAUSED:
        return not has_living_owner(state.own) or status.is_final
    return not has_living_owner(state.own)


def _standing(store: BatchStore, state: StateFolder, batch_id: str) -> Standing:
    last = store.last_event(batch_id)
    return Standing(store.batch(batch_id), tuple(store.jobs(batch_id)), last, has_living_owner(state.own))
