"""Numbers as people type and paste them: with a decimal point or a decimal comma, never with thousands separators."""

from __future__ import annotations

import math
import re

from .errors import IvyError

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]+|\.)?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,4})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?[0-9][0-9.,'’ \u00a0\u2009\u202f]*")


def typed_number(text: str) -> float:
    """The finite number that a text says.

    A comma alone is the decimal sign, as in files whose cells are not separated by commas. A comma beside a point, or
    a second comma, would be a thousands separator: which is which differs from country to country, so it is refused.

    Raises
    ------
    IvyError
        If it is none.
    """
    text = text.strip()
    number = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else math.nan
    if math.isfinite(number):
        return number
    raise IvyError(f"'{text}' is not a number that can be read", remedy=_remedy(text))


def is_typed_number(text: str) -> bool:
    """Whether `typed_number` understands a text."""
    try:
        typed_number(text)
    except IvyError:
        return False
    return True


def _remedy(text: str) -> str:
    grouped = _GROUPED.fullmatch(text) and re.search(r"[0-9][.,'’ \u00a0\u2009\u202f]+[0-9]", text)
    return "Type it without thousands separators, such as 1234.5" if grouped else "Type a number, such as 1234.5"
