from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from image_velocimetry_tools.gui.models.faults import Fault, FaultReporter


class Told:
    """What a reporter tells."""

    def __init__(self, was_kept: bool | None = True) -> None:
        self.faults: list[Fault] = []
        self.said: list[str] = []
        self.posted: list[Callable[[], None]] = []
        self.reporter = FaultReporter(
            Path("/logs/ivytools.log"), lambda: was_kept, self.faults.append, self.said.append, self.posted.append
        )

    def fail(self) -> None:
        try:
            raise ZeroDivisionError("by nothing")
        except ZeroDivisionError as error:
            self.reporter.take(type(error), error, error.__traceback__)


def test_that_a_fault_is_told_with_the_log_and_that_the_work_was_kept() -> None:
    told = Told()
    told.fail()
    (fault,) = told.faults
    assert "/logs/ivytools.log" in fault.sentence
    assert "was kept" in fault.sentence
    assert "ZeroDivisionError: by nothing" in fault.details


@pytest.mark.parametrize(("was_kept", "words"), [(None, "Nothing is unsaved"), (False, "could not be kept")])
def test_that_nothing_is_claimed_that_was_not_done(was_kept: bool | None, words: str) -> None:
    told = Told(was_kept)
    told.fail()
    assert words in told.faults[0].sentence


def test_that_the_same_fault_again_shows_no_second_box() -> None:
    told = Told()
    for _ in range(3):
        told.fail()
    assert len(told.faults) == 1
    assert len(told.said) == 2


def test_that_a_fault_while_the_box_is_open_shows_no_box_over_it() -> None:
    told = Told()
    shown: list[Fault] = []

    def show(fault: Fault) -> None:
        shown.append(fault)
        try:
            raise KeyError("another")
        except KeyError as error:
            reporter.take(type(error), error, error.__traceback__)

    reporter = FaultReporter(Path("log"), lambda: None, show, told.said.append, told.posted.append)
    try:
        raise ValueError("first")
    except ValueError as error:
        reporter.take(type(error), error, error.__traceback__)
    assert len(shown) == 1


def test_that_a_fault_of_another_thread_is_told_in_the_window() -> None:
    told = Told()
    give_back = told.reporter.install()
    try:
        thread = threading.Thread(target=lambda: 1 // 0)
        thread.start()
        thread.join()
    finally:
        give_back()
    assert told.faults == []
    for function in told.posted:
        function()
    assert len(told.faults) == 1


def test_that_the_hooks_are_given_back() -> None:
    before = sys.excepthook, threading.excepthook
    Told().reporter.install()()
    assert (sys.excepthook, threading.excepthook) == before
