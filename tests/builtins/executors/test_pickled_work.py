"""Work on its way into another process."""

from __future__ import annotations

import os
import sys

import pytest

from image_velocimetry_tools.builtins.executors.pickled_work import PickledWork
from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.testing.attempt_work import ReturnValue


def test_that_work_arrives_with_its_surroundings() -> None:
    arrived = PickledWork.from_bytes(PickledWork.of(ReturnValue("line\nbreak"), 3).as_bytes())
    assert arrived.unpickled() == ReturnValue("line\nbreak")
    assert (arrived.threads, arrived.directory, arrived.module_path) == (3, os.getcwd(), sys.path)


def test_that_an_attempt_has_one_thread_at_least() -> None:
    assert PickledWork.of(ReturnValue(), 0).threads == 1


@pytest.mark.parametrize("part", [sys.stdout, lambda: None, (step for step in [])], ids=["file", "lambda", "steps"])
def test_that_work_that_cannot_travel_is_refused_with_a_remedy(part: object) -> None:
    with pytest.raises(IvyError, match="choose the executor 'inline'"):
        PickledWork.of(ReturnValue(part), 1)


def test_that_work_of_the_script_itself_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ReturnValue, "__module__", "__main__")
    with pytest.raises(IvyError, match="ReturnValue is defined in the script that was started"):
        PickledWork.of(ReturnValue(), 1)
