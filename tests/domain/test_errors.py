"""Errors that tell lengths in the units that the user reads."""

from __future__ import annotations

import pickle

import pytest

from image_velocimetry_tools.domain.errors import IvyError, Problem, SectionError, lengths_told_in
from image_velocimetry_tools.domain.units import ENGLISH, METRIC

FOOT = Problem.of_lengths("the level is {}, {} too high", (0.3048, 3.048), where="survey", remedy="Check it")


def test_that_lengths_are_metres_until_units_are_known() -> None:
    assert str(FOOT) == "survey: the level is 0.305 m, 3.048 m too high. Check it."
    assert str(FOOT.in_units(ENGLISH)) == "survey: the level is 1.000 ft, 10.000 ft too high. Check it."
    assert FOOT.in_units(ENGLISH).in_units(METRIC) == FOOT


def test_that_a_problem_without_lengths_stays_as_it_is() -> None:
    plain = Problem("it is {broken}")
    assert plain.in_units(ENGLISH) is plain


def test_that_an_error_is_told_in_the_units_of_whoever_raises_it_on() -> None:
    with pytest.raises(SectionError, match=r"1\.000 ft") as caught, lengths_told_in(ENGLISH):
        raise SectionError.from_problems([FOOT])
    again = pickle.loads(pickle.dumps(caught.value))
    assert str(again) == str(caught.value) == str(FOOT.in_units(ENGLISH))


def test_that_other_errors_pass() -> None:
    with pytest.raises(IvyError, match=r"^nothing\.$"), lengths_told_in(ENGLISH):
        raise IvyError("nothing")
    with pytest.raises(ValueError, match="odd"), lengths_told_in(ENGLISH):
        raise ValueError("odd")
