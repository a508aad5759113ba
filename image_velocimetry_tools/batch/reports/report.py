"""The report of a batch as one model, whatever it is written as."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ...domain.errors import Cancelled
from ...domain.units import UnitSystem, unit_system
from ...plugins.exporters import ExportProgress, ExportSource
from .gauged import GaugedComparison, GaugedSource, gauged_comparison
from .provenance import BatchProvenance, ProvenanceCollector
from .rating import BatchRating, rating_of
from .reported_job import ReportedJob, read_job
from .totals import Totals, totals_of

_READING_SHARE = 0.6


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """What the report says beyond what every report says.

    Parameters
    ----------
    gauged
        Where gauged discharges come from.
    outlier_limit
        Standardised residual beyond which a measurement takes no part in the rating curve.
    job_sections
        Whether each job gets a part of its own, with its section.
    """

    gauged: GaugedSource = field(default_factory=GaugedSource)
    outlier_limit: float = 3.0
    job_sections: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a report says. ``missing`` are sentences about what it should say and cannot."""

    batch_id: str
    name: str
    written_at: datetime
    units: UnitSystem
    is_finished: bool
    output_directory: str
    facts: Mapping[str, Any]
    jobs: tuple[ReportedJob, ...]
    totals: Totals
    rating: BatchRating | None
    rating_refusal: str
    gauged: GaugedComparison | None
    provenance: BatchProvenance
    warnings: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def state(self) -> str:
        """One sentence on how far the batch is."""
        totals = self.totals
        if self.is_finished:
            return f"Finished: {totals.num_measured} of {totals.num_jobs} jobs have a result."
        return f"Still running: {totals.num_jobs - totals.num_open} of {totals.num_jobs} jobs have ended."


def collect_report(
    source: ExportSource,
    options: ReportOptions,
    *,
    progress: ExportProgress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Report:
    """Read the results, one at a time, and work out what the report says.

    Raises
    ------
    IvyError
        If gauged discharges were asked for and cannot be read.
    Cancelled
        If ``cancel`` answers true.
    """
    jobs: list[ReportedJob] = []
    collector = ProvenanceCollector()
    for count, exported in enumerate(source.jobs, start=1):
        raise_if_cancelled(cancel)
        job = read_job(exported)
        collector.add(job)
        jobs.append(job)
        if progress is not None:
            progress(_READING_SHARE * count / len(source.jobs), f"reading {exported.job_id}")
    units = unit_system(source.display_units)
    rating, refusal = rating_of(jobs, options.outlier_limit)
    gauged = gauged_comparison(jobs, units, options.gauged)
    problems = tuple(job.problem for job in jobs if job.problem)
    return Report(
        batch_id=source.batch_id,
        name=source.name or source.batch_id,
        written_at=datetime.now(UTC),
        units=units,
        is_finished=source.is_finished,
        output_directory=str(source.output_directory),
        facts=dict(source.facts),
        jobs=tuple(jobs),
        totals=totals_of(jobs),
        rating=rating,
        rating_refusal=refusal,
        gauged=gauged,
        provenance=collector.finished(),
        warnings=tuple(str(warning) for warning in source.facts.get("warnings") or ()),
        missing=(*problems, *(gauged.missing if gauged else ())),
    )


def raise_if_cancelled(cancel: Callable[[], bool] | None) -> None:
    """Stop here if the user asked for it."""
    if cancel is not None and cancel():
        raise Cancelled("the report was cancelled")
