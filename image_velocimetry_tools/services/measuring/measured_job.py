"""A measurement from beginning to end: the way of one video through the services."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ...domain.errors import lengths_told_in
from ...domain.quality import QualityFigures
from ...domain.scaffold import Scaffold
from ...domain.units import unit_system
from ...domain.video import Clip, VideoMetadata
from ...media.decoding import CancelToken
from ...numerics.section import depths_at
from ..discharge_service import DischargeMeasurement, DischargeService
from ..quality_service import quality_figures
from ..rectification.job_geometry import JobGeometry, JobGeometryService
from ..rectification.start_bank import bank_remark, contradicted_bank_of_job
from ..video_service import VideoService
from .frame_slots import FrameSlots
from .measurement import SurfaceVelocities, checked, discharge_of
from .tile_recorder import Recording
from .velocimetry import Velocimetry
from .velocity_measurement import Stages as Stages
from .velocity_measurement import VelocityMeasurer
from .verdict import Verdict, remarks_of, verdict_of


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
    remarks: tuple[str, ...] = ()


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
        self._velocities = VelocityMeasurer(video_service, stiv_service, threads)
        self._geometries = geometry_service or JobGeometryService()
        self._discharges = discharge_service or DischargeService()

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
        with lengths_told_in(unit_system(scaffold.display_units)):
            prepare = partial(self._prepared, scaffold, water_surface_elevation_m)
            found = self._velocities.measure(video_path, clip, scaffold, prepare, stages, cancel)
            geometry = found.geometry
            discharge_started = time.perf_counter()
            with stages.entered("discharge"):
                depth_m = depths_at(scaffold.section, geometry.points.station_m, water_surface_elevation_m)
                velocities = checked(found.raw, geometry.points.station_m, depth_m)
                measurement = discharge_of(velocities, geometry, scaffold, alpha, self._discharges)
                figures = quality_figures(
                    geometry, found.recording, found.slots, velocities, measurement, found.camera, scaffold, alpha
                )
                verdict, reasons = verdict_of(figures)
                seen = contradicted_bank_of_job(geometry, scaffold.preparation, scaffold.start_bank)
        return MeasuredJob(
            found.video,
            geometry,
            found.slots,
            velocities,
            measurement,
            figures,
            verdict,
            reasons,
            _timings(found.recording, found.started_s, discharge_started, time.perf_counter()),
            (*remarks_of(figures), *bank_remark(seen, scaffold.start_bank)),
        )

    def _prepared(self, scaffold: Scaffold, water_surface_elevation_m: float, video: VideoMetadata) -> JobGeometry:
        return self._geometries.prepare(scaffold, video, water_surface_elevation_m)


def _timings(recording: Recording, started_s: dict[str, float], discharge: float, finished: float) -> dict[str, float]:
    return {
        "decode": recording.decode_s,
        "rectify": recording.rectify_s,
        "velocimetry": discharge - started_s["velocimetry"],
        "discharge": finished - discharge,
        "total": finished - started_s["geometry"],
    }
