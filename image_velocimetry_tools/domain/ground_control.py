"""Ground control points: surveyed world coordinates with the pixels at which they are seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroundControlPoint:
    """One surveyed point; pixels are None until it is digitised in the calibration image."""

    name: str
    x_m: float
    y_m: float
    z_m: float
    x_px: float | None = None
    y_px: float | None = None
    use_in_rectification: bool = True
    use_in_validation: bool = False

    @property
    def is_digitised(self) -> bool:
        """Whether the point has been found in the calibration image."""
        return self.x_px is not None and self.y_px is not None


@dataclass(frozen=True, slots=True)
class GroundControlPoints:
    """The table of points of a project, in table order."""

    points: tuple[GroundControlPoint, ...]

    def __len__(self) -> int:
        return len(self.points)

    @property
    def used(self) -> tuple[GroundControlPoint, ...]:
        """Points that are marked for rectification and have pixels."""
        return tuple(p for p in self.points if p.use_in_rectification and p.is_digitised)

    @property
    def world_m(self) -> FloatArray:
        """World coordinates of the used points, shape (n, 3), metres."""
        return np.array([[p.x_m, p.y_m, p.z_m] for p in self.used], dtype=float).reshape(-1, 3)

    @property
    def pixels(self) -> FloatArray:
        """Pixel coordinates (x, y) of the used points, shape (n, 2)."""
        return np.array([[p.x_px, p.y_px] for p in self.used], dtype=float).reshape(-1, 2)
