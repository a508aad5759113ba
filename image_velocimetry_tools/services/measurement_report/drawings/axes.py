"""Axes of diagrams: values laid on a drawing, with ticks on round numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from matplotlib.ticker import MaxNLocator

from .drawing import Sketch


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from ``low`` to ``high`` laid on the drawing from ``start`` to ``end``, with labelled ticks."""

    low: float
    high: float
    start: float
    end: float
    ticks: tuple[tuple[float, str], ...]
    title: str = ""

    def at(self, value: float) -> float:
        """Place of a value; what lies outside stays at the border."""
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


def value_axis(values: Iterable[float], start: float, end: float, title: str, *, most_ticks: int = 6) -> Axis:
    """An axis that holds all finite values, its ends on round numbers."""
    ticks = _round_numbers(values, most_ticks)
    return Axis(float(ticks[0]), float(ticks[-1]), start, end, _labelled(ticks), title)


def close_axis(low: float, high: float, start: float, end: float, title: str, *, most_ticks: int = 6) -> Axis:
    """An axis with just these ends, ticks on the round numbers between them."""
    ticks = _round_numbers((low, high), most_ticks)
    inside = ticks[(ticks >= low) & (ticks <= high)]
    return Axis(low, high, start, end, _labelled(inside), title) if high > low else value_axis([low], start, end, title)


def draw_axes(sketch: Sketch, x: Axis, y: Axis, *, with_x_ticks: bool = True) -> None:
    """Grid, ticks and titles of a pair of axes."""
    for value, text in x.ticks:
        sketch.line([(x.at(value), y.start), (x.at(value), y.end)], "grid")
        if with_x_ticks:
            sketch.words((x.at(value), y.start + 15), text, "middle", "quiet", 11.0)
    for value, text in y.ticks:
        sketch.line([(x.start, y.at(value)), (x.end, y.at(value))], "grid")
        sketch.words((x.start - 6, y.at(value) + 4), text, "end", "quiet", 11.0)
    sketch.line([(x.start, y.end), (x.start, y.start), (x.end, y.start)], "axis")
    if with_x_ticks:
        sketch.words(((x.start + x.end) / 2, y.start + 33), x.title, "middle")
    sketch.upright_words((14, (y.start + y.end) / 2), y.title)


def _round_numbers(values: Iterable[float], most_ticks: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    known = [value for value in values if np.isfinite(value)] or [0.0, 1.0]
    low, high = min(known), max(known)
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        room = 0.05 * abs(high) or 1.0
        low, high = low - room, high + room
    return np.asarray(MaxNLocator(most_ticks, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high), dtype=float)


def _labelled(ticks: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[tuple[float, str], ...]:
    step = float(np.min(np.diff(ticks))) if len(ticks) > 1 else 1.0
    decimals = next(d for d in range(7) if d == 6 or abs(round(step, d) - step) < 1e-6 * step)
    return tuple((float(tick), f"{tick + 0.0:.{decimals}f}".replace("-", "−")) for tick in ticks)
