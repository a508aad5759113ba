"""The outcome of a velocimetry run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...domain.velocimetry import PointFlag

FloatArray = NDArray[np.float64]
SpaceTimeImages = tuple[NDArray[np.uint8], ...]


@dataclass(frozen=True, slots=True, eq=False)
class StivResult:
    """Surface velocities at n points; unpacks as magnitudes, directions, space-time images, thetas.

    ``magnitudes_mps`` (n,) are not negative, ``directions_deg`` (n,) are geographic directions of motion,
    ``thetas_deg`` (n,) streak angles from the time axis in [0, 180), ``space_time_images`` n arrays (num_pixels,
    n_frames) uint8. ``velocities_mps`` (n,) are signed along the search line whose geographic angle is ``line_deg``
    (n,). ``quality`` lies in [0, 1]; ``peak``, ``ambiguity`` and ``spread`` are its parts. Points whose line leaves
    the picture are NaN; every other point keeps its raw estimate, and ``flags`` says what speaks against it.
    ``fastest_mps`` is the largest speed that the search line can measure.
    """

    magnitudes_mps: FloatArray
    directions_deg: FloatArray
    space_time_images: SpaceTimeImages
    thetas_deg: FloatArray
    velocities_mps: FloatArray
    line_deg: FloatArray
    quality: FloatArray
    peak: FloatArray
    ambiguity: FloatArray
    spread: FloatArray
    dispersion: FloatArray
    flags: tuple[tuple[PointFlag, ...], ...]
    fastest_mps: float

    def _unpacked(self) -> tuple[FloatArray, FloatArray, SpaceTimeImages, FloatArray]:
        return self.magnitudes_mps, self.directions_deg, self.space_time_images, self.thetas_deg

    def __iter__(self) -> Iterator[object]:
        return iter(self._unpacked())

    def __getitem__(self, index: int) -> object:
        return self._unpacked()[index]

    def __len__(self) -> int:
        return 4
