"""Whose turn it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.batch.engine.admission import Decision
from image_velocimetry_tools.batch.engine.fairness import Candidate, Overtaking, Turns, fair_order

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def jobs(batch: str, owner: str, count: int, priority: int = 5) -> list[Candidate]:
    return [Candidate(batch, f"{batch}{number}", owner, priority, position=number) for number in range(count)]


def names(candidates: Sequence[Candidate], turns: Turns | None = None) -> list[str]:
    return [candidate.job_id for candidate in fair_order(candidates, turns or Turns(), NOW)]


# a batch has one owner and one priority
batches = st.lists(st.tuples(st.sampled_from("xyz"), st.integers(3, 6), st.integers(1, 6)), min_size=1, max_size=5)
waiting = batches.map(
    lambda rows: [job for number, row in enumerate(rows) for job in jobs("abcde"[number], row[0], row[2], row[1])]
)


def test_that_owners_take_turns_and_then_the_batches_of_an_owner() -> None:
    candidates = [*jobs("a", "ann", 3), *jobs("b", "ann", 3), *jobs("c", "bob", 3)]
    assert names(candidates) == ["a0", "c0", "b0", "c1", "a1", "c2", "b1", "a2", "b2"]


def test_that_a_batch_of_higher_priority_goes_first() -> None:
    assert names([*jobs("a", "ann", 2), *jobs("b", "bob", 2, priority=9)]) == ["b0", "b1", "a0", "a1"]


def test_that_jobs_of_a_batch_go_by_priority_and_then_by_position() -> None:
    first, second, third = jobs("a", "ann", 3)
    assert names([third, second, replace(first, job_priority=1)]) == ["a1", "a2", "a0"]


def test_that_a_retry_waits_for_its_time() -> None:
    first, second = jobs("a", "ann", 2)
    assert names([replace(first, not_before=LATER), second]) == ["a1"]
    assert names([replace(first, not_before=NOW), second]) == ["a0", "a1"]


def test_that_whoever_was_served_least_recently_is_next() -> None:
    turns = Turns()
    for candidate in (*jobs("a", "ann", 1), *jobs("b", "bob", 1)):
        turns.serve(candidate)
    turns.serve(jobs("a", "ann", 2)[1])
    assert names([*jobs("a", "ann", 1), *jobs("b", "bob", 1), *jobs("c", "cid", 1)], turns) == ["c0", "b0", "a0"]


def test_that_looking_at_the_order_changes_nothing() -> None:
    turns, candidates = Turns(), [*jobs("a", "ann", 2), *jobs("b", "bob", 2)]
    assert names(candidates, turns) == names(candidates, turns)


def test_that_a_batch_that_is_over_is_forgotten() -> None:
    turns = Turns()
    turns.serve(jobs("a", "ann", 1)[0])
    turns.forget(["a"], ["ann"])
    assert (turns.latest_of_batch("a"), turns.latest_of_owner("ann")) == (0, 0)


@given(waiting)
def test_that_every_job_that_may_start_is_served_once(candidates: list[Candidate]) -> None:
    assert Counter(names(candidates)) == Counter(candidate.job_id for candidate in candidates)


@given(waiting, st.randoms(use_true_random=False))
def test_that_the_order_does_not_depend_on_who_asked_first(candidates: list[Candidate], random: object) -> None:
    shuffled = list(candidates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert names(shuffled) == names(candidates)


@given(waiting)
def test_that_nobody_is_served_before_a_batch_of_higher_priority(candidates: list[Candidate]) -> None:
    priorities = [candidate.batch_priority for candidate in fair_order(candidates, Turns(), NOW)]
    assert priorities == sorted(priorities, reverse=True)


@given(waiting)
def test_that_no_owner_with_equal_right_is_served_twice_while_another_waits(candidates: list[Candidate]) -> None:
    equal = [replace(candidate, batch_priority=5) for candidate in candidates]
    left = Counter(candidate.owner for candidate in equal)
    since: dict[str, int] = dict.fromkeys(left, 0)
    for served in fair_order(equal, Turns(), NOW):
        left[served.owner] -= 1
        since[served.owner] = 0
        for owner in since:
            if owner != served.owner and left[owner]:
                since[owner] += 1
                assert since[owner] < len(since)


@given(waiting)
def test_that_serving_one_by_one_gives_the_same_order(candidates: list[Candidate]) -> None:
    turns, left, served = Turns(), list(candidates), []
    while left:
        candidate = next(fair_order(left, turns, NOW))
        turns.serve(candidate)
        left.remove(candidate)
        served.append(candidate.job_id)
    assert served == names(candidates)


def _fits(*job_ids: str):
    return lambda candidate: Decision(candidate.job_id in job_ids, "too large")


def test_that_a_job_that_fits_goes_before_one_that_does_not() -> None:
    chosen, decision = Overtaking().first_to_start(jobs("a", "ann", 3), _fits("a1", "a2"))
    assert chosen is not None
    assert (chosen.job_id, decision.ok) == ("a1", True)


def test_that_the_reason_is_that_of_the_first_if_none_fits() -> None:
    reasons = iter(["first", "second", "third"])
    chosen, decision = Overtaking().first_to_start(
        jobs("a", "ann", 3), lambda candidate: Decision(False, next(reasons))
    )
    assert (chosen, decision.reason) == (None, "first")


def test_that_a_large_job_is_overtaken_only_so_often() -> None:
    overtaking, started = Overtaking(most=3), []
    large, *small = jobs("a", "ann", 9)
    while small:
        chosen, _ = overtaking.first_to_start([large, *small], _fits(*(job.job_id for job in small)))
        if chosen is None:
            break
        small.remove(chosen)
        started.append(chosen.job_id)
    assert started == ["a1", "a2", "a3"]
    assert overtaking.first_to_start([large, *small], _fits("a0"))[0] == large


def test_that_a_job_that_can_never_start_is_handed_out_to_be_taken_away() -> None:
    first, second = jobs("a", "ann", 2)
    chosen, decision = Overtaking().first_to_start([first, second], lambda job: Decision(False, "never", True))
    assert chosen == first
    assert decision.is_final


def test_that_a_forgotten_batch_keeps_nobody_waiting() -> None:
    overtaking = Overtaking(most=1)
    candidates = jobs("a", "ann", 3)
    overtaking.first_to_start(candidates, _fits("a1"))
    assert overtaking.first_to_start(candidates, _fits("a2"))[0] is None
    overtaking.forget("a")
    assert overtaking.first_to_start(candidates, _fits("a2"))[0] == candidates[2]
