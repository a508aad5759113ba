"""Totals of a batch: how its jobs stand, how long they took, how good they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from ...services.measuring.verdict import Verdict
from ..models import JobStatus
from .reported_job import Measurement, ReportedJob

STAGES = ("decode", "rectify", "velocimetry", "discharge")


@dataclass(frozen=True, slots=True)
class StageTime:
    """Seconds that one stage took over the measured jobs."""

    stage: str
    mean_s: float
    longest_s: float
    share: float


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts and means over the jobs of a batch; None where no job has the figure.

    ``success_rate`` is the share of completed jobs among those that ran to an end, 0 to 1. Discharges leave rejected
    results out.
    """

    num_jobs: int
    num_measured: int
    num_open: int
    status_counts: Mapping[str, int]
    verdict_counts: Mapping[str, int]
    success_rate: float | None
    mean_processing_time_s: float | None
    stage_times: tuple[StageTime, ...]
    mean_quality: float | None
    mean_measured_fraction: float | None
    median_iso_u95_percent: float | None
    lowest_discharge_m3s: float | None
    highest_discharge_m3s: float | None
    mean_discharge_m3s: float | None


def totals_of(jobs: Sequence[ReportedJob]) -> Totals:
    """Totals over the jobs of a report."""
    measured = [job.measurement for job in jobs if job.measurement is not None]
    statuses = Counter(job.status for job in jobs)
    verdicts = Counter(measurement.verdict for measurement in measured)
    usable = [measurement.discharge_m3s for measurement in measured if not measurement.is_rejected]
    completed, failed = statuses[JobStatus.COMPLETED.value], sum(job.is_failure for job in jobs)
    open_states = {status.value for status in JobStatus if not status.is_final}
    return Totals(
        num_jobs=len(jobs),
        num_measured=len(measured),
        num_open=sum(statuses[status] for status in open_states),
        status_counts=_in_order(statuses, JobStatus),
        verdict_counts=_in_order(verdicts, Verdict),
        success_rate=completed / (completed + failed) if completed + failed else None,
        mean_processing_time_s=_mean(job.processing_time_s for job in jobs if job.measurement is not None),
        stage_times=_stage_times(measured),
        mean_quality=_mean(measurement.median_quality for measurement in measured),
        mean_measured_fraction=_mean(measurement.measured_fraction for measurement in measured),
        median_iso_u95_percent=_median(measurement.iso_u95_percent for measurement in measured),
        lowest_discharge_m3s=min(usable, default=None),
        highest_discharge_m3s=max(usable, default=None),
        mean_discharge_m3s=_mean(usable),
    )


def _stage_times(measured: Sequence[Measurement]) -> tuple[StageTime, ...]:
    total_s = sum(measurement.timings_s.get("total", 0.0) for measurement in measured)
    times = []
    for stage in STAGES:
        seconds = [measurement.timings_s[stage] for measurement in measured if stage in measurement.timings_s]
        if seconds:
            share = sum(seconds) / total_s if total_s > 0.0 else 0.0
            times.append(StageTime(stage, fmean(seconds), max(seconds), share))
    return tuple(times)


def _in_order(counts: Counter[str], known: Iterable[str]) -> dict[str, int]:
    names = [str(name) for name in known]
    ordered = [*names, *sorted(set(counts) - set(names))]
    return {name: counts[name] for name in ordered if counts[name]}


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None]


def _mean(values: Iterable[float | None]) -> float | None:
    known = _known(values)
    return fmean(known) if known else None


def _median(values: Iterable[float | None]) -> float | None:
    known = _known(values)
    return median(known) if known else None
