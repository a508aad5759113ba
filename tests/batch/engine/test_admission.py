"""Which job may start, which never, and which must go."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.batch.engine.admission import AdmissionPolicy, Demand, RunningJob, threads_per_job
from image_velocimetry_tools.batch.engine.estimates import JobEstimate

MB = 1_000_000
PLENTY = 10**15
POLICY = AdmissionPolicy(slots=4, memory_limit_bytes=1000 * MB)

demands = st.builds(Demand, st.integers(0, 2000 * MB), st.booleans())
sizes = st.integers(0, 1200 * MB)
running_jobs = st.lists(st.tuples(sizes, sizes, st.booleans(), st.booleans()), max_size=6).map(
    lambda rows: [RunningJob(str(number), *row) for number, row in enumerate(rows)]
)


def running(*reserved_mb: int, measured_mb: int = 0) -> list[RunningJob]:
    return [RunningJob(str(number), mb * MB, measured_mb * MB) for number, mb in enumerate(reserved_mb)]


def needs(megabytes: int) -> JobEstimate:
    return JobEstimate(megabytes * MB, 1.0, 0)


def test_that_a_job_larger_than_the_limit_is_refused_with_the_figures() -> None:
    problem = POLICY.refusal(needs(1001), "job flood")
    assert problem is not None
    assert str(problem).startswith("job flood: it needs about 1.0 GB of memory, and no more than 1.0 GB may be used.")
    assert problem.remedy


def test_that_a_job_as_large_as_the_limit_is_not_refused() -> None:
    assert POLICY.refusal(needs(1000)) is None


def test_that_jobs_start_until_four_fifths_of_the_memory_are_given_out() -> None:
    assert POLICY.may_start(Demand(400 * MB), running(200, 200), PLENTY).ok
    refused = POLICY.may_start(Demand(401 * MB), running(200, 200), PLENTY)
    assert (refused.ok, refused.is_final) == (False, False)
    assert refused.reason == "the jobs may use 800 MB of memory together"


def test_that_a_job_that_uses_more_than_it_reserved_counts_with_what_it_uses() -> None:
    assert POLICY.may_start(Demand(300 * MB), running(200), PLENTY).ok
    assert not POLICY.may_start(Demand(300 * MB), running(200, measured_mb=600), PLENTY).ok


def test_that_no_more_jobs_start_than_there_are_slots() -> None:
    decision = POLICY.may_start(Demand(1), running(1, 1, 1, 1), PLENTY)
    assert (decision.ok, decision.reason) == (False, "4 of 4 jobs run")


def test_that_memory_which_running_jobs_have_yet_to_take_is_not_given_twice() -> None:
    assert POLICY.may_start(Demand(100 * MB), running(200, measured_mb=200), 150 * MB).ok
    decision = POLICY.may_start(Demand(100 * MB), running(200, measured_mb=100), 150 * MB)
    assert decision.reason == "only 150 MB of memory are free on this machine"


def test_that_one_job_runs_however_full_the_machine_is() -> None:
    assert POLICY.may_start(Demand(950 * MB), [], available_bytes=0).ok


def test_that_waiting_does_not_help_a_job_that_grew_beyond_the_limit() -> None:
    decision = POLICY.may_start(Demand(1200 * MB), [], PLENTY)
    assert (decision.ok, decision.is_final) == (False, True)
    assert "1.2 GB of 1.0 GB" in decision.reason


def test_that_a_job_on_its_last_chance_waits_until_it_is_alone_and_keeps_others_out() -> None:
    last = Demand(100 * MB, runs_alone=True)
    assert not POLICY.may_start(last, running(100), PLENTY).ok
    assert POLICY.may_start(last, [], PLENTY).ok
    assert not POLICY.may_start(Demand(1), [RunningJob("last", 100 * MB, runs_alone=True)], PLENTY).ok


def test_that_a_job_that_ran_out_of_memory_asks_for_twice_as_much_and_can_always_start_alone() -> None:
    assert POLICY.after_out_of_memory(300 * MB) == Demand(600 * MB, runs_alone=True)
    most = POLICY.after_out_of_memory(700 * MB)
    assert most == Demand(1000 * MB, runs_alone=True)
    assert POLICY.may_start(most, [], 0).ok


@given(demands, running_jobs, st.integers(0, 2000 * MB))
def test_that_what_is_admitted_beside_others_fits(demand: Demand, jobs: list[RunningJob], available: int) -> None:
    if jobs and POLICY.may_start(demand, jobs, available).ok:
        assert len(jobs) < POLICY.slots
        assert sum(job.committed_bytes for job in jobs) + demand.memory_bytes <= 0.8 * POLICY.memory_limit_bytes
        assert sum(job.growth_bytes for job in jobs) + demand.memory_bytes <= available
        assert not any(job.runs_alone for job in jobs)


@given(demands, running_jobs, st.integers(0, 2000 * MB))
def test_that_a_refusal_has_a_reason_and_is_final_only_when_nothing_runs(
    demand: Demand, jobs: list[RunningJob], available: int
) -> None:
    decision = POLICY.may_start(demand, jobs, available)
    assert decision.ok or decision.reason
    assert not (decision.is_final and jobs)
    assert jobs or decision.ok or decision.is_final


def test_that_nobody_is_ended_while_there_is_enough() -> None:
    assert POLICY.victim([RunningJob("a", 100 * MB, 500 * MB), RunningJob("b", 100 * MB, 449 * MB)]) is None
    assert POLICY.victim([]) is None


def test_that_the_largest_job_beyond_its_reservation_is_ended() -> None:
    honest, greedy = RunningJob("honest", 600 * MB, 590 * MB), RunningJob("greedy", 100 * MB, 250 * MB)
    small = RunningJob("small", 50 * MB, 110 * MB)
    assert POLICY.victim([honest, greedy, small]) == "greedy"


def test_that_the_largest_is_ended_if_all_keep_to_their_reservations() -> None:
    assert POLICY.victim([RunningJob("a", 600 * MB, 500 * MB), RunningJob("b", 500 * MB, 460 * MB)]) == "a"


def test_that_a_second_job_is_not_ended_while_the_first_gives_its_memory_back() -> None:
    jobs = [RunningJob("a", 100 * MB, 600 * MB, is_ending=True), RunningJob("b", 100 * MB, 400 * MB)]
    assert POLICY.victim(jobs) is None


@given(running_jobs)
def test_that_a_victim_runs_and_is_over_its_budget_if_any_is(jobs: list[RunningJob]) -> None:
    victim = POLICY.victim(jobs)
    if victim is not None:
        (job,) = [job for job in jobs if job.key == victim]
        over = [job for job in jobs if job.measured_bytes > job.reserved_bytes]
        assert job in (over or jobs)


@pytest.mark.parametrize(("cores", "jobs", "threads"), [(2, 1, 2), (2, 2, 1), (8, 3, 2), (2, 5, 1), (4, 0, 4)])
def test_that_cores_are_shared_out(cores: int, jobs: int, threads: int) -> None:
    assert threads_per_job(cores, jobs) == threads
