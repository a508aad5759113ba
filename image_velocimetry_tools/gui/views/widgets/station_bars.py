"""One bar per station."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike
from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QWidget

from image_velocimetry_tools.gui.views.widgets.plot_base import Plot, line_pen
from image_velocimetry_tools.gui.views.widgets.screen import FloatArray

import pyqtgraph as pg  # isort: skip

_BAR_OF_SPACING = 0.8
_LIMIT = "#8a8f94"


class StationBars(Plot):
    """Bars at stations, each in its colour; a click into the column of one emits ``bar_clicked(index)``."""

    bar_clicked = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stations: FloatArray = np.empty(0)
        self._heights: FloatArray = np.empty(0)
        self._widths: FloatArray = np.empty(0)
        self._fills: list[str] = []
        self._bars: pg.BarGraphItem | None = None
        self._highlighted: int | None = None
        self.canvas.scene().sigMouseClicked.connect(self._click)

    def show_bars(self, stations: ArrayLike, heights: ArrayLike, colours: Sequence[str] | str = "#4f9d69") -> None:
        """Show bars at stations (n,), of heights (n,); no bar where the height is not a number."""
        self._stations = np.array(stations, dtype=float)
        self._heights = np.nan_to_num(np.array(heights, dtype=float))
        self._widths = bar_widths(self._stations)
        self._fills = [colours] * len(self._stations) if isinstance(colours, str) else list(colours)
        self._draw()

    def show_grades(self, limits: Sequence[float], legend: Sequence[tuple[str, str]]) -> None:
        """Tell grades of heights apart: a line at each limit, and texts with the colours of the bars."""
        for limit in limits:
            line = pg.InfiniteLine(pos=limit, angle=0, pen=line_pen(_LIMIT, 1.0, dashed=True))
            self._plot.addItem(line, ignoreBounds=True)
        for text, colour in legend:
            self._legend.addItem(pg.BarGraphItem(x=[], height=[], width=1.0, brush=colour, pen=None), text)
        self._show_legend()

    def highlight(self, index: int | None) -> None:
        """Frame one bar, or none."""
        if index != self._highlighted:
            self._highlighted = index
            self._draw()

    def apply_theme(self, dark: bool) -> None:
        """Colours for light or dark surroundings."""
        super().apply_theme(dark)
        self._draw()

    def _draw(self) -> None:
        if self._bars is not None:
            self._plot.removeItem(self._bars)
        self._bars = None
        if not len(self._stations):
            return
        frames = [line_pen(colour, 1.0) for colour in self._fills]
        if self._highlighted is not None and self._highlighted < len(frames):
            frames[self._highlighted] = line_pen(self.colours.mark, 3.0)
        self._bars = pg.BarGraphItem(
            x=self._stations, height=self._heights, width=self._widths, brushes=self._fills, pens=frames
        )
        self._plot.addItem(self._bars)

    def _click(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._box.sceneBoundingRect().contains(event.scenePos()):
            return
        x = self._box.mapSceneToView(event.scenePos()).x()
        hit = np.flatnonzero(np.abs(self._stations - x) <= self._widths / 2)
        if len(hit):
            self.bar_clicked.emit(int(hit[0]))


def bar_widths(stations: FloatArray) -> FloatArray:
    """Widths (n,) that keep bars apart, whatever the order and spacing of the stations."""
    if len(stations) < 2:
        return np.ones(len(stations))
    gaps = np.abs(stations[:, np.newaxis] - stations)
    gaps[gaps == 0] = np.inf
    nearest = gaps.min(axis=1)
    return _BAR_OF_SPACING * np.where(np.isfinite(nearest), nearest, 1.0)
