"""What every executor has to do; subclass :class:`ExecutorContract` in the tests of yours.

.. code-block:: python

    class TestMyExecutor(ExecutorContract):
        def make_executor(self) -> Executor:
            return MyExecutor(MySettings(kill_after_s=0.5))

The attempts have to run on the machine of the test. Needs pytest and a POSIX system.
"""

from __future__ import annotations

import math
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from ..plugins.executors import (
    Attempt,
    AttemptEnded,
    AttemptMessage,
    AttemptProgress,
    AttemptStarted,
    Executor,
    ExitCause,
    WorkContext,
)
from . import attempt_work
from .lifeline import Lifeline


class ExecutorContract:
    """The properties. ``deadline_s`` bounds every wait; lengthen it for executors that are slow to start.

    :meth:`make_executor` should set the times of the executor's cancel ladder to a fraction of the deadline.
    """

    deadline_s: float = 30.0

    def make_executor(self) -> Executor:
        """A new executor, as the engine would make it."""
        raise NotImplementedError("a test of an executor says how to make it")

    @pytest.fixture(autouse=True)
    def _executor(self, tmp_path: Path) -> Iterator[None]:
        self.folder = tmp_path
        self.executor = self.make_executor()
        self.heard: list[AttemptMessage] = []
        self._lifelines: list[Lifeline] = []
        yield
        self.executor.close()
        for lifeline in self._lifelines:
            lifeline.close()

    @pytest.fixture
    def isolated(self) -> None:
        """Skip what an executor can only do in processes of its own."""
        if not self.executor.capabilities.is_isolated:
            pytest.skip("attempts of this executor are not isolated")

    def start(self, key: str, work: Callable[[WorkContext], Any]) -> None:
        """Start an attempt with a log of its own."""
        self.executor.start(Attempt(key, work, self.folder / f"{key}.log"))

    def lifeline(self, name: str = "lifeline") -> Lifeline:
        """A new lifeline, closed after the test."""
        self._lifelines.append(Lifeline(self.folder / name))
        return self._lifelines[-1]

    def listen_until(self, is_enough: Callable[[], object]) -> None:
        """Poll until what was heard is enough, or fail."""
        end_s = time.monotonic() + self.deadline_s
        while not is_enough():
            left_s = end_s - time.monotonic()
            assert left_s > 0, f"not within {self.deadline_s} s; heard {self.heard}"
            self.heard += self.executor.poll(min(left_s, 1.0))

    def ended(self, key: str) -> AttemptEnded:
        """Poll until an attempt has ended."""

        def ends() -> list[AttemptEnded]:
            return [message for message in self.heard if isinstance(message, AttemptEnded) and message.key == key]

        self.listen_until(ends)
        return ends()[0]

    def run(self, work: Callable[[WorkContext], Any], key: str = "only") -> AttemptEnded:
        """Start an attempt and poll until it has ended."""
        self.start(key, work)
        return self.ended(key)

    def start_held(self, work: Callable[[WorkContext], Any], lifeline: Lifeline, key: str = "only") -> None:
        """Start an attempt and wait until its work is under way."""
        self.start(key, work)
        self.listen_until(lambda: any(isinstance(m, AttemptStarted) and m.key == key for m in self.heard))
        assert lifeline.wait_until_held(self.deadline_s)

    # -- work that comes to its end

    @pytest.mark.parametrize("value", [None, 0, -1.5, "Q = 1,78 m³/s", [1, [2]], {"a": {"b": None}}, True])
    def test_that_the_value_comes_back(self, value: object) -> None:
        """JSON values arrive as they were."""
        ended = self.run(attempt_work.ReturnValue(value))
        assert (ended.cause, ended.value) == (ExitCause.FINISHED, value)

    def test_that_a_large_value_comes_back(self) -> None:
        """Larger than any buffer on the way."""
        value = ["a few words"] * 100_000
        assert self.run(attempt_work.ReturnValue(value)).value == value

    def test_that_a_value_that_is_no_number_comes_back(self) -> None:
        """Results hold NaN where nothing was measured."""
        assert math.isnan(self.run(attempt_work.ReturnValue(math.nan)).value)

    def test_that_an_attempt_starts_before_it_ends_once(self) -> None:
        """The start is told first, the end last and only once."""
        for key in ("a", "b", "c"):
            self.start(key, attempt_work.ReturnValue(key))
        for key in ("a", "b", "c"):
            assert self.ended(key).value == key
        self.heard += self.executor.poll(0.0)
        for key in ("a", "b", "c"):
            kinds = [type(message) for message in self.heard if message.key == key]
            assert kinds == [AttemptStarted, AttemptEnded]

    def test_that_attempts_come_one_after_another(self) -> None:
        """An executor goes on after an attempt, whatever became of it."""
        for number in range(5):
            assert self.run(attempt_work.ReturnValue(number), f"good {number}").value == number
            assert self.run(attempt_work.RaiseError(ValueError("no")), f"bad {number}").cause is ExitCause.RAISED

    def test_that_work_that_raises_is_told_with_the_reason(self) -> None:
        """Type and message in the detail, the traceback in the log."""
        ended = self.run(attempt_work.RaiseError(ValueError("the river is upside down")))
        assert ended.cause is ExitCause.RAISED
        assert "ValueError" in ended.detail
        assert "the river is upside down" in ended.detail
        assert any("Traceback" in line for line in ended.log_tail)

    def test_that_work_that_runs_out_of_memory_is_told_apart(self) -> None:
        """A limit of the process shows as MemoryError."""
        assert self.run(attempt_work.RaiseError(MemoryError())).cause is ExitCause.OUT_OF_MEMORY

    def test_that_a_value_that_json_cannot_hold_is_an_error(self) -> None:
        """It is not lost in silence."""
        assert self.run(attempt_work.ReturnValue({1, 2})).cause is ExitCause.RAISED

    def test_that_progress_arrives_in_order_and_thinned(self) -> None:
        """Every stage shows once at least; 300 calls are not 300 messages."""
        stages = ("decode", "measure", "output")
        ended = self.run(attempt_work.TellProgress(stages))
        told = [message for message in self.heard if isinstance(message, AttemptProgress)]
        assert tuple(stage for stage, _ in groupby(told, key=lambda message: message.stage)) == stages
        for _, group in groupby(told, key=lambda message: message.stage):
            fractions = [message.fraction for message in group]
            assert fractions == sorted(fractions)
        assert len(told) < 50
        assert self.heard[-1] is ended

    def test_that_two_attempts_run_at_a_time(self) -> None:
        """Each waits for the other."""
        slots = self.executor.slots()
        if slots is not None and slots < 2:
            pytest.skip("this executor runs one attempt at a time")
        pipe = self.folder / "door"
        os.mkfifo(pipe)
        self.start("writer", attempt_work.Meet(pipe, writes=True))
        self.start("reader", attempt_work.Meet(pipe, writes=False))
        assert self.ended("writer").value is True
        assert self.ended("reader").value is True

    # -- ending work

    def test_that_cancelled_work_stops(self) -> None:
        """It is asked, and nothing of it runs when that is told."""
        lifeline = self.lifeline()
        self.start_held(attempt_work.RunUntilCancelled(lifeline.path), lifeline)
        self.executor.cancel("only")
        assert self.ended("only").cause is ExitCause.CANCELLED
        assert lifeline.wait_until_released(0.5)

    def test_that_work_that_finishes_all_the_same_has_finished(self) -> None:
        """What came first counts: a result is not thrown away."""
        lifeline = self.lifeline()
        self.start_held(attempt_work.FinishWhenCancelled(lifeline.path), lifeline)
        self.executor.cancel("only")
        ended = self.ended("only")
        assert (ended.cause, ended.value) == (ExitCause.FINISHED, "finished all the same")

    def test_that_cancelling_twice_and_too_late_changes_nothing(self) -> None:
        """One end is told, and keys of the past are ignored."""
        lifeline = self.lifeline()
        self.start_held(attempt_work.RunUntilCancelled(lifeline.path), lifeline)
        self.executor.cancel("only")
        self.executor.cancel("only")
        self.ended("only")
        self.executor.cancel("only", at_once=True)
        self.heard += self.executor.poll(0.0)
        assert sum(isinstance(message, AttemptEnded) for message in self.heard) == 1

    def test_that_cancelling_an_unknown_attempt_is_ignored(self) -> None:
        """Nor does it harm the others."""
        self.executor.cancel("nobody")
        self.executor.cancel("nobody", at_once=True)
        assert self.run(attempt_work.ReturnValue(1)).value == 1

    def test_that_an_attempt_cancelled_right_after_its_start_ends(self) -> None:
        """There may be no process yet that could be asked."""
        lifeline = self.lifeline()
        self.start("only", attempt_work.RunUntilCancelled(lifeline.path))
        self.executor.cancel("only")
        assert self.ended("only").cause is ExitCause.CANCELLED

    @pytest.mark.usefixtures("isolated")
    @pytest.mark.parametrize("work", [attempt_work.HangUntilTerminated, attempt_work.IgnoreEverything])
    def test_that_work_that_does_not_listen_is_made_to_stop(self, work: Callable[[Path], Any]) -> None:
        """By SIGTERM, and if it ignores that by SIGKILL."""
        lifeline = self.lifeline()
        self.start_held(work(lifeline.path), lifeline)
        self.executor.cancel("only")
        assert self.ended("only").cause is ExitCause.CANCELLED
        assert lifeline.wait_until_released(0.5)

    @pytest.mark.usefixtures("isolated")
    def test_that_an_attempt_can_be_ended_at_once(self) -> None:
        """Without the steps between, also when those have begun."""
        lifeline = self.lifeline()
        self.start_held(attempt_work.IgnoreEverything(lifeline.path), lifeline)
        self.executor.cancel("only")
        self.executor.cancel("only", at_once=True)
        assert self.ended("only").cause is ExitCause.CANCELLED
        assert lifeline.wait_until_released(0.5)

    @pytest.mark.usefixtures("isolated")
    @pytest.mark.parametrize("returns", [True, False])
    def test_that_grandchildren_are_gone_with_the_attempt(self, returns: bool) -> None:
        """Whether the work returns or is cancelled."""
        lifeline = self.lifeline()
        self.start_held(attempt_work.LeaveGrandchild(lifeline.path, returns), lifeline)
        if not returns:
            self.executor.cancel("only", at_once=True)
        assert self.ended("only").cause is (ExitCause.FINISHED if returns else ExitCause.CANCELLED)
        assert lifeline.wait_until_released(0.5)

    def test_that_closing_ends_everything(self) -> None:
        """Nothing runs when it returns."""
        lifeline = self.lifeline()
        self.start_held(attempt_work.RunUntilCancelled(lifeline.path), lifeline)
        self.executor.close()
        assert lifeline.wait_until_released(0.5)

    @pytest.mark.usefixtures("isolated")
    def test_that_closing_ends_work_that_does_not_listen(self) -> None:
        """With its grandchildren."""
        deaf, parent = self.lifeline("deaf"), self.lifeline("parent")
        self.start_held(attempt_work.IgnoreEverything(deaf.path), deaf, "deaf")
        self.start_held(attempt_work.LeaveGrandchild(parent.path, returns=False), parent, "parent")
        self.executor.close()
        assert deaf.wait_until_released(0.5)
        assert parent.wait_until_released(0.5)

    # -- crashes

    @pytest.mark.usefixtures("isolated")
    @pytest.mark.parametrize(
        ("work", "cause", "word"),
        [
            (attempt_work.DieOfSegmentationFault(), ExitCause.CRASHED, "SIGSEGV"),
            (attempt_work.DieOfSignal(signal.SIGABRT), ExitCause.CRASHED, "SIGABRT"),
            (attempt_work.DieOfSignal(signal.SIGKILL), ExitCause.KILLED, "SIGKILL"),
            (attempt_work.DieOfSignal(signal.SIGTERM), ExitCause.KILLED, "SIGTERM"),
            (attempt_work.LeaveWithCode(7), ExitCause.CRASHED, "7"),
            (attempt_work.LeaveWithCode(0), ExitCause.CRASHED, "0"),
        ],
    )
    def test_that_a_death_is_told_with_its_cause(
        self, work: Callable[[WorkContext], Any], cause: ExitCause, word: str
    ) -> None:
        """And the next attempt runs as if nothing had been."""
        ended = self.run(work)
        assert ended.cause is cause
        assert word in ended.detail
        assert self.run(attempt_work.ReturnValue("unharmed"), "next").value == "unharmed"

    @pytest.mark.usefixtures("isolated")
    def test_that_a_death_harms_no_other_attempt(self) -> None:
        """Those that run meanwhile go on."""
        lifeline = self.lifeline()
        self.start_held(attempt_work.FinishWhenCancelled(lifeline.path), lifeline, "bystander")
        self.run(attempt_work.DieOfSegmentationFault(), "crash")
        self.executor.cancel("bystander")
        assert self.ended("bystander").cause is ExitCause.FINISHED

    @pytest.mark.usefixtures("isolated")
    def test_that_what_is_printed_goes_to_the_log(self) -> None:
        """From every level, and its end comes with the message."""
        ended = self.run(attempt_work.PrintLines(("first", "second")))
        log = (self.folder / "only.log").read_text()
        assert {"first", "second", "first (error)", "below Python"} <= set(log.splitlines())
        assert ended.log_tail[-1] == log.splitlines()[-1]

    # -- the engine's thread

    def test_that_a_poll_with_nothing_to_tell_returns_in_time(self) -> None:
        """It waits neither shorter nor much longer than it was told to."""
        began_s = time.monotonic()
        assert list(self.executor.poll(0.1)) == []
        assert 0.09 < time.monotonic() - began_s < 5.0

    def test_that_a_waiting_poll_can_be_woken(self) -> None:
        """From another thread, long before its time."""
        began_s = time.monotonic()
        waker = threading.Timer(0.05, self.executor.wake)
        waker.start()
        self.executor.poll(self.deadline_s)
        waker.join()
        assert time.monotonic() - began_s < self.deadline_s / 2

    def test_that_a_wake_before_the_poll_counts(self) -> None:
        """A signal may arrive between two polls."""
        began_s = time.monotonic()
        self.executor.wake()
        self.executor.poll(self.deadline_s)
        assert time.monotonic() - began_s < self.deadline_s / 2

    def test_that_starting_cancelling_and_measuring_do_not_wait_for_the_work(self) -> None:
        """The engine has other things to look after."""
        lifeline = self.lifeline()
        began_s = time.monotonic()
        self.start("only", attempt_work.RunUntilCancelled(lifeline.path))
        self.executor.memory_bytes()
        self.executor.cancel("only")
        assert time.monotonic() - began_s < 2.0
        self.ended("only")

    def test_that_memory_is_told_for_running_attempts_only(self) -> None:
        """More than nothing, less than the machine has."""
        lifeline = self.lifeline()
        self.start_held(attempt_work.RunUntilCancelled(lifeline.path), lifeline)
        measured = self.executor.memory_bytes()
        assert set(measured) <= {"only"}
        assert all(1e6 < used < 1e12 for used in measured.values())
        self.executor.cancel("only")
        self.ended("only")
        assert self.executor.memory_bytes() == {}
