"""The result file of one job; SI, uncertainties in percent."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", ser_json_inf_nan="null")


class Uncertainty(_Model):
    """Expanded uncertainties of the discharge at 95 %, percent; None where they cannot be computed."""

    iso_u95: float | None
    ive_u95: float | None
    iso_contribution: dict[str, float | None] = {}
    ive_contribution: dict[str, float | None] = {}
    rating: str = ""


class Quality(_Model):
    """The verdict (good, doubtful or rejected), its reasons, remarks that change nothing, and its figures."""

    verdict: str
    reasons: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    figures: dict[str, Any] = {}


class PointResult(_Model):
    """One measured point in the order of the section line.

    ``distance_from_edge_m`` counts from the edge of water at the line's start; ``x_px`` and ``y_px`` are pixels of
    the rectified image. ``normal_velocity_mps`` is positive downstream. A rejected point keeps its raw estimate,
    ``used`` is false then, and ``filled_velocity_mps`` is what went into the discharge in its place.
    """

    station_m: float
    distance_from_edge_m: float
    x_px: float
    y_px: float
    depth_m: float
    surface_velocity_mps: float | None
    normal_velocity_mps: float | None
    direction_deg: float | None
    quality: float
    peak: float | None = None
    ambiguity: float | None = None
    spread: float | None = None
    dispersion: float | None = None
    streak_angle_deg: float | None = None
    froude: float | None = None
    flags: tuple[str, ...]
    used: bool
    filled_velocity_mps: float | None = None
    unit_discharge_m2s: float | None
    panel_width_m: float | None = None
    panel_discharge_m3s: float | None = None


class EdgeResult(_Model):
    """The panel at an edge of water: ``discharge_m3s`` is that of the near-wall law, 0 at a sloped bank."""

    station_m: float
    distance_from_edge_m: float
    depth_m: float
    is_wall: bool
    panel_width_m: float
    discharge_m3s: float
    wall_exponent: float | None = None


class Timings(_Model):
    """Seconds spent in each stage; ``total`` includes what belongs to none."""

    decode: float
    rectify: float
    velocimetry: float
    discharge: float
    total: float


class InputFile(_Model):
    """A file that the result depends on."""

    path: str
    sha256: str
    size_bytes: int


class Recomputed(_Model):
    """What was done to a result after it was measured.

    ``measured`` is the result of the measurement itself (identity, discharge, alpha); ``changes`` are sentences.
    ``section`` holds a section that took the place of the surveyed one: ``path``, ``sha256``, ``station_m``,
    ``elevation_m``.
    """

    at: str
    version: str
    measured: dict[str, Any]
    changes: tuple[str, ...]
    gap_rule: str
    velocity_filter: dict[str, Any]
    section: dict[str, Any] | None = None


class Provenance(_Model):
    """What made the result: program version, parameters and inputs; ``recomputed`` if it is not as it was measured."""

    version: str
    created: str
    parameters: dict[str, Any]
    inputs: dict[str, InputFile]
    libraries: dict[str, str] = {}
    recomputed: Recomputed | None = None


class JobResult(_Model):
    """Everything that is known of a completed job."""

    job_id: str
    status: str
    video_path: str
    water_surface_elevation_m: float
    alpha: float
    discharge_m3s: float
    area_m2: float
    area_midsection_m2: float
    wetted_width_m: float
    mean_depth_m: float
    max_depth_m: float
    mean_velocity_mps: float
    mean_surface_velocity_mps: float
    max_surface_velocity_mps: float
    measured_discharge_fraction: float
    interpolated_discharge_fraction: float
    edge_discharge_fraction: float
    uncertainty: Uncertainty
    quality: Quality
    points: tuple[PointResult, ...]
    edges: tuple[EdgeResult, ...]
    timings_s: Timings
    provenance: Provenance
    title: str = ""
    measurement_number: int | None = None
    measurement_date: str | None = None
    measurement_time: str | None = None
    gage_height: float | None = None
    comments: str | None = None
    display_units: str = "Metric"
    alpha_source: str = ""
