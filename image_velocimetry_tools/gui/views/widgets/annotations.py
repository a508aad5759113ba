"""The annotation layers of one image, by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from PyQt5.QtGui import QPainter

from image_velocimetry_tools.gui.views.widgets.labels import draw_labels
from image_velocimetry_tools.gui.views.widgets.layers import Layer
from image_velocimetry_tools.gui.views.widgets.screen import Screen

_REACH_PX = 8.0


class Grip(NamedTuple):
    """What lies under the mouse: a handle of a layer."""

    name: str
    layer: Layer
    handle: int

    @property
    def xy(self) -> tuple[float, float]:
        """Image position of the handle."""
        x, y = self.layer.handles()[self.handle].tolist()
        return x, y


class Annotations:
    """Layers in the order of their kinds, polygons lowest; hidden ones stay hidden when they are set anew."""

    def __init__(self) -> None:
        self._layers: dict[str, Layer] = {}
        self._hidden: set[str] = set()

    def put(self, name: str, layer: Layer) -> None:
        """Show a layer in place of the one of that name."""
        self._layers[name] = layer

    def get(self, name: str) -> Layer | None:
        """Layer of that name, hidden or not."""
        return self._layers.get(name)

    def remove(self, name: str) -> None:
        """Forget a layer."""
        self._layers.pop(name, None)

    def clear(self) -> None:
        """Forget all layers."""
        self._layers.clear()

    def set_visible(self, name: str, visible: bool) -> None:
        """Show or hide a layer, now and whenever it is set."""
        (self._hidden.discard if visible else self._hidden.add)(name)

    def visible(self) -> Iterator[tuple[str, Layer]]:
        """Layers that show, lowest first."""
        shown = [(name, layer) for name, layer in self._layers.items() if name not in self._hidden]
        yield from sorted(shown, key=lambda item: item[1].rank)

    def paint_shapes(self, painter: QPainter, screen: Screen) -> None:
        """Draw all shapes."""
        for _, layer in self.visible():
            layer.paint(painter, screen)

    def paint_labels(self, painter: QPainter, screen: Screen) -> None:
        """Draw the labels of all layers, those of the uppermost first."""
        captions = (caption for _, layer in reversed([*self.visible()]) for caption in layer.captions(screen))
        draw_labels(painter, screen, captions)

    def grip_at(self, screen: Screen, x: float, y: float) -> Grip | None:
        """Nearest handle of the uppermost layer that has one within reach of a screen position.

        What can be dragged comes first: a point that is only shown must not be in the way of a corner below it.
        """
        for name, layer in sorted(reversed([*self.visible()]), key=lambda item: not item[1].draggable):
            distance = np.hypot(*(screen.from_image(layer.handles()) - (x, y)).T)
            if np.any(distance <= _REACH_PX):
                return Grip(name, layer, int(np.nanargmin(distance)))
        return None
