"""``batch_summary.csv``: one line per job in the order of the jobs file, in display units.

UTF-8 with a byte order mark, so that spreadsheets show ``m³/s`` as it is.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ...domain.units import UnitSystem
from ..atomic_file import write_bytes

FILE_NAME = "batch_summary.csv"
COLUMNS = (
    "job_id",
    "status",
    "video_path",
    "water_surface_elevation",
    "alpha",
    "discharge",
    "discharge_units",
    "area",
    "area_units",
    "mean_velocity",
    "max_surface_velocity",
    "velocity_units",
    "measured_fraction",
    "uncertainty_iso_95pct",
    "uncertainty_ive_95pct",
    "processing_time_seconds",
    "quality",
    "error_stage",
    "error_message",
    "measurement_number",
    "measurement_date",
    "measurement_time",
    "gage_height",
    "comments",
)


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """What the summary says of one job; SI and percent, ``None`` where there is no figure.

    ``gage_height`` is in display units, as the user gave it. ``extra`` holds columns that are carried through.
    """

    job_id: str
    status: str
    video_path: str
    units: UnitSystem
    water_surface_elevation_m: float
    alpha: float
    discharge_m3s: float | None = None
    area_m2: float | None = None
    mean_velocity_mps: float | None = None
    max_surface_velocity_mps: float | None = None
    measured_fraction: float | None = None
    uncertainty_iso_95pct: float | None = None
    uncertainty_ive_95pct: float | None = None
    processing_time_s: float | None = None
    quality: str = ""
    error_stage: str = ""
    error_message: str = ""
    measurement_number: int | None = None
    measurement_date: str | None = None
    measurement_time: str | None = None
    gage_height: float | None = None
    comments: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)


def write_batch_summary(path: Path, rows: Iterable[SummaryRow]) -> None:
    """Write the summary in one step, so that it can be read while the batch runs.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    rows = list(rows)
    extra = list(dict.fromkeys(name for row in rows for name in row.extra))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *extra])
    writer.writerows([*_cells(row), *(row.extra.get(name, "") for name in extra)] for row in rows)
    write_bytes(path, text.getvalue().encode("utf-8-sig"))


def _cells(row: SummaryRow) -> list[str]:
    u = row.units
    return [
        row.job_id,
        row.status,
        row.video_path,
        _number(row.water_surface_elevation_m, u.length),
        _number(row.alpha),
        _number(row.discharge_m3s, u.discharge),
        u.discharge_label,
        _number(row.area_m2, u.area),
        u.area_label,
        _number(row.mean_velocity_mps, u.velocity),
        _number(row.max_surface_velocity_mps, u.velocity),
        u.velocity_label,
        _number(row.measured_fraction),
        _number(row.uncertainty_iso_95pct),
        _number(row.uncertainty_ive_95pct),
        "" if row.processing_time_s is None else f"{row.processing_time_s:.3f}",
        row.quality,
        row.error_stage,
        row.error_message,
        "" if row.measurement_number is None else str(row.measurement_number),
        row.measurement_date or "",
        row.measurement_time or "",
        _number(row.gage_height),
        row.comments or "",
    ]


def _number(value_si: float | None, factor: float = 1.0) -> str:
    """Eight digits: more than any measurement has, few enough to hide that 318.211 ft went through metres."""
    return "" if value_si is None else f"{value_si * factor:.8g}"
