"""A small generated river, its videos and its measurement: rendered once for all tests of a run."""

from __future__ import annotations

import functools
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any
from unittest import mock

import av
import numpy as np
from numpy.typing import NDArray

from image_velocimetry_tools.demo import (
    BetaProfile,
    SyntheticSite,
    SyntheticVideo,
    alder_mill_site,
    calibration_picture,
    project,
    render_video,
)
from image_velocimetry_tools.domain.scaffold import Scaffold, StivParameters
from image_velocimetry_tools.domain.section import Bank
from image_velocimetry_tools.domain.units import DisplayUnits
from image_velocimetry_tools.domain.video import Clip, FramePreparation, FrameSize, VideoMetadata
from image_velocimetry_tools.numerics.section import depths_at
from image_velocimetry_tools.services.discharge_service import DischargeMeasurement, DischargeService
from image_velocimetry_tools.services.measuring.frame_slots import FrameSlots, frame_slots
from image_velocimetry_tools.services.measuring.measured_job import JobMeasurer, MeasuredJob
from image_velocimetry_tools.services.measuring.measurement import (
    SurfaceVelocities,
    discharge_of,
    surface_velocities,
    tiles_of,
)
from image_velocimetry_tools.services.measuring.tile_recorder import Recording, TileRecorder
from image_velocimetry_tools.services.project_service import ProjectService
from image_velocimetry_tools.services.rectification.job_geometry import JobGeometry, JobGeometryService
from image_velocimetry_tools.services.stiv_service import LineSearch, STIVService

Picture = NDArray[np.uint8]

FRAME = FrameSize(384, 216)
LEVEL_M = alder_mill_site().level_m


def mill_site(**changes: Any) -> SyntheticSite:
    """The demonstration's mill race, seen by a camera of few pixels; metric, so that levels are what they seem."""
    site = alder_mill_site()
    camera = replace(site.camera, frame=FRAME, focal_px=site.camera.focal_px * FRAME.width_px / 704)
    small = replace(
        site,
        camera=camera,
        texture_wavelength_m=0.1,
        display_units=DisplayUnits.METRIC,
        grid_points=20,
        stiv=StivParameters(num_pixels=24, phi_range_deg=20.0, d_phi_deg=1.0, max_velocity_mps=6.0),
    )
    return replace(small, **changes)


def mill_video(**changes: Any) -> SyntheticVideo:
    """A little over two seconds at the level of the survey."""
    return replace(SyntheticVideo("mill", LEVEL_M, BetaProfile(1.5), duration_s=2.2, life_s=20.0, seed=3), **changes)


def film(site: SyntheticSite, video: SyntheticVideo, path: Path) -> Path:
    """Write a video of a site, rendered only if no other test asked for it before."""
    path.write_bytes(_rendered(_as_filmed(site), replace(video, start_time="", end_time="", alpha=0.85, comments="")))
    return path


def _as_filmed(site: SyntheticSite) -> SyntheticSite:
    """The site without the settings that change nothing in its videos."""
    how = site.preparation
    return replace(
        site,
        start_bank=Bank.LEFT,
        flip_x=False,
        flip_y=False,
        grid_points=20,
        stiv=StivParameters(),
        frame_step=1,
        mask_polygons_px=(),
        control_noise_px=0.0,
        display_units=DisplayUnits.METRIC,
        preparation=FramePreparation(rotation_deg=how.rotation_deg, flip=how.flip, lens=how.lens),
    )


@functools.cache
def _rendered(site: SyntheticSite, video: SyntheticVideo) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "video.mp4"
        render_video(site, video, path)
        return path.read_bytes()


def luma_of_video(path: Path) -> list[Picture]:
    """Every frame of a video, decoded on another way than the program's."""
    with av.open(str(path)) as container:
        return [np.array(frame.to_ndarray(format="yuv420p")[: frame.height]) for frame in container.decode(video=0)]


