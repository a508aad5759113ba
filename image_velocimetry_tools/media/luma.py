"""The luma of decoded frames as 8-bit pictures, without copying where the decoder's own memory can serve."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from numpy.typing import NDArray

Luma = NDArray[np.uint8]

_TOP_ALIGNED = ("p0", "p2", "p4")
"""P010 and its relatives keep their bits at the top of 16."""

_PACKED_LUMA_OFFSET = {"yuyv422": 0, "yvyu422": 0, "uyvy422": 1}


def luma_of(frame: VideoFrame) -> Luma:
    """Luma (height, width) of a decoded frame, 8 bits, read-only, in the range that the frame has.

    Planar formats of 8 bits (yuv420p, nv12, gray, ...) give a view of the decoder's memory, which is valid as long as
    the frame; more than 8 bits are rounded; RGB gives full-range luma with the weights of ITU-R BT.601.
    """
    layout = frame.format
    # Conversions run in one thread: with several, swscale now and then spoils the lines where its slices meet.
    if _has_luma_plane(layout):
        bits = layout.components[0].bits
        if bits == 8:
            return _first_plane(frame, "u1")
        if 8 < bits <= 16:
            samples = _first_plane(frame, ">u2" if layout.is_big_endian else "<u2")
            return _reduced(samples, 8 if layout.name.startswith(_TOP_ALIGNED) else bits - 8)
    if layout.name in _PACKED_LUMA_OFFSET:
        offset = _PACKED_LUMA_OFFSET[layout.name]
        return np.ascontiguousarray(_rows(frame, "u1")[:, offset : offset + 2 * frame.width : 2])
    if layout.is_rgb or layout.has_palette or layout.is_bit_stream:
        return np.asarray(cv2.cvtColor(frame.to_ndarray(format="rgb24", threads=1), cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    if layout.name.startswith(("gray", "ya")):
        return _first_plane(frame.reformat(format="gray", threads=1), "u1")
    # Anything left is YUV in an unusual layout; only the chroma is interpolated on the way to this one.
    return _first_plane(frame.reformat(format="yuv444p", threads=1), "u1")


def _has_luma_plane(layout: VideoFormat) -> bool:
    if layout.is_rgb or layout.has_palette or layout.is_bit_stream:
        return False
    if layout.name.startswith("gray"):
        return len(layout.components) == 1 and "f" not in layout.name
    is_luma_first = layout.is_planar and layout.components[0].plane == 0
    return is_luma_first and layout.name.startswith(("yuv", "nv", *_TOP_ALIGNED))


def _first_plane(frame: VideoFrame, kind: str) -> NDArray[Any]:
    view = _rows(frame, kind)[:, : frame.width]
    view.flags.writeable = False
    return view


def _rows(frame: VideoFrame, kind: str) -> NDArray[Any]:
    """Samples (height, pitch) of the first plane, the rest of each line included."""
    if frame.planes[0].line_size < 0:
        frame = frame.reformat(width=frame.width, height=frame.height, format="yuv444p", threads=1)  # stored bottom up
    plane: Any = frame.planes[0]
    dtype = np.dtype(kind)
    pitch = plane.line_size // dtype.itemsize
    return np.frombuffer(plane, dtype, count=pitch * frame.height).reshape(frame.height, pitch)


def _reduced(samples: NDArray[Any], bits_too_many: int) -> Luma:
    native = np.ascontiguousarray(samples, dtype=np.uint16)
    return np.asarray(cv2.convertScaleAbs(native, alpha=0.5**bits_too_many), dtype=np.uint8)
