"""Feature tracking as a velocimetry method: the velocity of a point is that of the features that drift past it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from ...domain.scaffold import StivParameters
from ...domain.velocimetry import PointFlag
from ...media.decoding import CancelToken
from ...numerics.feature_tracking import TrackingSettings, least_side_px, margin_px
from ...numerics.stiv import StivResult, TileReach, TileStack, blur_margin_px
from ...numerics.stiv.theta import streak_of_velocity
from ...services.stiv_service import LineSearch, STIVService
from .settings import KltSettings
from .tile_tracker import PointMotion, TileTracker


@dataclass(frozen=True, slots=True, eq=False)
class TrackingSearch(LineSearch):
    """The fan of directions that are expected, in tiles with room for the windows of the features in it."""

    window_margin_px: int
    least_side_px: int

    @property
    def reach_px(self) -> TileReach:
        """Pixels from a point to the borders of its tile."""
        reach = self.fan.reach_px.grown(blur_margin_px(self.blur_sigma_px) + self.window_margin_px)
        least = self.least_side_px // 2
        return TileReach(max(reach.x, least), max(reach.y, least))


class KltMethod:
    """Follows features by the pyramidal method of Lucas and Kanade; see :mod:`~...numerics.feature_tracking`."""

    def __init__(self, settings: KltSettings | None = None) -> None:
        chosen = settings or KltSettings()
        self._tracking = TrackingSettings(**chosen.model_dump(exclude={"strip_width_px"}))
        self._strip_width_px = chosen.strip_width_px

    def line_search(self, parameters: StivParameters, num_pixels: int | None = None) -> LineSearch:
        """The lines of a STIV search of the same settings: they limit the directions and size the tiles.

        Raises
        ------
        VelocimetryError
            If the settings make no search.
        """
        search = STIVService().line_search(parameters, num_pixels)
        return TrackingSearch(
            search.fan,
            search.stride,
            search.blur_sigma_px,
            search.max_velocity_mps,
            margin_px(self._tracking),
            least_side_px(self._tracking),
        )

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
        """Velocities at the points of tiles; see :class:`StivResult` and :class:`PointMotion` for what is what.

        Raises
        ------
        Cancelled
            If ``cancel`` is set; it is asked while features are followed.
        """
        tracker = TileTracker(
            replace(tiles, blur_sigma_px=search.blur_sigma_px), search.fan, self._tracking, self._strip_width_px, cancel
        )
        inside = [int(index) for index in np.flatnonzero(tiles.inside)]
        found: dict[int, PointMotion] = {}
        with _single_threaded_libraries(), ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
            for index, motion in zip(inside, pool.map(tracker.motion_at, inside), strict=True):
                found[index] = motion
                if progress is not None:
                    progress(len(found) / len(inside))
        shape = search.fan.num_pixels, tiles.pixels.shape[3]
        nowhere = PointMotion(np.zeros(shape, dtype=np.uint8), (PointFlag.OUTSIDE_PICTURE,))
        motions = [found.get(index, nowhere) for index in range(len(tiles))]
        mps_per_px = pixel_size_m / interval_s
        return _result(motions, mps_per_px, tracker.fastest_px * mps_per_px, search.max_velocity_mps)


def _result(motions: list[PointMotion], mps_per_px: float, fastest_mps: float, max_velocity_mps: float) -> StivResult:
    def column(name: str) -> NDArray[np.float64]:
        return np.array([getattr(motion, name) for motion in motions], dtype=float)

    velocity_px = column("velocity_px")
    velocities_mps = velocity_px * mps_per_px
    return StivResult(
        magnitudes_mps=np.abs(velocities_mps),
        directions_deg=column("direction_deg"),
        space_time_images=tuple(motion.image for motion in motions),
        thetas_deg=streak_of_velocity(velocity_px),
        velocities_mps=velocities_mps,
        line_deg=column("line_deg"),
        quality=column("quality"),
        peak=column("peak"),
        ambiguity=column("ambiguity"),
        spread=column("spread"),
        dispersion=column("dispersion"),
        flags=tuple(
            motion.flags + ((PointFlag.TOO_FAST,) if abs(velocity) > max_velocity_mps else ())
            for motion, velocity in zip(motions, velocities_mps, strict=True)
        ),
        fastest_mps=fastest_mps,
    )


@contextmanager
def _single_threaded_libraries() -> Iterator[None]:
    """OpenCV and the linear algebra leave the cores to the threads that follow features."""
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        with threadpool_limits(limits=1, user_api="blas"):
            yield
    finally:
        cv2.setNumThreads(before)
