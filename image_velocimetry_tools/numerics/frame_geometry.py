"""From the frame as the decoder delivers it to the frame in which the control points were digitised, and back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain.errors import VideoError
from ..domain.video import FramePreparation, FrameSize
from .lens import corrected_to_source, source_to_corrected
from .point_checks import as_points

FloatArray = NDArray[np.float64]
MapArray = NDArray[np.float32]
Picture = NDArray[Any]


@dataclass(frozen=True, slots=True)
class FrameGeometry:
    """Rotation tag, rotation, flip and lens correction of a frame, in that order, as maps of points.

    ``rotation_tag_deg`` and ``preparation.rotation_deg`` are clockwise quarter turns of the whole canvas, so that width
    and height change places (ffmpeg's ``rotate`` filter keeps the canvas and crops). Pixel centres are at integers.

    Raises
    ------
    VideoError
        If a rotation is not a multiple of 90 degrees.
    """

    decoded_size: FrameSize
    rotation_tag_deg: int = 0
    preparation: FramePreparation = field(default_factory=FramePreparation)

    def __post_init__(self) -> None:
        for degrees in (self.rotation_tag_deg, self.preparation.rotation_deg):
            if degrees % 90 != 0:
                raise VideoError(
                    f"frames can be turned by 0, 90, 180 or 270 degrees, not by {degrees}",
                    remedy="Choose one of these rotations",
                )

    @property
    def quarter_turns(self) -> int:
        """Clockwise quarter turns in all, 0 to 3."""
        return (self.rotation_tag_deg + self.preparation.rotation_deg) // 90 % 4

    @property
    def prepared_size(self) -> FrameSize:
        """Size of the prepared frame."""
        return self.decoded_size.transposed if self.quarter_turns % 2 else self.decoded_size

    @property
    def is_identity(self) -> bool:
        """Whether the prepared frame is the decoded one."""
        return self.quarter_turns == 0 and self.preparation.flip == "none" and self.preparation.lens.is_identity

    def to_decoded(self, xy_px: ArrayLike) -> FloatArray:
        """Pixels (n, 2) of the decoded frame that pixels (n, 2) of the prepared frame show."""
        points = as_points(xy_px, 2, "pixels")
        return np.column_stack(self.decoded_maps(points[:, 0], points[:, 1]))

    def to_prepared(self, xy_px: ArrayLike) -> FloatArray:
        """Pixels (n, 2) of the prepared frame that show pixels (n, 2) of the decoded one; NaN where none does."""
        points = as_points(xy_px, 2, "pixels")
        turn, offset = self._turn()
        upright = (points - offset) @ turn
        lens = self.preparation.lens
        if lens.is_identity:
            return upright
        return np.column_stack(source_to_corrected(upright[:, 0], upright[:, 1], lens, self.prepared_size))

    def decoded_maps(self, x_px: FloatArray, y_px: FloatArray) -> tuple[FloatArray, FloatArray]:
        """As :meth:`to_decoded` for arrays x and y of any equal shape."""
        if not self.preparation.lens.is_identity:
            x_px, y_px = corrected_to_source(x_px, y_px, self.preparation.lens, self.prepared_size)
        (xx, xy), (yx, yy) = (turn := self._turn())[0]
        offset_x, offset_y = turn[1]
        return xx * x_px + xy * y_px + offset_x, yx * x_px + yy * y_px + offset_y

    def picture_maps(self) -> tuple[MapArray, MapArray]:
        """``cv2.remap`` maps (float32, height x width of the prepared frame) that prepare a whole decoded frame."""
        size = self.prepared_size
        y, x = np.mgrid[: size.height_px, : size.width_px].astype(float)
        map_x, map_y = self.decoded_maps(x, y)
        return map_x.astype(np.float32), map_y.astype(np.float32)

    def picture(self, frame: Picture) -> Picture:
        """The prepared frame as a picture; ``frame`` is (height, width) or (height, width, channels).

        Raises
        ------
        ValueError
            If the frame has not the decoded size.
        """
        if frame.shape[:2] != (self.decoded_size.height_px, self.decoded_size.width_px):
            raise ValueError(f"a frame of {frame.shape[1]}x{frame.shape[0]} instead of {self.decoded_size}")
        if not self.preparation.lens.is_identity:
            return cv2.remap(frame, *self.picture_maps(), cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        upright = np.rot90(frame, k=-self.quarter_turns)
        if self.preparation.flip == "hflip":
            upright = upright[:, ::-1]
        elif self.preparation.flip == "vflip":
            upright = upright[::-1]
        return np.ascontiguousarray(upright)

    def _turn(self) -> tuple[FloatArray, FloatArray]:
        """Orthogonal matrix and offset with which prepared pixels (without lens) become decoded ones."""
        size, decoded = self.prepared_size, self.decoded_size
        flip = {"hflip": (-1.0, 1.0), "vflip": (1.0, -1.0)}.get(self.preparation.flip, (1.0, 1.0))
        flip_offset = np.array([(size.width_px - 1) * (flip[0] < 0), (size.height_px - 1) * (flip[1] < 0)], dtype=float)
        right, bottom = decoded.width_px - 1.0, decoded.height_px - 1.0
        matrix, offset = (
            (np.array([[1.0, 0.0], [0.0, 1.0]]), np.zeros(2)),
            (np.array([[0.0, 1.0], [-1.0, 0.0]]), np.array([0.0, bottom])),
            (np.array([[-1.0, 0.0], [0.0, -1.0]]), np.array([right, bottom])),
            (np.array([[0.0, -1.0], [1.0, 0.0]]), np.array([right, 0.0])),
        )[self.quarter_turns]
        return matrix * np.array(flip), matrix @ flip_offset + offset
