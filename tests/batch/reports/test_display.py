"""Figures as people read them."""

from __future__ import annotations

import math

import pytest

from image_velocimetry_tools.batch.reports.display import Display, significant
from image_velocimetry_tools.domain.units import ENGLISH, METRIC


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (12345.6, "12350"), (123.456, "123.5"), (1.0, "1.000"), (-0.012345, "−0.01235"), (1e-9, "1.000e−09")],
)
def test_that_four_digits_are_shown(value, text):
    assert significant(value) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.001, "< 0.01 s"), (0.25, "0.25 s"), (5.04, "5.0 s"), (600, "10 min"), (7500, "2 h 05 min"), (None, "–")],
)
def test_that_a_duration_has_the_unit_that_suits_it(seconds, text):
    assert Display(METRIC).duration(seconds) == text


def test_that_display_units_come_first_and_si_beside_them():
    assert Display(ENGLISH).discharge_si(1.0) == "35.31 ft³/s (1.000 m³/s)"
    assert Display(METRIC).discharge_si(1.0) == "1.000 m³/s"
    assert Display(ENGLISH).level(96.99) == "318.209 ft"


@pytest.mark.parametrize("value", [None, math.nan, math.inf])
def test_that_a_missing_figure_is_a_dash(value):
    show = Display(METRIC)
    shown = (
        show.level(value),
        show.discharge(value),
        show.percent(value),
        show.signed_percent(value),
        show.share(value),
    )
    assert set(shown) == {"–"}
