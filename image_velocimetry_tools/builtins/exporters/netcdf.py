"""All points of a batch as a NetCDF file after the CF conventions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ... import __version__
from ...batch.job.result import JobResult, PointResult
from ...formats.atomic_file import replace_file
from ...formats.results.netcdf_points import VERDICTS, PointsDataset, flag_bits
from ...plugins.exporters import Exported, ExportProgress, ExportSource
from ...plugins.interfaces import NoSettings, PluginSpec
from .export_run import ExportRun, nothing_to_export


class NetcdfExporter:
    """Writes jobs by points; all numbers are in memory at a time, about 3 kB for a job of 25 points."""

    suffix = ".nc"

    def export(
        self,
        source: ExportSource,
        target: Path,
        *,
        progress: ExportProgress | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> Exported:
        """Write the file; see :class:`~image_velocimetry_tools.plugins.exporters.Exporter`."""
        run = ExportRun(progress, cancel)
        dataset = PointsDataset()
        for _, result in run.results(source):
            dataset.add(_job_values(result), [_point_values(point) for point in result.points])
        if not len(dataset):
            raise nothing_to_export(target)
        with replace_file(target) as stream:
            dataset.write(stream, _attributes(source))
            run.check()
        return run.finished(target)


def _job_values(result: JobResult) -> dict[str, Any]:
    verdict = result.quality.verdict
    return {
        "job_id": result.job_id,
        "status": result.status,
        "video": result.video_path,
        "measurement_date": result.measurement_date,
        "measurement_time": result.measurement_time,
        "time": seconds_since_1970(result.measurement_date, result.measurement_time),
        "water_surface_elevation": result.water_surface_elevation_m,
        "discharge": result.discharge_m3s,
        "uncertainty_iso": result.uncertainty.iso_u95,
        "uncertainty_ive": result.uncertainty.ive_u95,
        "alpha": result.alpha,
        "area": result.area_m2,
        "wetted_width": result.wetted_width_m,
        "mean_velocity": result.mean_velocity_mps,
        "measured_fraction": result.measured_discharge_fraction,
        "verdict": VERDICTS.index(verdict) if verdict in VERDICTS else None,
    }


def _point_values(point: PointResult) -> dict[str, Any]:
    return {
        "station": point.station_m,
        "distance_from_edge": point.distance_from_edge_m,
        "x_pixel": point.x_px,
        "y_pixel": point.y_px,
        "depth": point.depth_m,
        "surface_velocity": point.surface_velocity_mps,
        "normal_velocity": point.normal_velocity_mps,
        "direction": point.direction_deg,
        "quality": point.quality,
        "flags": flag_bits(point.flags),
        "used": int(point.used),
        "filled_velocity": point.filled_velocity_mps,
        "unit_discharge": point.unit_discharge_m2s,
        "panel_discharge": point.panel_discharge_m3s,
    }


def seconds_since_1970(date: str | None, time: str | None) -> float | None:
    """Clock time of a measurement as seconds since 1970-01-01 00:00; None if it is not given in ISO 8601.

    A time zone in the text is honoured. A date without a time is no time: midnight would be made up.
    """
    if not date or not time:
        return None
    try:
        moment = datetime.fromisoformat(f"{date.strip()}T{time.strip()}")
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _attributes(source: ExportSource) -> dict[str, str]:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {
        "title": f"River discharge from video: {source.name or source.batch_id}",
        "source": f"space-time image velocimetry, IVyTools {__version__}",
        "history": f"{now} exported from batch {source.batch_id} by IVyTools {__version__}",
        "comment": "SI units. Points follow the section line; shorter sections are filled up at their end.",
    }


def _create(_settings: NoSettings) -> NetcdfExporter:
    return NetcdfExporter()


NETCDF = PluginSpec("netcdf", "All points of all jobs, jobs by points (NetCDF, CF-1.11)", _create)
