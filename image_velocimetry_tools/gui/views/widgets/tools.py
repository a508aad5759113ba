"""What the left mouse button does in each mode of an image view."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QPainter, QPen

from image_velocimetry_tools.gui.views.widgets.grips import GripDrag
from image_velocimetry_tools.gui.views.widgets.layers import PointLayer
from image_velocimetry_tools.gui.views.widgets.loupe import Loupe
from image_velocimetry_tools.gui.views.widgets.screen import Screen
from image_velocimetry_tools.gui.views.widgets.strokes import draw_lines, draw_symbols

if TYPE_CHECKING:
    from image_velocimetry_tools.gui.views.widgets.annotations import Grip
    from image_velocimetry_tools.gui.views.widgets.picture_view import PictureView

Mode = Literal["navigate", "pick", "line", "polygon"]

# A hand that clicks trembles by a few pixels: less is no drag.
_DRAG_PX = 4.0
_RUBBER = QColor("#ffe14d")


class Spot(NamedTuple):
    """Where the mouse is: image position and screen position."""

    x: float
    y: float
    screen: QPointF

    def distance_px(self, other: Spot) -> float:
        """Distance on the screen."""
        return math.hypot(self.screen.x() - other.screen.x(), self.screen.y() - other.screen.y())


class Tool:
    """Receives the left button and the keys of one mode; this one does nothing with them."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, view: PictureView) -> None:
        self.view = view

    def press(self, spot: Spot) -> None:
        """Left button down."""

    def move(self, spot: Spot) -> None:
        """Mouse moved, with the left button down or not."""

    def release(self, spot: Spot) -> None:
        """Left button up."""

    def double_click(self, spot: Spot) -> None:
        """Left button down a second time; quick clicks are clicks, unless a tool knows better."""
        self.press(spot)

    def leave(self) -> None:
        """Mouse left the view."""

    def key(self, key: int) -> bool:
        """Carry out a key; False if it means nothing here."""
        return key == Qt.Key.Key_Escape and self.abandon()

    def abandon(self) -> bool:
        """Forget what was begun; False if there was nothing."""
        return False

    def paint(self, painter: QPainter, screen: Screen) -> None:
        """Draw what is begun."""


class NavigateTool(Tool):
    """Drags grips, clicks points, and zooms by a rubber band elsewhere."""

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, view: PictureView) -> None:
        super().__init__(view)
        self._pressed: Spot | None = None
        self._here: Spot | None = None
        self._grip: Grip | None = None
        self._drag: GripDrag | None = None

    def press(self, spot: Spot) -> None:
        self._pressed = self._here = spot
        self._grip = self.view.grip_at(spot.screen)

    def move(self, spot: Spot) -> None:
        if self._pressed is None:
            grip = self.view.grip_at(spot.screen)
            self.view.set_pointer(Qt.CursorShape.SizeAllCursor if grip and grip.layer.draggable else self.cursor)
            return
        self._here = spot
        if self._drag is None and self._grip and self._grip.layer.draggable and self._is_drag():
            self._drag = GripDrag(self.view.annotations, self._grip, self._pressed.x, self._pressed.y)
        if self._drag:
            self._drag.move(spot.x, spot.y)

    def release(self, spot: Spot) -> None:
        if self._pressed is None:
            return
        self.move(spot)
        grip, drag, band, dragged = self._grip, self._drag, self._band(), self._is_drag()
        self._forget()
        if drag:
            if drag.alive:
                self.view.announce_move(drag.moved())
        elif band is not None:
            self.view.zoom_to(band)
        elif grip and isinstance(grip.layer, PointLayer) and not dragged:
            self.view.point_clicked.emit(grip.name, grip.handle)

    def abandon(self) -> bool:
        begun = self._pressed is not None
        if self._drag:
            self._drag.abandon()
        self._forget()
        return begun

    def paint(self, painter: QPainter, screen: Screen) -> None:
        band = self._band()
        if band is not None:
            corner = screen.from_image((band.left(), band.top()))
            size = np.array((band.width(), band.height())) * screen.zoom
            frame = QRectF(*corner.tolist(), *size.tolist())
            painter.fillRect(frame, QColor(255, 255, 255, 30))
            for pen in (QPen(QColor("black"), 1), QPen(QColor("white"), 1, Qt.PenStyle.DashLine)):
                painter.setPen(pen)
                painter.drawRect(frame)

    def _forget(self) -> None:
        self._pressed = self._here = self._grip = self._drag = None

    def _is_drag(self) -> bool:
        return bool(self._pressed and self._here and self._pressed.distance_px(self._here) >= _DRAG_PX)

    def _band(self) -> QRectF | None:
        """Area of the image inside the rubber band."""
        if not self._pressed or not self._here or self._drag or not self._is_drag():
            return None
        corners = QPointF(self._pressed.x, self._pressed.y), QPointF(self._here.x, self._here.y)
        band = QRectF(*corners).normalized()
        return band if min(band.width(), band.height()) * self.view.zoom >= _DRAG_PX else None


