"""Room on the disk, before a batch and while it runs."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.batch.engine.disk_space import DiskSpace, DiskState
from image_velocimetry_tools.batch.engine.estimates import JobEstimate

MB = 1_000_000
DISK = DiskSpace(reserve_bytes=10 * MB)


def test_that_a_batch_that_does_not_fit_is_refused_with_the_figures() -> None:
    estimates = [JobEstimate(0, 1.0, 30 * MB)] * 10
    problem = DISK.refusal(estimates, 250 * MB, "results")
    assert problem is not None
    assert str(problem).startswith("results: the results need about 310 MB, 250 MB are free.")
    assert DISK.refusal(estimates, 310 * MB) is None


def test_that_a_disk_that_fills_pauses_the_batch_and_little_space_does_not_resume_it() -> None:
    seen, is_paused = [], False
    for free_mb in (100, 40, 30, 29, 31, 59, 60, 31):
        state = DISK.state(free_mb * MB, 20 * MB, is_paused=is_paused)
        is_paused = state is DiskState.PAUSE
        seen.append(is_paused)
    assert seen == [False, False, False, True, True, True, False, False]


@given(st.integers(0, 10**12), st.integers(0, 10**12), st.integers(0, 10**12), st.booleans())
def test_that_more_space_never_pauses(free: int, more: int, needed: int, is_paused: bool) -> None:
    if DISK.state(free, needed, is_paused=is_paused) is DiskState.OK:
        assert DISK.state(free + more, needed, is_paused=is_paused) is DiskState.OK


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_that_a_batch_that_resumes_does_not_pause_again_at_once(free: int, needed: int) -> None:
    if DISK.state(free, needed, is_paused=True) is DiskState.OK:
        assert DISK.state(free, needed) is DiskState.OK
        assert DISK.state(free - needed, needed) is DiskState.OK
