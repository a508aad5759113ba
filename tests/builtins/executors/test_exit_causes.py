"""Causes of an end from its traces."""

from __future__ import annotations

import signal

import pytest

from image_velocimetry_tools.builtins.executors.exit_causes import Evidence, cause_of
from image_velocimetry_tools.plugins.executors import ExitCause


def _never() -> bool:
    return False


def _always() -> bool:
    return True


@pytest.mark.parametrize(
    ("evidence", "cause"),
    [
        (Evidence({"value": None}, 0), ExitCause.FINISHED),
        (Evidence({"value": 1}, -signal.SIGKILL, is_cancelled=True, last_signal=9), ExitCause.FINISHED),
        (Evidence({"value": 1}, None, is_lost=True), ExitCause.FINISHED),
        (Evidence({"raised": "E: x", "kind": "raised"}, 0), ExitCause.RAISED),
        (Evidence({"raised": "Cancelled", "kind": "cancelled"}, 0), ExitCause.RAISED),
        (Evidence({"raised": "Cancelled", "kind": "cancelled"}, 0, is_cancelled=True), ExitCause.CANCELLED),
        (Evidence({"raised": "E: x", "kind": "raised"}, 0, is_cancelled=True), ExitCause.CANCELLED),
        (Evidence({"raised": "MemoryError", "kind": "out_of_memory"}, 0), ExitCause.OUT_OF_MEMORY),
        (Evidence(None, None, is_lost=True), ExitCause.LOST),
        (Evidence(None, None, is_lost=True, is_cancelled=True), ExitCause.CANCELLED),
        (Evidence(None, None, detail="no process could be started"), ExitCause.CRASHED),
        (Evidence(None, 0), ExitCause.CRASHED),
        (Evidence(None, 3), ExitCause.CRASHED),
        (Evidence(None, -signal.SIGBUS), ExitCause.CRASHED),
        (Evidence(None, -signal.SIGKILL), ExitCause.KILLED),
        (Evidence(None, -signal.SIGHUP), ExitCause.KILLED),
        (Evidence(None, -signal.SIGKILL, is_cancelled=True, last_signal=9), ExitCause.CANCELLED),
    ],
)
def test_that_the_first_valid_evidence_decides(evidence: Evidence, cause: ExitCause) -> None:
    assert cause_of(evidence, _never)[0] is cause


def test_that_only_a_kill_can_be_for_want_of_memory() -> None:
    assert cause_of(Evidence(None, -signal.SIGKILL), _always)[0] is ExitCause.OUT_OF_MEMORY
    assert cause_of(Evidence(None, -signal.SIGTERM), _always)[0] is ExitCause.KILLED
    assert cause_of(Evidence(None, -signal.SIGSEGV), _always)[0] is ExitCause.CRASHED
    assert (
        cause_of(Evidence(None, -signal.SIGKILL, is_cancelled=True, last_signal=9), _always)[0] is ExitCause.CANCELLED
    )


@pytest.mark.parametrize(
    ("evidence", "sentence"),
    [
        (
            Evidence(None, -signal.SIGSEGV, peak_memory_bytes=312_000_000),
            "the process was ended by signal SIGSEGV (segmentation fault); it used up to 312 MB",
        ),
        (Evidence(None, 3), "the process exited with code 3 and left no result"),
        (Evidence({"raised": "ValueError: no", "kind": "raised"}, 0), "ValueError: no"),
        (Evidence(None, -9, is_cancelled=True, last_signal=signal.SIGKILL), "it was ended by signal SIGKILL (killed)"),
        (
            Evidence({"raised": "Cancelled", "kind": "cancelled"}, 0, is_cancelled=True),
            "it stopped when it was asked to",
        ),
    ],
)
def test_that_the_sentence_has_the_figures(evidence: Evidence, sentence: str) -> None:
    assert cause_of(evidence, _never)[1] == sentence


def test_that_a_signal_without_a_name_is_told_by_its_number() -> None:
    assert "signal 40" in cause_of(Evidence(None, -40), _never)[1]
