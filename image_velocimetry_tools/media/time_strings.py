"""Clock times of a clip as text: ``hh:mm:ss.ss``."""

from __future__ import annotations

import math
from typing import Literal

Precision = Literal["low", "high"]


def seconds_to_hhmmss(seconds: float, precision: Precision = "low") -> str:
    """Seconds as ``hh:mm:ss`` (full seconds that have passed) or, with high precision, as ``hh:mm:ss.ss``.

    Raises
    ------
    ValueError
        If the time is negative or not finite.
    """
    if not math.isfinite(seconds) or seconds < 0:
        raise ValueError(f"a time cannot be {seconds} s")
    hundredths = round(seconds * 100)
    if precision == "low":
        return _clock(hundredths // 100)
    return f"{_clock(hundredths // 100)}.{hundredths % 100:02d}"


def float_seconds_to_time_string(seconds: float) -> str:
    """Seconds as ``hh:mm:ss.ss``."""
    return seconds_to_hhmmss(seconds, precision="high")


def milliseconds_to_time_string(milliseconds: float) -> str:
    """Milliseconds as ``hh:mm:ss.ss``."""
    return seconds_to_hhmmss(milliseconds / 1000.0, precision="high")


def hhmmss_to_seconds(text: str) -> float:
    """Seconds of ``hh:mm:ss``, ``hh:mm:ss.ss`` or ``hh:mm:ss,ss``.

    Raises
    ------
    ValueError
        If the text is anything else, including two parts or four.
    """
    parts = text.strip().replace(",", ".").split(":")
    if len(parts) != 3:
        raise ValueError(f"{text!r} is not a time of the form hh:mm:ss.ss")
    try:
        hours, minutes, seconds = int(parts[0]), int(parts[1]), float(parts[2])
    except ValueError:
        raise ValueError(f"{text!r} is not a time of the form hh:mm:ss.ss") from None
    if hours < 0 or not 0 <= minutes < 60 or not 0 <= seconds < 60:
        raise ValueError(f"{text!r} is not a time: minutes and seconds run from 0 to 59")
    return 3600.0 * hours + 60.0 * minutes + seconds


def _clock(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}:{minute:02d}:{second:02d}"
