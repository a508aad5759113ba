"""What a measurement needs of a velocimetry method."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    # whoever needs only the interface is spared the numerics
    from ...domain.scaffold import StivParameters
    from ...media.decoding import CancelToken
    from ...numerics.stiv import StivResult, TileStack
    from ..stiv_service import LineSearch


class Velocimetry(Protocol):
    """Measures the surface velocity at the points of a job; :class:`STIVService` is one, plugins bring others."""

    def line_search(self, parameters: StivParameters, num_pixels: int | None = None) -> LineSearch:
        """The search lines round a point, of the length of the settings or of ``num_pixels``; they size its tile.

        Raises
        ------
        VelocimetryError
            If the settings make no search.
        """
        ...

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
        """Velocities at the points of tiles cut out of the rectified picture, one per tile; see :class:`StivResult`.

        Every point keeps its raw estimate; ``quality`` and ``flags`` say what speaks against it. Results do not depend
        on ``threads``.

        Raises
        ------
        Cancelled
            If ``cancel`` is set.
        """
        ...
