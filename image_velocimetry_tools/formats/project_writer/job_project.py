"""The project of one job of a batch: the site's project with this job's video, level, grid, velocities and discharge.

It opens in the desktop application. What belongs to the video with which the site was set up (its frames, space-time
images, manual lines, discharge) is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from ...domain.project import comment_stamp
from ...domain.units import unit_system
from ..clip_times import format_clip_time
from ..project.archive import IvyProject, write_project
from ..project.arrays import encode_string_array
from ..project.defaults import comments_by_category, with_defaults
from ..project.figures import DischargeFigures
from ..project.job_measurement import JobMeasurement, JobPoints
from ..project.keys import CROSS_SECTION, DISCHARGE_TABLE, OWN, STIV_RESULTS
from ..project.tables import discharge_csv, discharge_rows, stiv_results_csv
from ..scaffold.section import section_member
from .record import review_keys
from .results import discharge_result_keys, saved_discharge_note, velocity_keys
from .settings import metadata_keys

_OF_ANOTHER_VIDEO = (
    "manual_sti_lines", "manual_average_directions", "sti_comments", "thetas", "stiv_thetas", "stiv_stis",
    "stiv_opt_magnitudes", "stiv_opt_directions", "magnitudes_mps", "directions", "video_metadata", "video_duration",
    "video_timestep_ms", "video_num_frames", "video_frame_rate", "video_resolution", "video_clip_filename",
    "extraction_frame_rate", "extraction_timestep_ms", "extraction_num_frames", "discharge_results",
    "discharge_summary", "u_iso", "u_iso_contribution", "u_ive", "u_ive_contribution", "reprojection_error_pixels",
    "reprojection_error_gcp_pixel_xy", "reprojection_error_gcp_pixel_total", "rectification_rmse_m",
    "rectified_transformed_gcp_points", "image_stack", "stabilization_check_image_path", "extraction_video_file_name",
    "imagebrowser_image_path", "sequence_index", "extracted_frames_folder", "swap_directory", "swap_image_directory",
    "swap_orthorectification_directory", "swap_grids_directory", "swap_velocities_directory",
    "swap_discharge_directory", "swap_qaqc_directory", "project_filename", "status_message", OWN,
)  # fmt: skip
_OWN_FOLDERS = ("2-orthorectification/",)


def write_job_project(
    path: str | Path,
    site: IvyProject,
    job: JobMeasurement,
    flow_direction_deg: float,
    files: Mapping[str, bytes | Path] | None = None,
) -> None:
    """Write the project of one job atomically.

    Parameters
    ----------
    path
        Target ``.ivy``.
    site
        The project of the scaffold.
    job
        The measurement.
    flow_direction_deg
        Expected direction of the flow, geographic degrees in the rectified image, which tells the section's two normals
        apart.
    files
        Further members by name, such as frames in ``1-images/``, as bytes or paths.

    Raises
    ------
    OutputError
        If the file cannot be written.
    ScaffoldError
        If a file of the site's project cannot be read.
    """
    members: dict[str, bytes | Path] = {name: site.read(name) for name in site.names if name.startswith(_OWN_FOLDERS)}
    section = section_member(site)
    if section is not None:
        members[CROSS_SECTION] = site.read(section)
    members[STIV_RESULTS] = stiv_results_csv(job, flow_direction_deg).encode("utf-8")
    members[DISCHARGE_TABLE] = discharge_csv(discharge_rows(job.stations)).encode("utf-8")
    members |= files or {}
    write_project(path, job_project_data(site.data, job, tuple(members)), members)


def job_project_data(site: Mapping[str, object], job: JobMeasurement, names: Sequence[str] = ()) -> dict[str, object]:
    """State of the job's project: that of the site, with what this job measured in its place."""
    data = with_defaults({key: value for key, value in site.items() if key not in _OF_ANOTHER_VIDEO})
    images = sorted(name.removeprefix("1-images/") for name in names if name.startswith("1-images/"))
    frames = [name for name in images if name.startswith("f") and name.endswith(".jpg")]
    data |= _video_keys(data, job) | _level_keys(data, job) | _velocity_keys(job.points) | _discharge_keys(job)
    data |= {
        "job_id": job.job_id,
        "alpha": job.alpha,
        "measurement_number": job.measurement_number,
        "measurement_date": job.measurement_date,
        "measurement_time": job.measurement_time,
        "gage_height": job.gage_height,
        "comments": _comments(data, job),
        "reporting": _reporting(data.get("reporting"), job),
        "imagebrowser_sequence": frames,
        "imagebrowser_image_path": frames[0] if frames else "",
        "is_frames_extracted": bool(frames),
        "is_stis": any(name.startswith("STI_") for name in images),
        "cross_section_line": encode_string_array(np.asarray(job.line_px, dtype=float).reshape(1, 2, 2)),
        "cross_section_line_exists": True,
        "bathymetry_ac3_filename": CROSS_SECTION.rpartition("/")[2],
        "is_area_comp_loaded": CROSS_SECTION in names,
        "rectification_method": "camera matrix",
        "is_camera_matrix": True,
        "process_step": "Process STIV Exhaustive",
        "open_tab_index": 6,
    }
    return data | ({OWN: dict(job.own)} if job.own else {})


