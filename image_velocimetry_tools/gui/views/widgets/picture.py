"""The picture under the annotations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PyQt5.QtCore import QRectF, Qt
from PyQt5.QtGui import QImage, QPainter
from PyQt5.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

_PIXELS_SHOW_FROM = 3.0


class Picture(QGraphicsItem):
    """An image whose pixel (0, 0) has its centre at (0, 0).

    Zoomed out, it is drawn from copies of half, a quarter... of its size, made when first needed: drawing 4K straight
    would be slow and alias the pattern of the water surface.
    """

    def __init__(self) -> None:
        super().__init__()
        self._levels: list[QImage] = []

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels, None when there is no picture."""
        return (self._levels[0].width(), self._levels[0].height()) if self._levels else None

    def show_image(self, image: QImage | None) -> None:
        """Show another image, or none."""
        self.prepareGeometryChange()
        self._levels = [] if image is None else [image]
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the edges of the outermost pixels."""
        width, height = self.size or (0, 0)
        return QRectF(-0.5, -0.5, width, height)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem | None, widget: QWidget | None = None) -> None:
        """Draw the copy that fits the zoom; far zoomed in, the pixels show."""
        if not self._levels:
            return
        zoom = painter.deviceTransform().m11()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, zoom < _PIXELS_SHOW_FROM)
        painter.drawImage(self.boundingRect(), self._level_for(zoom))

    def _level_for(self, zoom: float) -> QImage:
        halvings = 0
        while zoom <= 0.5:
            zoom, halvings = 2 * zoom, halvings + 1
        while len(self._levels) <= halvings and min(self._levels[-1].width(), self._levels[-1].height()) > 1:
            self._levels.append(_halved(self._levels[-1]))
        return self._levels[min(halvings, len(self._levels) - 1)]


def image_of(array: NDArray[np.uint8]) -> QImage:
    """Qt's copy of grey values (h, w) or red, green, blue (h, w, 3), in the format that is drawn quickest."""
    if array.dtype != np.uint8 or array.size == 0 or not (array.ndim == 2 or (array.ndim == 3 and array.shape[2] == 3)):
        raise ValueError(f"A picture is uint8 (h, w) or (h, w, 3), not {array.dtype} {array.shape}")
    array = np.ascontiguousarray(array)
    layout = QImage.Format.Format_Grayscale8 if array.ndim == 2 else QImage.Format.Format_RGB888
    shared = QImage(array.data, array.shape[1], array.shape[0], array.strides[0], layout)  # type: ignore[call-overload]
    return shared.convertToFormat(QImage.Format.Format_RGB32)


def _halved(image: QImage) -> QImage:
    return image.scaled(
        max(1, image.width() // 2),
        max(1, image.height() // 2),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
