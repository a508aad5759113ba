"""Figures as text."""

from __future__ import annotations

import pytest

from image_velocimetry_tools.domain.units import ENGLISH, METRIC
from image_velocimetry_tools.services.measurement_report.shown import (
    LONGEST_FACT,
    Shown,
    number,
    or_dash,
    percent,
    significant,
)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.8622, "3.862"),
        (0.232, "0.2320"),
        (9.9996, "10.00"),
        (12345.6, "12350"),
        (-0.012345, "−0.01235"),
        (0.0, "0"),
        (None, "–"),
        (float("nan"), "–"),
    ],
)
def test_that_figures_have_four_digits(value: float | None, text: str) -> None:
    assert significant(value) == text


def test_that_what_rounds_to_zero_has_no_sign() -> None:
    assert number(-0.001) == "0.00"


def test_that_units_stand_with_figures_and_not_with_dashes() -> None:
    assert Shown(ENGLISH).discharge(1.0) == "35.31 ft³/s"
    assert Shown(METRIC).level(126.0) == "126.000 m"
    assert Shown(METRIC).level(None) == "–"
    assert Shown(ENGLISH).velocity(0.3048, bare=True) == "1.00"
    assert Shown(METRIC).fine_length(1e-14) == "0 m"
    assert percent(0.0923) == "9.2 %"


def test_that_long_facts_are_cut_visibly() -> None:
    assert or_dash("  ") == "–"
    assert or_dash("x" * 500) == "x" * LONGEST_FACT + "…"
