"""Which unsuccessful attempts are worth another, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ...plugins.executors import ExitCause

LONGEST_DELAY_S = 900.0
_PASSING = (ExitCause.KILLED, ExitCause.CRASHED, ExitCause.LOST, ExitCause.OUT_OF_MEMORY)


@dataclass(frozen=True, slots=True)
class Retry:
    """Another attempt, not before a time; alone and with more memory after one that ran out of it."""

    not_before: datetime
    reason: str
    runs_alone: bool = False
    memory_bytes: int | None = None


def may_pass(cause: ExitCause) -> bool:
    """Whether the end of an attempt that brought no value can have had a passing cause."""
    return cause in _PASSING


def retry_after(
    now: datetime,
    *,
    retries: int,
    most: int,
    delay_s: float,
    reason: str,
    reserved_bytes: int | None = None,
    ran_alone: bool = False,
    out_of_memory: bool = False,
) -> Retry | None:
    """The next attempt after one with a passing cause; None if there have been enough.

    The delay doubles with every retry. A job that ran out of memory gets one more attempt, alone and with twice the
    memory reserved; if that is not enough either, no further one helps.

    Parameters
    ----------
    retries, most
        Automatic retries so far, and how many there may be.
    """
    if retries >= most or (out_of_memory and ran_alone):
        return None
    delay = min(delay_s * 2.0**retries, LONGEST_DELAY_S)
    memory = 2 * reserved_bytes if out_of_memory and reserved_bytes else None
    text = f"{reason}; retry {retries + 1} of {most}"
    return Retry(now + timedelta(seconds=delay), text, runs_alone=out_of_memory, memory_bytes=memory)
