"""A batch that runs in a thread of its own while the caller goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable

from ..config import BatchResult


class BackgroundBatch:
    """Runs a batch in a thread; what it raises is raised again where its result is asked for.

    Parameters
    ----------
    run
        Runs the batch; it is given a function to call once the batch is written down.
    """

    def __init__(self, run: Callable[[Callable[[], None]], BatchResult], name: str) -> None:
        self._created = threading.Event()
        self._result: BatchResult | None = None
        self._error: BaseException | None = None
        self._run = run
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether the batch still runs."""
        return self._thread.is_alive()

    def wait_until_created(self) -> None:
        """Wait until the batch is written down, so that it can be followed; raises what kept it from being so."""
        self._created.wait()
        if self._error is not None and not self._thread.is_alive():
            raise self._error

    def result(self) -> BatchResult:
        """Wait for the end; what the batch raised is raised here."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        assert self._result is not None
        return self._result

    def _work(self) -> None:
        try:
            self._result = self._run(self._created.set)
        except BaseException as error:
            self._error = error
        finally:
            self._created.set()
