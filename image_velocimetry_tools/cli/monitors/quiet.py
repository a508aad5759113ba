"""No word about a batch while it runs; what failed is said at its end."""

from __future__ import annotations

from collections.abc import Sequence

from ...batch.store.records import BatchRecord, JobRecord, StoredEvent


class Quiet:
    """Shows nothing."""

    def begin(self, batch: BatchRecord, jobs: Sequence[JobRecord]) -> None:
        """Nothing."""

    def event(self, stored: StoredEvent, jobs: Sequence[JobRecord]) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""
