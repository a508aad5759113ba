"""The annotated image viewer of all tabs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QPainter
from PyQt5.QtWidgets import QWidget

from image_velocimetry_tools.gui.views.widgets.layers import (
    Layer,
    LineLayer,
    PointLayer,
    PolygonLayer,
    VectorLayer,
)
from image_velocimetry_tools.gui.views.widgets.picture_view import PictureView
from image_velocimetry_tools.gui.views.widgets.scale_bar import ScaleBar
from image_velocimetry_tools.gui.views.widgets.screen import FloatArray, Screen
from image_velocimetry_tools.gui.views.widgets.strokes import draw_text, label_font

_MARKER_COLOUR = QColor("white")
_ABSENCE_COLOUR = QColor("#c4c4c4")


class ImageView(PictureView):
    """A picture with named layers of annotations over it.

    All positions are image pixels; the centre of pixel (0, 0) is (0.0, 0.0), so that a picture of width w covers
    -0.5 to w - 0.5. Lines, symbols and texts keep their size on the screen. Methods never emit signals: those tell
    only of what the user did.

    The wheel zooms about the mouse, the middle button pans, the right one goes back (twice: whole picture), ``+``,
    ``-``, ``0`` and arrow keys zoom, fit and pan. The left button depends on the mode (`set_mode`):

    ``navigate``
        drags draggable handles, clicks points, zooms by a rubber band elsewhere.
    ``pick``
        a click emits ``picked(x, y)``; a loupe shows the place six times larger.
    ``line``
        two clicks, or one drag, emit ``line_drawn(x1, y1, x2, y2)``; Esc abandons.
    ``polygon``
        clicks add vertices, Backspace removes the last, a double click or Enter ends and emits
        ``polygon_drawn([(x, y), ...])``; Esc abandons.

    Dragging emits once, on release: ``point_moved(layer, index, x, y)``, ``line_moved(layer, index, x1, y1, x2, y2)``,
    ``polygon_moved(layer, index, [(x, y), ...])``. What was dragged stays where it was dropped until the layer is set
    anew. ``point_clicked(layer, index)`` comes from points of all layers in mode ``navigate``.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale_bar: ScaleBar | None = None
        self._marker_text = ""

    def clear(self) -> None:
        """Take away picture, layers, scale bar and text."""
        self._scale_bar, self._marker_text = None, ""
        super().clear()

    def set_points(
        self,
        layer: str,
        xy: ArrayLike,
        labels: Sequence[str] = (),
        colour: str = "#ffe14d",
        style: Literal["cross", "dot", "ring"] = "cross",
        draggable: bool = False,
        selected: Iterable[int] = (),
    ) -> None:
        """Show points (n, 2); rows that are not numbers are left out, the others keep their index."""
        points = PointLayer(
            xy=_pairs(xy),
            labels=tuple(labels),
            colour=QColor(colour),
            style=style,
            draggable=draggable,
            selected=frozenset(selected),
        )
        self._put(layer, points)

    def set_lines(
        self,
        layer: str,
        segments: ArrayLike,
        colour: str = "#ffe14d",
        width: float = 2.0,
        dashed: bool = False,
        dotted: bool = False,
        arrow: bool = False,
        labels: Sequence[str] = (),
        draggable: bool = False,
    ) -> None:
        """Show lines (n, 2, 2), each from its first end (x, y) to its second; labels stand at the middles."""
        lines = LineLayer(
            segments=_pairs(segments).reshape(-1, 2, 2),
            colour=QColor(colour),
            width=width,
            pattern=_pattern(dashed, dotted),
            arrow=arrow,
            labels=tuple(labels),
            draggable=draggable,
        )
        self._put(layer, lines)

    def set_polygons(
        self,
        layer: str,
        polygons: Iterable[ArrayLike],
        colour: str = "#ff5a4d",
        fill_opacity: float = 0.25,
        draggable: bool = False,
        labels: Sequence[str] = (),
    ) -> None:
        """Show closed polygons, each (k, 2); ``fill_opacity`` is 0 (outline only) to 1."""
        outlines = tuple(corners for corners in map(_pairs, polygons) if len(corners))
        fill = PolygonLayer(
            polygons=outlines,
            colour=QColor(colour),
            fill_opacity=fill_opacity,
            draggable=draggable,
            labels=tuple(labels),
        )
        self._put(layer, fill)

    def set_vectors(
        self,
        layer: str,
        xy: ArrayLike,
        uv: ArrayLike,
        colour: str = "#35d05a",
        dotted: bool = False,
        labels: Sequence[str] = (),
    ) -> None:
        """Show arrows from points (n, 2) along (n, 2), both in image pixels; labels stand at the heads."""
        vectors = VectorLayer(
            xy=_pairs(xy),
            uv=_pairs(uv),
            colour=QColor(colour),
            pattern=_pattern(False, dotted),
            labels=tuple(labels),
        )
        self._put(layer, vectors)

    def clear_layer(self, name: str) -> None:
        """Take away one layer."""
        self.annotations.remove(name)
        self.redraw()

    def clear_layers(self) -> None:
        """Take away all layers."""
        self.annotations.clear()
        self.redraw()

    def set_layer_visible(self, name: str, visible: bool) -> None:
        """Show or hide a layer, also when it is set later."""
        self.annotations.set_visible(name, visible)
        self.redraw()

    def set_marker_text(self, text: str) -> None:
        """Write a text into the upper left corner; into the middle while there is no picture."""
        self._marker_text = text
        self.redraw()

    def set_scale_bar(self, pixel_size: float | None, unit_label: str = "m") -> None:
        """Show a scale bar for pixels of ``pixel_size`` (in ``unit_label``), or none."""
        self._scale_bar = ScaleBar(pixel_size, unit_label) if pixel_size else None
        self.redraw()

    def paint_over(self, painter: QPainter, screen: Screen) -> None:
        """Draw annotations, scale bar, text and what is being drawn."""
        self.annotations.paint_shapes(painter, screen)
        self.annotations.paint_labels(painter, screen)
        if self._scale_bar:
            self._scale_bar.paint(painter, screen)
        for line, text in enumerate(self._marker_text.splitlines()):
            draw_text(painter, 12, 24 + 18 * line, text, _MARKER_COLOUR)
        super().paint_over(painter, screen)

    def paint_instead(self, painter: QPainter) -> None:
        """Write the text where the picture would be."""
        painter.setFont(label_font())
        painter.setPen(_ABSENCE_COLOUR)
        room = self.viewport().rect().adjusted(16, 16, -16, -16)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._marker_text)

    def _put(self, name: str, layer: Layer) -> None:
        self.annotations.put(name, layer)
        self.redraw()


def _pairs(xy: ArrayLike) -> FloatArray:
    # A copy: what the caller does to its array later is not drawn.
    return np.array(xy, dtype=float).reshape(-1, 2)


def _pattern(dashed: bool, dotted: bool) -> Qt.PenStyle:
    if dotted:
        return Qt.PenStyle.DotLine
    return Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
