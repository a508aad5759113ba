"""The project of one job of a batch: the site's project with this job's video, level, grid, velocities and discharge.

It opens in the desktop application. What belongs to the video with which the site was set up (its frames, space-time
images, manual lines, discharge) is left out.
"""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ..domain.angles import direction_vector, geographic_direction
from ..numerics.velocity import section_normal, tagline_direction
from .clip_times import format_clip_time
from .ivy_arrays import encode_rows, encode_string_array
from .ivy_project import IvyProject, write_project
from .scaffold_section import section_member

FloatArray = NDArray[np.float64]

STIV_RESULTS = "4-velocities/stiv_results.csv"
DISCHARGE_TABLE = "5-discharge/discharge_table.csv"
CROSS_SECTION = "5-discharge/cross_section_ac3.mat"

ALPHA = "α (alpha)"

# The header lacks a parenthesis in every file that USGS IVyTools ever wrote; its reader skips the line.
_STIV_HEADER = (
    "X (pixel),Y (pixel,U (m/s),V (m/s),Magnitude (m/s),Normal Magnitude (m/s),"
    "Vector Direction (deg),Tagline Direction (deg),Mean Flow Direction (deg)"
)
_OF_ANOTHER_VIDEO = (
    "manual_sti_lines", "manual_average_directions", "sti_comments", "thetas", "stiv_thetas", "stiv_stis",
    "stiv_opt_magnitudes", "stiv_opt_directions", "magnitudes_mps", "directions", "video_metadata", "video_duration",
    "video_timestep_ms", "video_num_frames", "video_frame_rate", "video_resolution", "video_clip_filename",
    "extraction_frame_rate", "extraction_timestep_ms", "extraction_num_frames", "discharge_results",
    "discharge_summary", "u_iso", "u_iso_contribution", "u_ive", "u_ive_contribution",
)  # fmt: skip
_OWN_FOLDERS = ("2-orthorectification/",)


@dataclass(frozen=True, slots=True, eq=False)
class JobPoints:
    """Velocities at the points of a job, arrays (n,) in SI; NaN where there is none.

    Pixels and directions (geographic degrees) are those of the rectified image; ``normal_mps`` is signed, positive
    downstream.
    """

    x_px: ArrayLike
    y_px: ArrayLike
    speed_mps: ArrayLike
    direction_deg: ArrayLike
    normal_mps: ArrayLike
    theta_deg: ArrayLike | None = None


@dataclass(frozen=True, slots=True, eq=False)
class JobStations:
    """The discharge table, arrays (n,) in SI, the edges of water first and last (velocity 0)."""

    station_m: ArrayLike
    width_m: ArrayLike
    depth_m: ArrayLike
    area_m2: ArrayLike
    surface_velocity_mps: ArrayLike
    alpha: ArrayLike
    discharge_m3s: ArrayLike
    used: ArrayLike


@dataclass(frozen=True, slots=True, eq=False)
class JobMeasurement:
    """One measurement as a project file tells it, SI.

    ``line_px`` (2, 2) are the edges of water at this job's level in the rectified image, the start bank's first;
    ``interval_s`` is the time between the frames that were measured; uncertainties are fractions (95 %); the gage
    height is in the units in which it was given. ``processed`` dates the comment.
    """

    job_id: str
    video_path: Path
    water_surface_elevation_m: float
    alpha: float
    line_px: ArrayLike
    points: JobPoints
    stations: JobStations
    discharge_m3s: float
    area_m2: float
    iso_u95: float | None = None
    ive_u95: float | None = None
    start_s: float | None = None
    end_s: float | None = None
    frame_step: int = 1
    interval_s: float | None = None
    frames: int | None = None
    video_metadata: Mapping[str, object] = field(default_factory=dict)
    measurement_number: int | None = None
    measurement_date: str | None = None
    measurement_time: str | None = None
    gage_height: float | None = None
    comments: str | None = None
    processed: datetime | None = None


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
    members[STIV_RESULTS] = _stiv_results(job, flow_direction_deg).encode("utf-8")
    members[DISCHARGE_TABLE] = _discharge_csv(discharge_rows(job.stations)).encode("utf-8")
    members |= files or {}
    write_project(path, job_project_data(site.data, job, tuple(members)), members)


def job_project_data(site: Mapping[str, object], job: JobMeasurement, names: Sequence[str] = ()) -> dict[str, object]:
    """State of the job's project: that of the site, with what this job measured in its place."""
    data = copy.deepcopy({key: value for key, value in site.items() if key not in _OF_ANOTHER_VIDEO})
    frames = sorted(name.removeprefix("1-images/") for name in names if name.startswith("1-images/"))
    data |= _video_keys(site, job) | _level_keys(site, job) | _velocity_keys(job.points) | _discharge_keys(job)
    data |= {
        "job_id": job.job_id,
        "alpha": job.alpha,
        "measurement_number": job.measurement_number,
        "measurement_date": job.measurement_date,
        "measurement_time": job.measurement_time,
        "gage_height": job.gage_height,
        "comments": _comments(site.get("comments"), job),
        "reporting": _reporting(site.get("reporting"), job),
        "imagebrowser_sequence": [name for name in frames if name.startswith("f") and name.endswith(".jpg")],
        "cross_section_line": encode_string_array(np.asarray(job.line_px, dtype=float).reshape(1, 2, 2)),
        "cross_section_line_exists": True,
        "bathymetry_ac3_filename": CROSS_SECTION.rpartition("/")[2],
        "process_step": "Process STIV Exhaustive",
        "open_tab_index": 6,
    }
    return data


