"""Time zones as stage records and people name them: codes such as CDT, names such as America/Chicago, offsets."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from ...domain.errors import StageRecordError

#: Codes of the USGS National Water Information System (``tz_cd``), hours from UTC.
CODES = {
    "UTC": 0.0, "GMT": 0.0, "Z": 0.0, "NST": -3.5, "NDT": -2.5, "AST": -4.0, "ADT": -3.0, "EST": -5.0, "EDT": -4.0,
    "CST": -6.0, "CDT": -5.0, "MST": -7.0, "MDT": -6.0, "PST": -8.0, "PDT": -7.0, "AKST": -9.0, "AKDT": -8.0,
    "HST": -10.0, "HDT": -9.0, "SST": -11.0, "CHST": 10.0, "GST": 10.0, "WET": 0.0, "WEST": 1.0, "BST": 1.0,
    "CET": 1.0, "CEST": 2.0, "EET": 2.0, "EEST": 3.0,
}  # fmt: skip

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])([0-9]{1,2})(?::?([0-9]{2}))?", re.IGNORECASE)
_REMEDY = "Give a name such as America/Chicago, a code such as CST, or an offset such as -06:00"


def parse_timezone(text: str) -> tzinfo:
    """The time zone of a code, an offset from UTC, or a name of the IANA database.

    A code stands for its offset all year (CST is -06:00 in summer too); a name follows daylight saving.

    Raises
    ------
    StageRecordError
        If the zone is not known.
    """
    word = text.strip()
    if word.upper() in CODES:
        return _fixed(CODES[word.upper()], word.upper())
    match = _OFFSET.fullmatch(word)
    if match and int(match[2]) <= 14 and int(match[3] or 0) < 60:
        hours = int(match[2]) + int(match[3] or 0) / 60.0
        return _fixed(hours if match[1] == "+" else -hours, word)
    try:
        return ZoneInfo(word)
    # The database raises whatever its file system does for odd names; an empty name is a ValueError.
    except (KeyError, ValueError, OSError) as error:
        raise StageRecordError(f"the time zone '{text}' is not known", remedy=_REMEDY) from error


def is_skipped(local: datetime, zone: tzinfo) -> bool:
    """Whether a naive local time never occurs, because clocks are put forward over it."""
    aware = local.replace(tzinfo=zone)
    return aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(fold=0)


def is_repeated(local: datetime, zone: tzinfo) -> bool:
    """Whether a naive local time occurs twice, because clocks are put back over it."""
    first, second = (local.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return first != second and not is_skipped(local, zone)


def _fixed(hours: float, name: str) -> tzinfo:
    return UTC if hours == 0.0 else timezone(timedelta(hours=hours), name)
