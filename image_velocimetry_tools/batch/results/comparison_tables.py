"""A comparison of two runs as rows of text, CSV and JSON; whoever shows it needs to decide nothing."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from typing import Any

from ...domain.units import METRIC, UnitSystem
from .comparison import Comparison, Difference, JobComparison

Row = tuple[str, ...]


def job_columns(units: UnitSystem) -> Row:
    """Heads of the columns of :func:`job_rows`."""
    discharge, area = units.discharge_label, units.area_label
    return (
        "job",
        "status",
        "verdict",
        f"discharge A ({discharge})",
        f"discharge B ({discharge})",
        "change (%)",
        "beyond uncertainty",
        f"area change ({area})",
        f"level change ({units.length_label})",
        "time A (s)",
        "time B (s)",
        "differs in",
    )


def job_rows(comparison: Comparison, units: UnitSystem) -> tuple[Row, ...]:
    """One row per job, those that are in one run only at the end."""
    rows = [_job_row(job, units) for job in comparison.jobs]
    width = len(job_columns(units))
    rows += [_alone(job_id, "only in A", width) for job_id in comparison.only_in_a]
    rows += [_alone(job_id, "only in B", width) for job_id in comparison.only_in_b]
    return tuple(rows)


def difference_rows(comparison: Comparison) -> tuple[Row, ...]:
    """What differs: job (``all jobs`` for what is common), name, value in A, value in B."""
    rows = [_difference_row("all jobs", difference) for difference in comparison.common_differences]
    for job in comparison.jobs:
        rows += [_difference_row(job.job_id, difference) for difference in job.differences]
    return tuple(rows)


def total_lines(comparison: Comparison) -> tuple[str, ...]:
    """The comparison in a few sentences."""
    totals = comparison.totals
    lines = [f"A: {comparison.name_a}", f"B: {comparison.name_b}"]
    jobs = len(comparison.jobs)
    lines.append(
        f"{totals.compared} of {jobs} common jobs have a discharge in both runs, {totals.unchanged} unchanged."
    )
    if totals.mean_change_percent is not None:
        lines.append(
            f"Discharge of B against A: {totals.mean_change_percent:+.2f} % on average, "
            f"{totals.median_change_percent:.2f} % in the median size, "
            f"{totals.largest_change_percent:+.2f} % at most ({totals.largest_change_job})."
        )
        changes = (
            "1 change exceeds" if totals.beyond_uncertainty == 1 else f"{totals.beyond_uncertainty} changes exceed"
        )
        lines.append(f"{changes} the stated uncertainties (95 %).")
    for name, only in (("A", comparison.only_in_a), ("B", comparison.only_in_b)):
        if only:
            lines.append(f"{len(only)} job{' is' if len(only) == 1 else 's are'} only in {name}.")
    return tuple(lines)


def comparison_csv(comparison: Comparison, units: UnitSystem = METRIC) -> str:
    """The rows of the jobs as CSV text."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([job_columns(units), *job_rows(comparison, units)])
    return text.getvalue()


def comparison_json(comparison: Comparison) -> str:
    """Everything as JSON text; SI."""
    content: dict[str, Any] = dataclasses.asdict(comparison)
    for described, job in zip(content["jobs"], comparison.jobs, strict=True):
        described["discharge_change_m3s"] = job.discharge_change_m3s
        described["discharge_change_percent"] = job.discharge_change_percent
        described["area_change_m2"] = job.area_change_m2
        described["level_change_m"] = job.level_change_m
        described["time_change_s"] = job.time_change_s
        described["exceeds_uncertainty"] = job.exceeds_uncertainty
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _job_row(job: JobComparison, units: UnitSystem) -> Row:
    exceeds = job.exceeds_uncertainty
    return (
        job.job_id,
        _both(job.a.status, job.b.status),
        _both(job.a.verdict, job.b.verdict),
        _number(job.a.discharge_m3s, units.discharge),
        _number(job.b.discharge_m3s, units.discharge),
        "" if job.discharge_change_percent is None else f"{job.discharge_change_percent:+.2f}",
        "" if exceeds is None else ("yes" if exceeds else "no"),
        _number(job.area_change_m2, units.area),
        _number(job.level_change_m, units.length),
        "" if job.a.time_s is None else f"{job.a.time_s:.2f}",
        "" if job.b.time_s is None else f"{job.b.time_s:.2f}",
        ", ".join(difference.name for difference in job.differences),
    )


def _alone(job_id: str, where: str, width: int) -> Row:
    return (job_id, where, *[""] * (width - 2))


def _difference_row(job: str, difference: Difference) -> Row:
    return (job, difference.name, difference.a, difference.b)


def _both(a: str, b: str) -> str:
    return a if a == b else f"{a or 'none'} → {b or 'none'}"


def _number(value_si: float | None, factor: float) -> str:
    return "" if value_si is None else f"{value_si * factor:.5g}"
