"""The result model of a measured job."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import __version__
from ..domain.scaffold import Scaffold
from ..domain.velocimetry import PointFlag
from ..numerics.uncertainty import DischargeUncertainty
from ..services.measured_job import MeasuredJob
from .job_result import (
    EdgeResult,
    InputFile,
    JobResult,
    PointResult,
    Provenance,
    Quality,
    Timings,
    Uncertainty,
)
from .models import BatchJob, JobStatus

FloatArray = NDArray[np.float64]

_LIBRARIES = ("numpy", "scipy", "opencv-python-headless", "av")


def job_result(job: BatchJob, scaffold: Scaffold, measured: MeasuredJob, inputs: Mapping[str, InputFile]) -> JobResult:
    """Everything that is reported of a job; ``inputs`` are the files it was made from."""
    measurement, discharge, wet = measured.measurement, measured.measurement.discharge, measured.measurement.wetted
    speeds = measured.velocities.stiv.magnitudes_mps[measured.velocities.is_used]
    return JobResult(
        job_id=job.job_id,
        status=JobStatus.COMPLETED.value,
        video_path=str(job.video_path),
        water_surface_elevation_m=job.water_surface_elevation_m,
        alpha=job.alpha,
        discharge_m3s=discharge.discharge_m3s,
        area_m2=discharge.area_m2,
        area_midsection_m2=discharge.area_midsection_m2,
        wetted_width_m=wet.wetted_width_m,
        mean_depth_m=wet.mean_depth_m,
        max_depth_m=wet.max_depth_m,
        mean_velocity_mps=discharge.mean_velocity_mps,
        mean_surface_velocity_mps=float(speeds.mean()),
        max_surface_velocity_mps=float(speeds.max()),
        measured_discharge_fraction=discharge.measured_fraction,
        interpolated_discharge_fraction=discharge.interpolated_fraction,
        edge_discharge_fraction=discharge.edge_fraction,
        uncertainty=_uncertainty(measurement.iso, measurement.ive, str(measurement.rating.value)),
        quality=Quality(
            verdict=measured.verdict.value, reasons=measured.reasons, figures=_finite(measured.figures.as_dict())
        ),
        points=point_results(measured),
        edges=_edges(measured, scaffold),
        timings_s=Timings(**measured.timings_s),
        provenance=_provenance(job, scaffold, measured, inputs),
        title=job.title,
        measurement_number=job.measurement_number,
        measurement_date=job.measurement_date,
        measurement_time=job.measurement_time,
        gage_height=job.gage_height,
        comments=job.comments,
        display_units=str(scaffold.display_units),
    )


def point_results(measured: MeasuredJob) -> tuple[PointResult, ...]:
    """The points of a job in the order of its section line."""
    points, velocities, stiv = measured.geometry.points, measured.velocities, measured.velocities.stiv
    panel = _panel_of_point(measured)
    discharge = measured.measurement.discharge
    filled = measured.measurement.is_filled
    return tuple(
        PointResult(
            station_m=float(points.station_m[i]),
            distance_from_edge_m=float(points.distance_m[i]),
            x_px=float(points.xy_px[i, 0]),
            y_px=float(points.xy_px[i, 1]),
            depth_m=float(measured.measurement.depth_m[i]),
            surface_velocity_mps=_number(stiv.magnitudes_mps[i]),
            normal_velocity_mps=_number(velocities.normal_mps[i]),
            direction_deg=_number(stiv.directions_deg[i]),
            quality=float(stiv.quality[i]),
            peak=_number(stiv.peak[i]),
            ambiguity=_number(stiv.ambiguity[i]),
            spread=_number(stiv.spread[i]),
            dispersion=_number(stiv.dispersion[i]),
            streak_angle_deg=_number(stiv.thetas_deg[i]),
            froude=_number(velocities.froude[i]),
            flags=tuple(str(flag.value) for flag in velocities.flags[i])
            + ((PointFlag.FILLED.value,) if filled[i] else ()),
            used=bool(measured.measurement.is_used[i]),
            filled_velocity_mps=_number(measured.measurement.velocity_mps[i]) if filled[i] else None,
            unit_discharge_m2s=None if panel[i] < 0 else float(discharge.unit_discharge_m2s[panel[i]]),
            panel_width_m=None if panel[i] < 0 else float(discharge.width_m[panel[i]]),
            panel_discharge_m3s=None if panel[i] < 0 else float(discharge.panel_discharge_m3s[panel[i]]),
        )
        for i in range(len(points.station_m))
    )


def _panel_of_point(measured: MeasuredJob) -> NDArray[np.int64]:
    """Index (n,) of the panel of each point, -1 where it has none."""
    stations = measured.measurement.discharge.station_m
    wanted = measured.geometry.points.station_m
    nearest = np.clip(np.searchsorted(stations, wanted), 0, len(stations) - 1)
    took_part = np.isfinite(measured.measurement.velocity_mps) & (stations[nearest] == wanted)
    return np.where(took_part, nearest, -1)


def _edges(measured: MeasuredJob, scaffold: Scaffold) -> tuple[EdgeResult, ...]:
    """The two edge panels, the one at the start of the line first."""
    discharge, wet, line = measured.measurement.discharge, measured.measurement.wetted, measured.geometry.line
    distance = line.distance_from_start(
        discharge.station_m[[0, -1]], scaffold.section, measured.geometry.water_surface_elevation_m
    )
    edges = [
        EdgeResult(
            station_m=float(discharge.station_m[index]),
            distance_from_edge_m=float(distance[index]),
            depth_m=float(discharge.depth_m[index]),
            is_wall=is_wall,
            panel_width_m=float(discharge.width_m[index]),
            discharge_m3s=float(discharge.panel_discharge_m3s[index]),
            wall_exponent=_number(discharge.wall_exponents[index]),
        )
        for index, is_wall in ((0, wet.is_wall_first), (-1, wet.is_wall_last))
    ]
    return tuple(sorted(edges, key=lambda edge: edge.distance_from_edge_m))


def _uncertainty(iso: DischargeUncertainty, ive: DischargeUncertainty, rating: str) -> Uncertainty:
    return Uncertainty(
        iso_u95=_number(iso.u95_percent),
        ive_u95=_number(ive.u95_percent),
        iso_contribution=_finite(iso.contributions),
        ive_contribution=_finite(ive.contributions),
        rating=rating,
    )


def _provenance(
    job: BatchJob, scaffold: Scaffold, measured: MeasuredJob, inputs: Mapping[str, InputFile]
) -> Provenance:
    geometry, slots = measured.geometry, measured.slots
    parameters = {
        "method": "stiv",
        "estimator": "ridge",
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


def _number(value: Any) -> float | None:
    number = float(value)
    return number if math.isfinite(number) else None


def _finite(values: Mapping[str, Any]) -> dict[str, Any]:
    """The same figures with None in place of what is not finite, which JSON cannot hold."""
    return {
        key: None if isinstance(value, float) and not math.isfinite(value) else value for key, value in values.items()
    }
