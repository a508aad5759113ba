"""Columns of a stage record: which hold times and zones, and which the level."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...domain.errors import StageRecordError
from ..csv_text import DelimitedRow

#: Parameter codes of NWIS that are a level: gage height, and elevations of streams and lakes above several datums.
LEVEL_CODES = ("00065", "63158", "63160", "63161", "72279", "62614", "62615", "62616", "00062")
_TIME_NAMES = ("datetime", "date_time", "timestamp", "date time", "time", "date", "zeit", "utc")
_ZONE_NAMES = ("tz_cd", "timezone", "time_zone", "tz")
_LEVEL_NAME = re.compile(
    r"stage|level|gage|gauge|height|water_surface|\bwse\b|_wse|^wse|elevation|wasserstand|pegel|^h$|^z$|hauteur", re.I
)
_OTHER_NAME = re.compile(
    r"(_cd$|^agency|^site|station|flow|discharge|cfs|m3|cms|00060|velocity|temp|precip|rain|quality|approval|flag|count)",
    re.I,
)


def time_column(header: Sequence[str], name: str) -> tuple[int, ...]:
    """The column of the times, or those of dates and times of day."""
    titles = [title.lower() for title in header]
    if "date" in titles and "time" in titles and "datetime" not in titles:
        return titles.index("date"), titles.index("time")
    for wanted in _TIME_NAMES:
        for index, title in enumerate(titles):
            if title == wanted or title.startswith((f"{wanted} ", f"{wanted}_", f"{wanted}(")):
                return (index,)
    what = f"the stage record has no time column (its columns are {', '.join(header)})"
    raise StageRecordError(what, where=name, remedy="Name the column datetime")


def zone_column(header: Sequence[str]) -> int | None:
    """The column of time zones, if there is one."""
    return next((i for i, title in enumerate(header) if title.lower() in _ZONE_NAMES), None)


def level_column(header: Sequence[str], column: str | None, name: str) -> int:
    """The column that is asked for; without a wish, the one that holds a level."""
    if column is not None:
        if column in header:
            return header.index(column)
        what = f"the stage record has no column '{column}' (its columns are {', '.join(header)})"
        raise StageRecordError(what, where=name, remedy="Choose one of them")
    coded = [i for i, title in enumerate(header) if title.endswith(tuple(f"_{code}" for code in LEVEL_CODES))]
    named = [
        i
        for i, title in enumerate(header)
        if _LEVEL_NAME.search(title) and not _OTHER_NAME.search(title) and title.lower() not in _TIME_NAMES
    ]
    found = coded or named
    if len(found) == 1:
        return found[0]
    if not found:
        what = f"the stage record has no level column (its columns are {', '.join(header)})"
        raise StageRecordError(what, where=name, remedy="Say which column holds the level")
    listed = ", ".join(header[index] for index in found)
    what = f"the stage record has several level columns: {listed}"
    raise StageRecordError(what, where=name, remedy="Say which one to use")


def refuse_several_sites(header: Sequence[str], rows: Sequence[DelimitedRow], name: str) -> None:
    """Raise StageRecordError if the record holds readings of several sites."""
    if "site_no" not in header:
        return
    index = header.index("site_no")
    sites = sorted({row.cells[index] for row in rows if index < len(row.cells)})
    if len(sites) > 1:
        what = f"the stage record holds {len(sites)} sites: {', '.join(sites[:5])}"
        raise StageRecordError(what, where=name, remedy="Download one site at a time")
