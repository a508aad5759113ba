"""Kinds of annotation layers: what they draw, and where one may take hold of them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

import numpy as np
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QPainter

from image_velocimetry_tools.gui.views.widgets.screen import FloatArray, Screen
from image_velocimetry_tools.gui.views.widgets.strokes import (
    Symbol,
    draw_arrows,
    draw_lines,
    draw_outlines,
    draw_symbols,
)


class Caption(NamedTuple):
    """A text beside a screen position."""

    x: float
    y: float
    text: str
    colour: QColor


@dataclass(frozen=True, eq=False, kw_only=True)
class Layer(ABC):
    """Something drawn over the image, in image pixels; layers of higher rank lie above."""

    rank: ClassVar[int] = 0
    colour: QColor
    labels: tuple[str, ...] = ()
    draggable: bool = False

    @abstractmethod
    def paint(self, painter: QPainter, screen: Screen) -> None:
        """Draw the shapes in screen positions."""

    @abstractmethod
    def label_anchors(self) -> FloatArray:
        """Image positions (n, 2) of the labels."""

    def handles(self) -> FloatArray:
        """Image positions (m, 2) that one may take hold of."""
        return np.empty((0, 2))

    def with_handle_at(self, handle: int, x: float, y: float) -> Layer:
        """Return the layer with one handle elsewhere; without handles it is the same."""
        return self

    def captions(self, screen: Screen) -> Iterator[Caption]:
        """Labels in sight."""
        if not self.labels:
            return
        positions = screen.from_image(self.label_anchors()[: len(self.labels)])
        in_sight = screen.in_sight(positions, margin=0)
        for index in self._label_order():
            if index < len(in_sight) and in_sight[index] and self.labels[index]:
                x, y = positions[index].tolist()
                yield Caption(x, y, self.labels[index], self.colour)

    def _label_order(self) -> Sequence[int]:
        return range(len(self.labels))

    def _paint_grips(self, painter: QPainter, screen: Screen) -> None:
        if self.draggable:
            positions = screen.from_image(self.handles())
            draw_symbols(painter, positions[screen.in_sight(positions)], "grip", self.colour, screen.density)


@dataclass(frozen=True, eq=False, kw_only=True)
class PointLayer(Layer):
    """Points (n, 2); rows that are not numbers are not drawn. Its handles are the points, to click or to drag."""

    rank: ClassVar[int] = 3
    xy: FloatArray
    style: Symbol = "cross"
    selected: frozenset[int] = frozenset()

    def paint(self, painter: QPainter, screen: Screen) -> None:
        positions = screen.from_image(self.xy)
        in_sight = screen.in_sight(positions)
        strong = np.isin(np.arange(len(positions)), list(self.selected))
        draw_symbols(painter, positions[in_sight & ~strong], self.style, self.colour, screen.density)
        draw_symbols(painter, positions[in_sight & strong], self.style, self.colour, screen.density, strong=True)

    def label_anchors(self) -> FloatArray:
        return self.xy

    def handles(self) -> FloatArray:
        return self.xy

    def with_handle_at(self, handle: int, x: float, y: float) -> PointLayer:
        return replace(self, xy=_with_row(self.xy, handle, x, y))

    def _label_order(self) -> Sequence[int]:
        """Selected points first: where labels crowd, the first come is drawn."""
        return [*self.selected, *(index for index in range(len(self.labels)) if index not in self.selected)]


@dataclass(frozen=True, eq=False, kw_only=True)
class LineLayer(Layer):
    """Segments (n, 2, 2); the handles are both ends of each."""

    rank: ClassVar[int] = 1
    segments: FloatArray
    width: float = 2.0
    pattern: Qt.PenStyle = Qt.PenStyle.SolidLine
    arrow: bool = False

    def paint(self, painter: QPainter, screen: Screen) -> None:
        positions = screen.from_image(self.segments)
        positions = positions[screen.crosses(positions)]
        draw = draw_arrows if self.arrow else draw_lines
        draw(painter, positions, self.colour, self.width, self.pattern)
        self._paint_grips(painter, screen)

    def label_anchors(self) -> FloatArray:
        return self.segments.mean(axis=1)

    def handles(self) -> FloatArray:
        return self.segments.reshape(-1, 2) if self.draggable else super().handles()

    def with_handle_at(self, handle: int, x: float, y: float) -> LineLayer:
        ends = _with_row(self.segments.reshape(-1, 2), handle, x, y)
        return replace(self, segments=ends.reshape(-1, 2, 2))


@dataclass(frozen=True, eq=False, kw_only=True)
class PolygonLayer(Layer):
    """Closed outlines, each (k, 2); the handles are the vertices, one polygon after the other."""

    rank: ClassVar[int] = 0
    polygons: tuple[FloatArray, ...]
    fill_opacity: float = 0.25

    def paint(self, painter: QPainter, screen: Screen) -> None:
        fill = QColor(self.colour)
        fill.setAlphaF(self.fill_opacity)
        draw_outlines(painter, [screen.from_image(corners) for corners in self.polygons], self.colour, fill)
        self._paint_grips(painter, screen)

    def label_anchors(self) -> FloatArray:
        return np.array([corners.mean(axis=0) for corners in self.polygons]).reshape(-1, 2)

    def handles(self) -> FloatArray:
        return np.concatenate(self.polygons) if self.draggable and self.polygons else super().handles()

    def with_handle_at(self, handle: int, x: float, y: float) -> PolygonLayer:
        index, vertex = self.vertex_of(handle)
        moved = _with_row(self.polygons[index], vertex, x, y)
        return replace(self, polygons=(*self.polygons[:index], moved, *self.polygons[index + 1 :]))

    def vertex_of(self, handle: int) -> tuple[int, int]:
        """Polygon and vertex of a handle."""
        ends = np.cumsum([len(corners) for corners in self.polygons])
        index = int(np.searchsorted(ends, handle, side="right"))
        return index, handle - int(ends[index] - len(self.polygons[index]))


@dataclass(frozen=True, eq=False, kw_only=True)
class VectorLayer(Layer):
    """Arrows from points (n, 2) along (n, 2), both in image pixels."""

    rank: ClassVar[int] = 2
    xy: FloatArray
    uv: FloatArray
    pattern: Qt.PenStyle = Qt.PenStyle.SolidLine

    def paint(self, painter: QPainter, screen: Screen) -> None:
        positions = screen.from_image(np.stack([self.xy, self.xy + self.uv], axis=1))
        positions = positions[screen.crosses(positions)]
        draw_arrows(painter, positions, self.colour, 2.0, self.pattern)

    def label_anchors(self) -> FloatArray:
        return self.xy + self.uv


def _with_row(rows: FloatArray, index: int, x: float, y: float) -> FloatArray:
    changed = rows.copy()
    changed[index] = x, y
    return changed
