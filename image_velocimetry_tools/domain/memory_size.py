"""Sizes of memory and files as people write them."""

from __future__ import annotations

import re

from .errors import IvyError

_WRITTEN = re.compile(r"(?P<number>\d+(?:\.\d*)?|\.\d+)\s*(?P<unit>%|[a-z]*)", re.IGNORECASE)
_REMEDY = "Write a size such as '4GB', '512 MiB' or '75%'"
# A letter alone is binary, as in the limits of Docker and systemd.
_UNITS = {
    "b": 1,
    **{letter: 1024**power for power, letter in enumerate("kmgt", start=1)},
    **{f"{letter}b": 1000**power for power, letter in enumerate("kmgt", start=1)},
    **{f"{letter}ib": 1024**power for power, letter in enumerate("kmgt", start=1)},
}


def parse_size(text: str, whole_bytes: int, where: str = "") -> int:
    """Bytes of a size: ``4GB`` (1000³), ``512 MiB`` or ``512M`` (1024²), ``75%`` of ``whole_bytes``.

    Parameters
    ----------
    where
        The option or key that the text was given for.

    Raises
    ------
    IvyError
        If the text is no size, has no unit, is zero or is more than 100 %.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        raise IvyError(f"{text!r} is not a size", where=where, remedy=_REMEDY)
    number, unit = float(found["number"]), found["unit"].lower()
    if not unit:
        raise IvyError(f"the size {text!r} has no unit", where=where, remedy=_REMEDY)
    if unit == "%":
        if number > 100.0:
            raise IvyError(f"the size {text!r} is more than the whole", where=where, remedy=_REMEDY)
        size_bytes = int(number / 100.0 * whole_bytes)
    elif unit in _UNITS:
        size_bytes = int(number * _UNITS[unit])
    else:
        raise IvyError(f"{found['unit']!r} in {text!r} is not a unit of size", where=where, remedy=_REMEDY)
    if size_bytes <= 0:
        raise IvyError(f"the size {text!r} is nothing", where=where, remedy=_REMEDY)
    return size_bytes


def size_text(size_bytes: int) -> str:
    """A size for people, e.g. ``1.3 GB``."""
    value = float(size_bytes)
    for unit in ("bytes", "kB", "MB", "GB"):
        if abs(value) < 999.5:
            return f"{value:.0f} {unit}" if unit in ("bytes", "kB", "MB") else f"{value:.1f} {unit}"
        value /= 1000.0
    return f"{value:.1f} TB"
