"""A measurement from beginning to end: the way of one video through the services."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from ..domain.errors import Cancelled, IvyError
from ..domain.quality import QualityFigures
from ..domain.scaffold import Scaffold
from ..domain.video import Clip, VideoMetadata
from ..media.decoding import CancelToken
from ..numerics.registration import Picture, Registration
from ..numerics.section import depths_at
from .discharge_service import DischargeMeasurement, DischargeService
from .frame_slots import FrameSlots, frame_slots
from .job_geometry import JobGeometry, JobGeometryService, require_picture
from .measurement import SurfaceVelocities, discharge_of, surface_velocities, tiles_of
from .quality_service import camera_shift, quality_figures
from .stiv_service import STIVService
from .tile_recorder import Recording, TileRecorder
from .velocimetry import Velocimetry
from .verdict import Verdict, verdict_of
from .video_service import VideoService


class Stages(Protocol):
    """Told which stage the measurement enters, and how far it is."""

    def entered(self, stage: str) -> AbstractContextManager[Callable[[float], None]]:
        """A block in which ``stage`` runs; it gives a function that takes the finished share."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class MeasuredJob:
    """Everything that a measurement found out; SI."""

    video: VideoMetadata
    geometry: JobGeometry
    slots: FrameSlots
    velocities: SurfaceVelocities
    measurement: DischargeMeasurement
    figures: QualityFigures
    verdict: Verdict
    reasons: tuple[str, ...]
    timings_s: dict[str, float]


class JobMeasurer:
    """Measures the discharge of one video; no files are written.

    Parameters
    ----------
    video_service, geometry_service, stiv_service, discharge_service
        Parts of the measurement; None takes the program's own. ``stiv_service`` may be any velocimetry method.
    threads
        Cores to use; None takes all of them. Results do not depend on it.
    """

    def __init__(
        self,
        video_service: VideoService | None = None,
        geometry_service: JobGeometryService | None = None,
        stiv_service: Velocimetry | None = None,
        discharge_service: DischargeService | None = None,
        threads: int | None = None,
    ) -> None:
        self._videos = video_service or VideoService()
        self._geometries = geometry_service or JobGeometryService()
        self._velocimetry: Velocimetry = stiv_service or STIVService()
        self._discharges = discharge_service or DischargeService()
        self._threads = threads

    def measure(
        self,
        video_path: Path,
        clip: Clip,
        scaffold: Scaffold,
        water_surface_elevation_m: float,
        alpha: float,
        stages: Stages,
        cancel: CancelToken,
    ) -> MeasuredJob:
        """Measure a clip of a video at a water level (metres) with a surface coefficient.

        Raises
        ------
        IvyError
            With the stage that failed.
        Cancelled
            If ``cancel`` is set.
        """
        started = time.perf_counter()
        with ExitStack() as opened:
            with stages.entered("geometry"):
                with _blamed_on("decode"):
                    clip_reader = self._videos.open_clip(video_path, clip, cancel=cancel, threads=self._threads or 0)
                    reader = opened.enter_context(clip_reader)
                geometry = self._geometries.prepare(scaffold, reader.metadata, water_surface_elevation_m)
                search = self._velocimetry.line_search(scaffold.stiv, geometry.num_pixels)
                seen = geometry.lines_are_seen(search.fan)
                require_picture(seen)
                recorder = TileRecorder(geometry, scaffold.preparation, search.reach_px)
            # the camera is checked on the first frame while the others are decoded, or after them if there is one core
            beside = opened.enter_context(ThreadPoolExecutor(1))
            shift_of_camera: Callable[[], Registration | None] = _no_shift

            def check_camera(first_frame: Picture) -> None:
                nonlocal shift_of_camera
                compare = partial(camera_shift, scaffold, geometry, first_frame)
                shift_of_camera = compare if self._threads == 1 else beside.submit(compare).result

            with stages.entered("decode") as progress:
                recording = recorder.record_frames(reader, clip, progress=progress, on_first_frame=check_camera)
                slots = frame_slots(recording.times_s, recording.differences)
        with stages.entered("rectify"):
            shift = shift_of_camera()
        _stop_if(cancel)
        velocimetry_started = time.perf_counter()
        depth_m = depths_at(scaffold.section, geometry.points.station_m, water_surface_elevation_m)
        with stages.entered("velocimetry") as progress:
            velocities = surface_velocities(
                tiles_of(recording, slots, seen & ~geometry.points.is_masked),
                search,
                geometry,
                slots.interval_s,
                depth_m,
                self._velocimetry,
                threads=self._threads,
                progress=progress,
                cancel=cancel,
            )
        discharge_started = time.perf_counter()
        with stages.entered("discharge"):
            measurement = discharge_of(velocities, geometry, scaffold, alpha, self._discharges)
            figures = quality_figures(geometry, recording, slots, velocities, measurement, shift)
            verdict, reasons = verdict_of(figures)
        finished = time.perf_counter()
        timings_s = _timings(recording, started, velocimetry_started, discharge_started, finished)
        return MeasuredJob(
            reader.metadata, geometry, slots, velocities, measurement, figures, verdict, reasons, timings_s
        )


def _no_shift() -> Registration | None:
    return None


def _timings(
    recording: Recording, started: float, velocimetry: float, discharge: float, finished: float
) -> dict[str, float]:
    return {
        "decode": recording.decode_s,
        "rectify": recording.rectify_s,
        "velocimetry": discharge - velocimetry,
        "discharge": finished - discharge,
        "total": finished - started,
    }


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
