"""A measured job as a project that opens in the desktop application."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np

from ..domain.scaffold import Scaffold
from ..formats.ivy_project import read_project
from ..formats.job_project import JobMeasurement, JobPoints, JobStations, write_job_project
from ..services.measured_job import MeasuredJob
from .models import BatchJob


def save_job_project(path: Path, job: BatchJob, scaffold: Scaffold, measured: MeasuredJob) -> None:
    """Write the ``.ivy`` of a job: the scaffold with this job's video, level, grid, velocities and discharge.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    geometry, stiv, measurement = measured.geometry, measured.velocities.stiv, measured.measurement
    panels = measurement.discharge
    velocity = panels.surface_velocity_mps.copy()
    velocity[[0, -1]] = 0.0
    content = JobMeasurement(
        job_id=job.job_id,
        video_path=job.video_path,
        water_surface_elevation_m=job.water_surface_elevation_m,
        alpha=job.alpha,
        line_px=geometry.edges_px,
        points=JobPoints(
            x_px=geometry.points.xy_px[:, 0],
            y_px=geometry.points.xy_px[:, 1],
            speed_mps=stiv.magnitudes_mps,
            direction_deg=stiv.directions_deg,
            normal_mps=measured.velocities.normal_mps,
            theta_deg=stiv.thetas_deg,
        ),
        stations=JobStations(
            station_m=panels.station_m,
            width_m=panels.width_m,
            depth_m=panels.depth_m,
            area_m2=panels.panel_area_m2,
            surface_velocity_mps=velocity,
            alpha=panels.alpha,
            discharge_m3s=panels.panel_discharge_m3s,
            used=np.ones(len(panels.station_m), dtype=bool),
        ),
        discharge_m3s=panels.discharge_m3s,
        area_m2=panels.area_m2,
        iso_u95=measurement.iso.u95,
        ive_u95=measurement.ive.u95,
        start_s=job.clip.start_s,
        end_s=job.clip.end_s,
        frame_step=job.clip.frame_step,
        interval_s=measured.slots.interval_s,
        frames=len(measured.slots.frame),
        video_metadata={
            "width": measured.video.size.width_px,
            "height": measured.video.size.height_px,
            "duration": measured.video.duration_s,
            "avg_frame_rate": measured.video.frame_rate_fps,
            "frame_count": measured.video.frame_count,
            "codec_info": measured.video.codec,
            "pixel_fmt": measured.video.pixel_format,
        },
        measurement_number=job.measurement_number,
        measurement_date=job.measurement_date,
        measurement_time=job.measurement_time,
        gage_height=job.gage_height,
        comments=job.comments,
        processed=datetime.now(),
    )
    write_job_project(path, read_project(scaffold.source_path), content, scaffold.stiv.phi_origin_deg)
