"""The steps of ending a process."""

from __future__ import annotations

import signal

from image_velocimetry_tools.builtins.executors.cancel_ladder import CancelLadder


def test_that_nothing_is_due_before_the_request() -> None:
    ladder = CancelLadder(5.0, 15.0)
    assert ladder.next_step_s is None
    assert ladder.due_signal(1e9) is None


def test_that_the_steps_come_at_their_times_and_the_last_one_again() -> None:
    ladder = CancelLadder(5.0, 15.0)
    ladder.begin(100.0)
    steps = {now_s: number for now_s in range(100, 130) if (number := ladder.due_signal(float(now_s))) is not None}
    assert steps == {105: signal.SIGTERM, 115: signal.SIGKILL, 120: signal.SIGKILL, 125: signal.SIGKILL}


def test_that_a_request_repeated_does_not_put_off_the_end() -> None:
    ladder = CancelLadder(5.0, 15.0)
    ladder.begin(100.0)
    ladder.begin(104.0)
    assert ladder.due_signal(105.0) is signal.SIGTERM
    ladder.begin(106.0)
    assert ladder.next_step_s == 115.0


def test_that_force_needs_no_steps_before_and_overtakes_them() -> None:
    ladder = CancelLadder(5.0, 15.0)
    ladder.begin(100.0, at_once=True)
    assert ladder.due_signal(100.0) is signal.SIGKILL
    overtaken = CancelLadder(5.0, 15.0)
    overtaken.begin(100.0)
    overtaken.begin(101.0, at_once=True)
    assert overtaken.due_signal(101.0) is signal.SIGKILL
    overtaken.begin(102.0)
    assert overtaken.next_step_s == 106.0


def test_that_only_the_strongest_of_several_due_signals_is_sent() -> None:
    ladder = CancelLadder(5.0, 15.0)
    ladder.begin(100.0)
    assert ladder.due_signal(200.0) is signal.SIGKILL
    assert ladder.last_signal is signal.SIGKILL
