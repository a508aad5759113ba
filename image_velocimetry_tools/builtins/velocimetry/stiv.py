"""Space-time image velocimetry as a velocimetry method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...domain.scaffold import StivParameters
from ...media.decoding import CancelToken
from ...numerics.stiv import StackSettings, StivResult, TileStack, measure_tiles
from ...numerics.stiv.fan import reference_fan
from ...services.stiv_service import LineSearch, STIVService
from .settings import StivSettings


class StivMethod:
    """Measures by :class:`STIVService`, with the estimator of the settings."""

    def __init__(self, settings: StivSettings | None = None) -> None:
        self._estimator = (settings or StivSettings()).estimator
        self._service = STIVService()

    def line_search(self, parameters: StivParameters, num_pixels: int | None = None) -> LineSearch:
        """The search of a job; for ``theta`` the lines start on the point and have an even number of samples.

        Raises
        ------
        VelocimetryError
            If the settings make no search.
        """
        search = self._service.line_search(parameters, num_pixels)
        if self._estimator == "ridge":
            return search
        length = search.fan.num_pixels + search.fan.num_pixels % 2
        return replace(search, fan=reference_fan(search.fan.angles_deg, length))

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
        """Velocities at the points of tiles; see :class:`StivResult`.

        Raises
        ------
        Cancelled
            If ``cancel`` is set.
        """
        if self._estimator == "ridge":
            return self._service.measure_tiles(
                tiles,
                search,
                pixel_size_m=pixel_size_m,
                interval_s=interval_s,
                threads=threads,
                progress=progress,
                cancel=cancel,
            )
        return measure_tiles(
            replace(tiles, blur_sigma_px=search.blur_sigma_px),
            [search.fan] * len(tiles),
            StackSettings(pixel_size_m, interval_s, search.max_velocity_mps, self._estimator),
            stride=search.stride,
            threads=threads,
            progress=progress,
            cancel=cancel,
        )
