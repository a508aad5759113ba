"""The local executors that a worker keeps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from image_velocimetry_tools.builtins.executors.dask.worker_processes import borrowed_executor, close_idle_executors
from image_velocimetry_tools.builtins.executors.settings import LocalSettings

SETTINGS = LocalSettings(preload=False)


@pytest.fixture(autouse=True)
def _clean() -> Iterator[None]:
    yield
    close_idle_executors()


def test_that_an_executor_is_used_again() -> None:
    with borrowed_executor(SETTINGS) as first:
        pass
    with borrowed_executor(SETTINGS) as second:
        assert second is first


def test_that_attempts_at_a_time_have_an_executor_each() -> None:
    with borrowed_executor(SETTINGS) as first, borrowed_executor(SETTINGS) as second:
        assert second is not first


def test_that_other_settings_get_another_executor() -> None:
    with borrowed_executor(SETTINGS) as first:
        pass
    with borrowed_executor(LocalSettings(preload=False, kill_after_s=6.0)) as second:
        assert second is not first


def test_that_an_executor_is_not_used_after_a_failure() -> None:
    def fail() -> None:
        with borrowed_executor(SETTINGS) as executor:
            broken.append(executor)
            raise OSError("the connection broke")

    broken: list[object] = []
    with pytest.raises(OSError, match="broke"):
        fail()
    with borrowed_executor(SETTINGS) as second:
        assert second is not broken[0]


def test_that_closed_executors_are_not_used_again() -> None:
    with borrowed_executor(SETTINGS) as first:
        pass
    close_idle_executors()
    with borrowed_executor(SETTINGS) as second:
        assert second is not first
