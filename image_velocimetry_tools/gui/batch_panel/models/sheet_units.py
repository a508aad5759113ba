"""Levels and gage heights of the jobs table, which keep their meaning when the units change in which people type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ....domain.errors import IvyError
from ....domain.typed_numbers import is_typed_number, typed_number
from ....domain.typed_quantities import typed_quantity
from ....domain.units import METRIC, UnitSystem, unit_system
from ....formats.cell_numbers import parse_number
from ..shown import ShownLevels

LENGTH_COLUMNS = frozenset({"water_surface_elevation", "gage_height"})
NUMBER_COLUMNS = frozenset({*LENGTH_COLUMNS, "alpha", "measurement_number"})
_SHORT_DIGITS, _SAME = 12, 1e-13


def in_other_unit(text: str, factor: float, number: Callable[[str], float] = parse_number) -> str:
    """A number in another unit; what is no number stays.

    It is written so that the way back gives the text that was typed, with up to twelve digits.

    Examples
    --------
    >>> in_other_unit("0.9", 1 / 0.3048), in_other_unit("2.95275590551181", 0.3048), in_other_unit("soon", 2.0)
    ('2.95275590551181', '0.9', 'soon')
    """
    try:
        value = number(text) * factor
    except (ValueError, IvyError):
        return text
    written = _written(value)
    return written.replace(".", ",") if "," in text else written


def typed_cell(column: str, text: str, unit: str, delimiter: str) -> str:
    """The text of a cell that people typed or pasted, as a jobs CSV writes it; what is no number stays.

    Parameters
    ----------
    unit
        Label of the unit of lengths, into which another one is converted; empty if it is not known.

    Examples
    --------
    >>> typed_cell("water_surface_elevation", "318,211", "m", ","), typed_cell("gage_height", "50 cm", "m", ",")
    ('318.211', '0.5')
    """
    if column not in NUMBER_COLUMNS:
        return text
    try:
        number = typed_quantity(text, unit if column in LENGTH_COLUMNS else "")
    except IvyError:
        return text
    written = text if is_typed_number(text) else _written(number)
    return written.replace(",", ".") if delimiter == "," else written


def _written(value: float) -> str:
    for digits in range(1, _SHORT_DIGITS + 1):
        text = f"{value:.{digits}g}"
        if abs(float(text) - value) <= _SAME * abs(value):
            return f"{float(text):.{_SHORT_DIGITS}g}"
    return f"{value:.15g}"


def cells_in_unit(row: Mapping[str, str], before: UnitSystem, after: UnitSystem) -> dict[str, str]:
    """The cells of a row by column, its lengths in another unit."""
    factor = after.length / before.length
    return {name: in_other_unit(text, factor) if name in LENGTH_COLUMNS else text for name, text in row.items()}


def levels_in_unit(levels: ShownLevels, units: UnitSystem) -> ShownLevels:
    """The same levels of videos in other units; those whose unit nobody knew yet are in these."""
    if levels.unit in ("", units.length_label):
        return replace(levels, unit=units.length_label)
    factor = units.length / unit_of(levels, METRIC).length
    return replace(
        levels,
        level=in_other_unit(levels.level, factor, typed_number),
        datum_offset=in_other_unit(levels.datum_offset, factor, typed_number),
        unit=units.length_label,
    )


def unit_of(levels: ShownLevels, default: UnitSystem) -> UnitSystem:
    """The units in which levels of videos were typed."""
    known = (METRIC, unit_system("English"))
    return next((units for units in known if units.length_label == levels.unit), default)
