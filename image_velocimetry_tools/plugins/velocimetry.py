"""How velocities are measured: the interface of velocimetry methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from ..domain.scaffold import StivParameters
from ..media.decoding import CancelToken
from ..numerics.stiv import StivResult, TileStack
from ..services.stiv_service import LineSearch

VELOCIMETRY_GROUP = "ivytools.velocimetry"


class VelocimetryMethod(Protocol):
    """Measures the surface velocity at each point of a job from the tiles round it.

    It is made from the settings model of its plugin, whose ``version`` changes whenever its figures do.
    """

    def line_search(self, parameters: StivParameters, num_pixels: int | None = None) -> LineSearch:
        """The search lines round a point; their reach decides how large its tile is."""

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
