"""The report as one HTML page that needs nothing else: no network, no fonts, no pictures beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ...domain.sentences import begun_with_capital
from ...formats.atomic_file import replace_file
from ...plugins.exporters import ExportProgress
from .display import Display
from .figures import discharge_over_time, gauged_figure, rating_figure
from .report import Report, raise_if_cancelled
from .reported_job import ReportedJob
from .section_figure import section_figure

_TEMPLATE = "report.html"
# A page of a few jobs is read as a whole; of many, the reader opens what matters.
_OPENED_AT_MOST = 6
_WRITING_FROM = 0.6

STATUS_WORDS = {
    "pending": "waiting",
    "running": "running",
    "completed": "completed",
    "failed": "failed",
    "timed_out": "took too long",
    "out_of_memory": "out of memory",
    "cancelled": "cancelled",
    "interrupted": "interrupted",
    "skipped": "skipped",
}


def write_html_report(
    report: Report,
    target: Path,
    *,
    job_sections: bool = True,
    progress: ExportProgress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> None:
    """Write the page piece by piece, so that a large batch needs little memory.

    Raises
    ------
    OutputError
        If the file cannot be written.
    Cancelled
        If ``cancel`` answers true.
    """
    template = _environment().get_template(_TEMPLATE)
    stream = template.stream(**_context(report, job_sections, progress, cancel))
    stream.enable_buffering(200)
    with replace_file(target) as file:
        for piece in stream:
            raise_if_cancelled(cancel)
            file.write(piece.encode("utf-8"))


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(__package__, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["status"] = lambda status: STATUS_WORDS.get(status, status)
    environment.filters["moment"] = _moment
    environment.filters["sentence"] = _sentence
    environment.filters["when"] = _when
    return environment


def _context(
    report: Report,
    job_sections: bool,
    progress: ExportProgress | None,
    cancel: Callable[[], bool] | None,
) -> dict[str, Any]:
    units = report.units
    return {
        "report": report,
        "totals": report.totals,
        "units": units,
        "show": Display(units),
        "over_time": Markup(discharge_over_time(report.jobs, units)),
        "rating_picture": Markup(rating_figure(report.rating, units)) if report.rating else "",
        "rating_rows": {job.job_id: job for job in report.rating.jobs} if report.rating else {},
        "gauged_picture": Markup(gauged_figure(report.gauged, units)) if report.gauged else "",
        "gauged_pairs": {pair.job_id: pair for pair in report.gauged.pairs} if report.gauged else {},
        "failures": [job for job in report.jobs if job.is_failure],
        "has_titles": any(job.title for job in report.jobs),
        "has_moments": any(job.measured_at for job in report.jobs),
        "job_sections": job_sections,
        "details": _details(report, progress, cancel) if job_sections else (),
        "opened": report.totals.num_measured <= _OPENED_AT_MOST,
    }


def _details(
    report: Report, progress: ExportProgress | None, cancel: Callable[[], bool] | None
) -> Iterator[tuple[ReportedJob, Markup]]:
    """Measured jobs with their sections, drawn one at a time while the page is written."""
    for count, job in enumerate(report.jobs, start=1):
        raise_if_cancelled(cancel)
        if progress is not None:
            progress(_WRITING_FROM + (1.0 - _WRITING_FROM) * count / len(report.jobs), f"drawing {job.job_id}")
        if job.measurement is not None:
            yield job, Markup(section_figure(job, report.units))


def _moment(job: ReportedJob) -> str:
    if job.measured_at is None:
        return ""
    return f"{job.measured_at:%Y-%m-%d %H:%M}" if job.has_time_of_day else f"{job.measured_at:%Y-%m-%d}"


def _when(value: Any) -> str:
    """A time given as text, a moment or seconds since 1970, to the minute."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{datetime.fromtimestamp(value).astimezone():%Y-%m-%d %H:%M %Z}"
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return str(value)
    return f"{value:%Y-%m-%d %H:%M %Z}".strip() if isinstance(value, datetime) else str(value)


def _sentence(text: str) -> str:
    text = text.strip()
    ended = text if not text or text[-1] in ".!?:" else f"{text}."
    return begun_with_capital(ended)
