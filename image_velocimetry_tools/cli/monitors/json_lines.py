"""Events for programs: one JSON object a line, written out at once."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Sequence
from typing import TextIO

from ...batch.store.records import BatchRecord, JobRecord, StoredEvent


class JsonLines:
    """Prints every event with its number in the log.

    A reader that goes away ends the printing, never the batch.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self.reader_is_gone = False

    def begin(self, batch: BatchRecord, jobs: Sequence[JobRecord]) -> None:
        """Nothing: only events are printed."""

    def event(self, stored: StoredEvent, jobs: Sequence[JobRecord]) -> None:
        """Print an event."""
        if self.reader_is_gone:
            return
        try:
            print(event_line(stored), file=self._out, flush=True)
        except OSError:
            self.reader_is_gone = True
            _discard_what_is_left(self._out)

    def close(self) -> None:
        """Nothing."""


def event_line(stored: StoredEvent) -> str:
    """An event as a line of ASCII: its number and type first, then what it says."""
    # pydantic writes figures that JSON does not have as null, json.dumps would write NaN
    content = json.loads(stored.event.model_dump_json())
    return json.dumps({"number": stored.number, "type": content.pop("type"), **content})


def _discard_what_is_left(out: TextIO) -> None:
    """Without this the interpreter would complain at its end that it cannot write it."""
    with contextlib.suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, out.fileno())
        finally:
            os.close(nowhere)
