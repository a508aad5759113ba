"""Durations as people write them in settings: ``90``, ``15m``, ``2h``, ``1h30m``."""

from __future__ import annotations

import math
import re

SECONDS = {"s": 1.0, "sec": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}
_PART = re.compile(r"\s*([0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*([a-z]+)", re.IGNORECASE)
EXPECTED = "a duration such as 90 (seconds), 15m, 2h or 1h30m"


def parse_duration_s(value: object, bare_unit: str = "s") -> float:
    """Seconds of a duration; a bare number counts in ``bare_unit``.

    Raises
    ------
    ValueError
        If it is none; the text ends the sentence "... must be".
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _not_negative(float(value) * SECONDS[bare_unit])
    text = value.strip() if isinstance(value, str) else ""
    try:
        return _not_negative(float(text) * SECONDS[bare_unit])
    except ValueError:
        pass
    total_s, end = 0.0, 0
    for part in _PART.finditer(text):
        if part.start() != end or part[2].lower() not in SECONDS:
            raise ValueError(EXPECTED)
        total_s, end = total_s + float(part[1]) * SECONDS[part[2].lower()], part.end()
    if end == 0 or end != len(text):
        raise ValueError(EXPECTED)
    return total_s


def format_duration(seconds: float) -> str:
    """A duration in the largest unit that keeps it a short number.

    Examples
    --------
    >>> format_duration(900.0)
    '15m'
    """
    for unit in ("d", "h", "m"):
        share = seconds / SECONDS[unit]
        if share >= 1.0 and share == round(share):
            return f"{share:.12g}{unit}"
    return f"{seconds:.12g}s"


def _not_negative(seconds: float) -> float:
    if not 0.0 <= seconds < math.inf:
        raise ValueError(EXPECTED)
    return seconds
