"""Numbers in the cells of tables, read strictly; every error ends the sentence that says what the cell must be."""

from __future__ import annotations

import math
import re

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,4})?")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)", re.IGNORECASE)
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*,[0-9]+(?:[eE][+-]?[0-9]+)?")


def parse_number(text: str, decimal_comma: bool = False) -> float:
    """A finite number; ``decimal_comma`` lets a comma stand for the decimal point.

    Raises
    ------
    ValueError
        With ``"a number"`` or ``"a finite number"``. Python's own liberties (``1_000``, other digits than 0 to 9)
        do not count as numbers, and neither does a number with thousands separators.
    """
    text = with_decimal_point(text.strip()) if decimal_comma else text.strip()
    if _NOT_FINITE.fullmatch(text):
        raise ValueError("a finite number")
    if not _NUMBER.fullmatch(text):
        raise ValueError("a number")
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("a finite number")
    return value


def parse_whole_number(text: str, decimal_comma: bool = False) -> int:
    """A whole number; ``12.0`` counts as one, since spreadsheets write it.

    Raises
    ------
    ValueError
        With ``"a whole number"``.
    """
    try:
        value = parse_number(text, decimal_comma)
    except ValueError:
        raise ValueError("a whole number") from None
    if value != round(value):
        raise ValueError("a whole number")
    return int(value)


def with_decimal_point(text: str) -> str:
    """The same number with a point for its decimal comma; any other text as it is."""
    return text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else text