def _video_keys(site: Mapping[str, object], job: JobMeasurement) -> dict[str, object]:
    start_s = job.start_s or 0.0
    ffmpeg = _dictionary(site.get("ffmpeg_parameters")) | {
        "input_video": job.video_url or str(job.video_path),
        "start_time": format_clip_time(start_s),
        "end_time": None if job.end_s is None else format_clip_time(job.end_s),
        "extract_frame_step": job.frame_step,
    }
    keys: dict[str, object] = {
        "video_file_name": job.video_url or str(job.video_path),
        "video_file": job.video_path.name,
        "ffmpeg_parameters": ffmpeg,
        "video_clip_filename": "",
        "is_video_loaded": True,
        "is_clip_created": False,
        "video_clip_start_time": 1000.0 * start_s,
        "video_clip_end_time": 0.0 if job.end_s is None else 1000.0 * job.end_s,
        "extraction_frame_step": job.frame_step,
    }
    if job.interval_s:
        keys |= {"extraction_timestep_ms": 1000.0 * job.interval_s, "extraction_frame_rate": 1.0 / job.interval_s}
    if job.frames is not None:
        keys["extraction_num_frames"] = job.frames
    return keys | (metadata_keys(job.video_metadata) if job.video_metadata else {})


def _level_keys(site: Mapping[str, object], job: JobMeasurement) -> dict[str, object]:
    level = job.water_surface_elevation_m
    parameters = _dictionary(site.get("rectification_parameters")) | {"water_surface_elev": level}
    keys: dict[str, object] = {
        "water_surface_elevation": level,
        "ortho_rectified_wse_m": level,
        "rectification_parameters": parameters,
        "rectification_rmse_m": job.rectification_rmse_m,
    }
    if job.top_width_m is not None:
        keys["cross_section_top_width_m"] = job.top_width_m
    if job.pixel_size_m is not None:
        keys |= {"pixel_ground_scale_distance_m": job.pixel_size_m, "scene_averaged_pixel_gsd_m": job.pixel_size_m}
    return keys


def _velocity_keys(points: JobPoints) -> dict[str, object]:
    count = len(np.atleast_1d(points.x_px))
    return {
        **velocity_keys(points),
        **review_keys({}, count),
        "is_cross_section_grid": True,
        "line_mode": "cross_section",
        "number_grid_points_along_xs_line": count,
    }


def _discharge_keys(job: JobMeasurement) -> dict[str, object]:
    found = DischargeFigures(job.stations, job.discharge_m3s, job.area_m2, job.iso_u95, job.ive_u95, job.uncertainties)
    return {"discharge": job.discharge_m3s, "area": job.area_m2, **discharge_result_keys(found)}


def _comments(data: Mapping[str, object], job: JobMeasurement) -> dict[str, list[object]]:
    """Comments with this job's among them, and the discharge among those of the system, as on every save."""
    comments = comments_by_category(data.get("comments"))
    stamp = f"batch, {comment_stamp(job.processed or datetime(1970, 1, 1))}"
    if job.comments:
        comments["Other"].append(f"{stamp}, {job.comments}")
    units = unit_system(str(data.get("display_units")) if data.get("display_units") == "English" else "Metric")
    comments["System"].append(f"{stamp}, {saved_discharge_note(job.discharge_m3s, job.iso_u95, units)}")
    return comments


def _reporting(site: object, job: JobMeasurement) -> dict[str, object]:
    """What the desktop application prints on a report; date, times and stage of the site's own video are cleared."""
    reporting = dict(_dictionary(site)) | {
        "meas_number": job.measurement_number or 0,
        "gage_ht": 0.0 if job.gage_height is None else job.gage_height,
        "meas_date": "",
        "start_time": "",
        "mid_time": "",
        "end_time": "",
    }
    try:
        when = datetime.fromisoformat(job.measurement_date or "")
        reporting["meas_date"] = f"{when.month}/{when.day}/{when.year}"
    except ValueError:
        pass
    try:
        clock = datetime.strptime(job.measurement_time or "", "%H:%M:%S").strftime("%H:%M:%S")
        reporting |= {"start_time": clock, "mid_time": clock, "end_time": clock}
    except ValueError:
        pass
    return reporting


def _dictionary(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, Mapping) else {}
