"""A measured job as a project that opens in the desktop application."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..domain.errors import OutputError
from ..domain.scaffold import Scaffold
from ..domain.video import VideoMetadata
from ..formats.gcp_csv import format_gcp_csv
from ..formats.ivy_project import IvyProject, read_project
from ..formats.job_measurement import JobMeasurement, JobPoints, JobStations
from ..formats.job_project import CROSS_SECTION, SPACE_TIME_IMAGE, write_job_project
from ..formats.override_columns import ALIASES
from ..services.discharge_service import DischargeMeasurement
from ..services.measured_job import MeasuredJob
from .discharge_results import number_or_none
from .models import BatchJob
from .project_settings import project_settings

GROUND_CONTROL = "2-orthorectification/ground_control_points.csv"
_JPEG_QUALITY = 75


def save_job_project(path: Path, job: BatchJob, scaffold: Scaffold, measured: MeasuredJob) -> None:
    """Write the ``.ivy`` of a job: the scaffold with this job's video, level, grid, velocities and discharge.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    site = read_project(scaffold.source_path)
    own = replace(site, data=site.data | project_settings(site.data, scaffold, measured.geometry))
    files = _own_files(job, scaffold, site) | _space_time_images(measured.velocities.stiv.space_time_images)
    write_job_project(path, own, _measurement(job, measured), scaffold.stiv.phi_origin_deg, files)


def _measurement(job: BatchJob, measured: MeasuredJob) -> JobMeasurement:
    geometry, measurement = measured.geometry, measured.measurement
    recorded = measured.video.creation_time
    return JobMeasurement(
        job_id=job.job_id,
        video_path=job.video_path,
        video_url=job.video_url,
        water_surface_elevation_m=job.water_surface_elevation_m,
        alpha=job.alpha,
        line_px=geometry.to_calibration_raster(geometry.edges_px),
        points=_points(measured),
        stations=_stations(measured),
        discharge_m3s=measurement.discharge.discharge_m3s,
        area_m2=measurement.discharge.area_m2,
        iso_u95=measurement.iso.u95,
        ive_u95=measurement.ive.u95,
        uncertainties=_uncertainties(measurement),
        rectification_rmse_m=geometry.residuals.rmse_m,
        top_width_m=measurement.wetted.top_width_m,
        pixel_size_m=geometry.calibration_raster.gsd_m,
        start_s=job.clip.start_s,
        end_s=job.clip.end_s,
        frame_step=job.clip.frame_step,
        interval_s=measured.slots.interval_s,
        frames=len(measured.slots.frame),
        video_metadata=_video_metadata(measured.video),
        measurement_number=job.measurement_number,
        measurement_date=job.measurement_date or (recorded.date().isoformat() if recorded else None),
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
    metadata: dict[str, object] = {
        "width": video.size.width_px,
        "height": video.size.height_px,
        "bitrate_kbs": video.bit_rate_kbps if video.bit_rate_kbps is not None else -999,
        "duration": video.duration_s,
        "avg_frame_rate": video.frame_rate_fps,
        "avg_timestep_ms": 1000.0 / video.frame_rate_fps,
        "frame_count": video.frame_count,
        "codec_info": video.codec,
        "pixel_fmt": video.pixel_format,
    }
    if video.creation_time is not None and video.creation_time_source == "metadata":
        metadata["exif_creation_time"] = video.creation_time.isoformat()
    return metadata


def _uncertainties(measurement: DischargeMeasurement) -> dict[str, dict[str, float | None]]:
    """Parts of both uncertainties, and their shares in the variance, by the names of USGS IVyTools."""
    tables: dict[str, dict[str, float | None]] = {}
    for name, found in (("u_iso", measurement.iso), ("u_ive", measurement.ive)):
        parts = {"u_q": found.u_q, "u95_q": found.u95, **found.components}
        tables[name] = {part: number_or_none(value) for part, value in parts.items()}
        tables[f"{name}_contribution"] = {part: number_or_none(value) for part, value in found.contributions.items()}
    return tables


def _space_time_images(images: Sequence[NDArray[np.uint8]]) -> dict[str, bytes | Path]:
    """The image of every point, rows along the search line, as JPEG of the quality that USGS IVyTools writes."""
    import cv2

    files: dict[str, bytes | Path] = {}
    for number, image in enumerate(images):
        encoded, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
        if not encoded:
            raise OutputError("a space-time image cannot be encoded", where=f"point {number + 1}", stage="output")
        files[SPACE_TIME_IMAGE.format(number)] = data.tobytes()
    return files


def _own_files(job: BatchJob, scaffold: Scaffold, site: IvyProject) -> dict[str, bytes | Path]:
    """Files of the project that an override replaced by others, or that the site's project holds in its state only."""
    files: dict[str, bytes | Path] = {}
    replaced = {ALIASES.get(name, name): text for name, text in job.overrides.items()}
    if "bathymetry_ac3_filename" in replaced:
        files[CROSS_SECTION] = Path(replaced["bathymetry_ac3_filename"])
    if "orthotable_file_name" in replaced or GROUND_CONTROL not in site.names:
        files[GROUND_CONTROL] = format_gcp_csv(scaffold.ground_control).encode("utf-8")
    return files
