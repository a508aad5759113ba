"""From the traces that a process left to the cause of its end, in words with figures."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass

from ...plugins.executors import ExitCause
from .json_lines import JsonObject

_FROM_OUTSIDE = frozenset(
    number for name in ("SIGKILL", "SIGTERM", "SIGHUP", "SIGINT", "SIGXCPU") if (number := getattr(signal, name, None))
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about an ended process.

    ``report`` is its own last word, None if it had none. ``is_cancelled`` and ``last_signal`` tell what we did to it.
    """

    report: JsonObject | None
    exit_code: int | None
    is_cancelled: bool = False
    last_signal: int | None = None
    is_lost: bool = False
    peak_memory_bytes: int | None = None
    detail: str = ""


def cause_of(evidence: Evidence, was_out_of_memory: Callable[[], bool]) -> tuple[ExitCause, str]:
    """The cause and a sentence about it.

    A value that arrived counts, whatever happened to the process afterwards. ``was_out_of_memory`` is asked only
    about a process that was killed by somebody else.
    """
    report = evidence.report or {}
    if "value" in report:
        return ExitCause.FINISHED, ""
    if evidence.is_cancelled:
        return ExitCause.CANCELLED, _way_of_cancelling(evidence)
    if "raised" in report:
        wants_memory = report["kind"] == "out_of_memory"
        return (ExitCause.OUT_OF_MEMORY if wants_memory else ExitCause.RAISED), report["raised"]
    if evidence.is_lost:
        return ExitCause.LOST, evidence.detail
    if evidence.exit_code is None:
        return ExitCause.CRASHED, evidence.detail
    return _cause_of_death(evidence, was_out_of_memory)


def _cause_of_death(evidence: Evidence, was_out_of_memory: Callable[[], bool]) -> tuple[ExitCause, str]:
    code = evidence.exit_code or 0
    used = _used(evidence.peak_memory_bytes)
    if code >= 0:
        return ExitCause.CRASHED, f"the process exited with code {code} and left no result{used}"
    if code == -getattr(signal, "SIGKILL", 0) and was_out_of_memory():
        return ExitCause.OUT_OF_MEMORY, f"the system killed the process for want of memory{used}"
    if -code in _FROM_OUTSIDE:
        return ExitCause.KILLED, f"the process was ended from outside by signal {_signal_name(-code)}{used}"
    return ExitCause.CRASHED, f"the process was ended by signal {_signal_name(-code)}{used}"


def _way_of_cancelling(evidence: Evidence) -> str:
    if evidence.last_signal is None or (evidence.report is not None):
        return "it stopped when it was asked to"
    return f"it was ended by signal {_signal_name(evidence.last_signal)}"


def _signal_name(number: int) -> str:
    try:
        name = signal.Signals(number).name
    except ValueError:
        return str(number)
    return f"{name} ({(signal.strsignal(number) or name).lower()})"


def _used(peak_memory_bytes: int | None) -> str:
    return "" if peak_memory_bytes is None else f"; it used up to {peak_memory_bytes / 1e6:.0f} MB"
