"""What becomes of the ways in which a command can end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from recorded_view import RecordedView

from image_velocimetry_tools.batch.controllers.guarded import guarded
from image_velocimetry_tools.domain.errors import Cancelled, IvyError, Problem


def raising(error: BaseException) -> Callable[[], int]:
    def command() -> int:
        raise error

    return command


def test_that_a_command_answers_its_own_code() -> None:
    view = RecordedView()
    assert guarded(view, lambda: 3) == 3
    assert view.problems == []


def test_that_each_problem_of_an_error_is_a_line() -> None:
    view = RecordedView()
    error = IvyError.from_problems([Problem("one", "here", "Mend it"), Problem("two")])
    assert guarded(view, raising(error)) == 2
    assert view.problems == ["here: one. Mend it.", "two."]


@pytest.mark.parametrize(("error", "word"), [(Cancelled(), "Cancelled"), (KeyboardInterrupt(), "Interrupted")])
def test_that_a_cancelled_command_says_so(error: BaseException, word: str) -> None:
    view = RecordedView()
    assert guarded(view, raising(error)) == 130
    assert len(view.problems) == 1
    assert view.problems[0].startswith(word)


def test_that_a_defect_is_not_swallowed() -> None:
    with pytest.raises(ZeroDivisionError):
        guarded(RecordedView(), raising(ZeroDivisionError()))
