"""Decoded frames as upright colour pictures of the width of a screen, and a store of many of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from numpy.typing import NDArray

from ..domain.video import FrameSize

RgbPicture = NDArray[np.uint8]
"""(height, width, 3), red, green, blue."""

_QUALITY = 95


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A frame to look at: its number, its time from the first frame of the video, and what it shows."""

    rgb: RgbPicture
    frame_index: int
    time_s: float


class PictureConversion:
    """Turns frames into pictures, which are upright and scaled down to a width.

    Parameters
    ----------
    decoded
        Size of the decoded frames.
    rotation_tag_deg
        Clockwise turn that the video asks for.
    max_width_px
        Largest width of the upright pictures; smaller videos are not enlarged.
    """

    def __init__(self, decoded: FrameSize, rotation_tag_deg: int, max_width_px: int) -> None:
        self._turns = rotation_tag_deg // 90 % 4
        upright = decoded.transposed if self._turns % 2 else decoded
        share = min(1.0, max_width_px / upright.width_px)
        self.size = FrameSize(max(1, round(upright.width_px * share)), max(1, round(upright.height_px * share)))
        self._scaled = self.size.transposed if self._turns % 2 else self.size
        self._scaler = VideoReformatter()

    def rgb(self, frame: VideoFrame) -> RgbPicture:
        """The picture of a frame."""
        # one thread: with several, swscale now and then spoils the lines where its slices meet
        small = self._scaler.reformat(
            frame,
            width=self._scaled.width_px,
            height=self._scaled.height_px,
            format="rgb24",
            interpolation="AREA",
            threads=1,
        )
        return np.ascontiguousarray(np.rot90(small.to_ndarray(), k=-self._turns), dtype=np.uint8)


class PictureStore:
    """Pictures by the number of their frame, within a limit of memory.

    They are kept as JPEG of high quality, which takes about a twentieth of the memory and 2 ms at 1280 x 720. Where
    there is no room for another one, those farthest from the frame that is looked at go.
    """

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._pictures: dict[int, NDArray[np.uint8]] = {}
        self._bytes = 0

    def __contains__(self, frame: int) -> bool:
        """Whether there is a picture of a frame."""
        return frame in self._pictures

    def __len__(self) -> int:
        """Number of pictures."""
        return len(self._pictures)

    @property
    def has_room(self) -> bool:
        """Whether another picture has room beside those that are there."""
        largest = 2 * self._bytes // max(1, len(self._pictures))
        return self._bytes + largest < self._limit

    def reach(self, looked_at: int) -> float:
        """Distance from the frame that is looked at within which another picture would be kept, in frames."""
        if self.has_room:
            return float("inf")
        return max((abs(number - looked_at) for number in self._pictures), default=0)

    def put(self, frame: int, rgb: RgbPicture, looked_at: int) -> None:
        """Keep the picture of a frame while ``looked_at`` is the frame that is looked at."""
        if frame in self._pictures:
            return
        _, code = cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
        while self._pictures and self._bytes + code.nbytes > self._limit:
            farthest = max(self._pictures, key=lambda number: abs(number - looked_at))
            if abs(farthest - looked_at) <= abs(frame - looked_at):
                return
            self._bytes -= self._pictures.pop(farthest).nbytes
        if code.nbytes <= self._limit:
            self._pictures[frame] = np.asarray(code, dtype=np.uint8)
            self._bytes += code.nbytes

    def get(self, frame: int) -> RgbPicture | None:
        """The picture of a frame, None if there is none."""
        code = self._pictures.get(frame)
        if code is None:
            return None
        return np.asarray(cv2.imdecode(code, cv2.IMREAD_COLOR_RGB), dtype=np.uint8)

    def nearest(self, frame: int, others: Iterable[int] = ()) -> int | None:
        """The number nearest to a frame of those that are stored or given besides, None if there are none."""
        return min((*self._pictures, *others), key=lambda number: abs(number - frame), default=None)

    def clear(self) -> None:
        """Forget all pictures."""
        self._pictures.clear()
        self._bytes = 0
