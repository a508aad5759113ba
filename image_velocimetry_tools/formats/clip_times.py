"""Times within a clip as people write them: ``ss``, ``mm:ss`` or ``hh:mm:ss``, each with decimals if need be."""

from __future__ import annotations

import re

from ..domain.errors import VideoError

_TIME = re.compile(r"(?:(?:([0-9]+):)?([0-9]+):)?([0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)")
_MAX_LENGTH = 32
REMEDY = "Write ss, mm:ss or hh:mm:ss, such as 90, 1:30.5 or 00:01:30"


def parse_clip_time(text: str) -> float:
    """Seconds of a time; a comma serves as decimal point too.

    Only digits count: no sign, no exponent. Minutes and seconds stay below 60 where a larger unit precedes them.

    Raises
    ------
    VideoError
        If the text is not such a time.
    """
    match = _TIME.fullmatch(text.strip()) if len(text) <= _MAX_LENGTH else None
    if match is None:
        raise VideoError(f"'{text[:_MAX_LENGTH]}' is not a time", remedy=REMEDY)
    hours, minutes = match[1], match[2]
    seconds = float(match[3].replace(",", "."))
    if (minutes is not None and seconds >= 60.0) or (hours is not None and int(minutes) >= 60):
        unit = "seconds" if minutes is not None and seconds >= 60.0 else "minutes"
        raise VideoError(f"'{text}' is not a time: {unit} must be less than 60 after a colon", remedy=REMEDY)
    return 3600.0 * int(hours or 0) + 60.0 * int(minutes or 0) + seconds


def format_clip_time(seconds: float, decimals: int = 2) -> str:
    """Seconds as ``hh:mm:ss.ss``, the form that project files hold.

    Raises
    ------
    ValueError
        If ``seconds`` is negative or not finite.
    """
    if not 0.0 <= seconds < float("inf"):
        raise ValueError(f"{seconds} is not a time within a clip")
    # Rounded as a whole first, so that 59.999 s becomes one minute and not 60 seconds.
    ticks = round(seconds * 10**decimals)
    whole, fraction = divmod(ticks, 10**decimals)
    minutes, second = divmod(whole, 60)
    hour, minute = divmod(minutes, 60)
    text = f"{hour:02d}:{minute:02d}:{second:02d}"
    return f"{text}.{fraction:0{decimals}d}" if decimals else text
