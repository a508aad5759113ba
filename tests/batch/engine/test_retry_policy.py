"""Which attempts are worth another, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.batch.engine.retry_policy import LONGEST_DELAY_S, may_pass, retry_after
from image_velocimetry_tools.plugins.executors import ExitCause

NOW = datetime(2024, 5, 1, tzinfo=UTC)


def test_that_the_delay_doubles_with_every_retry() -> None:
    found = [retry_after(NOW, retries=n, most=3, delay_s=5.0, reason="it died") for n in range(4)]
    assert [retry and retry.not_before - NOW for retry in found] == [timedelta(seconds=s) for s in (5, 10, 20)] + [None]
    assert found[1] is not None
    assert found[1].reason == "it died; retry 2 of 3"


@given(retries=st.integers(0, 200), delay_s=st.floats(0.0, 1e4))
def test_that_no_delay_is_longer_than_the_longest(retries: int, delay_s: float) -> None:
    retry = retry_after(NOW, retries=retries, most=1000, delay_s=delay_s, reason="")
    assert retry is not None
    assert timedelta(0) <= retry.not_before - NOW <= timedelta(seconds=LONGEST_DELAY_S)


def test_that_out_of_memory_runs_alone_once_with_twice_the_memory() -> None:
    retry = retry_after(NOW, retries=0, most=3, delay_s=0.0, reason="", reserved_bytes=7, out_of_memory=True)
    assert retry is not None
    assert (retry.runs_alone, retry.memory_bytes) == (True, 14)
    assert retry_after(NOW, retries=1, most=3, delay_s=0.0, reason="", ran_alone=True, out_of_memory=True) is None


def test_that_only_causes_from_outside_can_pass() -> None:
    assert {cause for cause in ExitCause if may_pass(cause)} == {
        ExitCause.KILLED,
        ExitCause.CRASHED,
        ExitCause.LOST,
        ExitCause.OUT_OF_MEMORY,
    }
