"""Labels that keep clear of each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from PyQt5.QtGui import QFontMetricsF, QPainter

from image_velocimetry_tools.gui.views.widgets.layers import Caption
from image_velocimetry_tools.gui.views.widgets.screen import Screen
from image_velocimetry_tools.gui.views.widgets.strokes import draw_text, label_font

_CELL_PX = 4
_CROWD_PX = 16
_GAP_PX = 8.0


def draw_labels(painter: QPainter, screen: Screen, captions: Iterable[Caption]) -> None:
    """Draw each label beside its place where there is room; zooming in brings out those that found none."""
    room = _Room(screen)
    metrics = QFontMetricsF(label_font())
    # Of thousands of points most need not be tried: where one label found no room, the next will not.
    crowded: set[tuple[int, int]] = set()
    for caption in captions:
        neighbourhood = int(caption.x // _CROWD_PX), int(caption.y // _CROWD_PX)
        if neighbourhood in crowded:
            continue
        width, height = metrics.horizontalAdvance(caption.text), metrics.ascent()
        for left, base in _places(caption, width, height):
            if room.take(left, base - height, width, height):
                draw_text(painter, left, base, caption.text, caption.colour)
                break
        else:
            crowded.add(neighbourhood)


def _places(caption: Caption, width: float, height: float) -> Iterator[tuple[float, float]]:
    """Left end of the base line: right above, right below, left above, left below."""
    for left in (caption.x + _GAP_PX, caption.x - _GAP_PX - width):
        for base in (caption.y - 0.6 * _GAP_PX, caption.y + 0.6 * _GAP_PX + height):
            yield left, base


class _Room:
    """Which cells of the drawing area hold a label already."""

    def __init__(self, screen: Screen) -> None:
        self._taken = np.zeros((screen.height // _CELL_PX + 1, screen.width // _CELL_PX + 1), dtype=bool)

    def take(self, left: float, top: float, width: float, height: float) -> bool:
        """Whether the box was free and inside; it is taken now."""
        rows, columns = self._taken.shape
        first_row, last_row = int(top // _CELL_PX), int((top + height) // _CELL_PX)
        first, last = int(left // _CELL_PX), int((left + width) // _CELL_PX)
        if first_row < 0 or first < 0 or last_row >= rows or last >= columns:
            return False
        box = self._taken[first_row : last_row + 1, first : last + 1]
        if box.any():
            return False
        box[:] = True
        return True
