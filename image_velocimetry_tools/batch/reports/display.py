"""Figures as a report shows them: display units, as many digits as they are worth, SI beside them where it differs."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ...domain.alpha import alpha_words
from ...domain.units import METRIC, UnitSystem

NO_FIGURE = "–"


@dataclass(frozen=True, slots=True)
class Display:
    """Texts of SI values in display units; a dash where there is no figure."""

    units: UnitSystem

    def level(self, value_m: float | None, *, unit: bool = True) -> str:
        """A water level or another length that is known to the millimetre."""
        return self._fixed(value_m, self.units.length, 3, self.units.length_label if unit else "")

    def depth(self, value_m: float | None, *, unit: bool = True) -> str:
        """A depth or a width."""
        return self._fixed(value_m, self.units.length, 2, self.units.length_label if unit else "")

    def discharge(self, value_m3s: float | None, *, unit: bool = True) -> str:
        """A discharge, three or four digits."""
        return self._figure(value_m3s, self.units.discharge, self.units.discharge_label if unit else "")

    def discharge_si(self, value_m3s: float | None) -> str:
        """A discharge in display units with m³/s in parentheses if those are others."""
        shown = self.discharge(value_m3s)
        if value_m3s is None or self.units is METRIC:
            return shown
        return f"{shown} ({significant(value_m3s)} {METRIC.discharge_label})"

    def area(self, value_m2: float | None, *, unit: bool = True) -> str:
        """A wetted area."""
        return self._figure(value_m2, self.units.area, self.units.area_label if unit else "")

    def velocity(self, value_mps: float | None, *, unit: bool = True) -> str:
        """A velocity, two decimals in either system."""
        return self._fixed(value_mps, self.units.velocity, 2, self.units.velocity_label if unit else "")

    def percent(self, value: float | None, decimals: int = 1) -> str:
        """A figure that is percent already."""
        return self._fixed(value, 1.0, decimals, "%")

    def signed_percent(self, value: float | None) -> str:
        """A deviation in percent with its sign."""
        if value is None or not math.isfinite(value):
            return NO_FIGURE
        return f"{value:+.1f} %".replace("-", "−")

    def share(self, value: float | None) -> str:
        """A share of 0 to 1 in percent."""
        return self._fixed(value, 100.0, 0, "%")

    def number(self, value: float | None, decimals: int = 2) -> str:
        """A figure without a unit."""
        return self._fixed(value, 1.0, decimals, "")

    def alpha(self, value: float | None, source: str) -> str:
        """A ratio of mean to surface velocity, and where it comes from."""
        return NO_FIGURE if value is None or not math.isfinite(value) else alpha_words(value, source)

    def duration(self, value_s: float | None) -> str:
        """A time span in the unit that suits it."""
        if value_s is None or not math.isfinite(value_s):
            return NO_FIGURE
        if value_s < 90.0:
            return f"{value_s:.1f} s" if value_s >= 0.95 else f"{value_s:.2f} s" if value_s >= 0.005 else "< 0.01 s"
        minutes = round(value_s / 60.0)
        return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02d} min"

    @staticmethod
    def _fixed(value: float | None, factor: float, decimals: int, label: str) -> str:
        if value is None or not math.isfinite(value):
            return NO_FIGURE
        return _labelled(f"{value * factor:.{decimals}f}", label)

    @staticmethod
    def _figure(value: float | None, factor: float, label: str) -> str:
        if value is None or not math.isfinite(value):
            return NO_FIGURE
        return _labelled(significant(value * factor), label)


def significant(value: float, digits: int = 4) -> str:
    """A value with four digits, never in powers of ten unless it is tiny."""
    if value == 0.0:
        return "0"
    decimals = digits - 1 - math.floor(math.log10(abs(value)))
    if decimals > 8:
        return f"{value:.{digits - 1}e}".replace("-", "−")
    return f"{round(value, decimals):.{max(decimals, 0)}f}".replace("-", "−")


def _labelled(text: str, label: str) -> str:
    text = text.replace("-", "−")
    return f"{text} {label}" if label else text
