"""A physical pinhole camera: where it stands, where it looks, and its focal length."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..domain.video import FrameSize

FloatArray = NDArray[np.float64]
Point = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class PinholeCamera:
    """An ideal camera without skew whose principal point is the centre of the frame.

    ``look_at_m`` is a world point seen in the centre of the frame; ``roll_deg`` turns the camera clockwise about its
    axis, so that the picture turns counter-clockwise.
    """

    position_m: Point
    look_at_m: Point
    focal_px: float
    frame: FrameSize
    roll_deg: float = 0.0

    @property
    def rotation(self) -> FloatArray:
        """Rows are the camera's axes in the world: right, down, forward; shape (3, 3)."""
        forward = np.subtract(self.look_at_m, self.position_m).astype(float)
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, (0.0, 0.0, 1.0))
        if np.linalg.norm(right) < 1e-9:
            right = np.array([1.0, 0.0, 0.0])
        right /= np.linalg.norm(right)
        down = np.cross(forward, right)
        cosine, sine = np.cos(np.radians(self.roll_deg)), np.sin(np.radians(self.roll_deg))
        return np.stack([cosine * right + sine * down, cosine * down - sine * right, forward])

    @property
    def intrinsics(self) -> FloatArray:
        """Camera axes to pixels, shape (3, 3); pixel centres lie at integer coordinates."""
        centre_x, centre_y = (self.frame.width_px - 1) / 2.0, (self.frame.height_px - 1) / 2.0
        return np.array([[self.focal_px, 0.0, centre_x], [0.0, self.focal_px, centre_y], [0.0, 0.0, 1.0]])

    @property
    def matrix(self) -> FloatArray:
        """World to homogeneous pixels, shape (3, 4); the third component is the depth in metres."""
        rotation = self.rotation
        translation = -rotation @ np.array(self.position_m, dtype=float)
        return self.intrinsics @ np.column_stack([rotation, translation])

    def project(self, world_m: FloatArray) -> FloatArray:
        """Pixels (n, 2) of world points (n, 3); NaN for points behind the camera."""
        homogeneous = np.column_stack([world_m, np.ones(len(world_m))]) @ self.matrix.T
        depth = np.where(homogeneous[:, 2] > 0.0, homogeneous[:, 2], np.nan)
        return np.asarray(homogeneous[:, :2] / depth[:, None])

    def rays(self, pixels: FloatArray) -> FloatArray:
        """World directions (..., 3), not normalised, of the lines of sight through pixels (..., 2)."""
        centre = np.array([(self.frame.width_px - 1) / 2.0, (self.frame.height_px - 1) / 2.0])
        in_camera = np.concatenate([(pixels - centre) / self.focal_px, np.ones((*pixels.shape[:-1], 1))], axis=-1)
        return np.asarray(in_camera @ self.rotation)

    def moved(self, offset_m: Point) -> PinholeCamera:
        """The same camera looking in the same direction from another place."""
        position, look_at = np.add(self.position_m, offset_m), np.add(self.look_at_m, offset_m)
        return PinholeCamera(
            (float(position[0]), float(position[1]), float(position[2])),
            (float(look_at[0]), float(look_at[1]), float(look_at[2])),
            self.focal_px,
            self.frame,
            self.roll_deg,
        )
