"""The form of the Reporting tab: what is said of a measurement as text, and text as what is said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from ...domain.errors import IvyError
from ...domain.project import Reporting
from ...domain.typed_quantities import typed_quantity
from ...domain.units import UnitSystem

LARGEST_NUMBER = 9999
_EARLIEST_YEAR = 1900
_DATES = ("%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))? ?(am|pm)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ReportForm:
    """The fields as they are shown; empty where nothing is known."""

    station_name: str
    station_number: str
    party: str
    weather: str
    measured_on: str
    start_time: str
    end_time: str
    mid_time: str
    gage_height: str
    length_label: str
    measurement_number: str
    description: str


def report_form(told: Reporting, units: UnitSystem) -> ReportForm:
    """The fields in display units."""
    number, height_m = told.measurement_number, told.gage_height_m
    return ReportForm(
        station_name=told.station_name,
        station_number=told.station_number,
        party=told.party,
        weather=told.weather,
        measured_on="" if told.measured_on is None else told.measured_on.isoformat(),
        start_time=shown_time(told.start_time),
        end_time=shown_time(told.end_time),
        mid_time=shown_time(told.mid_time),
        gage_height="" if height_m is None else f"{height_m * units.length:.3f}",
        length_label=units.length_label,
        measurement_number="" if number is None else str(number),
        description=told.description,
    )


def shown_time(clock: time | None) -> str:
    """A time of day, with seconds where there are any."""
    if clock is None:
        return ""
    return f"{clock:%H:%M:%S}" if clock.second else f"{clock:%H:%M}"


def typed_date(text: str) -> date | None:
    """The typed date, None if there is none.

    Raises
    ------
    IvyError
        If it is no date.
    """
    text = text.strip()
    if not text:
        return None
    for form in _DATES:
        try:
            found = datetime.strptime(text, form).date()
        except ValueError:
            continue
        if found.year >= _EARLIEST_YEAR:
            return found
    raise IvyError(f"'{text}' is not a date", remedy="Enter year, month and day, such as 2024-05-14")


def typed_time(text: str) -> time | None:
    """The typed time of day, None if there is none.

    Raises
    ------
    IvyError
        If it is no time of day.
    """
    text = text.strip()
    if not text:
        return None
    found = _TIME.fullmatch(text)
    hour, minute, second = (int(found[part] or 0) for part in (1, 2, 3)) if found is not None else (99, 0, 0)
    half = (found[4] or "").lower() if found is not None else ""
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    elif half:
        hour = 99
    if hour > 23 or minute > 59 or second > 59:
        raise IvyError(f"'{text}' is not a time of day", remedy="Enter hours and minutes, such as 14:05")
    return time(hour, minute, second)


def typed_height_m(text: str, units: UnitSystem) -> float | None:
    """The gage height typed in display units, in metres; None if there is none.

    Raises
    ------
    IvyError
        If it is no number, or has a unit that does not fit.
    """
    text = text.strip()
    if not text:
        return None
    try:
        return typed_quantity(text, units.length_label) / units.length
    except IvyError as error:
        unit = f"in {units.length_label}"
        remedy = error.remedy if unit in error.remedy else f"{error.remedy}, {unit}"
        raise IvyError(f"'{text}' is not a gage height", remedy=remedy) from None


def typed_number(text: str) -> int | None:
    """The number of the measurement, None if there is none.

    Raises
    ------
    IvyError
        If it is none from 0 to 9999.
    """
    text = text.strip()
    if not text:
        return None
    if text.isascii() and text.isdecimal() and int(text[:9]) <= LARGEST_NUMBER:
        return int(text)
    what = f"'{text}' is not the number of a measurement"
    raise IvyError(what, remedy=f"Enter a whole number from 0 to {LARGEST_NUMBER}")
