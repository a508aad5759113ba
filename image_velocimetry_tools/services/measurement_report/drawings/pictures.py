"""Pictures for the report: encoded small enough to be sent by mail, large enough to be printed."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ....media.encoded_pictures import encoded_picture
from .drawing import Sketch

Picture = NDArray[Any]

FULL_WIDTH = 720.0
_TALLEST = 560.0
# pixels of the encoded picture for each unit of the drawing: about 190 per inch on paper
_PIXELS_PER_UNIT = 2.0
_JPEG_QUALITY = 85


def picture_sketch(picture: Picture, label: str) -> tuple[Sketch, float]:
    """A sketch that shows a picture (height, width) or (height, width, 3 in red, green, blue), and its scale.

    The scale leads from pixels of the picture to units of the drawing.
    """
    height, width = picture.shape[:2]
    scale = min(FULL_WIDTH / width, _TALLEST / height)
    fine = resized(picture, width * scale * _PIXELS_PER_UNIT, height * scale * _PIXELS_PER_UNIT)
    encoded = encoded_picture(fine, quality=_JPEG_QUALITY)
    return Sketch(width * scale, height * scale, label, encoded), scale


def resized(picture: Picture, width: float, height: float) -> Picture:
    """The picture in at most that size; it is never enlarged."""
    size = (max(1, round(width)), max(1, round(height)))
    if size[0] >= picture.shape[1] and size[1] >= picture.shape[0]:
        return picture
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def stretched(picture: Picture) -> Picture:
    """Grey levels spread over the full range but for the darkest and brightest hundredth."""
    low, high = np.percentile(picture, (1.0, 99.0))
    if high - low < 1.0:
        return picture
    scaled = (picture.astype(np.float32) - low) * (255.0 / (high - low))
    return np.asarray(np.clip(scaled, 0.0, 255.0), dtype=np.uint8)


def png(picture: Picture) -> bytes:
    """A grey picture (height, width) as PNG."""
    return encoded_picture(picture, ".png")
