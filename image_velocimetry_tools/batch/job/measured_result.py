"""The result model of a measured job."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata

from ... import __version__
from ...domain.scaffold import Scaffold
from ...domain.velocimetry import PointFlag
from ...services.measuring.measured_job import MeasuredJob
from ..folders.identity import MethodChoice
from ..models import BatchJob, JobStatus
from .discharge_results import discharge_fields, edge_results, number_or_none, point_fields, quality_result
from .result import InputFile, JobResult, PointResult, Provenance, Timings

_LIBRARIES = ("numpy", "scipy", "opencv-python-headless", "av")


def job_result(
    job: BatchJob,
    scaffold: Scaffold,
    measured: MeasuredJob,
    inputs: Mapping[str, InputFile],
    method: MethodChoice | None = None,
) -> JobResult:
    """Everything that is reported of a job; ``inputs`` are the files it was made from, ``method`` its velocimetry."""
    geometry = measured.geometry
    speeds = measured.velocities.stiv.magnitudes_mps[measured.velocities.is_used]
    return JobResult(
        job_id=job.job_id,
        status=JobStatus.COMPLETED.value,
        video_path=job.video_source,
        water_surface_elevation_m=job.water_surface_elevation_m,
        alpha=job.alpha,
        **discharge_fields(measured.measurement, speeds),
        quality=quality_result(measured.verdict, measured.reasons, measured.figures, measured.remarks),
        points=point_results(measured),
        edges=edge_results(measured.measurement, geometry.line, scaffold.section, geometry.water_surface_elevation_m),
        timings_s=Timings(**measured.timings_s),
        provenance=_provenance(job, scaffold, measured, inputs, method or MethodChoice()),
        title=job.title,
        measurement_number=job.measurement_number,
        measurement_date=job.measurement_date,
        measurement_time=job.measurement_time,
        gage_height=job.gage_height,
        comments=job.comments,
        display_units=str(scaffold.display_units),
        alpha_source=str(job.alpha_source),
    )


def point_results(measured: MeasuredJob) -> tuple[PointResult, ...]:
    """The points of a job in the order of its section line."""
    points, velocities, stiv = measured.geometry.points, measured.velocities, measured.velocities.stiv
    of_discharge = point_fields(measured.measurement, points.station_m)
    filled = measured.measurement.is_filled
    return tuple(
        PointResult(
            station_m=float(points.station_m[i]),
            distance_from_edge_m=float(points.distance_m[i]),
            x_px=float(points.xy_px[i, 0]),
            y_px=float(points.xy_px[i, 1]),
            surface_velocity_mps=number_or_none(stiv.magnitudes_mps[i]),
            normal_velocity_mps=number_or_none(velocities.normal_mps[i]),
            direction_deg=number_or_none(stiv.directions_deg[i]),
            quality=float(stiv.quality[i]),
            peak=number_or_none(stiv.peak[i]),
            ambiguity=number_or_none(stiv.ambiguity[i]),
            spread=number_or_none(stiv.spread[i]),
            dispersion=number_or_none(stiv.dispersion[i]),
            streak_angle_deg=number_or_none(stiv.thetas_deg[i]),
            froude=number_or_none(velocities.froude[i]),
            flags=tuple(str(flag.value) for flag in velocities.flags[i])
            + ((PointFlag.FILLED.value,) if filled[i] else ()),
            **of_discharge[i],
        )
        for i in range(len(points.station_m))
    )


def _provenance(
    job: BatchJob, scaffold: Scaffold, measured: MeasuredJob, inputs: Mapping[str, InputFile], method: MethodChoice
) -> Provenance:
    geometry, slots = measured.geometry, measured.slots
    parameters = {
        "method": method.name,
        "method_version": method.version,
        "method_settings": dict(method.settings),
        "stiv": dataclasses.asdict(scaffold.stiv),
        "num_pixels_used": geometry.num_pixels,
        "pixel_size_m": geometry.raster.pixel_size_m,
        "pixel_gsd_m": geometry.raster.gsd_m,
        "frame_interval_s": slots.interval_s,
        "frames": len(slots.frame),
        "frame_step": job.clip.frame_step,
        "clip_start_s": job.clip.start_s,
        "clip_end_s": job.clip.end_s,
        "preparation": dataclasses.asdict(scaffold.preparation),
        "extent": dataclasses.asdict(scaffold.extent),
        "flip_x": scaffold.flip_x,
        "flip_y": scaffold.flip_y,
        "start_bank": str(scaffold.start_bank),
        "grid_points": scaffold.grid_points,
        "scaffold_water_surface_elevation_m": scaffold.water_surface_elevation_m,
        "camera_matrix": geometry.camera.matrix.tolist(),
        "rectification_rmse_m": geometry.residuals.rmse_m,
        "fastest_measurable_mps": measured.velocities.stiv.fastest_mps,
        "overrides": dict(job.overrides),
    }
    return Provenance(
        version=__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        parameters=parameters,
        inputs=dict(inputs),
        libraries={name: _version(name) for name in _LIBRARIES},
    )


def _version(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""
