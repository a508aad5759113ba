"""One measurement: from tiles to velocities, checked and turned into a discharge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...domain.scaffold import Scaffold
from ...domain.velocimetry import PointFlag
from ...media.decoding import CancelToken
from ...numerics.stiv import StivResult, TileStack
from ...numerics.velocity import froude_number, normal_component
from ..discharge_service import DischargeMeasurement, DischargeService
from ..rectification.job_geometry import JobGeometry
from ..rectification.picture_geometry import PointGeometry
from ..stiv_service import LineSearch
from .frame_slots import FrameSlots
from .tile_recorder import Recording
from .usable_velocities import PointFlags, checked_along_section, require_enough
from .velocimetry import Velocimetry

FloatArray = NDArray[np.float64]

# brightness is divided out where the scene as a whole varies more than texture drifting through it does
_FLICKER = 0.01
_LOOK_AT_VIDEO = "Look at the space-time images, then at the clip, the search direction and length, and the masks"


@dataclass(frozen=True, slots=True, eq=False)
class RawVelocities:
    """Velocities as the search found them, arrays (n,) in the order of the points.

    ``normal_mps`` is NaN for points on no line. ``own_flags`` are those of the search and of the masks.
    """

    stiv: StivResult
    normal_mps: FloatArray
    own_flags: PointFlags


@dataclass(frozen=True, slots=True, eq=False)
class SurfaceVelocities:
    """Velocities at the points of a job, arrays (n,) in the order of the section line.

    ``normal_mps`` is the component along the section's downstream normal, signed. ``flags`` collect what speaks
    against a point, ``own_flags`` those of the search and of the masks alone, ``is_used`` whether it counts all the
    same.
    """

    stiv: StivResult
    normal_mps: FloatArray
    own_flags: PointFlags
    froude: FloatArray
    flags: tuple[tuple[PointFlag, ...], ...]
    is_used: NDArray[np.bool_]


def tiles_of(recording: Recording, slots: FrameSlots, seen: NDArray[np.bool_]) -> TileStack:
    """The tiles of a recording on the regular grid of time; ``seen`` (n,) tells which points can be measured."""
    regular = len(slots.frame) == recording.tiles.shape[3] and bool((np.diff(slots.frame) == 1).all())
    pixels = recording.tiles if regular else recording.tiles[..., slots.frame]
    return TileStack(
        pixels=pixels,
        offset_px=np.zeros((len(pixels), 2)),
        inside=seen,
        brightness=_brightness(recording.scene_levels[slots.frame]),
        valid=None if slots.valid.all() else slots.valid,
    )


def _brightness(levels: FloatArray) -> FloatArray | None:
    mean = float(levels.mean())
    if mean < 1.0:
        return None
    relative = levels / mean
    return relative if float(np.std(np.diff(relative))) > _FLICKER else None


def raw_velocities(
    tiles: TileStack,
    search: LineSearch,
    geometry: PointGeometry,
    interval_s: float,
    service: Velocimetry,
    *,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
    cancel: CancelToken | None = None,
) -> RawVelocities:
    """Measure the velocity at every point."""
    result = service.measure_tiles(
        tiles,
        search,
        pixel_size_m=geometry.raster.pixel_size_m,
        interval_s=interval_s,
        threads=threads,
        progress=progress,
        cancel=cancel,
    )
    own_flags = tuple(
        ((PointFlag.MASKED,) if is_masked else ()) + flags
        for flags, is_masked in zip(result.flags, geometry.points.is_masked, strict=True)
    )
    normal = normal_component(result.magnitudes_mps, result.directions_deg, geometry.normal)
    return RawVelocities(result, normal, own_flags)


def checked(raw: RawVelocities, station_m: FloatArray, depth_m: FloatArray) -> SurfaceVelocities:
    """Velocities (n,) after the checks of the section.

    A rejected point keeps its raw estimate. Rejection is by the flags of the search itself and by comparison with the
    neighbours along the section.
    """
    flags, is_used = checked_along_section(raw.own_flags, station_m, raw.normal_mps, depth_m)
    froude = froude_number(np.abs(raw.normal_mps), depth_m)
    return SurfaceVelocities(raw.stiv, raw.normal_mps, raw.own_flags, froude, flags, is_used)


def surface_velocities(
    tiles: TileStack,
    search: LineSearch,
    geometry: JobGeometry,
    interval_s: float,
    depth_m: FloatArray,
    service: Velocimetry,
    *,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
    cancel: CancelToken | None = None,
) -> SurfaceVelocities:
    """Measure and check the velocity at every point of a section; see :func:`checked`."""
    raw = raw_velocities(
        tiles, search, geometry, interval_s, service, threads=threads, progress=progress, cancel=cancel
    )
    return checked(raw, geometry.points.station_m, depth_m)


def discharge_of(
    velocities: SurfaceVelocities,
    geometry: JobGeometry,
    scaffold: Scaffold,
    alpha: float,
    service: DischargeService,
) -> DischargeMeasurement:
    """The discharge of checked velocities.

    Raises
    ------
    DischargeError
        If so few velocities are left that the rest would be guesswork; the message counts the reasons.
    """
    require_enough(velocities.flags, velocities.is_used, remedy=_LOOK_AT_VIDEO, stage="velocimetry")
    return service.measure(
        scaffold.section,
        geometry.water_surface_elevation_m,
        geometry.points.station_m,
        velocities.normal_mps,
        velocities.is_used,
        alpha=alpha,
        rectification_rmse_m=geometry.residuals.rmse_m,
    )
