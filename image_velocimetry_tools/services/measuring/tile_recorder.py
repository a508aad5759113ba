"""From a clip to tiles: every frame is decoded, the few pixels round the points are kept, the frame is forgotten."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ...domain.errors import VideoError
from ...domain.video import Clip, FramePreparation
from ...media.decoding import CancelToken, ClipReader, open_clip
from ...media.stabilisation import Stabiliser
from ...media.timing import PictureDifferences
from ...numerics.contrast import (
    ContrastLimits,
    apply,
    auto_contrast_limits,
    chain_luts,
    clahe,
    curve_lut,
    filter_contrast,
    luma_lut,
)
from ...numerics.raster import remap, source_maps
from ...numerics.stiv import TileReach
from ..rectification.picture_geometry import PointGeometry

FloatArray = NDArray[np.float64]
Picture = NDArray[np.uint8]

FEWEST_FRAMES = 10
_BLOCK_FRAMES = 64
_SCENE_STRIDE_PX = 8


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """What is left of a clip.

    ``tiles`` (n, height, width, n_frames) uint8, ``times_s`` (n_frames,), ``scene_levels`` (n_frames,) mean grey
    level of the whole frame, ``differences`` (n_frames - 1,) mean change of it from frame to frame. ``first_frame``
    is the prepared first frame. ``unreliable_frames`` could not be stabilised.
    """

    tiles: Picture
    times_s: FloatArray
    scene_levels: FloatArray
    differences: FloatArray
    first_frame: Picture
    truncation: str
    unreliable_frames: int
    decode_s: float
    rectify_s: float


class TileRecorder:
    """Records tiles of the rectified picture round the points of a job.

    Parameters
    ----------
    geometry
        Where the points lie.
    preparation
        Luma and contrast settings; turning, flipping and the lens are part of the geometry.
    reach
        Pixels from a point to the borders of its tile.
    """

    def __init__(self, geometry: PointGeometry, preparation: FramePreparation, reach: TileReach) -> None:
        self._geometry = geometry
        self._preparation = preparation
        self._shape = height, width = reach.shape
        corners = geometry.points.xy_px - reach
        maps = [
            source_maps(
                geometry.raster,
                geometry.camera,
                geometry.water_surface_elevation_m,
                float(x),
                float(y),
                width,
                height,
                geometry.frames,
            )
            for x, y in corners
        ]
        # one long row: OpenCV works along rows, and tiles are too narrow to be worth its while
        self._map_x = np.concatenate([map_x.ravel() for map_x, _ in maps])[None]
        self._map_y = np.concatenate([map_y.ravel() for _, map_y in maps])[None]

    def record(
        self,
        path: Path,
        clip: Clip,
        *,
        threads: int = 0,
        progress: Callable[[float], None] | None = None,
        cancel: CancelToken | None = None,
    ) -> Recording:
        """Record a clip.

        Raises
        ------
        VideoError
            If it cannot be decoded, or holds fewer than 10 frames.
        Cancelled
            If ``cancel`` is set.
        """
        with open_clip(path, clip, cancel=cancel, threads=threads) as reader:
            return self.record_frames(reader, clip, progress=progress)

    def record_frames(
        self,
        reader: ClipReader,
        clip: Clip,
        *,
        progress: Callable[[float], None] | None = None,
        on_first_frame: Callable[[Picture], None] | None = None,
    ) -> Recording:
        """As :meth:`record` for a clip that is open for reading; ``on_first_frame`` is given the prepared one."""
        clock = _Clock()
        sink = _TileSink((len(self._geometry.points.xy_px), *self._shape), _expected_frames(reader, clip))
        scene = _Scene()
        tone = _Tone(self._preparation, reader.full_range)
        stabiliser: Stabiliser | None = None
        first = np.empty((0, 0), dtype=np.uint8)
        for frame in reader:
            with clock.running():
                if frame.index == 0:
                    first = self._geometry.frames.picture(tone.whole(frame.luma))
                    if on_first_frame is not None:
                        on_first_frame(first)
                    stabiliser = self._stabiliser(frame.luma) if self._preparation.stabilize else None
                scene.add(frame.luma)
                sink.add(self._tiles(frame.luma, tone, stabiliser))
            if progress is not None and frame.index % 8 == 0:
                progress(min(frame.index / sink.expected, 1.0))
        reader.require_frames(FEWEST_FRAMES)
        with clock.running():
            tiles = sink.tiles()
        return Recording(
            tiles=tiles,
            times_s=reader.frame_times_s,
            scene_levels=scene.levels,
            differences=scene.differences,
            first_frame=first,
            truncation=reader.message if reader.is_truncated else "",
            unreliable_frames=0 if stabiliser is None else stabiliser.unreliable_frames,
            decode_s=clock.elsewhere_s,
            rectify_s=clock.inside_s,
        )

    def _tiles(self, luma: Picture, tone: _Tone, stabiliser: Stabiliser | None) -> Picture:
        map_x, map_y = self._map_x, self._map_y
        if stabiliser is not None and stabiliser.is_possible:
            places = np.stack([map_x, map_y], axis=-1)
            moved = cv2.perspectiveTransform(places, stabiliser.motion_of(luma).homography)
            map_x, map_y = np.ascontiguousarray(moved[..., 0]), np.ascontiguousarray(moved[..., 1])
        if tone.needs_whole_frame:
            return remap(tone.whole(luma), map_x, map_y)
        return tone.curve(remap(luma, map_x, map_y))

    def _stabiliser(self, luma: Picture) -> Stabiliser:
        stabiliser = Stabiliser(luma, static_ground(self._geometry, luma.shape))
        if not stabiliser.is_possible:
            raise VideoError(
                "the picture cannot be stabilised: too little static ground can be recognised outside the water",
                remedy="Turn stabilisation off in the scaffold, or use a video that shows more of the banks",
                stage="decode",
            )
        return stabiliser


def static_ground(geometry: PointGeometry, shape: tuple[int, ...]) -> Picture:
    """Mask (height, width) of a decoded frame: 255 where it shows no water of the reach round the section."""
    height, width = shape[:2]
    mask = np.full((height, width), 255, dtype=np.uint8)
    outline = geometry.outline_px
    sides = [
        start + (end - start) * np.linspace(0, 1, 200)[:, None]
        for start, end in zip(outline, np.roll(outline, -1, 0), strict=True)
    ]
    seen = geometry.to_decoded(np.concatenate(sides))
    inner = geometry.to_decoded(_lattice(outline))
    points = np.concatenate([seen, inner])
    points = points[np.isfinite(points).all(axis=1)]
    if len(points) >= 3:
        hull = cv2.convexHull(points.astype(np.float32).reshape(-1, 1, 2))
        cv2.fillPoly(mask, [np.rint(hull).astype(np.int32)], 0)
    return mask


def _lattice(outline: FloatArray) -> FloatArray:
    """Points (n, 2) all over a parallelogram (4, 2)."""
    across, along = np.meshgrid(np.linspace(0, 1, 41), np.linspace(0, 1, 121))
    first, second, _, fourth = outline
    return first + across.reshape(-1, 1) * (second - first) + along.reshape(-1, 1) * (fourth - first)


def _expected_frames(reader: ClipReader, clip: Clip) -> int:
    start = clip.start_s or 0.0
    end = reader.metadata.duration_s if clip.end_s is None else min(clip.end_s, reader.metadata.duration_s)
    return max(1, int((end - start) * reader.metadata.frame_rate_fps / max(1, clip.frame_step)) + 2)


class _Clock:
    """Time spent inside marked blocks, and elsewhere since the clock was made."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self.inside_s = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        entered = time.perf_counter()
        yield
        self.inside_s += time.perf_counter() - entered

    @property
    def elsewhere_s(self) -> float:
        return time.perf_counter() - self._started - self.inside_s


