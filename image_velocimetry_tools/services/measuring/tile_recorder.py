"""From a clip to tiles: every frame is decoded, the few pixels round the points are kept, the frame is forgotten."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...domain.video import Clip, FramePreparation
from ...media.decoding import CancelToken, ClipReader, open_clip
from ...media.timing import PictureDifferences
from ...numerics.raster import source_maps
from ...numerics.stiv import TileReach
from ..rectification.frame_sampler import FrameSampler
from ..rectification.picture_geometry import PointGeometry
from ..rectification.static_ground import static_ground

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
        sampler = FrameSampler(self._map_x, self._map_y, self._preparation, reader.full_range)
        first = np.empty((0, 0), dtype=np.uint8)
        for frame in reader:
            with clock.running():
                if frame.index == 0:
                    first = self._geometry.frames.picture(sampler.begin(frame.luma))
                    if on_first_frame is not None:
                        on_first_frame(first)
                    if self._preparation.stabilize:
                        sampler.steady(frame.luma, static_ground(self._geometry, frame.luma.shape))
                scene.add(frame.luma)
                sink.add(sampler.sampled(frame.luma))
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
            unreliable_frames=sampler.unreliable_frames,
            decode_s=clock.elsewhere_s,
            rectify_s=clock.inside_s,
        )


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
