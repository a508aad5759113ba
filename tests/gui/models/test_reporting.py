from __future__ import annotations

from datetime import date, time

import pytest

from image_velocimetry_tools.domain.errors import IvyError
from image_velocimetry_tools.domain.project import Reporting
from image_velocimetry_tools.domain.units import ENGLISH, METRIC
from image_velocimetry_tools.gui.models.reporting import (
    report_form,
    typed_date,
    typed_height_m,
    typed_number,
    typed_time,
)


@pytest.mark.parametrize("text", ["2024-05-04", "5/4/2024", " 05/04/2024 ", "4.5.2024"])
def test_that_dates_are_taken_in_the_usual_forms(text: str) -> None:
    assert typed_date(text) == date(2024, 5, 4)


@pytest.mark.parametrize("text", ["2024-02-30", "yesterday", "0024-05-04", "5/2024", "2024-05-04 10:00"])
def test_that_what_is_no_date_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(IvyError, match=r"not a date.*2024-05-14"):
        typed_date(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("8:05", time(8, 5)),
        (" 14:05 ", time(14, 5)),
        ("14:05:09", time(14, 5, 9)),
        ("2:05 PM", time(14, 5)),
        ("12:00 am", time(0, 0)),
        ("12:30pm", time(12, 30)),
    ],
)
def test_that_times_are_taken_in_the_usual_forms(text: str, expected: time) -> None:
    assert typed_time(text) == expected


@pytest.mark.parametrize("text", ["24:00", "8:60", "08:00:60", "13:00 pm", "0:10 am", "noon", "8", "8:5", "8:05x"])
def test_that_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(IvyError, match=r"not a time of day.*14:05"):
        typed_time(text)


def test_that_empty_fields_mean_not_known() -> None:
    assert typed_date(" ") is None
    assert typed_time("") is None
    assert typed_height_m(" ", METRIC) is None
    assert typed_number("") is None


@pytest.mark.parametrize(("text", "height_m"), [("97 m", 97.0), ("20 cm", 0.2), ("3 ft", 0.9144), ("10", 3.048)])
def test_that_a_gage_height_may_have_a_unit_of_its_own(text: str, height_m: float) -> None:
    assert typed_height_m(text, ENGLISH) == pytest.approx(height_m)


def test_that_a_gage_height_is_typed_in_display_units() -> None:
    assert typed_height_m("3.25", METRIC) == 3.25
    assert typed_height_m("3,25 m", METRIC) == 3.25
    assert typed_height_m("-10 ft", ENGLISH) == pytest.approx(-3.048)
    for text in ("high", "nan", "inf", "1.2.3"):
        with pytest.raises(IvyError, match=r"gage height.*ft"):
            typed_height_m(text, ENGLISH)


def test_that_a_measurement_has_a_number_of_up_to_four_digits() -> None:
    assert typed_number("0") == 0
    assert typed_number(" 0012 ") == 12
    assert typed_number("9999") == 9999
    for text in ("10000", "-1", "1.5", "twelve", "9" * 5000, "²"):
        with pytest.raises(IvyError, match="0 to 9999"):
            typed_number(text)


def test_that_the_form_shows_what_is_known_and_nothing_else() -> None:
    form = report_form(Reporting(), METRIC)
    texts = (form.measured_on, form.start_time, form.end_time, form.mid_time, form.gage_height, form.measurement_number)
    assert texts == ("",) * 6
    told = Reporting(
        station_name=" Alder Brook",
        measured_on=date(2024, 5, 4),
        start_time=time(23, 59),
        end_time=time(0, 2, 30),
        gage_height_m=0.3048,
        measurement_number=0,
    )
    form = report_form(told, ENGLISH)
    assert (form.station_name, form.measured_on, form.measurement_number) == (" Alder Brook", "2024-05-04", "0")
    assert (form.start_time, form.end_time, form.mid_time) == ("23:59", "00:02:30", "00:00:45")
    assert (form.gage_height, form.length_label) == ("1.000", "ft")
