"""The cross-section: bed, water surface and stations."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QColor
from PyQt5.QtWidgets import QWidget

from image_velocimetry_tools.gui.views.widgets.plot_base import Plot, line_pen
from image_velocimetry_tools.gui.views.widgets.screen import FloatArray

import pyqtgraph as pg  # isort: skip

_BED = "#8c6239"
_WATER = "#2f7fd1"
_STATION = "#e08a1e"
_BOUNDARY = "#8a8f94"
_REACH_PX = 10.0


class SectionPlot(Plot):
    """Bed and water surface over the station, the wetted area filled.

    A click near a station's marker, above or below it as well, emits ``station_clicked(index)``.
    """

    station_clicked = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bed: FloatArray = np.empty((0, 2))
        self._level: float | None = None
        self._stations: FloatArray = np.empty((0, 2))
        self._marks: tuple[tuple[str, str], ...] = ()
        self._symbols: set[str] = set()
        self._highlighted: int | None = None
        self._water = pg.PlotCurveItem()
        self._mark = pg.InfiniteLine(angle=90)
        self._mark.setVisible(False)
        self._plot.addItem(self._water)
        self._plot.addItem(self._mark, ignoreBounds=True)
        self.canvas.scene().sigMouseClicked.connect(self._click)

    def show_bed(self, stations: ArrayLike, elevations: ArrayLike) -> None:
        """Show the bed, a polyline of stations (n,) and elevations (n,)."""
        bed = np.column_stack([np.asarray(stations, dtype=float), np.asarray(elevations, dtype=float)])
        if np.array_equal(bed, self._bed, equal_nan=True) and len(bed):
            return
        self._bed = bed
        self.show_curve("bed", self._bed[:, 0], self._bed[:, 1], _BED, 2.5, legend="Bed")
        self._draw_water()

    def show_water_level(self, elevation: float | None) -> None:
        """Show the water surface at an elevation, or none."""
        if elevation != self._level:
            self._level = elevation
            self._draw_water()

    def show_stations(
        self,
        stations: ArrayLike,
        elevations: ArrayLike | float,
        legend: str = "Stations",
        marks: Sequence[tuple[str, str]] = (),
    ) -> None:
        """Mark stations (n,) at elevations (n,), or all at one elevation; ``marks`` are symbol and legend of each."""
        x = np.asarray(stations, dtype=float)
        y = np.broadcast_to(np.asarray(elevations, dtype=float), x.shape)
        marked = np.column_stack([x, y])
        is_known = np.array_equal(marked, self._stations, equal_nan=True) and tuple(marks) == self._marks
        if is_known and len(marked):
            return
        self._stations, self._marks = marked, tuple(marks)
        each = self._marks or (("o", legend),) * max(len(x), 1)
        shown, self._symbols = self._symbols, {symbol for symbol, _ in each}
        for symbol in shown - self._symbols:
            self.empty_curve(f"stations {symbol}")
        for symbol, text in dict.fromkeys(each):
            chosen = np.array([mark == (symbol, text) for mark in each[: len(x)]], dtype=bool)
            self.show_curve(f"stations {symbol}", x[chosen], y[chosen], _STATION, 0.0, symbol=symbol, legend=text)
        self.highlight(self._highlighted)

    def show_boundaries(self, stations: Sequence[float]) -> None:
        """Mark where subsections meet, by thin lines from bed to bank."""
        if not len(stations) or not len(self._bed):
            self.clear_curve("boundaries")
            return
        low, high = float(self._bed[:, 1].min()), float(self._bed[:, 1].max())
        x = np.repeat(np.asarray(stations, dtype=float), 3)
        y = np.tile([low, high, np.nan], len(stations))
        self.show_curve("boundaries", x, y, _BOUNDARY, 1.0, dashed=True, legend="Sub-sections")

    def highlight(self, index: int | None) -> None:
        """Mark one station by a vertical line, or none."""
        self._highlighted = index
        shown = index is not None and index < len(self._stations)
        self._mark.setVisible(shown)
        if index is not None and shown:
            self._mark.setPen(line_pen(self.colours.mark, 1.5, dashed=True))
            self._mark.setPos(float(self._stations[index, 0]))

    def apply_theme(self, dark: bool) -> None:
        """Colours for light or dark surroundings."""
        super().apply_theme(dark)
        self.highlight(self._highlighted)

    def _draw_water(self) -> None:
        level = self._level
        if level is None or len(self._bed) < 2:
            self._water.setData([], [])
            self.clear_curve("water")
            return
        wetted = below(self._bed, level)
        fill = QColor(_WATER)
        fill.setAlpha(90)
        self._water.setData(wetted[:, 0], wetted[:, 1], pen=None, brush=fill, fillLevel=level)
        surface = surface_of(self._bed, level)
        self.show_curve("water", surface[:, 0], surface[:, 1], _WATER, 2.0, legend="Water surface")

    def _click(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not np.isfinite(self._stations[:, 0]).any():
            return
        if not self._box.sceneBoundingRect().contains(event.scenePos()):
            return
        x = self._box.mapSceneToView(event.scenePos()).x()
        distance_px = np.abs(self._stations[:, 0] - x) / self._box.viewPixelSize()[0]
        if np.nanmin(distance_px) <= _REACH_PX:
            self.station_clicked.emit(int(np.nanargmin(distance_px)))


def below(bed: FloatArray, level: float) -> FloatArray:
    """Bed (n, 2) with vertices where it meets the level, cut off at the level."""
    rows = [bed[0]]
    for start, end in pairwise(bed):
        if (start[1] - level) * (end[1] - level) < 0:
            rows.append(start + (end - start) * (level - start[1]) / (end[1] - start[1]))
        rows.append(end)
    cut = np.array(rows)
    cut[:, 1] = np.minimum(cut[:, 1], level)
    return cut


def surface_of(bed: FloatArray, level: float) -> FloatArray:
    """Water surface (m, 2) over the wet parts of the bed, a gap (not a number) at each dry one."""
    cut = below(bed, level)
    # where bed and level meet, rounding decides which of them is the lower
    below_level = cut[:, 1] < level - 1e-9 * max(1.0, abs(level))
    wet = below_level[:-1] | below_level[1:]
    pieces = [
        np.array([[start[0], level], [end[0], level]] if is_wet else [[np.nan, np.nan]])
        for start, end, is_wet in zip(cut[:-1], cut[1:], wet, strict=True)
    ]
    return np.concatenate(pieces)
