"""Small diagrams as SVG text: axes with round ticks, lines, bands and points, coloured by the style of the page.

A report may hold a diagram for each of a thousand jobs; these take well under a millisecond and a few kilobytes each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import escape

Point = tuple[float, float]

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_TIME_STEPS_S = (
    *(60, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200),
    *(86400, 2 * 86400, 7 * 86400, 14 * 86400, 30 * 86400, 91 * 86400, 182 * 86400, 365 * 86400, 5 * 365 * 86400),
)


@dataclass(frozen=True, slots=True)
class Axis:
    """Values from ``low`` to ``high`` laid on pixels from ``start_px`` to ``end_px``, with labelled ticks."""

    low: float
    high: float
    start_px: float
    end_px: float
    ticks: tuple[tuple[float, str], ...]
    title: str = ""

    def px(self, value: float) -> float:
        """Pixel of a value; far outside values stay near the diagram."""
        share = (value - self.low) / (self.high - self.low)
        return self.start_px + min(max(share, -2.0), 3.0) * (self.end_px - self.start_px)


def value_axis(values: Iterable[float], start_px: float, end_px: float, title: str, *, most_ticks: int = 6) -> Axis:
    """An axis that holds all finite values with some room, its ticks on round numbers."""
    known = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(known), max(known)
    if high - low <= 1e-9 * max(abs(low), abs(high)):
        room = 0.05 * abs(high) or 1.0
        low, high = low - room, high + room
    step = _round_step((high - low) / most_ticks)
    low, high = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    decimals = max(0, -math.floor(math.log10(step) + 1e-9) + (1 if _is_quarter(step) else 0))
    count = round((high - low) / step)
    ticks = tuple((low + i * step, _tick(low + i * step, decimals)) for i in range(count + 1))
    return Axis(low, high, start_px, end_px, ticks, title)


def fixed_axis(low: float, high: float, start_px: float, end_px: float, title: str, *, most_ticks: int = 6) -> Axis:
    """An axis with just these ends; ticks on the round numbers between them."""
    wide = value_axis((low, high), start_px, end_px, title, most_ticks=most_ticks)
    room = 1e-9 * (wide.high - wide.low)
    if high <= low:
        return wide
    inside = tuple(tick for tick in wide.ticks if low - room <= tick[0] <= high + room)
    return Axis(low, high, start_px, end_px, inside, title)


def time_axis(moments: Sequence[datetime], start_px: float, end_px: float, title: str, *, most_ticks: int = 6) -> Axis:
    """An axis of wall-clock times without zone; values are seconds as those of :func:`seconds_of`."""
    seconds = [seconds_of(moment) for moment in moments]
    low, high = min(seconds), max(seconds)
    room = max(0.03 * (high - low), 1800.0)
    low, high = low - room, high + room
    step = next((step for step in _TIME_STEPS_S if (high - low) / step <= most_ticks), _TIME_STEPS_S[-1])
    if (high - low) / step > most_ticks:
        step = math.ceil((high - low) / most_ticks / step) * step
    first = math.ceil(low / step) * step
    form = "%H:%M" if step < 43200 and high - low < 86400 else "%Y-%m-%d %H:%M" if step < 86400 else "%Y-%m-%d"
    count = int((high - first) // step) + 1
    ticks = tuple((first + i * step, _clock(first + i * step, form)) for i in range(count))
    return Axis(low, high, start_px, end_px, ticks, title)


def seconds_of(moment: datetime) -> float:
    """Position of a wall-clock time on a time axis; its zone does not count."""
    return moment.replace(tzinfo=UTC).timestamp()


@dataclass(slots=True)
class Diagram:
    """An SVG picture under construction; ``label`` is what it shows, for those who cannot see it."""

    width_px: float
    height_px: float
    label: str
    _parts: list[str] = field(default_factory=list)

    def frame(self, x: Axis, y: Axis, *, with_x_ticks: bool = True, with_y_ticks: bool = True) -> None:
        """Grid, ticks and titles of a pair of axes."""
        for value, text in x.ticks:
            at = x.px(value)
            self.segment((at, y.start_px), (at, y.end_px), "grid")
            if with_x_ticks:
                self.text((at, y.start_px + 15), text, "tick mid")
        for value, text in y.ticks:
            at = y.px(value)
            self.segment((x.start_px, at), (x.end_px, at), "grid")
            if with_y_ticks:
                self.text((x.start_px - 6, at + 4), text, "tick end")
        self.segment((x.start_px, y.start_px), (x.end_px, y.start_px), "axis")
        self.segment((x.start_px, y.start_px), (x.start_px, y.end_px), "axis")
        if with_x_ticks and x.title:
            self.text(((x.start_px + x.end_px) / 2, y.start_px + 34), x.title, "title mid")
        if with_y_ticks and y.title:
            middle = (y.start_px + y.end_px) / 2
            self._parts.append(
                f'<text class="title mid" transform="translate(13 {middle:.1f}) rotate(-90)">{escape(y.title)}</text>'
            )

    def segment(self, start: Point, end: Point, style: str) -> None:
        """A straight line."""
        self._parts.append(f'<path class="{style}" d="M{_at(start)}L{_at(end)}"/>')

    def line(self, points: Iterable[Point], style: str) -> None:
        """A line through points."""
        self._parts.append(f'<path class="{style}" d="M{"L".join(_at(point) for point in points)}"/>')

    def area(self, points: Iterable[Point], style: str) -> None:
        """A filled shape."""
        self._parts.append(f'<path class="{style}" d="M{"L".join(_at(point) for point in points)}Z"/>')

    def mark(self, at: Point, shape: str, style: str, hint: str = "") -> None:
        """A point; ``shape`` is one of :data:`SHAPES`, ``hint`` is shown under the pointer."""
        body = SHAPES[shape](*at)
        tooltip = f"<title>{escape(hint)}</title>" if hint else ""
        self._parts.append(f'<path class="{style}" d="{body}">{tooltip}</path>' if tooltip else _bare(style, body))

    def text(self, at: Point, text: str, style: str) -> None:
        """A text whose baseline starts at, centres on or ends at a point, by its style."""
        self._parts.append(f'<text class="{style}" x="{at[0]:.1f}" y="{at[1]:.1f}">{escape(text)}</text>')

    def clipped(self, x: Axis, y: Axis, name: str) -> None:
        """What follows, up to :meth:`end_clip`, is cut off at the axes; ``name`` is unique in the page."""
        left, right = sorted((x.start_px, x.end_px))
        top, bottom = sorted((y.start_px, y.end_px))
        self._parts.append(
            f'<clipPath id="{name}"><rect x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
            f'height="{bottom - top:.1f}"/></clipPath><g clip-path="url(#{name})">'
        )

    def end_clip(self) -> None:
        """End of what is cut off."""
        self._parts.append("</g>")

    def legend(self, at: Point, entries: Sequence[tuple[str, str, str]]) -> None:
        """Entries of shape, style and text in a row."""
        x, y = at
        for shape, style, text in entries:
            self.mark((x, y - 4), shape, style)
            self.text((x + 12, y), text, "tick")
            x += 32 + 6.2 * len(text)

    def svg(self) -> str:
        """The picture as an element of a page."""
        size = f'viewBox="0 0 {self.width_px:g} {self.height_px:g}" style="max-width:{self.width_px:g}px"'
        label = escape(self.label, quote=True)
        return f'<svg {size} role="img" aria-label="{label}">{"".join(self._parts)}</svg>'


def _bare(style: str, body: str) -> str:
    return f'<path class="{style}" d="{body}"/>'


def _circle(x: float, y: float, radius: float = 4.0) -> str:
    half = f"a{radius:g} {radius:g} 0 1 0"
    return f"M{x - radius:.1f} {y:.1f}{half} {2 * radius:g} 0{half} {-2 * radius:g} 0Z"


def _ring(x: float, y: float) -> str:
    return _circle(x, y, 8.0)


def _diamond(x: float, y: float) -> str:
    return f"M{x - 5:.1f} {y:.1f}l5 -5l5 5l-5 5Z"


def _cross(x: float, y: float) -> str:
    return f"M{x - 4:.1f} {y - 4:.1f}l8 8m0 -8l-8 8"


def _triangle(x: float, y: float) -> str:
    """Points down, its tip at the point."""
    return f"M{x:.1f} {y:.1f}l-5 -8h10Z"


def _dash(x: float, y: float) -> str:
    return f"M{x - 7:.1f} {y:.1f}h14"


SHAPES: dict[str, Callable[[float, float], str]] = {
    "circle": _circle,
    "ring": _ring,
    "diamond": _diamond,
    "cross": _cross,
    "triangle": _triangle,
    "dash": _dash,
}


def _at(point: Point) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step for step in _STEPS if step * power >= rough * (1.0 - 1e-9)) * power


def _is_quarter(step: float) -> bool:
    return abs(step / 10.0 ** math.floor(math.log10(step) + 1e-9) - 2.5) < 1e-6


def _tick(value: float, decimals: int) -> str:
    text = f"{value:.{decimals}f}"
    return (text[1:] if float(text) == 0.0 and text.startswith("-") else text).replace("-", "−")


def _clock(seconds: float, form: str) -> str:
    return (datetime(1970, 1, 1) + timedelta(seconds=seconds)).strftime(form)
