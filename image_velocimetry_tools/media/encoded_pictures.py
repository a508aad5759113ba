"""Pictures as JPEG, PNG and the like, in memory; colours are red, green, blue."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

_JPEG_QUALITY = 95
_JPEG_SUFFIXES = (".jpg", ".jpeg")


def decoded_rgb(content: bytes) -> Picture | None:
    """The picture (height, width, 3); None if it cannot be decoded.

    It is taken as it is stored, without the turn that its orientation tag asks for: pixels of control points are those
    of the stored picture.
    """
    picture = _decoded(content, cv2.IMREAD_COLOR)
    return None if picture is None else np.ascontiguousarray(picture[:, :, ::-1])


def decoded_grey(content: bytes) -> Picture | None:
    """The grey picture (height, width), as it is stored; None if it cannot be decoded."""
    return _decoded(content, cv2.IMREAD_GRAYSCALE)


def encoded_picture(picture: Picture, suffix: str = ".jpg", *, quality: int = _JPEG_QUALITY) -> bytes:
    """A picture, grey (height, width) or colour (height, width, 3), in the format of a file's ending.

    Raises
    ------
    ValueError
        If there is no such format, or it cannot hold the picture.
    """
    ordered = picture if picture.ndim == 2 else np.ascontiguousarray(picture[:, :, 2::-1])
    try:
        options = [cv2.IMWRITE_JPEG_QUALITY, quality] if suffix.lower() in _JPEG_SUFFIXES else []
        is_done, code = cv2.imencode(suffix.lower(), ordered, options)
    except cv2.error as error:
        raise ValueError(f"a picture of shape {picture.shape} cannot be encoded as {suffix}") from error
    if not is_done:
        raise ValueError(f"a picture of shape {picture.shape} cannot be encoded as {suffix}")
    return bytes(code.tobytes())


def _decoded(content: bytes, colours: int) -> Picture | None:
    if not content:
        return None
    try:
        picture = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), colours | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        return None
    return None if picture is None else np.asarray(picture, dtype=np.uint8)
