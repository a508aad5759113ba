"""Times of day as stage records and people write them."""

from __future__ import annotations

import re
from datetime import datetime


def parse_time(text: str) -> datetime | None:
    """A date with its time of day, year first, with or without an offset from UTC; None if it is anything else."""
    text = re.sub(r"^([0-9]{4})[/.]([0-9]{1,2})[/.]([0-9]{1,2})", r"\1-\2-\3", text.strip())
    text = re.sub(r"^([0-9]{4})-([0-9])-", r"\1-0\2-", text)
    text = re.sub(r"^([0-9]{4}-[0-9]{2})-([0-9])(?![0-9])", r"\1-0\2", text)
    text = re.sub(r"([0-9]) (Z|UTC|GMT)$", r"\1Z", text)
    if not re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T]+[0-9]", text):
        return None
    try:
        when = datetime.fromisoformat(re.sub(r"[ T]+", "T", text, count=1).replace(" ", ""))
    except ValueError:
        return None
    # Years at the ends of the calendar overflow as soon as an offset is applied.
    return when if 1800 <= when.year <= 2200 else None
