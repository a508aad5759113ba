"""Size of JPEG and PNG pictures from their headers, without decoding them."""

from __future__ import annotations

import struct

from ..domain.video import FrameSize

_PNG = b"\x89PNG\r\n\x1a\n"
# Start-of-frame markers; C4, C8 and CC in that range are tables.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD9)})


def picture_size(content: bytes) -> FrameSize | None:
    """Width and height of an encoded picture; None if it is neither JPEG nor PNG, or cut off before its size."""
    try:
        if content.startswith(_PNG):
            width, height = struct.unpack(">II", content[16:24])
            size = FrameSize(width, height) if content[12:16] == b"IHDR" else None
        else:
            size = _jpeg_size(content)
    except (struct.error, IndexError):
        return None
    return size if size is not None and size.width_px > 0 and size.height_px > 0 else None


def _jpeg_size(content: bytes) -> FrameSize | None:
    if not content.startswith(b"\xff\xd8"):
        return None
    position = 2
    while content[position] == 0xFF:
        marker = content[position + 1]
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return FrameSize(width, height)
        if marker == 0xFF:
            position += 1
        elif marker in _WITHOUT_LENGTH:
            position += 2
        else:
            position += 2 + struct.unpack(">H", content[position + 2 : position + 4])[0]
    return None
