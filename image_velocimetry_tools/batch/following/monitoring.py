"""How a batch is shown while it runs: the interface of views that follow its events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..store.records import BatchRecord, JobRecord, StoredEvent


class BatchMonitor(Protocol):
    """Shows how a batch goes; told in the order of the events."""

    def begin(self, batch: BatchRecord, jobs: Sequence[JobRecord]) -> None:
        """The batch as it stands before the first event."""

    def event(self, stored: StoredEvent, jobs: Sequence[JobRecord]) -> None:
        """Something happened; ``jobs`` are new ones that came with it."""

    def close(self) -> None:
        """Nothing more is shown."""
