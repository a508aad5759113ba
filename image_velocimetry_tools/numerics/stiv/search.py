"""Space-time image velocimetry at many points."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ...domain.errors import Cancelled
from ...domain.velocimetry import PointFlag
from .fan import Fan, TileReach, fan_angles, reference_fan, search_fan
from .point import Estimator, FoundLine, PointEstimate, PointSearch
from .result import StivResult
from .sampling import interpolated_lines, nearest_lines, space_time_image
from .tiles import TileStack, blur_margin_px, cut_tiles

# points whose best lines are weighed together
_POINTS_TOGETHER = 16
# between coarse lines the far end of a search line moves by this much sideways, about the size of the finest texture
_COARSE_STEP_PX = 1.4

FloatArray = NDArray[np.float64]
Progress = Callable[[float], None]


class CancelToken(Protocol):
    """Anything that can be asked whether the user wants to stop, such as ``threading.Event``."""

    def is_set(self) -> bool:
        """Whether the work shall stop."""
        ...


def two_dimensional_stiv_exhaustive(
    x_origin: ArrayLike,
    y_origin: ArrayLike,
    image_stack: NDArray[np.uint8],
    num_pixels: int,
    phi_origin: float,
    d_phi: float,
    phi_range: float,
    pixel_gsd: float,
    d_t: float,
    d_rho: float = 0.5,
    d_theta: float = 0.5,
    sigma: float = 0.5,
    max_vel_threshold: float = 10.0,
    *,
    estimator: Estimator = "ridge",
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> StivResult:
    """Surface velocity at points of a stack of rectified pictures, searched over every direction of a fan.

    Parameters
    ----------
    x_origin, y_origin
        Points (n,), pixels.
    image_stack
        Pictures (height, width, n_frames) uint8 at a constant interval.
    num_pixels
        Length of the search lines, pixels. ``"ridge"`` centres them on the point; ``"theta"`` starts them there.
    phi_origin, d_phi, phi_range
        Expected flow direction, step and half width of the fan, geographic degrees.
    pixel_gsd
        Ground size of a pixel, metres.
    d_t
        Interval of the frames, seconds.
    d_rho, d_theta
        Resolution of the ``"theta"`` estimator: pixels along a ray, degrees between rays.
    sigma
        Standard deviation of a Gaussian blur of each picture, pixels (in space only); below 0.01 there is none.
    max_vel_threshold
        Speeds above it are flagged, m/s.
    estimator
        ``"ridge"`` (unbiased, default) or ``"theta"`` (as the reference program).
    progress
        Called with the finished share, 0 to 1.
    cancel
        Asked between points.

    Returns
    -------
    StivResult, which unpacks as magnitudes (m/s), directions (geographic degrees), space-time images, thetas (degrees).

    Raises
    ------
    ValueError
        If shapes or parameters make no sense.
    Cancelled
        If ``cancel`` is set.

    Notes
    -----
    Method: Fujita, Watanabe and Tsubaki (2007), extended to two dimensions by searching over directions (Legleiter et
    al., 2024, as in the reference program).
    """
    return _measure_stack(
        (x_origin, y_origin),
        image_stack,
        num_pixels,
        fan_angles(phi_origin, phi_range, d_phi),
        sigma,
        StackSettings(pixel_gsd, d_t, max_vel_threshold, estimator, d_rho, d_theta),
        progress=progress,
        cancel=cancel,
    )


def two_dimensional_stiv_optimized(
    x_origin: ArrayLike,
    y_origin: ArrayLike,
    image_stack: NDArray[np.uint8],
    num_pixels: int,
    phi_origin: float,
    d_phi: float,
    phi_range: float,
    pixel_gsd: float,
    d_t: float,
    d_rho: float = 0.5,
    d_theta: float = 0.5,
    sigma: float = 0.5,
    max_vel_threshold: float = 10.0,
    *,
    estimator: Estimator = "ridge",
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> StivResult:
    """As :func:`two_dimensional_stiv_exhaustive`, from coarse to fine.

    Directions some degrees apart (:func:`coarse_stride`) are searched first, then all of those round the best of them.
    The peak over directions is wider than that, so that this finds it wherever it is the highest by a margin.
    """
    return _measure_stack(
        (x_origin, y_origin),
        image_stack,
        num_pixels,
        fan_angles(phi_origin, phi_range, d_phi),
        sigma,
        StackSettings(pixel_gsd, d_t, max_vel_threshold, estimator, d_rho, d_theta),
        stride=coarse_stride(num_pixels, d_phi),
        progress=progress,
        cancel=cancel,
    )


def coarse_stride(num_pixels: int, d_phi_deg: float) -> int:
    """Every how many-th direction a search from coarse to fine looks at first: 5 degrees for a line of 32 pixels."""
    return max(1, int(np.degrees(2.0 * _COARSE_STEP_PX / num_pixels) / d_phi_deg))


@dataclass(frozen=True, slots=True)
class StackSettings:
    """Scale of a search (metres per pixel, seconds per frame), its speed limit (m/s) and its estimator."""

    pixel_size_m: float
    interval_s: float
    max_velocity_mps: float = 10.0
    estimator: Estimator = "ridge"
    d_rho: float = 0.5
    d_theta_deg: float = 0.5


def _measure_stack(
    origin: tuple[ArrayLike, ArrayLike],
    image_stack: NDArray[np.uint8],
    num_pixels: int,
    angles_deg: FloatArray,
    sigma_px: float,
    settings: StackSettings,
    *,
    stride: int = 1,
    progress: Progress | None,
    cancel: CancelToken | None,
) -> StivResult:
    if image_stack.ndim != 3 or image_stack.dtype != np.uint8:
        raise ValueError("image_stack must be uint8 with shape (height, width, n_frames)")
    x, y = (np.atleast_1d(np.asarray(values, dtype=float)).ravel() for values in origin)
    if x.shape != y.shape or x.size == 0:
        raise ValueError("x_origin and y_origin must have the same length, at least 1")
    fans: Sequence[Fan]
    if settings.estimator == "theta":
        fans = [reference_fan(angles_deg, num_pixels, *point) for point in zip(x.tolist(), y.tolist(), strict=True)]
    else:
        fans = [search_fan(angles_deg, num_pixels)] * len(x)
    reaches = [fan.reach_px for fan in fans]
    reach = TileReach(max(reach.x for reach in reaches), max(reach.y for reach in reaches))
    tiles = cut_tiles(image_stack, x, y, reach.grown(blur_margin_px(sigma_px)), fans, sigma_px)
    return measure_tiles(tiles, fans, settings, stride=stride, progress=progress, cancel=cancel)


def measure_tiles(
    tiles: TileStack,
    fans: Sequence[Fan],
    settings: StackSettings,
    *,
    stride: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
    cancel: CancelToken | None = None,
) -> StivResult:
    """Surface velocity at the points of tiles (n) of the rectified picture, each with its fan of search lines.

    With a ``stride`` only every stride-th line is searched first, then those round the best. Results do not depend on
    the number of threads: each point is worked on by one of them, and the linear algebra below runs single-threaded.

    Raises
    ------
    Cancelled
        If ``cancel`` is set; it is asked between points.
    """
    # imported here: it inspects the loaded libraries, which takes longer than the import of this module
    from threadpoolctl import threadpool_limits

    search = PointSearch(
        fans[0].num_pixels, tiles.pixels.shape[3], settings.estimator, settings.d_rho, settings.d_theta_deg
    )
    inside = [int(index) for index in np.flatnonzero(tiles.inside)]

    def find(index: int) -> _FoundPoint:
        if cancel is not None and cancel.is_set():
            raise Cancelled
        return _find(tiles, index, fans[index], search, stride, settings.estimator == "theta")

    measured: dict[int, tuple[PointEstimate, NDArray[np.uint8]]] = {}
    waiting: list[_FoundPoint] = []
    with threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        for done, point in enumerate(pool.map(find, inside), start=1):
            waiting.append(point)
            # some are weighed here while the pool searches the next ones
            if len(waiting) == _POINTS_TOGETHER or done == len(inside):
                estimates = search.conclude([point.line for point in waiting])
                for found, estimate in zip(waiting, estimates, strict=True):
                    measured[found.index] = found.completed(estimate), found.image
                waiting.clear()
            if progress is not None:
                progress(done / len(inside))
    return _collected(measured, fans[0].num_pixels, tiles, settings, search.candidates.fastest_px)


@dataclass(frozen=True, slots=True, eq=False)
class _FoundPoint:
    """The best line of point ``index``, the number of that line in the whole fan, and its space-time image."""

    index: int
    line: FoundLine
    line_index: int
    is_edge: bool
    image: NDArray[np.uint8]

    def completed(self, estimate: PointEstimate) -> PointEstimate:
        flags = (*estimate.flags, PointFlag.FAN_EDGE) if self.is_edge else estimate.flags
        return replace(estimate, line_index=self.line_index, flags=flags)


def _find(tiles: TileStack, index: int, fan: Fan, search: PointSearch, stride: int, nearest: bool) -> _FoundPoint:
    sample = nearest_lines if nearest else interpolated_lines
    offset = (float(tiles.offset_px[index, 0]), float(tiles.offset_px[index, 1]))
    fluctuations = tiles.fluctuations(index)
    first, chosen = 0, fan
    if stride > 1 and len(fan.angles_deg) > 2 * stride + 1:
        coarse = fan.subset(slice(0, None, stride))
        leader = stride * search.leading_line(sample(fluctuations, coarse, offset), tiles.valid)
        first = max(0, leader - stride)
        chosen = fan.subset(slice(first, leader + stride + 1))
    found = search.find(sample(fluctuations, chosen, offset), chosen, tiles.valid)
    line = first + found.line_index
    single = fan.subset(slice(line, line + 1))
    image = space_time_image(tiles.pixels[index], single, offset, nearest=nearest)
    return _FoundPoint(index, found, line, fan.is_edge(line), image)


def _collected(
    measured: dict[int, tuple[PointEstimate, NDArray[np.uint8]]],
    num_pixels: int,
    tiles: TileStack,
    settings: StackSettings,
    fastest_px: float,
) -> StivResult:
    mps_per_px = settings.pixel_size_m / settings.interval_s
    count = len(tiles)
    columns = {name: np.full(count, np.nan) for name in _FIELDS}
    flags: list[tuple[PointFlag, ...]] = [(PointFlag.OUTSIDE_PICTURE,)] * count
    empty = np.zeros((num_pixels, tiles.pixels.shape[3]), dtype=np.uint8)
    images = [empty] * count
    for index, (estimate, image) in measured.items():
        for name in _FIELDS:
            columns[name][index] = getattr(estimate, name)
        images[index] = image
        too_fast = abs(estimate.velocity_px) * mps_per_px > settings.max_velocity_mps
        flags[index] = estimate.flags + ((PointFlag.TOO_FAST,) if too_fast else ())
    velocities_mps = columns["velocity_px"] * mps_per_px
    return StivResult(
        magnitudes_mps=np.abs(velocities_mps),
        directions_deg=columns["direction_deg"],
        space_time_images=tuple(images),
        thetas_deg=columns["streak_deg"],
        velocities_mps=velocities_mps,
        line_deg=columns["line_deg"],
        quality=np.nan_to_num(columns["quality"]),
        peak=columns["peak"],
        ambiguity=columns["ambiguity"],
        spread=columns["spread"],
        dispersion=columns["dispersion"],
        flags=tuple(flags),
        fastest_mps=fastest_px * mps_per_px,
    )


_FIELDS = (
    "velocity_px",
    "line_deg",
    "direction_deg",
    "streak_deg",
    "peak",
    "ambiguity",
    "spread",
    "dispersion",
    "quality",
)
