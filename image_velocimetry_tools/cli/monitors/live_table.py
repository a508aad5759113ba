"""A batch in a terminal: a table that stays at its foot and is drawn anew as things change."""

from __future__ import annotations

import contextlib
import io
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TextIO

from rich.console import Console
from rich.live import Live

from ...batch.events import AnyEvent, BatchCompleted, BatchNotice, BatchStarted, CommandApplied, JobEnded
from ...batch.following.picture import BatchPicture
from ...batch.models import JobStatus
from ...batch.store.records import BatchRecord, JobRecord, StoredEvent
from .plain_lines import event_words
from .table_drawing import drawing

SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.25, 1.0


class LiveTable:
    """Draws at most four times a second, and every second so that the clocks go on.

    Failures, notices and changes of the batch are printed above the table and stay. A terminal that goes away ends the
    drawing, never the batch.
    """

    def __init__(self, out: TextIO, console: Console | None = None) -> None:
        if isinstance(out, io.TextIOWrapper):
            # an old code page shows a question mark for what it lacks
            out.reconfigure(errors="replace")
        self._console = console or Console(file=out, highlight=False)
        self._lock = threading.Lock()
        self._changed, self._over = threading.Event(), threading.Event()
        self._picture: BatchPicture | None = None
        self._live: Live | None = None
        self._thread: threading.Thread | None = None

    def begin(self, batch: BatchRecord, jobs: Sequence[JobRecord]) -> None:
        """Draw the batch as it stands."""
        self._picture = BatchPicture(batch, jobs)
        self._live = Live(console=self._console, auto_refresh=False, transient=True, redirect_stderr=False)
        self._live.start()
        self._draw()
        self._thread = threading.Thread(target=self._keep_drawn, name="live table", daemon=True)
        self._thread.start()

    def event(self, stored: StoredEvent, jobs: Sequence[JobRecord]) -> None:
        """Take in what happened; it is drawn soon."""
        if self._picture is None or self._over.is_set():
            return
        with self._lock:
            self._picture.bring_forward(stored.event, jobs)
            line = event_words(self._picture, stored.event) if _stays(stored.event) else None
        if line is not None:
            self._print(line)
        self._changed.set()

    def close(self) -> None:
        """Take the table away."""
        self._over.set()
        self._changed.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        if self._live is not None:
            with contextlib.suppress(OSError):
                self._live.stop()
            self._live = None

    def _keep_drawn(self) -> None:
        while not self._over.wait(SHORTEST_PAUSE_S):
            self._changed.wait(LONGEST_PAUSE_S - SHORTEST_PAUSE_S)
            self._changed.clear()
            if not self._over.is_set():
                self._draw()

    def _draw(self) -> None:
        assert self._picture is not None
        assert self._live is not None
        with self._lock:
            width, height = self._console.size
            drawn = drawing(self._picture, datetime.now(UTC), width, height)
        try:
            self._live.update(drawn, refresh=True)
        except OSError:
            self._over.set()

    def _print(self, line: str) -> None:
        try:
            self._console.print(line, markup=False, soft_wrap=True)
        except OSError:
            self._over.set()


def _stays(event: AnyEvent) -> bool:
    """Whether people must still see it when the table is gone."""
    if isinstance(event, JobEnded):
        return event.result.status not in (JobStatus.COMPLETED, JobStatus.CANCELLED)
    is_usual = isinstance(event, BatchStarted | BatchCompleted)
    return isinstance(event, BatchNotice | CommandApplied) or (event.batch_change is not None and not is_usual)
