"""The number of jobs at a time when nobody says so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.batch.engine.admission import AdmissionPolicy, RunningJob
from image_velocimetry_tools.batch.engine.auto_slots import AutoSlots, auto_slots

MB = 1_000_000
POLICY = AdmissionPolicy(slots=99, memory_limit_bytes=1000 * MB)
JOB = 100 * MB
PLENTY = 10**15


def looks(slots: AutoSlots, available: int, times: int, running: int = 0) -> list[int]:
    jobs = [RunningJob(str(number), JOB, JOB) for number in range(running)]
    return [slots.look(POLICY, jobs, available, JOB) for _ in range(times)]


@pytest.mark.parametrize(
    ("cores", "memory_mb", "job_mb", "expected"), [(8, 800, 100, 8), (8, 800, 300, 2), (8, 800, 900, 1), (2, 800, 0, 2)]
)
def test_that_cores_and_memory_bound_the_number(cores: int, memory_mb: int, job_mb: int, expected: int) -> None:
    assert auto_slots(cores, memory_mb * MB, job_mb * MB) == expected


def test_that_free_memory_decides_how_many_there_are_at_first() -> None:
    assert AutoSlots.for_jobs(8, POLICY, PLENTY, JOB).slots == 8
    assert AutoSlots.for_jobs(8, POLICY, 350 * MB, JOB).slots == 3
    assert AutoSlots.for_jobs(8, POLICY, 0, JOB).slots == 1


def test_that_a_lack_of_memory_lowers_the_number_at_once() -> None:
    assert looks(AutoSlots(8, 6), 50 * MB, times=1, running=2) == [2]


def test_that_room_raises_it_one_by_one_and_only_when_it_lasts() -> None:
    assert looks(AutoSlots(4, 1), PLENTY, times=16) == [1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 4, 4]


def test_that_room_that_comes_and_goes_changes_nothing() -> None:
    slots = AutoSlots(4, 2)
    for _ in range(30):
        assert looks(slots, PLENTY, times=4) == [2] * 4
        assert looks(slots, 50 * MB, times=1, running=2) == [2]


def test_that_it_falls_back_after_a_lack_of_memory_and_comes_back_after_jobs_that_went_well() -> None:
    slots = AutoSlots(4, 4)
    slots.ran_out_of_memory()
    assert set(looks(slots, PLENTY, times=50)) == {3}
    for _ in range(20):
        slots.finished()
    assert looks(slots, PLENTY, times=10)[-1] == 4


def test_that_it_waits_twice_as_long_after_every_further_lack() -> None:
    slots, needed = AutoSlots(2, 2), []
    for _ in range(3):
        slots.ran_out_of_memory()
        finished = 0
        while looks(slots, PLENTY, times=5)[-1] < 2:
            slots.finished()
            finished += 1
        needed.append(finished)
    assert needed == [20, 40, 80]


def test_that_one_job_runs_after_whatever_happened() -> None:
    slots = AutoSlots(2, 2)
    for _ in range(5):
        slots.ran_out_of_memory()
    assert slots.slots == 1


@given(
    st.integers(1, 64),
    st.lists(st.one_of(st.just("memory"), st.just("well"), st.integers(0, 5000 * MB)), max_size=100),
)
def test_that_there_is_at_least_one_slot_and_at_most_one_for_each_core(cores: int, history: list[str | int]) -> None:
    slots = AutoSlots(cores, cores)
    for happened in history:
        before = slots.slots
        if happened == "memory":
            slots.ran_out_of_memory()
        elif happened == "well":
            slots.finished()
        else:
            slots.look(POLICY, [], int(happened), JOB)
        assert 1 <= slots.slots <= min(cores, before + 1)
