"""Axes with round ticks, whatever the values."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image_velocimetry_tools.batch.reports.svg import Diagram, fixed_axis, seconds_of, time_axis, value_axis

values = st.lists(st.floats(-1e6, 1e6).map(lambda v: round(v, 4)), min_size=1, max_size=20)


@given(values)
def test_that_an_axis_holds_its_values_with_few_distinct_ticks(given_values):
    axis = value_axis(given_values, 10.0, 400.0, "x")
    assert axis.low <= min(given_values) + 1e-9 * (axis.high - axis.low)
    assert axis.high >= max(given_values) - 1e-9 * (axis.high - axis.low)
    assert 2 <= len(axis.ticks) <= 9
    labels = [text for _, text in axis.ticks]
    assert len(set(labels)) == len(labels)
    for value, text in axis.ticks:
        assert float(text.replace("−", "-")) == pytest.approx(value, abs=1e-6 * (axis.high - axis.low))
        assert 10.0 - 1e-6 <= axis.px(value) <= 400.0 + 1e-6


def test_that_values_that_are_not_finite_do_not_count():
    axis = value_axis([math.nan, 1.0, math.inf, 3.0], 0.0, 100.0, "x")
    assert (axis.low, axis.high) == (1.0, 3.0)
    assert value_axis([math.nan], 0.0, 100.0, "x").ticks


def test_that_a_fixed_axis_keeps_its_ends():
    axis = fixed_axis(0.3, 9.7, 0.0, 100.0, "x")
    assert (axis.low, axis.high) == (0.3, 9.7)
    assert all(0.3 <= value <= 9.7 for value, _ in axis.ticks)


@given(st.integers(0, 40 * 365 * 24 * 60), st.datetimes(datetime(1990, 1, 1), datetime(2060, 1, 1)))
def test_that_a_time_axis_has_readable_ticks_for_minutes_and_for_decades(minutes, start):
    moments = [start, start + timedelta(minutes=minutes)]
    axis = time_axis(moments, 0.0, 800.0, "time")
    assert 1 <= len(axis.ticks) <= 8
    assert len({text for _, text in axis.ticks}) == len(axis.ticks)
    assert all(0.0 <= axis.px(seconds_of(moment)) <= 800.0 for moment in moments)


def test_that_the_zone_of_a_time_does_not_move_it():
    assert seconds_of(datetime(2020, 1, 1, 12, tzinfo=UTC)) == seconds_of(datetime(2020, 1, 1, 12))


def test_that_texts_in_a_diagram_are_escaped():
    diagram = Diagram(10.0, 10.0, 'a "label" <b>')
    diagram.text((0.0, 0.0), "<&>", "tick")
    diagram.mark((1.0, 1.0), "circle", "good", hint="<i>")
    assert "<&>" not in diagram.svg()
    assert "<i>" not in diagram.svg()
    assert "<b>" not in diagram.svg()
