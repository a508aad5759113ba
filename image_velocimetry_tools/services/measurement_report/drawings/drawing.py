"""Drawings of lines, shapes and words over an optional picture, which every writer renders in its own way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line through points; the style names one of :data:`.palette.STYLES`."""

    points: tuple[Point, ...]
    style: str


@dataclass(frozen=True, slots=True)
class Area:
    """A closed shape."""

    points: tuple[Point, ...]
    style: str


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle."""

    centre: Point
    radius: float
    style: str


@dataclass(frozen=True, slots=True)
class Words:
    """A text at a baseline; ``has_halo`` for words on a picture, ``is_upright`` for the title of a vertical axis."""

    at: Point
    text: str
    anchor: Anchor = "start"
    colour: str = "text"
    size: float = 12.0
    has_halo: bool = False
    is_upright: bool = False


Shape = Line | Area | Circle | Words


@dataclass(frozen=True, slots=True, eq=False)
class Drawing:
    """A finished drawing: x to the right and y down, in units of which 720 fill the width of a page.

    ``picture`` is JPEG or PNG and fills the whole drawing, below all shapes. ``label`` says what is seen.
    """

    width: float
    height: float
    label: str
    shapes: tuple[Shape, ...]
    picture: bytes | None = field(default=None, repr=False)


class Sketch:
    """A drawing in the making."""

    def __init__(self, width: float, height: float, label: str, picture: bytes | None = None) -> None:
        self.width, self.height = width, height
        self._label, self._picture = label, picture
        self._shapes: list[Shape] = []

    def line(self, points: Iterable[Point], style: str) -> None:
        """A line through points."""
        self._shapes.append(Line(tuple(points), style))

    def area(self, points: Iterable[Point], style: str) -> None:
        """A closed shape."""
        self._shapes.append(Area(tuple(points), style))

    def circle(self, centre: Point, radius: float, style: str) -> None:
        """A circle."""
        self._shapes.append(Circle(centre, radius, style))

    def words(self, at: Point, text: str, anchor: Anchor = "start", colour: str = "text", size: float = 12.0) -> None:
        """A text whose baseline starts at, centres on or ends at a point."""
        self._shapes.append(Words(at, text, anchor, colour, size))

    def upright_words(self, at: Point, text: str) -> None:
        """A text that runs upwards, centred on a point."""
        self._shapes.append(Words(at, text, "middle", is_upright=True))

    def label(self, at: Point, text: str, anchor: Anchor = "start", size: float = 12.0) -> None:
        """A text on a picture, legible on anything."""
        self._shapes.append(Words(at, text, anchor, "light", size, has_halo=True))

    def mark(self, at: Point, shape: str, style: str) -> None:
        """A point: ``circle``, ``diamond``, ``cross``, ``triangle`` (its tip at the point) or ``plus``."""
        x, y = at
        if shape == "circle":
            self.circle(at, 4.0, style)
        elif shape == "diamond":
            self.area([(x - 5, y), (x, y - 5), (x + 5, y), (x, y + 5)], style)
        elif shape == "triangle":
            self.area([(x, y), (x - 5, y - 8), (x + 5, y - 8)], style)
        else:
            self._cross(x, y, 4.0 if shape == "cross" else 7.0, style, is_upright=shape == "plus")

    def _cross(self, x: float, y: float, arm: float, style: str, *, is_upright: bool) -> None:
        if is_upright:
            self.line([(x - arm, y), (x + arm, y)], style)
            self.line([(x, y - arm), (x, y + arm)], style)
        else:
            self.line([(x - arm, y - arm), (x + arm, y + arm)], style)
            self.line([(x - arm, y + arm), (x + arm, y - arm)], style)

    def legend(self, at: Point, entries: Sequence[tuple[str, str, str]]) -> None:
        """Entries of shape, style and text in a row; the shape ``bar`` is a short thick line."""
        x, y = at
        for shape, style, text in entries:
            if shape == "bar":
                self.area([(x - 5, y - 9), (x + 5, y - 9), (x + 5, y + 1), (x - 5, y + 1)], style)
            else:
                self.mark((x, y if shape == "triangle" else y - 4), shape, style)
            self.words((x + 10, y), text, colour="quiet", size=11.0)
            x += 28.0 + 6.1 * len(text)

    def drawing(self) -> Drawing:
        """The finished drawing."""
        return Drawing(self.width, self.height, self._label, tuple(self._shapes), self._picture)
