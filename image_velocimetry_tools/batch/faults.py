"""Points at which tests end the program as a power cut would.

``IVYTOOLS_FAULT=name`` or ``name:3`` (at the third time the point is passed) makes the process that passes it kill
itself. Nothing else in the program depends on it.
"""

from __future__ import annotations

import os
import signal
from enum import StrEnum

VARIABLE = "IVYTOOLS_FAULT"
_passed: dict[str, int] = {}


class Fault(StrEnum):
    """Every point, in the order of a batch's life."""

    BATCH_CREATED = "batch_created"
    BATCH_STARTED = "batch_started"
    BEFORE_START_RECORDED = "before_start_recorded"
    START_RECORDED = "start_recorded"
    ATTEMPT_STARTED = "attempt_started"
    OUTPUTS_WRITTEN = "outputs_written"
    BEFORE_RENAME = "before_rename"
    OLD_MOVED = "old_moved"
    RENAMED = "renamed"
    BEFORE_END_RECORDED = "before_end_recorded"
    END_RECORDED = "end_recorded"
    BEFORE_SUMMARY = "before_summary"
    SUMMARY_WRITTEN = "summary_written"
    BEFORE_BATCH_END = "before_batch_end"
    BATCH_ENDED = "batch_ended"


def fault_point(point: Fault) -> None:
    """End the process here if a test wants it."""
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    name, _, which = wanted.partition(":")
    if name != point.value:
        return
    _passed[name] = _passed.get(name, 0) + 1
    if _passed[name] == int(which or 1):
        _die()


def _die() -> None:
    if os.name == "nt":
        os._exit(137)
    os.kill(os.getpid(), signal.SIGKILL)
