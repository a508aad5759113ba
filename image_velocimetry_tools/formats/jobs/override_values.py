"""Text of a jobs file to values; every error is the end of the sentence "... must be"."""

from __future__ import annotations

import json
import math
import re
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from ...domain.section import Bank
from ...domain.video import Flip
from ..cell_numbers import parse_number

FloatArray = NDArray[np.float64]
_TRUE, _FALSE = ("true", "yes", "y", "t", "1"), ("false", "no", "n", "f", "0")


def number(text: str, *, above: float = -math.inf, minimum: float = -math.inf, maximum: float = math.inf) -> float:
    """A finite number within bounds; ``above`` is exclusive."""
    try:
        value = parse_number(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value <= above or not minimum <= value <= maximum:
        raise ValueError("a number" + _bounds(above, minimum, maximum))
    return value


def integer(text: str, *, minimum: int, maximum: int) -> int:
    """A whole number within bounds; ``12.0`` counts as one, since spreadsheets write it."""
    try:
        value = parse_number(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value != round(value) or not minimum <= value <= maximum:
        raise ValueError(f"a whole number from {minimum} to {maximum}")
    return int(value)


def truth(text: str) -> bool:
    """Yes or no in the usual spellings."""
    word = text.strip().lower()
    if word not in _TRUE + _FALSE:
        raise ValueError("'yes' or 'no'")
    return word in _TRUE


def flip(text: str) -> Flip:
    """Direction in which frames are mirrored."""
    if text not in ("none", "hflip", "vflip"):
        raise ValueError("'none', 'hflip' or 'vflip'")
    return cast(Flip, text)


def bank(text: str) -> Bank:
    """Left or right bank."""
    try:
        return Bank(text.strip().lower())
    except ValueError:
        raise ValueError("'left' or 'right'") from None


def quarter_turn(text: str) -> int:
    """A rotation by whole quarter turns, degrees clockwise."""
    value = integer(text, minimum=0, maximum=270)
    if value % 90:
        raise ValueError("0, 90, 180 or 270")
    return value


def line(text: str) -> FloatArray:
    """Two points, as ``[[x1, y1], [x2, y2]]`` or as four numbers; shape (2, 2)."""
    points = _points(text, "two points [[x1, y1], [x2, y2]] in pixels of the rectified image")
    if len(points) != 2 or np.array_equal(points[0], points[1]):
        raise ValueError("two different points [[x1, y1], [x2, y2]] in pixels of the rectified image")
    return points


def polygons(text: str) -> tuple[FloatArray, ...]:
    """Polygons as a JSON list of lists of ``[x, y]``; ``[]`` means none. Each has the shape (n, 2)."""
    expected = "a list of polygons [[[x, y], [x, y], [x, y]], ...] in pixels of the rectified image, or [] for none"
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(expected) from None
    if not isinstance(data, list):
        raise ValueError(expected)
    return tuple(_polygon(item, expected) for item in data)


def _polygon(data: object, expected: str) -> FloatArray:
    try:
        points = np.asarray(data, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(expected) from None
    if points.ndim != 2 or points.shape[0] < 3 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise ValueError(expected)
    return points


def _points(text: str, expected: str) -> FloatArray:
    numbers = re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", text)
    remainder = re.sub(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[\s,;\[\]()]", "", text)
    if len(numbers) != 4 or remainder:
        raise ValueError(expected)
    points = np.array([float(value) for value in numbers]).reshape(2, 2)
    if not np.isfinite(points).all():
        raise ValueError(expected)
    return points


def _bounds(above: float, minimum: float, maximum: float) -> str:
    lowest: tuple[Literal["above", "of at least"], float] | None = None
    if math.isfinite(above):
        lowest = ("above", above)
    elif math.isfinite(minimum):
        lowest = ("of at least", minimum)
    parts = [f"{lowest[0]} {lowest[1]:g}"] if lowest else []
    if math.isfinite(maximum):
        parts.append(f"of at most {maximum:g}")
    return f" {' and '.join(parts)}" if parts else ""
