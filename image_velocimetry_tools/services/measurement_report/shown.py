"""Figures as the report shows them: display units, with the digits that they are worth."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ...domain.units import UnitSystem

NO_FIGURE = "–"
LONGEST_FACT = 160


@dataclass(frozen=True, slots=True)
class Shown:
    """Texts of SI values in display units; a dash where there is no figure. ``bare`` leaves out the unit."""

    units: UnitSystem

    def level(self, value_m: float | None, *, bare: bool = False) -> str:
        """A water level, a coordinate or another length that is known to the millimetre."""
        return self._fixed(value_m, self.units.length, 3, self.units.length_label, bare)

    def length(self, value_m: float | None, *, bare: bool = False) -> str:
        """A station, a width or a depth."""
        return self._fixed(value_m, self.units.length, 2, self.units.length_label, bare)

    def fine_length(self, value_m: float | None) -> str:
        """The size of a pixel or an error on the ground, to a hundredth of a millimetre at best."""
        known = None if value_m is None else round(value_m, 5)
        return self._digits(known, self.units.length, 3, self.units.length_label, False)

    def velocity(self, value_mps: float | None, *, bare: bool = False) -> str:
        """A velocity."""
        return self._fixed(value_mps, self.units.velocity, 2, self.units.velocity_label, bare)

    def area(self, value_m2: float | None, *, bare: bool = False) -> str:
        """An area, four digits."""
        return self._digits(value_m2, self.units.area, 4, self.units.area_label, bare)

    def discharge(self, value_m3s: float | None, *, bare: bool = False) -> str:
        """A discharge, four digits."""
        return self._digits(value_m3s, self.units.discharge, 4, self.units.discharge_label, bare)

    def _fixed(self, value: float | None, factor: float, decimals: int, label: str, bare: bool) -> str:
        text = number(None if value is None else value * factor, decimals)
        return text if bare or text == NO_FIGURE else f"{text} {label}"

    def _digits(self, value: float | None, factor: float, digits: int, label: str, bare: bool) -> str:
        text = significant(None if value is None else value * factor, digits)
        return text if bare or text == NO_FIGURE else f"{text} {label}"


def number(value: float | None, decimals: int = 2) -> str:
    """A figure with fixed decimals; what rounds to zero has no sign."""
    if value is None or not np.isfinite(value):
        return NO_FIGURE
    rounded = round(float(value), decimals)
    return f"{rounded + 0.0:.{decimals}f}".replace("-", "−")


def significant(value: float | None, digits: int = 4) -> str:
    """A figure with so many digits, never in powers of ten."""
    if value is None or not np.isfinite(value):
        return NO_FIGURE
    if value == 0.0:
        return "0"
    # rounded first: 9.9996 has one digit more before the point than it seems
    rounded = float(f"{value:.{digits - 1}e}")
    decimals = digits - 1 - math.floor(math.log10(abs(rounded)))
    return f"{rounded:.{max(decimals, 0)}f}".replace("-", "−")


def percent(share: float | None, decimals: int = 1) -> str:
    """A share of 0 to 1 as percent."""
    text = number(None if share is None else 100.0 * share, decimals)
    return text if text == NO_FIGURE else f"{text} %"


def degrees(angle: float | None, decimals: int = 1) -> str:
    """An angle."""
    text = number(angle, decimals)
    return text if text == NO_FIGURE else f"{text}°"


def pixels(value: float | None) -> str:
    """An error in pixels."""
    text = number(value)
    return text if text == NO_FIGURE else f"{text} px"


def or_dash(text: str) -> str:
    """The text, or a dash where there is none; what would not fit beside its name is cut."""
    text = text.strip()
    return (text if len(text) <= LONGEST_FACT else f"{text[:LONGEST_FACT]}…") or NO_FIGURE