class _Scene:
    """Mean level and change of the whole frame, from a coarse sample."""

    def __init__(self) -> None:
        self._differences = PictureDifferences(_SCENE_STRIDE_PX)
        self._levels: list[float] = []

    def add(self, luma: Picture) -> None:
        self._differences.add(luma)
        self._levels.append(float(luma[::_SCENE_STRIDE_PX, ::_SCENE_STRIDE_PX].mean()))

    @property
    def levels(self) -> FloatArray:
        return np.array(self._levels)

    @property
    def differences(self) -> FloatArray:
        return self._differences.values


class _Tone:
    """Luma range, curve and contrast of the frames of a clip."""

    def __init__(self, preparation: FramePreparation, full_range: bool) -> None:
        luts = []
        if preparation.normalize_luma:
            luts.append(luma_lut(full_range))
        if preparation.curve_preset not in ("", "none"):
            luts.append(curve_lut(preparation.curve_preset, full_range=full_range or preparation.normalize_luma))
        self._lut = chain_luts(*luts) if luts else None
        self._contrast = preparation.contrast
        self._limits: ContrastLimits | None = None
        self.needs_whole_frame = not preparation.contrast.is_identity

    def curve(self, picture: Picture) -> Picture:
        return picture if self._lut is None else apply(picture, self._lut)

    def whole(self, luma: Picture) -> Picture:
        picture = self.curve(luma)
        if not self.needs_whole_frame:
            return picture
        if self._limits is None and self._contrast.auto_contrast_percent is not None:
            equalised = picture
            if self._contrast.clahe_clip_limit is not None:
                equalised = clahe(picture, self._contrast.clahe_clip_limit, self._contrast.clahe_tiles)
            self._limits = auto_contrast_limits(equalised, self._contrast.auto_contrast_percent)
        return filter_contrast(picture, self._contrast, self._limits)


class _TileSink:
    """Collects the tiles of frames and turns them, block by block, so that time is contiguous."""

    def __init__(self, shape: tuple[int, int, int], expected: int) -> None:
        self.expected = expected
        self._shape = shape
        self._tiles = np.empty((math.prod(shape), expected), dtype=np.uint8)
        self._block = np.empty((_BLOCK_FRAMES, math.prod(shape)), dtype=np.uint8)
        self._pending = 0
        self._done = 0

    def add(self, tiles: Picture) -> None:
        self._block[self._pending] = tiles.reshape(-1)
        self._pending += 1
        if self._pending == _BLOCK_FRAMES:
            self._flush()

    def tiles(self) -> Picture:
        self._flush()
        return self._tiles[:, : self._done].reshape(*self._shape, self._done)

    def _flush(self) -> None:
        last = self._done + self._pending
        if last > self._tiles.shape[1]:
            more = np.empty((self._tiles.shape[0], max(_BLOCK_FRAMES, self._tiles.shape[1] // 4)), dtype=np.uint8)
            self._tiles = np.concatenate([self._tiles, more], axis=1)
        self._tiles[:, self._done : last] = self._block[: self._pending].T
        self._done, self._pending = last, 0
