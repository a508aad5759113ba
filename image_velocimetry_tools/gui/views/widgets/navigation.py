"""Zooming and panning as hydrographers know it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QTransform

if TYPE_CHECKING:
    from image_velocimetry_tools.gui.views.widgets.picture_view import PictureView

STEP = 1.25
_CLOSEST = 64.0
_SMALLEST_OF_FIT = 0.5
_PAN_OF_VIEW = 0.1


@dataclass(frozen=True)
class _Sight:
    zoom: float
    centre: QPointF
    fitted: bool


class Navigation:
    """What part of the picture an image view shows, and the way back."""

    def __init__(self, view: PictureView) -> None:
        self._view = view
        self._back: list[_Sight] = []
        self.fitted = True

    def fit(self) -> None:
        """Show the whole picture, also after the window changes its size; forget the way back."""
        self._back.clear()
        self.fitted = True
        self._fit()

    def follow_size(self) -> None:
        """Keep the whole picture in sight while the user has not zoomed."""
        if self.fitted:
            self._fit()

    def zoom_to(self, area: QRectF) -> None:
        """Show an area of the image as large as it goes; ``go_back`` returns."""
        self._back.append(self._sight())
        self._look_at(area.center(), self._within_limits(self._zoom_that_shows(area)))

    def go_back(self) -> None:
        """Return to where the last ``zoom_to`` began, or to the whole picture."""
        if not self._back:
            self.fit()
            return
        sight = self._back.pop()
        self._look_at(sight.centre, sight.zoom)
        self.fitted = sight.fitted
        self.follow_size()

    def zoom_about(self, position: QPointF, factor: float) -> None:
        """Zoom and keep what is at a screen position there."""
        zoom = self._within_limits(self._view.zoom * factor)
        fixed = self._view.image_position(position)
        self._look_at(fixed + (self._middle() - position) / zoom, zoom)

    def zoom_about_middle(self, factor: float) -> None:
        """Zoom and keep the middle."""
        self.zoom_about(self._middle(), factor)

    def pan(self, dx_px: float, dy_px: float) -> None:
        """Move the picture by screen pixels."""
        zoom = self._view.zoom
        self._look_at(self._view.image_position(self._middle()) - QPointF(dx_px, dy_px) / zoom, zoom)

    def centre_on(self, position: QPointF) -> None:
        """Bring an image position into the middle."""
        self._look_at(position, self._view.zoom)

    def key(self, key: int) -> bool:
        """Carry out a key; False if it means nothing here."""
        step_x, step_y = _PAN_OF_VIEW * 2 * self._middle().x(), _PAN_OF_VIEW * 2 * self._middle().y()
        pans = {
            Qt.Key.Key_Left: (step_x, 0.0),
            Qt.Key.Key_Right: (-step_x, 0.0),
            Qt.Key.Key_Up: (0.0, step_y),
            Qt.Key.Key_Down: (0.0, -step_y),
        }
        if key in pans:
            self.pan(*pans[Qt.Key(key)])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_about_middle(STEP)
        elif key == Qt.Key.Key_Minus:
            self.zoom_about_middle(1 / STEP)
        elif key == Qt.Key.Key_0:
            self.fit()
        else:
            return False
        return True

    def _fit(self) -> None:
        area = self._view.picture_area()
        if not area.isEmpty():
            self._look_at(area.center(), self._zoom_that_shows(area))
            self.fitted = True

    def _sight(self) -> _Sight:
        return _Sight(self._view.zoom, self._view.image_position(self._middle()), self.fitted)

    def _look_at(self, centre: QPointF, zoom: float) -> None:
        self.fitted = False
        self._view.setTransform(QTransform.fromScale(zoom, zoom))
        self._view.centerOn(centre)
        self._view.redraw()

    def _zoom_that_shows(self, area: QRectF) -> float:
        size = self._view.viewport().size()
        return min(size.width() / max(area.width(), 1e-6), size.height() / max(area.height(), 1e-6))

    def _within_limits(self, zoom: float) -> float:
        whole = self._zoom_that_shows(self._view.picture_area())
        return min(max(zoom, _SMALLEST_OF_FIT * whole), max(_CLOSEST, whole))

    def _middle(self) -> QPointF:
        size = self._view.viewport().size()
        return QPointF(size.width() / 2, size.height() / 2)
