"""What a report tells of one job, taken from its result file or, without one, from why there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...formats.stage.times import parse_time
from ...media.creation_time import find_time
from ...plugins.exporters import ExportedJob
from ...services.measuring.verdict import Verdict
from ..models import JobStatus

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_FAILURES = frozenset(status.value for status in JobStatus if status.is_failure)


@dataclass(frozen=True, slots=True, eq=False)
class SectionProfile:
    """Points of the section line (n,) and the two edges of water (2,), by station.

    ``velocity_mps`` is the raw estimate normal to the section, ``filled_mps`` what counts instead where it is finite.
    """

    station_m: FloatArray
    depth_m: FloatArray
    velocity_mps: FloatArray
    filled_mps: FloatArray
    is_used: BoolArray
    edge_station_m: FloatArray
    edge_depth_m: FloatArray


@dataclass(frozen=True, slots=True)
class Measurement:
    """The result of a job; SI, shares 0 to 1, uncertainties in percent; None where there is no figure."""

    discharge_m3s: float
    area_m2: float | None
    wetted_width_m: float | None
    mean_depth_m: float | None
    max_depth_m: float | None
    mean_velocity_mps: float | None
    mean_surface_velocity_mps: float | None
    max_surface_velocity_mps: float | None
    measured_fraction: float | None
    interpolated_fraction: float | None
    edge_fraction: float | None
    iso_u95_percent: float | None
    ive_u95_percent: float | None
    rating: str
    verdict: str
    reasons: tuple[str, ...]
    remarks: tuple[str, ...]
    median_quality: float | None
    flag_counts: Mapping[str, int]
    num_points: int
    timings_s: Mapping[str, float]
    section: SectionProfile | None

    @property
    def is_rejected(self) -> bool:
        """Whether the verdict says that the discharge is not to be used."""
        return self.verdict == Verdict.REJECTED


@dataclass(frozen=True, slots=True)
class ReportedJob:
    """One job of the report.

    ``measured_at`` is the time that its date and time of measurement state, else the one in the name of its video;
    ``has_time_of_day`` is false for a bare date. ``problem`` says why a result that should be there cannot be read.
    """

    number: int
    job_id: str
    status: str
    title: str
    video_path: Path
    message: str = ""
    stage: str = ""
    remedies: tuple[str, ...] = ()
    attempt: int | None = None
    processing_time_s: float | None = None
    level_m: float | None = None
    alpha: float | None = None
    alpha_source: str = ""
    measurement: Measurement | None = None
    measured_at: datetime | None = None
    has_time_of_day: bool = False
    measurement_number: int | None = None
    measurement_date: str = ""
    measurement_time: str = ""
    gage_height: float | None = None
    comments: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    provenance: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    video_url: str | None = None

    @property
    def video_source(self) -> str:
        """Where the video is from: its URL or its path."""
        return self.video_url or str(self.video_path)

    @property
    def is_failure(self) -> bool:
        """Whether the job ran and has no result."""
        return self.status in _FAILURES


def read_job(exported: ExportedJob) -> ReportedJob:
    """What the report tells of a job. A result that is missing or damaged is told in ``problem``, not raised."""
    content: Mapping[str, Any] = {}
    measurement, problem = None, ""
    if exported.result_path is not None:
        try:
            content = exported.result()
            measurement = _measurement(content)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            content, problem = {}, _problem_of(exported, error)
    return _reported(exported, content, measurement, problem)


def _problem_of(exported: ExportedJob, error: Exception) -> str:
    kind = "has gone" if isinstance(error, FileNotFoundError) else "is damaged or cannot be read"
    return f"{exported.job_id}: its result {exported.result_path} {kind}; run the job again"


def _reported(
    exported: ExportedJob, content: Mapping[str, Any], measurement: Measurement | None, problem: str
) -> ReportedJob:
    facts = exported.facts
    date, time = _text(content, "measurement_date"), _text(content, "measurement_time")
    measured_at, has_time_of_day = _moment(date, time, exported.video_path)
    number, attempt = content.get("measurement_number"), facts.get("attempt")
    level_m = _number(content, "water_surface_elevation_m")
    alpha = _number(content, "alpha")
    time_s = _number(facts, "processing_time_s")
    return ReportedJob(
        number=exported.number,
        job_id=exported.job_id,
        status=exported.status,
        title=exported.title or _text(content, "title"),
        video_path=exported.video_path,
        video_url=exported.video_url,
        message=exported.message,
        stage=_text(facts, "stage"),
        remedies=_texts(facts.get("remedies")),
        attempt=attempt if isinstance(attempt, int) else None,
        processing_time_s=time_s if time_s is not None or measurement is None else measurement.timings_s.get("total"),
        level_m=level_m if level_m is not None else _number(facts, "level_m"),
        alpha=alpha if alpha is not None else _number(facts, "alpha"),
        alpha_source=_text(content, "alpha_source"),
        measurement=measurement,
        measured_at=measured_at,
        has_time_of_day=has_time_of_day,
        measurement_number=number if isinstance(number, int) else None,
        measurement_date=date,
        measurement_time=time,
        gage_height=_number(content, "gage_height"),
        comments=_text(content, "comments"),
        extra={str(name): str(value) for name, value in dict(facts.get("extra") or {}).items()},
        provenance=content.get("provenance") or {},
        problem=problem,
    )


def _measurement(content: Mapping[str, Any]) -> Measurement:
    discharge = _number(content, "discharge_m3s")
    if discharge is None:
        raise ValueError("no discharge")
    points: Sequence[Mapping[str, Any]] = content.get("points") or ()
    uncertainty, quality = content.get("uncertainty") or {}, content.get("quality") or {}
    timings = content.get("timings_s") or {}
    return Measurement(
        discharge_m3s=discharge,
        area_m2=_number(content, "area_m2"),
        wetted_width_m=_number(content, "wetted_width_m"),
        mean_depth_m=_number(content, "mean_depth_m"),
        max_depth_m=_number(content, "max_depth_m"),
        mean_velocity_mps=_number(content, "mean_velocity_mps"),
        mean_surface_velocity_mps=_number(content, "mean_surface_velocity_mps"),
        max_surface_velocity_mps=_number(content, "max_surface_velocity_mps"),
        measured_fraction=_number(content, "measured_discharge_fraction"),
        interpolated_fraction=_number(content, "interpolated_discharge_fraction"),
        edge_fraction=_number(content, "edge_discharge_fraction"),
        iso_u95_percent=_number(uncertainty, "iso_u95"),
        ive_u95_percent=_number(uncertainty, "ive_u95"),
        rating=_text(uncertainty, "rating"),
        verdict=_text(quality, "verdict"),
        reasons=_texts(quality.get("reasons")),
        remarks=_texts(quality.get("remarks")),
        median_quality=_number(quality.get("figures") or {}, "median_quality"),
        flag_counts=_flag_counts(points),
        num_points=len(points),
        timings_s={name: value for name in timings if (value := _number(timings, name)) is not None},
        section=_section(points, content.get("edges") or ()),
    )


def _section(points: Sequence[Mapping[str, Any]], edges: Sequence[Mapping[str, Any]]) -> SectionProfile | None:
    if not points or not edges:
        return None
    order = np.argsort(_column(points, "station_m"), kind="stable")
    edge_order = np.argsort(_column(edges, "station_m"), kind="stable")
    return SectionProfile(
        station_m=_column(points, "station_m")[order],
        depth_m=_column(points, "depth_m")[order],
        velocity_mps=_column(points, "normal_velocity_mps")[order],
        filled_mps=_column(points, "filled_velocity_mps")[order],
        is_used=np.array([bool(point.get("used")) for point in points])[order],
        edge_station_m=_column(edges, "station_m")[edge_order],
        edge_depth_m=_column(edges, "depth_m")[edge_order],
    )


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> FloatArray:
    return np.array([math.nan if (value := _number(row, name)) is None else value for row in rows])


def _flag_counts(points: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for point in points:
        for flag in _texts(point.get("flags")):
            counts[flag] = counts.get(flag, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: -item[1]))


def _moment(date: str, time: str, video_path: Path) -> tuple[datetime | None, bool]:
    stated = parse_time(f"{date} {time}") if date and time else None
    if stated is not None:
        return stated, True
    found = find_time(video_path.stem)
    if date:
        day = parse_time(f"{date} 00:00")
        # The name tells the time of a day that the date confirms; a different day is the user's correction.
        agrees = found is not None and day is not None and found.moment.date() == day.date()
        if found is None or not agrees or found.resolution == "day":
            return day, False
    if found is None:
        return None, False
    return found.moment, found.resolution != "day"


def _number(source: Mapping[str, Any], name: str) -> float | None:
    value = source.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _text(source: Mapping[str, Any], name: str) -> str:
    value = source.get(name)
    return "" if value is None else str(value)


def _texts(values: Any) -> tuple[str, ...]:
    if isinstance(values, str):
        return (values,) if values else ()
    return tuple(str(value) for value in values or ())
