"""Space-time images as projects keep them: read with bounds, since a project may come from anywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..image_header import picture_size

_LARGEST_IMAGE_BYTES = 64 * 1024**2
#: More pixels than any search line has in any clip; a header may claim what it likes.
_LARGEST_IMAGE_PIXELS = 50_000_000


def decoded_image(content: bytes) -> NDArray[np.uint8] | None:
    """The grey picture of JPEG or PNG bytes; None if they are none."""
    import cv2

    size = picture_size(content)
    if size is None or size.width_px * size.height_px > _LARGEST_IMAGE_PIXELS or len(content) > _LARGEST_IMAGE_BYTES:
        return None
    try:
        image = cv2.imdecode(np.frombuffer(content, dtype=np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        return None
    return None if image is None else np.asarray(image, dtype=np.uint8)
