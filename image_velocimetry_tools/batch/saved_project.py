"""A measured job as a project that opens in the desktop application."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np

from ..domain.scaffold import Scaffold
from ..domain.video import VideoMetadata
from ..formats.gcp_csv import format_gcp_csv
from ..formats.ivy_arrays import encode_nested_list, encode_string_array
from ..formats.ivy_project import read_project
from ..formats.job_project import CROSS_SECTION, JobMeasurement, JobPoints, JobStations, write_job_project
from ..formats.override_columns import ALIASES
from ..services.measured_job import MeasuredJob
from .models import BatchJob

GROUND_CONTROL = "2-orthorectification/ground_control_points.csv"


def save_job_project(path: Path, job: BatchJob, scaffold: Scaffold, measured: MeasuredJob) -> None:
    """Write the ``.ivy`` of a job: the scaffold with this job's video, level, grid, velocities and discharge.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    site = read_project(scaffold.source_path)
    own = replace(site, data=site.data | _settings(site.data, scaffold)) if job.overrides else site
    content = _measurement(job, measured)
    write_job_project(path, own, content, scaffold.stiv.phi_origin_deg, _own_files(job, scaffold))


def _measurement(job: BatchJob, measured: MeasuredJob) -> JobMeasurement:
    geometry, measurement = measured.geometry, measured.measurement
    return JobMeasurement(
        job_id=job.job_id,
        video_path=job.video_path,
        water_surface_elevation_m=job.water_surface_elevation_m,
        alpha=job.alpha,
        line_px=geometry.to_calibration_raster(geometry.edges_px),
        points=_points(measured),
        stations=_stations(measured),
        discharge_m3s=measurement.discharge.discharge_m3s,
        area_m2=measurement.discharge.area_m2,
        iso_u95=measurement.iso.u95,
        ive_u95=measurement.ive.u95,
        start_s=job.clip.start_s,
        end_s=job.clip.end_s,
        frame_step=job.clip.frame_step,
        interval_s=measured.slots.interval_s,
        frames=len(measured.slots.frame),
        video_metadata=_video_metadata(measured.video),
        measurement_number=job.measurement_number,
        measurement_date=job.measurement_date,
        measurement_time=job.measurement_time,
        gage_height=job.gage_height,
        comments=job.comments,
        processed=datetime.now(),
    )


def _points(measured: MeasuredJob) -> JobPoints:
    stiv = measured.velocities.stiv
    points_px = measured.geometry.to_calibration_raster(measured.geometry.points.xy_px)
    return JobPoints(
        x_px=points_px[:, 0],
        y_px=points_px[:, 1],
        speed_mps=stiv.magnitudes_mps,
        direction_deg=stiv.directions_deg,
        normal_mps=measured.velocities.normal_mps,
        theta_deg=stiv.thetas_deg,
    )


def _stations(measured: MeasuredJob) -> JobStations:
    """The panels, the edges of water among them with no velocity, as the desktop shows them."""
    panels = measured.measurement.discharge
    velocity = panels.surface_velocity_mps.copy()
    velocity[[0, -1]] = 0.0
    return JobStations(
        station_m=panels.station_m,
        width_m=panels.width_m,
        depth_m=panels.depth_m,
        area_m2=panels.panel_area_m2,
        surface_velocity_mps=velocity,
        alpha=panels.alpha,
        discharge_m3s=panels.panel_discharge_m3s,
        used=np.ones(len(panels.station_m), dtype=bool),
    )


def _video_metadata(video: VideoMetadata) -> dict[str, object]:
    return {
        "width": video.size.width_px,
        "height": video.size.height_px,
        "duration": video.duration_s,
        "avg_frame_rate": video.frame_rate_fps,
        "frame_count": video.frame_count,
        "codec_info": video.codec,
        "pixel_fmt": video.pixel_format,
    }


def _settings(site: Mapping[str, object], scaffold: Scaffold) -> dict[str, object]:
    """The settings of a job, overrides applied, under the keys of a project."""
    stiv, preparation, lens = scaffold.stiv, scaffold.preparation, scaffold.preparation.lens
    ffmpeg, rectification = site.get("ffmpeg_parameters"), site.get("rectification_parameters")
    frames: dict[str, object] = {"extract_frame_step": scaffold.frame_step, "video_rotation": preparation.rotation_deg}
    frames |= {"video_flip": preparation.flip, "curve_preset": preparation.curve_preset}
    frames |= {"normalize_luma": preparation.normalize_luma, "stabilize": preparation.stabilize}
    frames |= {"k1": lens.k1, "k2": lens.k2, "cx": lens.centre_x, "cy": lens.centre_y}
    points = {
        "world_coords": encode_nested_list(scaffold.ground_control.world_m),
        "pixel_coords": encode_nested_list(scaffold.ground_control.pixels),
    }
    return {
        "stiv_num_pixels": stiv.num_pixels,
        "stiv_phi_origin": stiv.phi_origin_deg,
        "stiv_phi_range": stiv.phi_range_deg,
        "stiv_dphi": stiv.d_phi_deg,
        "stiv_max_vel_threshold_mps": stiv.max_velocity_mps,
        "stiv_gaussian_blur_sigma": stiv.blur_sigma_px,
        "number_grid_points_along_xs_line": scaffold.grid_points,
        "extraction_frame_step": scaffold.frame_step,
        "cross_section_start_bank": str(scaffold.start_bank),
        "mask_polygons": [encode_string_array(polygon) for polygon in scaffold.mask_polygons_px] or None,
        "is_ortho_flip_x": scaffold.flip_x,
        "is_ortho_flip_y": scaffold.flip_y,
        "video_rotation": preparation.rotation_deg,
        "video_flip": preparation.flip,
        "video_curve_preset": preparation.curve_preset,
        "video_normalize_luma": preparation.normalize_luma,
        "video_ffmpeg_stabilize": preparation.stabilize,
        "ffmpeg_parameters": (ffmpeg if isinstance(ffmpeg, dict) else {}) | frames,
        "rectification_parameters": (rectification if isinstance(rectification, dict) else {}) | points,
    }


def _own_files(job: BatchJob, scaffold: Scaffold) -> dict[str, bytes | Path]:
    """Files of the project that an override replaced by others."""
    files: dict[str, bytes | Path] = {}
    for given, text in job.overrides.items():
        name = ALIASES.get(given, given)
        if name == "bathymetry_ac3_filename":
            files[CROSS_SECTION] = Path(text)
        elif name == "orthotable_file_name":
            files[GROUND_CONTROL] = format_gcp_csv(scaffold.ground_control).encode("utf-8")
    return files
