"""Use cases of space-time image velocimetry: a stack of pictures, or the tiles of a job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain.errors import VelocimetryError
from ..domain.scaffold import StivParameters
from ..numerics.stiv import (
    Fan,
    StackSettings,
    StivResult,
    TileReach,
    TileStack,
    blur_margin_px,
    coarse_stride,
    fan_angles,
    measure_tiles,
    search_fan,
    two_dimensional_stiv_exhaustive,
    two_dimensional_stiv_optimized,
)
from ..numerics.stiv.point import Estimator
from ..numerics.stiv.search import CancelToken

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class LineSearch:
    """How the velocity at each point of a job is searched: the fan of lines and the tiles that hold it.

    Every ``stride``-th line is looked at first, then those round the best.
    """

    fan: Fan
    stride: int
    blur_sigma_px: float
    max_velocity_mps: float

    @property
    def reach_px(self) -> TileReach:
        """Pixels from a point to the borders of its tile."""
        return self.fan.reach_px.grown(blur_margin_px(self.blur_sigma_px))


class STIVService:
    """Surface velocities, usable alone: no window, no files."""

    def line_search(self, parameters: StivParameters, num_pixels: int | None = None) -> LineSearch:
        """The search of a job.

        Parameters
        ----------
        parameters
            Settings of the site.
        num_pixels
            Length of the lines in the raster of the job's video; that of the settings if None.

        Raises
        ------
        VelocimetryError
            If the settings make no search.
        """
        length = parameters.num_pixels if num_pixels is None else num_pixels
        try:
            angles = fan_angles(parameters.phi_origin_deg, parameters.phi_range_deg, parameters.d_phi_deg)
            fan = search_fan(angles, length)
            stride = coarse_stride(length, parameters.d_phi_deg)
        except ValueError as error:
            raise VelocimetryError(
                str(error), remedy="Correct the STIV parameters of the scaffold", stage="velocimetry"
            ) from error
        return LineSearch(fan, stride, parameters.blur_sigma_px, parameters.max_velocity_mps)

    def measure_tiles(
        self,
        tiles: TileStack,
        search: LineSearch,
        *,
        pixel_size_m: float,
        interval_s: float,
        threads: int | None = None,
        progress: Callable[[float], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> StivResult:
        """Velocities at the points of tiles cut out of the rectified picture; see :class:`StivResult`.

        Raises
        ------
        Cancelled
            If ``cancel`` is set.
        """
        return measure_tiles(
            replace(tiles, blur_sigma_px=search.blur_sigma_px),
            [search.fan] * len(tiles),
            StackSettings(pixel_size_m, interval_s, search.max_velocity_mps),
            stride=search.stride,
            threads=threads,
            progress=progress,
            cancel=cancel,
        )

    def measure_stack(
        self,
        x_px: ArrayLike,
        y_px: ArrayLike,
        image_stack: NDArray[np.uint8],
        parameters: StivParameters,
        *,
        pixel_size_m: float,
        interval_s: float,
        estimator: Estimator = "ridge",
        exhaustive: bool = True,
        progress: Callable[[float], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> StivResult:
        """Velocities at points (n,) of a stack of rectified pictures (height, width, n_frames) uint8.

        ``exhaustive=False`` looks at a few directions first and closely only round the best of them.

        Raises
        ------
        ValueError
            If shapes or parameters make no sense.
        Cancelled
            If ``cancel`` is set.
        """
        search = two_dimensional_stiv_exhaustive if exhaustive else two_dimensional_stiv_optimized
        return search(
            x_px,
            y_px,
            image_stack,
            parameters.num_pixels,
            parameters.phi_origin_deg,
            parameters.d_phi_deg,
            parameters.phi_range_deg,
            pixel_size_m,
            interval_s,
            sigma=parameters.blur_sigma_px,
            max_vel_threshold=parameters.max_velocity_mps,
            estimator=estimator,
            progress=progress,
            cancel=cancel,
        )
