"""Space-time image velocimetry: surface velocity from the streaks that moving texture draws in space and time."""

from .fan import Fan, TileReach, fan_angles, search_fan
from .result import StivResult
from .search import (
    StackSettings,
    coarse_stride,
    measure_tiles,
    two_dimensional_stiv_exhaustive,
    two_dimensional_stiv_optimized,
)
from .tiles import TileStack, blur_margin_px

__all__ = [
    "Fan",
    "StackSettings",
    "StivResult",
    "TileReach",
    "TileStack",
    "blur_margin_px",
    "coarse_stride",
    "fan_angles",
    "measure_tiles",
    "search_fan",
    "two_dimensional_stiv_exhaustive",
    "two_dimensional_stiv_optimized",
]
