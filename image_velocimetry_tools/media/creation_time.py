"""When a video was recorded, from what its metadata or its file name says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Resolution = Literal["second", "minute", "day"]

UNKNOWN_YEAR = 1900
"""Year of a date that was written without one (``Aug31``)."""

_DATE = r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<dash>[-_/.:]?)(?P<month>\d\d)(?P=dash)(?P<day>\d\d)"
_BETWEEN = r"[T _.\-]{0,3}"
_TO_SECOND = re.compile(
    _DATE + _BETWEEN + r"(?P<hour>\d\d)[-_.:h]?(?P<minute>\d\d)[-_.:m]?(?P<second>\d\d)"
    r"(?:[.,](?P<fraction>\d{1,9})|(?P<millisecond>\d{3}))?(?!\d)"
)
_TO_MINUTE = re.compile(_DATE + r"[T _.\-]{1,3}(?P<hour>\d\d)[-_.:h]?(?P<minute>\d\d)(?!\d)(?![-_.:]\d\d(?!\d))")
_TO_DAY = re.compile(_DATE + r"(?!\d)")
_ISO = re.compile(r"\d{4}-?\d\d-?\d\d[T ]\d\d:?\d\d(?::?\d\d)?(?:[.,]\d+)?\s*(?P<offset>Z|[+-]\d\d:?(?:\d\d)?)", re.I)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH_NAMES = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS)
_MONTH_AND_DAY = re.compile(rf"(?<![a-z])(?P<name>{_MONTH_NAMES})[-_ .]?(?P<day>\d{{1,2}})(?!\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FoundTime:
    """A time found in a text, and how far it was spelled out; aware only if the text gave an offset from UTC."""

    moment: datetime
    resolution: Resolution


def parse_creation_time(text: object) -> datetime | None:
    """The time that a text names, or None.

    ISO 8601 with ``Z`` or an offset gives an aware time, everything else a naive one: the clock of a camera whose name
    for a file tells nothing reliable about its zone. A date without time of day gives midnight, a month and day
    without year the year 1900; :func:`find_time` tells these apart.

    Parameters
    ----------
    text
        Value of a metadata tag, or name of a file.
    """
    found = find_time(text)
    return found.moment if found else None


def find_time(text: object) -> FoundTime | None:
    """The time that a text names, with its resolution; a full date and time anywhere wins over a bare date."""
    if not isinstance(text, str) or not text.strip():
        return None
    iso = _ISO.fullmatch(text.strip())
    if iso is not None:
        return _from_iso(text.strip())
    for pattern, resolution in _PATTERNS:
        for match in pattern.finditer(text):
            moment = _moment(match)
            if moment is not None:
                return FoundTime(moment, resolution)
    return next(_months_and_days(text), None)


_PATTERNS: tuple[tuple[re.Pattern[str], Resolution], ...] = (
    (_TO_SECOND, "second"),
    (_TO_MINUTE, "minute"),
    (_TO_DAY, "day"),
)


def _from_iso(text: str) -> FoundTime | None:
    fraction = re.compile(r"([.,])(\d+)")
    normal = fraction.sub(lambda match: f".{match[2][:6].ljust(6, '0')}", text.upper().replace("Z", "+00:00"))
    try:
        return FoundTime(datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d:?\d*$)", "", normal)), "second")
    except ValueError:
        return None


def _moment(match: re.Match[str]) -> datetime | None:
    parts = match.groupdict()
    fraction = parts.get("fraction") or parts.get("millisecond") or ""
    try:
        return datetime(
            int(parts["year"]),
            int(parts["month"]),
            int(parts["day"]),
            int(parts.get("hour") or 0),
            int(parts.get("minute") or 0),
            int(parts.get("second") or 0),
            int(fraction[:6].ljust(6, "0")),
        )
    except ValueError:
        return None


def _months_and_days(text: str) -> Iterator[FoundTime]:
    year = re.search(r"(?<!\d)(?:19|20)\d\d(?!\d)", text)
    for match in _MONTH_AND_DAY.finditer(text):
        month = next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(match["name"][:3].lower()))
        try:
            yield FoundTime(datetime(int(year[0]) if year else UNKNOWN_YEAR, month, int(match["day"])), "day")
        except ValueError:
            continue
