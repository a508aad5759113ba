"""All points of a batch as one tidy table (CSV)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ...batch.job.result import JobResult
from ...formats.atomic_file import replace_file
from ...formats.results.points_table import PointRow, PointsTable
from ...plugins.exporters import Exported, ExportProgress, ExportSource
from ...plugins.interfaces import NoSettings, PluginSpec
from .export_run import ExportRun, nothing_to_export


class PointsExporter:
    """Writes one line per point of every job with a result; one result is in memory at a time."""

    suffix = ".csv"

    def export(
        self,
        source: ExportSource,
        target: Path,
        *,
        progress: ExportProgress | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> Exported:
        """Write the table; see :class:`~image_velocimetry_tools.plugins.exporters.Exporter`."""
        run = ExportRun(progress, cancel)
        jobs = 0
        with replace_file(target) as stream:
            table = PointsTable(stream)
            for _, result in run.results(source):
                table.write(point_rows(result))
                jobs += 1
            run.check()
            if not jobs:
                raise nothing_to_export(target)
        return run.finished(target)


def point_rows(result: JobResult) -> Iterator[PointRow]:
    """The rows of a job, in the order of its section line."""
    for number, point in enumerate(result.points, start=1):
        yield PointRow(
            job_id=result.job_id,
            measurement_date=result.measurement_date,
            measurement_time=result.measurement_time,
            water_surface_elevation_m=result.water_surface_elevation_m,
            discharge_m3s=result.discharge_m3s,
            alpha=result.alpha,
            verdict=result.quality.verdict,
            point=number,
            station_m=point.station_m,
            distance_from_edge_m=point.distance_from_edge_m,
            x_px=point.x_px,
            y_px=point.y_px,
            depth_m=point.depth_m,
            surface_velocity_mps=point.surface_velocity_mps,
            normal_velocity_mps=point.normal_velocity_mps,
            direction_deg=point.direction_deg,
            quality=point.quality,
            flags="; ".join(point.flags),
            used=point.used,
            filled_velocity_mps=point.filled_velocity_mps,
            unit_discharge_m2s=point.unit_discharge_m2s,
            panel_width_m=point.panel_width_m,
            panel_discharge_m3s=point.panel_discharge_m3s,
        )


def _create(_settings: NoSettings) -> PointsExporter:
    return PointsExporter()


POINTS = PluginSpec("points", "Table of all points of all jobs (CSV, SI)", _create)
