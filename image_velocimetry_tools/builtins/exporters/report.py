"""The report of a batch as a web page, as JSON and as a table."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from ...plugins.exporters import Exported, ExportProgress, ExportSource
from ...plugins.interfaces import PluginSpec

if TYPE_CHECKING:
    from ...batch.reports.report import Report, ReportOptions


class ReportSettings(BaseModel):
    """What a report compares and includes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    gauged_column: str | None = Field(
        default=None,
        description="column of the jobs CSV, or of the file of gauged discharges, that holds the gauged discharge; "
        "display units unless its name ends in _m3s or _cfs",
    )
    gauged_file: Path | None = Field(
        default=None,
        description="gauged discharges: a CSV with discharges by job_id or over time, or a USGS NWIS file",
    )
    gauged_timezone: str | None = Field(
        default=None,
        description="time zone of times that state none, of measurements and in the gauged file: America/Chicago",
    )
    gauged_max_gap_min: float = Field(
        default=30.0, gt=0.0, description="largest gap between the gauged values round a measurement, minutes"
    )
    outlier_limit: float = Field(
        default=3.0, gt=1.0, description="standardised residual beyond which a point is an outlier of the rating curve"
    )
    job_sections: bool = Field(default=True, description="include the section and the figures of each job")


class _ReportExporter:
    """What the three forms have in common: collecting, and telling of what is missing."""

    suffix = ""

    def __init__(self, settings: ReportSettings) -> None:
        self._settings = settings

    def export(
        self,
        source: ExportSource,
        target: Path,
        *,
        progress: ExportProgress | None = None,
        cancel: Callable[[], bool] | None = None,
    ) -> Exported:
        """Write the report to ``target``; see :class:`~image_velocimetry_tools.plugins.exporters.Exporter`."""
        from ...batch.reports.report import collect_report, raise_if_cancelled

        report = collect_report(source, self._options(), progress=progress, cancel=cancel)
        raise_if_cancelled(cancel)
        self._write(report, target, progress, cancel)
        if progress is not None:
            progress(1.0, f"wrote {target.name}")
        return Exported((target,), report.missing)

    def _write(
        self, report: Report, target: Path, progress: ExportProgress | None, cancel: Callable[[], bool] | None
    ) -> None:
        raise NotImplementedError

    def _options(self) -> ReportOptions:
        from ...batch.reports.gauged import GaugedSource
        from ...batch.reports.report import ReportOptions

        settings = self._settings
        return ReportOptions(
            gauged=GaugedSource(
                column=settings.gauged_column,
                file=settings.gauged_file,
                timezone=settings.gauged_timezone,
                max_gap=timedelta(minutes=settings.gauged_max_gap_min),
            ),
            outlier_limit=settings.outlier_limit,
            job_sections=settings.job_sections,
        )


class HtmlReportExporter(_ReportExporter):
    """One page that needs nothing beside it."""

    suffix = ".html"

    def _write(
        self, report: Report, target: Path, progress: ExportProgress | None, cancel: Callable[[], bool] | None
    ) -> None:
        from ...batch.reports.html import write_html_report

        sections = self._settings.job_sections
        write_html_report(report, target, job_sections=sections, progress=progress, cancel=cancel)


class JsonReportExporter(_ReportExporter):
    """Everything the page says, for programs."""

    suffix = ".json"

    def _write(
        self, report: Report, target: Path, progress: ExportProgress | None, cancel: Callable[[], bool] | None
    ) -> None:
        from ...batch.reports.json_report import write_json_report

        write_json_report(report, target, job_sections=self._settings.job_sections, cancel=cancel)


class CsvReportExporter(_ReportExporter):
    """A row per job, for spreadsheets."""

    suffix = ".csv"

    def _write(
        self, report: Report, target: Path, progress: ExportProgress | None, cancel: Callable[[], bool] | None
    ) -> None:
        from ...batch.reports.csv_report import write_csv_report

        write_csv_report(report, target, cancel=cancel)


HTML_REPORT = PluginSpec("report-html", "Report as one web page, with rating curve", HtmlReportExporter, ReportSettings)
JSON_REPORT = PluginSpec("report-json", "Report as JSON, SI units", JsonReportExporter, ReportSettings)
CSV_REPORT = PluginSpec("report-csv", "Report as a table, one row per job", CsvReportExporter, ReportSettings)
