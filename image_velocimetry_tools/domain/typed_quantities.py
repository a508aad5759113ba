"""Numbers typed with a unit: ``97 m`` in a field of feet, ``20 cm`` in one of metres."""

from __future__ import annotations

import re

from .errors import IvyError
from .typed_numbers import typed_number
from .units import METRES_PER_FOOT

_SPLIT = re.compile(
    r"(?P<number>[+-]?[0-9.,'’ \u00a0\u2009\u202f]*[0-9][.,]?(?:[eE][+-]?[0-9]{1,4})?)\s*(?P<unit>[^\s0-9.,'’+-].*)"
)
_INCH_M = METRES_PER_FOOT / 12.0

# what is measured, and the size of a unit in SI
_UNITS: dict[str, tuple[str, float]] = {
    "mm": ("length", 1e-3),
    "cm": ("length", 1e-2),
    "m": ("length", 1.0),
    "km": ("length", 1e3),
    "in": ("length", _INCH_M),
    "ft": ("length", METRES_PER_FOOT),
    "mm/s": ("velocity", 1e-3),
    "cm/s": ("velocity", 1e-2),
    "m/s": ("velocity", 1.0),
    "km/h": ("velocity", 1.0 / 3.6),
    "in/s": ("velocity", _INCH_M),
    "ft/s": ("velocity", METRES_PER_FOOT),
    "mph": ("velocity", 5280.0 * METRES_PER_FOOT / 3600.0),
    "m2": ("area", 1.0),
    "ft2": ("area", METRES_PER_FOOT**2),
    "m3/s": ("discharge", 1.0),
    "l/s": ("discharge", 1e-3),
    "ft3/s": ("discharge", METRES_PER_FOOT**3),
    "ms": ("time", 1e-3),
    "s": ("time", 1.0),
    "min": ("time", 60.0),
    "°": ("angle", 1.0),
    "%": ("share", 0.01),
    "px": ("pixels", 1.0),
}
_OTHER_NAMES = {
    "metre": "m",
    "metres": "m",
    "meter": "m",
    "meters": "m",
    "foot": "ft",
    "feet": "ft",
    "inch": "in",
    "inches": "in",
    "fps": "ft/s",
    "mps": "m/s",
    "kmh": "km/h",
    "cms": "m3/s",
    "cfs": "ft3/s",
    "sec": "s",
    "deg": "°",
    "degrees": "°",
    "percent": "%",
    "pixel": "px",
    "pixels": "px",
}


def typed_quantity(text: str, unit: str) -> float:
    """The number that a text says, in a unit; a text without one is in it already.

    Parameters
    ----------
    unit
        Label of the unit that is wanted, such as ``ft`` or ``m³/s``; empty for a plain number.

    Raises
    ------
    IvyError
        If it is no number, or its unit is unknown or measures something else.
    """
    parts = _SPLIT.fullmatch(text.strip())
    if parts is None:
        return typed_number(text)
    number, named = typed_number(parts["number"]), _plain(parts["unit"])
    wanted = _plain(unit)
    if named == wanted:
        return number
    if named in _UNITS and wanted in _UNITS and _UNITS[named][0] == _UNITS[wanted][0]:
        return number * _UNITS[named][1] / _UNITS[wanted][1]
    what = f"'{parts['unit']}' in '{text.strip()}' is no unit that fits here"
    raise IvyError(what, remedy=_remedy(wanted, unit))


def _plain(unit: str) -> str:
    """One name for all ways to write a unit."""
    bare = unit.strip().casefold().replace("²", "2").replace("³", "3").replace("^", "").replace(" ", "").rstrip(".")
    return _OTHER_NAMES.get(bare, bare)


def _remedy(wanted: str, unit: str) -> str:
    if not unit:
        return "Type the number alone"
    if wanted not in _UNITS:
        return f"Type the number alone, in {unit}"
    like = [name for name, (measured, _) in _UNITS.items() if measured == _UNITS[wanted][0]]
    known = ", ".join(like[:-1]) + f" or {like[-1]}" if len(like) > 1 else like[0]
    return f"Type the number alone, in {unit}, or with {known}"
