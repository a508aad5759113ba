"""A magnified inset beside the mouse, for digitising."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PyQt5.QtCore import QPointF
from PyQt5.QtGui import QColor, QPainter, QPainterPath, QPen

from image_velocimetry_tools.gui.views.widgets.annotations import Annotations
from image_velocimetry_tools.gui.views.widgets.picture import Picture
from image_velocimetry_tools.gui.views.widgets.screen import FloatArray, Screen
from image_velocimetry_tools.gui.views.widgets.strokes import draw_lines

MAGNIFICATION = 6
_RADIUS_PX = 80.0
_DISTANCE_PX = 18.0


@dataclass(frozen=True)
class Loupe:
    """Shows six times larger what is under the mouse at (x, y) on the screen."""

    x: float
    y: float

    def paint(self, painter: QPainter, screen: Screen, picture: Picture, annotations: Annotations) -> None:
        """Draw the inset to the lower right of the mouse, elsewhere if there is no room."""
        centre = self._centre(screen)
        inside = self._magnified(screen, centre)
        disc = QPainterPath()
        disc.addEllipse(centre, _RADIUS_PX, _RADIUS_PX)
        painter.save()
        painter.setClipPath(disc)
        painter.fillPath(disc, QColor("#303030"))
        painter.save()
        painter.translate(inside.left, inside.top)
        painter.scale(inside.zoom, inside.zoom)
        picture.paint(painter, None)
        painter.restore()
        annotations.paint_shapes(painter, inside)
        draw_lines(painter, _cross_hair(centre), QColor("white"), 1.0)
        painter.restore()
        for pen in (QPen(QColor(0, 0, 0, 170), 4), QPen(QColor("white"), 2)):
            painter.setPen(pen)
            painter.drawEllipse(centre, _RADIUS_PX, _RADIUS_PX)

    def _centre(self, screen: Screen) -> QPointF:
        away = _DISTANCE_PX + _RADIUS_PX
        right = self.x + away + _RADIUS_PX <= screen.width
        below = self.y + away + _RADIUS_PX <= screen.height
        return QPointF(self.x + (away if right else -away), self.y + (away if below else -away))

    def _magnified(self, screen: Screen, centre: QPointF) -> Screen:
        x, y = screen.to_image(self.x, self.y)
        zoom = MAGNIFICATION * screen.zoom
        return replace(screen, zoom=zoom, left=centre.x() - x * zoom, top=centre.y() - y * zoom)


def _cross_hair(centre: QPointF) -> FloatArray:
    """Four arms that leave the middle free."""
    arms = np.array([[[5, 0], [24, 0]], [[-5, 0], [-24, 0]], [[0, 5], [0, 24]], [[0, -5], [0, -24]]], dtype=float)
    return arms + np.array((centre.x(), centre.y()))
