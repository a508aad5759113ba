"""Display units and their exact conversion; everything inside the program is SI."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

METRES_PER_FOOT = 0.3048


class DisplayUnits(StrEnum):
    """The system of units that a user reads and types."""

    METRIC = "Metric"
    ENGLISH = "English"


@dataclass(frozen=True, slots=True)
class UnitSystem:
    """Factors from SI to display units (display = SI * factor) and the labels of the units."""

    name: DisplayUnits
    length: float
    area: float
    discharge: float
    velocity: float
    length_label: str
    area_label: str
    discharge_label: str
    velocity_label: str


_FEET_PER_METRE = 1.0 / METRES_PER_FOOT

METRIC = UnitSystem(DisplayUnits.METRIC, 1.0, 1.0, 1.0, 1.0, "m", "m²", "m³/s", "m/s")
ENGLISH = UnitSystem(
    DisplayUnits.ENGLISH,
    _FEET_PER_METRE,
    _FEET_PER_METRE**2,
    _FEET_PER_METRE**3,
    _FEET_PER_METRE,
    "ft",
    "ft²",
    "ft³/s",
    "ft/s",
)


def unit_system(units: DisplayUnits | str) -> UnitSystem:
    """The unit system of a name, ``"Metric"`` or ``"English"`` (case does not matter).

    Raises
    ------
    ValueError
        If there is no such system.
    """
    name = str(units).strip().capitalize()
    if name == DisplayUnits.METRIC:
        return METRIC
    if name == DisplayUnits.ENGLISH:
        return ENGLISH
    raise ValueError(f"unknown units {units!r}; known are 'Metric' and 'English'")
