"""What a measured job has to say to a project file, SI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from numpy.typing import ArrayLike


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
    ``interval_s`` is the time between the frames that were measured; ``iso_u95`` and ``ive_u95`` are fractions (95 %),
    ``uncertainties`` the tables ``u_iso``, ``u_iso_contribution``, ``u_ive`` and ``u_ive_contribution``; the gage
    height is in the units in which it was given. ``pixel_size_m`` is the ground size of a pixel of the rectified image
    as projects hold it. ``processed`` dates the comments. ``own`` is what the keys of USGS IVyTools have no place for,
    see :data:`.project.keys.OWN`.
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
    uncertainties: Mapping[str, Mapping[str, float | None]] = field(default_factory=dict)
    rectification_rmse_m: float | None = None
    top_width_m: float | None = None
    pixel_size_m: float | None = None
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
    video_url: str | None = None
    own: Mapping[str, object] = field(default_factory=dict)