def discharge_rows(stations: JobStations) -> list[dict[str, object]]:
    """The discharge table as rows with the columns of USGS IVyTools, SI."""
    columns = [
        np.asarray(values, dtype=float)
        for values in (
            stations.station_m,
            stations.width_m,
            stations.depth_m,
            stations.area_m2,
            stations.surface_velocity_mps,
            np.broadcast_to(np.asarray(stations.alpha, dtype=float), np.shape(stations.station_m)),
            stations.discharge_m3s,
        )
    ]
    names = ("Station Distance", "Width", "Depth", "Area", "Surface Velocity", ALPHA, "Unit Discharge")
    rows = []
    for index, (used, *values) in enumerate(zip(np.asarray(stations.used, dtype=bool), *columns, strict=True)):
        row: dict[str, object] = {"ID": index, "Status": "Used" if used else "Not Used"}
        rows.append(row | {name: float(value) for name, value in zip(names, values, strict=True)})
    return rows


def _video_keys(site: Mapping[str, object], job: JobMeasurement) -> dict[str, object]:
    start_s = job.start_s or 0.0
    ffmpeg = _dictionary(site.get("ffmpeg_parameters")) | {
        "input_video": str(job.video_path),
        "start_time": format_clip_time(start_s),
        "end_time": None if job.end_s is None else format_clip_time(job.end_s),
        "extract_frame_step": job.frame_step,
    }
    keys: dict[str, object] = {
        "video_file_name": str(job.video_path),
        "video_file": job.video_path.name,
        "ffmpeg_parameters": ffmpeg,
        "video_clip_start_time": 1000.0 * start_s,
        "video_clip_end_time": 0.0 if job.end_s is None else 1000.0 * job.end_s,
        "extraction_frame_step": job.frame_step,
    }
    if job.interval_s:
        keys |= {"extraction_timestep_ms": 1000.0 * job.interval_s, "extraction_frame_rate": 1.0 / job.interval_s}
    if job.frames is not None:
        keys["extraction_num_frames"] = job.frames
    if job.video_metadata:
        keys["video_metadata"] = dict(job.video_metadata)
    return keys


def _level_keys(site: Mapping[str, object], job: JobMeasurement) -> dict[str, object]:
    level = job.water_surface_elevation_m
    parameters = _dictionary(site.get("rectification_parameters")) | {"water_surface_elev": level}
    return {
        "water_surface_elevation": level,
        "ortho_rectified_wse_m": level,
        "rectification_parameters": parameters,
    }


def _velocity_keys(points: JobPoints) -> dict[str, object]:
    grid = np.column_stack([points.x_px, points.y_px]).astype(float)
    # The grid of the desktop application is whole pixels; ours is not, and is kept beside it.
    whole = encode_string_array(np.rint(grid).astype(int))
    keys: dict[str, object] = {
        "results_grid": whole,
        "results_grid_world": whole,
        "grid_points": encode_string_array(grid),
        "is_cross_section_grid": True,
        "line_mode": "cross_section",
        "number_grid_points_along_xs_line": len(grid),
        "stiv_magnitudes": encode_string_array(np.asarray(points.speed_mps, dtype=float)),
        "stiv_directions": encode_string_array(np.asarray(points.direction_deg, dtype=float)),
        "stiv_magnitude_normals": encode_string_array(np.asarray(points.normal_mps, dtype=float)),
        "stiv_exists": True,
    }
    if points.theta_deg is not None:
        keys["thetas"] = encode_string_array(np.asarray(points.theta_deg, dtype=float))
    return keys


def _discharge_keys(job: JobMeasurement) -> dict[str, object]:
    return {
        "discharge": job.discharge_m3s,
        "area": job.area_m2,
        "discharge_results": encode_rows(discharge_rows(job.stations)),
        "discharge_summary": {
            "total_discharge": job.discharge_m3s,
            "total_area": job.area_m2,
            "ISO_uncertainty": job.iso_u95,
            "IVE_uncertainty": job.ive_u95,
        },
    }


def _comments(site: object, job: JobMeasurement) -> object:
    """Comments by category with this job's among the others; the desktop application ignores anything but that."""
    comments = copy.deepcopy(_dictionary(site))
    if isinstance(site, str) and site:
        comments["Other"] = [site]
    if job.comments:
        others = comments.get("Other")
        stamp = (job.processed or datetime(1970, 1, 1)).strftime("%m/%d/%Y %H:%M:%S")
        entry = f"batch, {stamp}, {job.comments}"
        comments["Other"] = [*(others if isinstance(others, list) else []), entry]
    return comments


def _reporting(site: object, job: JobMeasurement) -> dict[str, object]:
    reporting = dict(_dictionary(site))
    if job.measurement_number is not None:
        reporting["meas_number"] = job.measurement_number
    if job.gage_height is not None:
        reporting["gage_ht"] = job.gage_height
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


def _stiv_results(job: JobMeasurement, flow_direction_deg: float) -> str:
    points, line = job.points, np.asarray(job.line_px, dtype=float)
    speed = np.asarray(points.speed_mps, dtype=float)
    vectors = speed[:, np.newaxis] * direction_vector(points.direction_deg)
    normal = section_normal(line, flow_direction_deg)
    constants = np.tile([tagline_direction(line), float(geographic_direction(normal[0], normal[1]))], (len(speed), 1))
    # The vectors have y down, the file has y up.
    table = np.column_stack(
        [
            points.x_px,
            points.y_px,
            vectors[:, 0],
            -vectors[:, 1],
            speed,
            points.normal_mps,
            points.direction_deg,
            constants,
        ]
    )
    stream = io.StringIO()
    np.savetxt(stream, table, fmt="%1.3f", delimiter=",", header=_STIV_HEADER, comments="")
    return stream.getvalue()


def _discharge_csv(rows: Sequence[Mapping[str, object]]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]) if rows else ["ID"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _dictionary(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, Mapping) else {}
