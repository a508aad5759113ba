"""What the cursor points at in a plot: it snaps to the nearest place, and a click keeps what is read there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PyQt5.QtCore import QEvent, QObject, QPointF, Qt, pyqtSignal
from PyQt5.QtGui import QMouseEvent

import pyqtgraph as pg  # isort: skip

if TYPE_CHECKING:
    from image_velocimetry_tools.gui.models.readings import Readings

_RING_PX, _KEPT_RING_PX = 11, 15


class PlotPointer(QObject):
    """Rings the place under the cursor and tells what is read there.

    Signals
    -------
    read(text)
        The cursor is at a place, or (empty) at none any more.
    kept(text)
        A click keeps what is read; empty once other values are shown.
    """

    read = pyqtSignal(str)
    kept = pyqtSignal(str)

    def __init__(self, canvas: pg.PlotWidget) -> None:
        super().__init__(canvas)
        self._box = canvas.getPlotItem().getViewBox()
        self._readings: Readings | None = None
        self._text = self._kept = ""
        self._ring = self._make_ring(canvas, _RING_PX)
        self._kept_ring = self._make_ring(canvas, _KEPT_RING_PX)
        self._canvas = canvas
        canvas.viewport().installEventFilter(self)
        canvas.scene().sigMouseClicked.connect(self._click)

    def show_readings(self, readings: Readings | None) -> None:
        """Point at other values; what was read and kept of those before goes."""
        self._readings = readings
        self._leave()
        self._keep("", None)

    def set_colour(self, colour: str) -> None:
        """The colour of the rings."""
        for ring in (self._ring, self._kept_ring):
            ring.setPen(pg.mkPen(colour, width=2))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The cursor moves over the plot or leaves it; the scene itself leaves out moves that follow quickly."""
        if event.type() == QEvent.Type.Leave:
            self._leave()
        elif event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._move(self._canvas.mapToScene(event.pos()))
        return bool(super().eventFilter(watched, event))

    def _make_ring(self, canvas: pg.PlotWidget, size_px: int) -> pg.ScatterPlotItem:
        ring = pg.ScatterPlotItem(size=size_px, brush=None)
        ring.setZValue(20)
        canvas.getPlotItem().addItem(ring, ignoreBounds=True)
        return ring

    def _place_at(self, position: QPointF) -> int | None:
        if self._readings is None or not self._box.sceneBoundingRect().contains(position):
            return None
        point = self._box.mapSceneToView(position)
        return self._readings.nearest(point.x(), point.y())

    def _move(self, position: QPointF) -> None:
        place = self._place_at(position)
        if place is None or self._readings is None:
            self._leave()
            return
        text = self._readings.text(place)
        if text != self._text:
            self._text = text
            self._encircle(self._ring, place)
            self.read.emit(text)

    def _leave(self) -> None:
        if self._text:
            self._text = ""
            self._ring.clear()
            self.read.emit("")

    def _click(self, event: pg.GraphicsScene.mouseEvents.MouseClickEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            place = self._place_at(event.scenePos())
            if place is not None and self._readings is not None:
                self._keep(self._readings.text(place), place)

    def _keep(self, text: str, place: int | None) -> None:
        if text == self._kept:
            return
        self._kept = text
        self._kept_ring.clear()
        if place is not None:
            self._encircle(self._kept_ring, place)
        self.kept.emit(text)

    def _encircle(self, ring: pg.ScatterPlotItem, place: int) -> None:
        if self._readings is not None:
            spot = self._readings.x[place], self._readings.y[place]
            ring.setData(pos=[spot] if np.isfinite(spot).all() else [])
