"""How many workers there are and what they declare, kept up to date in the background."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import distributed

_INTERVAL_S = 2.0
_STOPPING_S = 1.0


class WorkersWatch:
    """Looks at the workers every other second.

    Parameters
    ----------
    memory_resource
        The resource by which workers declare their memory.
    changed
        Called, from another thread, when workers have come or gone.
    """

    def __init__(self, client: distributed.Client, memory_resource: str, changed: Callable[[], None]) -> None:
        self._client, self._memory_resource, self._changed = client, memory_resource, changed
        self._stopping = threading.Event()
        self.threads = 0
        self._largest_bytes = 0.0
        self._look()
        self._thread = threading.Thread(target=self._watch, name="dask workers", daemon=True)
        self._thread.start()

    def resources(self, memory_bytes: int) -> dict[str, float]:
        """What Dask is asked for; work that is too large for every worker gets all that the largest one has."""
        if not self._largest_bytes or memory_bytes <= 0:
            return {}
        return {self._memory_resource: min(float(memory_bytes), self._largest_bytes)}

    def stop(self) -> None:
        """End the watch."""
        self._stopping.set()
        self._thread.join(_STOPPING_S)

    def _watch(self) -> None:
        while not self._stopping.wait(_INTERVAL_S):
            before = self.threads
            self._look()
            if self.threads != before:
                self._changed()

    def _look(self) -> None:
        workers = self._workers()
        self.threads = sum(int(worker["nthreads"]) for worker in workers)
        declared = [worker.get("resources", {}).get(self._memory_resource, 0) for worker in workers]
        self._largest_bytes = float(max(declared, default=0))

    def _workers(self) -> list[dict[str, Any]]:
        if self._client.status != "running":
            return []
        try:
            return list(self._client.scheduler_info(n_workers=-1)["workers"].values())
        except (OSError, RuntimeError, TimeoutError):
            return []  # the scheduler goes away; whoever starts an attempt learns it
