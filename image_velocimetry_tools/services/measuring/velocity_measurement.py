"""From a video to velocities at points: geometry, recording, camera check and search, without a discharge."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from ...domain.errors import Cancelled, IvyError
from ...domain.quality import CalibrationMatch
from ...domain.video import Clip, VideoMetadata
from ...media.decoding import CancelToken
from ...numerics.registration import Picture
from ..rectification.picture_geometry import FilmedSite, PointGeometry, require_picture
from ..stiv_service import STIVService
from ..video_service import VideoService
from .camera_check import CameraCheck, checked_camera
from .frame_slots import FrameSlots, frame_slots
from .measurement import RawVelocities, raw_velocities, tiles_of
from .tile_recorder import Recording, TileRecorder
from .velocimetry import Velocimetry

GeometryT = TypeVar("GeometryT", bound=PointGeometry)


class Stages(Protocol):
    """Told which stage the measurement enters, and how far it is."""

    def entered(self, stage: str) -> AbstractContextManager[Callable[[float], None]]:
        """A block in which ``stage`` runs; it gives a function that takes the finished share."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class ClipVelocities(Generic[GeometryT]):
    """What a clip says of its points; ``started_s`` are readings of ``time.perf_counter`` at the start of stages."""

    video: VideoMetadata
    geometry: GeometryT
    recording: Recording
    slots: FrameSlots
    raw: RawVelocities
    camera: CameraCheck
    started_s: dict[str, float]


class VelocityMeasurer:
    """Measures the velocities of one clip; no files are written.

    Parameters
    ----------
    videos, velocimetry
        Parts of the measurement; None takes the program's own.
    threads
        Cores to use; None takes all of them. Results do not depend on it.
    """

    def __init__(
        self,
        videos: VideoService | None = None,
        velocimetry: Velocimetry | None = None,
        threads: int | None = None,
    ) -> None:
        self._videos = videos or VideoService()
        self._velocimetry: Velocimetry = velocimetry or STIVService()
        self._threads = threads

    def measure(
        self,
        video_path: Path,
        clip: Clip,
        site: FilmedSite,
        prepare: Callable[[VideoMetadata], GeometryT],
        stages: Stages,
        cancel: CancelToken,
    ) -> ClipVelocities[GeometryT]:
        """Measure a clip at the points that ``prepare`` finds in its video.

        Raises
        ------
        IvyError
            With the stage that failed.
        Cancelled
            If ``cancel`` is set.
        """
        started_s = {"geometry": time.perf_counter()}
        with ExitStack() as opened:
            with stages.entered("geometry"):
                with _blamed_on("decode"):
                    clip_reader = self._videos.open_clip(video_path, clip, cancel=cancel, threads=self._threads or 0)
                    reader = opened.enter_context(clip_reader)
                geometry = prepare(reader.metadata)
                search = self._velocimetry.line_search(site.stiv, geometry.num_pixels)
                seen = geometry.lines_are_seen(search.fan)
                require_picture(seen)
                recorder = TileRecorder(geometry, site.preparation, search.reach_px)
            # the camera is checked on the first frame while the others are decoded, or after them if there is one core
            beside = opened.enter_context(ThreadPoolExecutor(1))
            camera_found: Callable[[], CameraCheck] = _not_checked

            def check_camera(first_frame: Picture) -> None:
                nonlocal camera_found
                compare = partial(checked_camera, site, geometry, first_frame)
                camera_found = compare if self._threads == 1 else beside.submit(compare).result

            with stages.entered("decode") as progress:
                recording = recorder.record_frames(reader, clip, progress=progress, on_first_frame=check_camera)
                slots = frame_slots(recording.times_s, recording.differences)
        with stages.entered("rectify"):
            camera = camera_found()
        _stop_if(cancel)
        started_s["velocimetry"] = time.perf_counter()
        with stages.entered("velocimetry") as progress:
            raw = raw_velocities(
                tiles_of(recording, slots, seen & ~geometry.points.is_masked),
                search,
                geometry,
                slots.interval_s,
                self._velocimetry,
                threads=self._threads,
                progress=progress,
                cancel=cancel,
            )
        return ClipVelocities(reader.metadata, geometry, recording, slots, raw, camera, started_s)


def _not_checked() -> CameraCheck:
    return CameraCheck(CalibrationMatch.NOT_COMPARED)


@contextmanager
def _blamed_on(stage: str) -> Iterator[None]:
    """Name the stage of errors that do not know their own."""
    try:
        yield
    except IvyError as error:
        error.stage = error.stage or stage
        raise


def _stop_if(cancel: CancelToken) -> None:
    if cancel.is_set():
        raise Cancelled
