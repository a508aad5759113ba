"""How long the rest takes, and how fast it goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.batch.engine.estimates import JobEstimate
from image_velocimetry_tools.batch.engine.eta import JobUnderWay, Throughput, eta

times = st.floats(0.01, 1e4)


def learned(time_s: float, spread: float = 0.1) -> JobEstimate:
    return JobEstimate(0, time_s, 0, is_learned=True, time_spread=spread)


def unknown(time_s: float) -> JobEstimate:
    return JobEstimate(0, time_s, 0)


estimates = st.lists(times.map(learned), max_size=20)
under_way = st.lists(st.builds(JobUnderWay, times.map(learned), times, st.floats(0.0, 1.0)), max_size=4)


def test_that_jobs_are_put_on_whichever_slot_is_free_first() -> None:
    # 10 | 4 then 5 (free at 4), then 3 (free at 9)
    found = eta([learned(10), learned(4), learned(5), learned(3)], [], 2, done=1, total=5)
    assert found is not None
    assert found.seconds == pytest.approx(12.0)


def test_that_running_jobs_hold_their_slots_until_they_end() -> None:
    running = [JobUnderWay(learned(10), 4.0), JobUnderWay(learned(10), 8.0)]
    found = eta([learned(10)], running, 2, done=1, total=4)
    assert found is not None
    assert found.seconds == pytest.approx(12.0)


def test_that_slots_which_were_taken_away_are_not_filled_again() -> None:
    running = [JobUnderWay(learned(10), 0.0), JobUnderWay(learned(20), 0.0)]
    found = eta([learned(5)], running, 1, done=1, total=4)
    assert found is not None
    assert found.seconds == pytest.approx(25.0)


@pytest.mark.parametrize(
    ("done", "fraction", "is_shown"),
    [(0, 0.0, False), (4, 0.0, False), (4, 0.9, False), (5, 0.0, True), (4, 1.0, True)],
)
def test_that_nothing_is_shown_before_it_means_something(done: int, fraction: float, is_shown: bool) -> None:
    running = [JobUnderWay(unknown(10), 1.0, fraction)]
    found = eta([unknown(10)] * (99 - done), running, 2, done=done, total=100)
    assert (found is not None) is is_shown


def test_that_one_finished_job_of_the_class_is_enough() -> None:
    assert eta([learned(10)] * 999, [], 2, done=1, total=1000) is not None


def test_that_a_finished_job_of_a_small_class_is_not() -> None:
    assert eta([learned(1)] * 10 + [unknown(100)] * 990, [], 2, done=1, total=1001) is None


def test_that_a_batch_that_cannot_start_jobs_has_no_end() -> None:
    assert eta([learned(1)], [], 0, done=5, total=6) is None


def test_that_nothing_is_left_when_all_is_done() -> None:
    found = eta([], [], 2, done=5, total=5)
    assert found is not None
    assert (found.seconds, found.low_s, found.high_s) == (0.0, 0.0, 0.0)


def test_that_a_job_far_on_its_way_tells_its_own_pace() -> None:
    assert JobUnderWay(learned(10), 30.0, 0.9).remaining_s == pytest.approx(0.9 * 30 / 9, rel=0.01)
    assert JobUnderWay(learned(10), 2.0, 0.0).remaining_s == pytest.approx(8.0)


def test_that_a_job_that_is_late_is_not_said_to_be_through() -> None:
    assert JobUnderWay(learned(10), 30.0, 0.0).remaining_s == pytest.approx(10.0)


def test_that_the_range_is_narrower_for_what_is_known() -> None:
    known = eta([learned(10)] * 50, [], 2, done=10, total=60)
    guessed = eta([unknown(10)] * 50, [], 2, done=10, total=60)
    assert known is not None
    assert guessed is not None
    assert known.high_s - known.low_s < 0.5 * (guessed.high_s - guessed.low_s)


@given(estimates, under_way, st.integers(1, 8))
def test_that_the_range_holds_the_figure_and_the_figure_is_possible(
    pending: list[JobEstimate], running: list[JobUnderWay], slots: int
) -> None:
    found = eta(pending, running, slots, done=1, total=1 + len(pending) + len(running))
    assert found is not None
    assert 0.0 <= found.low_s <= found.seconds <= found.high_s
    left_s = [job.remaining_s for job in running]
    work_s, longest_s = sum(left_s) + sum(e.time_s for e in pending), max([*left_s, *(e.time_s for e in pending), 0.0])
    assert found.seconds >= max(longest_s, work_s / max(slots, len(running))) * (1 - 1e-9)
    assert found.seconds <= work_s * (1 + 1e-9)


@given(estimates, st.integers(1, 8))
def test_that_list_scheduling_keeps_its_bound(pending: list[JobEstimate], slots: int) -> None:
    found = eta(pending, [], slots, done=1, total=1 + len(pending))
    assert found is not None
    work_s, longest_s = sum(e.time_s for e in pending), max((e.time_s for e in pending), default=0.0)
    # Graham (1966): at most (2 - 1/m) of the best schedule, which needs at least the mean load and the longest job
    assert found.seconds <= (work_s - longest_s) / slots + longest_s + 1e-6


def test_that_there_is_no_rate_before_the_first_job_ended() -> None:
    assert Throughput(0.0).jobs_per_minute(100.0) is None


def test_that_steady_jobs_give_their_rate() -> None:
    speed = Throughput(0.0)
    for number in range(1, 1001):
        speed.finished(2.0 * number)
    assert speed.jobs_per_minute(2000.0) == pytest.approx(30.0)


def test_that_the_rate_follows_a_change_within_the_window() -> None:
    speed = Throughput(0.0, window_s=60.0)
    for number in range(1, 101):
        speed.finished(1.0 * number)
    for number in range(1, 31):
        speed.finished(100.0 + 6.0 * number)
    assert speed.jobs_per_minute(280.0) == pytest.approx(10.0, rel=0.1)


def test_that_jobs_longer_than_the_window_have_a_rate() -> None:
    speed = Throughput(0.0, window_s=60.0)
    for number in range(1, 9):
        speed.finished(600.0 * number)
    assert speed.jobs_per_minute(4800.0) == pytest.approx(0.1)


def test_that_a_standstill_lowers_the_rate() -> None:
    speed = Throughput(0.0, window_s=60.0)
    speed.finished(10.0)
    assert speed.jobs_per_minute(20.0) == pytest.approx(3.0)
    assert speed.jobs_per_minute(600.0) == pytest.approx(0.1)


def test_that_what_is_remembered_is_bounded() -> None:
    speed = Throughput(0.0, window_s=1e9)
    for number in range(1, 10_001):
        speed.finished(0.1 * number)
    assert speed.jobs_per_minute(1000.0) == pytest.approx(600.0)
    assert len(speed._ends_s) <= 2000
