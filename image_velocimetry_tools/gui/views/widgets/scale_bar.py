"""A scale bar with round numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PyQt5.QtGui import QColor, QPainter

from image_velocimetry_tools.gui.views.widgets.screen import Screen
from image_velocimetry_tools.gui.views.widgets.strokes import draw_lines, draw_text

_LONGEST_PX = 180.0
_MARGIN_PX = 16.0
_COLOUR = QColor("white")


@dataclass(frozen=True)
class ScaleBar:
    """Bar in the lower left corner of a rectified image.

    Attributes
    ----------
    pixel_size
        Side of an image pixel on the water surface, in ``unit_label``.
    """

    pixel_size: float
    unit_label: str

    def paint(self, painter: QPainter, screen: Screen) -> None:
        """Draw the longest bar of round length that fits."""
        length = round_length(self.pixel_size * _LONGEST_PX / screen.zoom)
        left, right = _MARGIN_PX, _MARGIN_PX + length / self.pixel_size * screen.zoom
        base = screen.height - _MARGIN_PX
        bar = [[[left, base], [right, base]], [[left, base - 5], [left, base]], [[right, base - 5], [right, base]]]
        draw_lines(painter, np.array(bar), _COLOUR, 2.0)
        draw_text(painter, left + 5, base - 7, f"{length:g} {self.unit_label}", _COLOUR)


def round_length(longest: float) -> float:
    """Greatest of 1, 2 and 5 times a power of ten that is not above ``longest``."""
    power = 10.0 ** math.floor(math.log10(longest))
    return float(max(step * power for step in (1.0, 2.0, 5.0) if step * power <= longest * (1 + 1e-12)))