def write_frames(path: Path, pictures: Sequence[Picture], times_s: Sequence[float]) -> Path:
    """Write grey pictures (height, width) with any time stamps."""
    ticks = Fraction(1, 90000)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.height, stream.width = pictures[0].shape
        stream.pix_fmt = "yuv420p"
        stream.codec_context.thread_count = 1
        stream.codec_context.time_base = stream.time_base = ticks
        stream.options = {"crf": "18", "preset": "veryfast", "bf": "0"}
        for picture, time_s in zip(pictures, times_s, strict=True):
            chroma = np.full((picture.shape[0] // 2, picture.shape[1]), 128, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(np.concatenate([picture, chroma]), format="yuv420p")
            frame.pts, frame.time_base = round(time_s / ticks), ticks
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def facts_of(path: Path = Path("video.mp4"), size: FrameSize = FRAME, **changes: Any) -> VideoMetadata:
    """What probing would find out of a video of the mill."""
    return replace(VideoMetadata(path, size, 30.0, 2.2, 66, "h264", "yuv420p"), **changes)


def write_settings(site: SyntheticSite, path: Path) -> Path:
    """Write the project of a site; its calibration image is rendered only once."""
    with mock.patch.object(project, "calibration_picture", lambda site, video: _still(_as_surveyed(site), video)):
        project.write_scaffold(site, mill_video(), path)
    return path


def _as_surveyed(site: SyntheticSite) -> SyntheticSite:
    return replace(_as_filmed(site), preparation=FramePreparation())


@functools.cache
def _still(site: SyntheticSite, video: SyntheticVideo) -> Picture:
    return calibration_picture(site, video)


@functools.cache
def opened(site: SyntheticSite) -> Scaffold:
    """The settings of a site as they come out of its project; the project itself is gone."""
    with tempfile.TemporaryDirectory() as folder:
        return ProjectService().load_scaffold(write_settings(site, Path(folder) / "site.ivy")).scaffold


class NoStages:
    """Stages that nobody watches, or a list of those that were entered."""

    def __init__(self) -> None:
        self.entries: list[str] = []
        self.progress: list[tuple[str, float]] = []

    @contextmanager
    def entered(self, stage: str) -> Iterator[Callable[[float], None]]:
        self.entries.append(stage)
        yield lambda fraction: self.progress.append((stage, fraction))


class Never:
    """A cancel token that is never set."""

    def is_set(self) -> bool:
        return False


def measured(site: SyntheticSite, video: SyntheticVideo | None = None, clip: Clip | None = None) -> MeasuredJob:
    """Measure a video of a site as a job would, in memory; a result is kept for the next test that asks for it."""
    return _measured(site, video or mill_video(), clip or Clip())


@functools.cache
def _measured(site: SyntheticSite, video: SyntheticVideo, clip: Clip) -> MeasuredJob:
    with tempfile.TemporaryDirectory() as folder:
        path = film(site, video, Path(folder) / "video.mp4")
        return JobMeasurer(threads=1).measure(path, clip, opened(site), video.level_m, 0.85, NoStages(), Never())


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """Every step of one measurement."""

    scaffold: Scaffold
    geometry: JobGeometry
    search: LineSearch
    recording: Recording
    slots: FrameSlots
    velocities: SurfaceVelocities
    measurement: DischargeMeasurement


def parts_of(site: SyntheticSite, path: Path) -> Parts:
    """Measure a video at the level of its survey, step by step as a job does."""
    scaffold = opened(site)
    geometry = JobGeometryService().prepare(scaffold, facts_of(path), LEVEL_M)
    service = STIVService()
    search = service.line_search(scaffold.stiv, geometry.num_pixels)
    seen = geometry.lines_are_seen(search.fan)
    recorder = TileRecorder(geometry, scaffold.preparation, search.reach_px)
    recording = recorder.record(path, Clip(), threads=1, cancel=Never())
    slots = frame_slots(recording.times_s, recording.differences)
    depth = depths_at(scaffold.section, geometry.points.station_m, LEVEL_M)
    velocities = surface_velocities(
        tiles_of(recording, slots, seen), search, geometry, slots.interval_s, depth, service, threads=1
    )
    measurement = discharge_of(velocities, geometry, scaffold, 0.85, DischargeService())
    return Parts(scaffold, geometry, search, recording, slots, velocities, measurement)


def png_shape(content: bytes) -> tuple[int, int]:
    """Height and width that a PNG's header states."""
    stream = io.BytesIO(content)
    assert stream.read(8) == b"\x89PNG\r\n\x1a\n"
    stream.read(8)
    width, height = int.from_bytes(stream.read(4), "big"), int.from_bytes(stream.read(4), "big")
    return height, width
