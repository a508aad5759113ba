"""The report as a table: one row per job, in display units with the units beside them, discharge in SI too."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

from ...formats.atomic_file import replace_file
from .report import Report, raise_if_cancelled
from .reported_job import ReportedJob

COLUMNS = (
    *("number", "job_id", "status", "title", "video_path", "measured_at", "measurement_number", "measurement_date"),
    *("measurement_time", "gage_height", "water_surface_elevation", "length_units", "alpha", "alpha_source"),
    *("discharge", "discharge_units", "discharge_m3s", "area", "area_units", "width", "mean_depth", "max_depth"),
    *("mean_velocity", "mean_surface_velocity", "max_surface_velocity", "velocity_units"),
    *("measured_fraction", "interpolated_fraction", "uncertainty_iso_95pct", "uncertainty_ive_95pct", "rating"),
    *("verdict", "reasons", "remarks", "median_quality", "rated_discharge", "rating_residual_percent"),
    *("rating_standardised_residual", "is_rating_outlier", "gauged_discharge", "gauged_difference_percent"),
    *("decode_s", "rectify_s", "velocimetry_s", "discharge_s", "processing_time_s", "attempt"),
    *("error_stage", "error_message", "remedies", "comments", "problem"),
)

Cell = str | int | float | bool | None


def write_csv_report(report: Report, target: Path, *, cancel: Callable[[], bool] | None = None) -> None:
    """Write the table, with carried columns of the jobs CSV at the end.

    Raises
    ------
    OutputError
        If the file cannot be written.
    Cancelled
        If ``cancel`` answers true.
    """
    carried = list(dict.fromkeys(name for job in report.jobs for name in job.extra if name not in COLUMNS))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*COLUMNS, *carried])
    rated, gauged = _rated_cells(report), _gauged_cells(report)
    for job in report.jobs:
        raise_if_cancelled(cancel)
        cells = {**_job_cells(job), **_measured_cells(job, report), **rated.get(job.job_id, {})}
        cells.update(gauged.get(job.job_id, {}))
        row = [_written(cells.get(name)) for name in COLUMNS]
        writer.writerow([*row, *(job.extra.get(name, "") for name in carried)])
    with replace_file(target) as stream:
        stream.write(text.getvalue().encode("utf-8-sig"))


def _job_cells(job: ReportedJob) -> dict[str, Cell]:
    return {
        "number": job.number,
        "job_id": job.job_id,
        "status": job.status,
        "title": job.title,
        "video_path": job.video_source,
        "measured_at": job.measured_at.isoformat(sep=" ") if job.measured_at else None,
        "measurement_number": job.measurement_number,
        "measurement_date": job.measurement_date,
        "measurement_time": job.measurement_time,
        "gage_height": job.gage_height,
        "alpha": job.alpha,
        "alpha_source": job.alpha_source,
        "processing_time_s": job.processing_time_s,
        "attempt": job.attempt,
        "error_stage": job.stage,
        "error_message": job.message,
        "remedies": "; ".join(job.remedies),
        "comments": job.comments,
        "problem": job.problem,
    }


def _measured_cells(job: ReportedJob, report: Report) -> dict[str, Cell]:
    units = report.units
    level = None if job.level_m is None else job.level_m * units.length
    cells: dict[str, Cell] = {"water_surface_elevation": level, "length_units": units.length_label}
    measurement = job.measurement
    if measurement is None:
        return cells
    scaled = {
        "discharge": (measurement.discharge_m3s, units.discharge),
        "discharge_m3s": (measurement.discharge_m3s, 1.0),
        "area": (measurement.area_m2, units.area),
        "width": (measurement.wetted_width_m, units.length),
        "mean_depth": (measurement.mean_depth_m, units.length),
        "max_depth": (measurement.max_depth_m, units.length),
        "mean_velocity": (measurement.mean_velocity_mps, units.velocity),
        "mean_surface_velocity": (measurement.mean_surface_velocity_mps, units.velocity),
        "max_surface_velocity": (measurement.max_surface_velocity_mps, units.velocity),
        "measured_fraction": (measurement.measured_fraction, 1.0),
        "interpolated_fraction": (measurement.interpolated_fraction, 1.0),
        "uncertainty_iso_95pct": (measurement.iso_u95_percent, 1.0),
        "uncertainty_ive_95pct": (measurement.ive_u95_percent, 1.0),
        "median_quality": (measurement.median_quality, 1.0),
        **{f"{stage}_s": (seconds, 1.0) for stage, seconds in measurement.timings_s.items()},
    }
    cells |= {name: None if value is None else value * factor for name, (value, factor) in scaled.items()}
    return cells | {
        "discharge_units": units.discharge_label,
        "area_units": units.area_label,
        "velocity_units": units.velocity_label,
        "rating": measurement.rating,
        "verdict": measurement.verdict,
        "reasons": "; ".join(measurement.reasons),
        "remarks": "; ".join(measurement.remarks),
    }


def _rated_cells(report: Report) -> dict[str, dict[str, Cell]]:
    if report.rating is None:
        return {}
    return {
        job.job_id: {
            "rated_discharge": job.rated_m3s * report.units.discharge,
            "rating_residual_percent": job.residual_percent,
            "rating_standardised_residual": job.standardised_residual,
            "is_rating_outlier": job.is_outlier,
        }
        for job in report.rating.jobs
    }


def _gauged_cells(report: Report) -> dict[str, dict[str, Cell]]:
    if report.gauged is None:
        return {}
    return {
        pair.job_id: {
            "gauged_discharge": pair.gauged_m3s * report.units.discharge,
            "gauged_difference_percent": pair.difference_percent,
        }
        for pair in report.gauged.pairs
    }


def _written(cell: Cell) -> str:
    if cell is None or (isinstance(cell, float) and cell != cell):
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return f"{cell:.8g}" if isinstance(cell, float) else str(cell)