class PickTool(Tool):
    """Picks the position where the button is released, so that it can be adjusted under the loupe."""

    def __init__(self, view: PictureView) -> None:
        super().__init__(view)
        self._here: Spot | None = None
        self._down = False

    def press(self, spot: Spot) -> None:
        self._here, self._down = spot, True

    def move(self, spot: Spot) -> None:
        self._here = spot

    def release(self, spot: Spot) -> None:
        down, self._down = self._down, False
        if down and self.view.is_on_picture(spot.x, spot.y):
            self.view.picked.emit(spot.x, spot.y)

    def leave(self) -> None:
        self._here = None

    def abandon(self) -> bool:
        down, self._down = self._down, False
        return down

    def paint(self, painter: QPainter, screen: Screen) -> None:
        if self._here and self.view.is_on_picture(self._here.x, self._here.y):
            loupe = Loupe(self._here.screen.x(), self._here.screen.y())
            loupe.paint(painter, screen, self.view.picture, self.view.annotations)


class LineTool(Tool):
    """Draws a line by two clicks, or by one drag."""

    def __init__(self, view: PictureView) -> None:
        super().__init__(view)
        self._start: Spot | None = None
        self._end: Spot | None = None

    def press(self, spot: Spot) -> None:
        self._start = self._start or spot
        self._end = spot

    def move(self, spot: Spot) -> None:
        self._end = spot

    def release(self, spot: Spot) -> None:
        start = self._start
        if start is None:
            return
        self._end = spot
        # The picture may have been moved between the clicks: where the start was pressed on the screen does not count.
        if math.hypot(spot.x - start.x, spot.y - start.y) * self.view.zoom >= _DRAG_PX:
            self._start = None
            self.view.line_drawn.emit(start.x, start.y, spot.x, spot.y)

    def abandon(self) -> bool:
        begun, self._start = self._start is not None, None
        return begun

    def paint(self, painter: QPainter, screen: Screen) -> None:
        if self._start and self._end:
            ends = screen.from_image([[self._start.x, self._start.y], [self._end.x, self._end.y]])
            draw_lines(painter, ends[np.newaxis], _RUBBER, 2.0)
            draw_symbols(painter, ends[:1], "grip", _RUBBER, screen.density)


class PolygonTool(Tool):
    """Draws a polygon: clicks add vertices, a double click or Enter ends it."""

    def __init__(self, view: PictureView) -> None:
        super().__init__(view)
        self._vertices: list[tuple[float, float]] = []
        self._here: Spot | None = None
        self._down = False

    def press(self, spot: Spot) -> None:
        self._here, self._down = spot, True

    def move(self, spot: Spot) -> None:
        self._here = spot

    def release(self, spot: Spot) -> None:
        if self._down:
            self._vertices.append((spot.x, spot.y))
        self._down = False

    def double_click(self, spot: Spot) -> None:
        # Its first click has set the last vertex.
        self._end()

    def key(self, key: int) -> bool:
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._vertices:
            self._end()
        elif key == Qt.Key.Key_Backspace and self._vertices:
            self._vertices.pop()
        else:
            return super().key(key)
        return True

    def abandon(self) -> bool:
        begun = bool(self._vertices)
        self._vertices, self._down = [], False
        return begun

    def paint(self, painter: QPainter, screen: Screen) -> None:
        if not self._vertices or not self._here:
            return
        corners = screen.from_image([*self._vertices, (self._here.x, self._here.y)])
        draw_lines(painter, np.stack([corners[:-1], corners[1:]], axis=1), _RUBBER, 2.0)
        closing = np.array([[corners[-1], corners[0]]])
        draw_lines(painter, closing, _RUBBER, 1.5, Qt.PenStyle.DashLine)
        draw_symbols(painter, corners[:-1], "grip", _RUBBER, screen.density)

    def _end(self) -> None:
        """Two vertices enclose nothing: drawing goes on."""
        if len(self._vertices) >= 3:
            vertices, self._vertices = self._vertices, []
            self.view.polygon_drawn.emit(vertices)


TOOLS: dict[Mode, type[Tool]] = {"navigate": NavigateTool, "pick": PickTool, "line": LineTool, "polygon": PolygonTool}
