"""Two runs side by side: how the result of each job changed, and what differs in what made them."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ...plugins.exporters import ExportedJob, ExportSource
from ..job.result import JobResult

_ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that is not the same in both runs; ``a`` and ``b`` are what it was, as text."""

    name: str
    a: str
    b: str


@dataclass(frozen=True, slots=True)
class JobFigures:
    """What one run says of a job; SI, None where there is no figure. ``problem`` says why a result cannot be read."""

    status: str
    verdict: str = ""
    discharge_m3s: float | None = None
    uncertainty_percent: float | None = None
    area_m2: float | None = None
    level_m: float | None = None
    alpha: float | None = None
    time_s: float | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class JobComparison:
    """A job in both runs. ``differences`` are in parameters, program versions and input files."""

    job_id: str
    a: JobFigures
    b: JobFigures
    differences: tuple[Difference, ...] = ()

    @property
    def discharge_change_m3s(self) -> float | None:
        """Discharge of the second run less that of the first."""
        return _change(self.a.discharge_m3s, self.b.discharge_m3s)

    @property
    def discharge_change_percent(self) -> float | None:
        """The same in percent of the size of the first run's discharge."""
        change, first = self.discharge_change_m3s, self.a.discharge_m3s
        return None if change is None or not first else 100.0 * change / abs(first)

    @property
    def area_change_m2(self) -> float | None:
        """Wetted area of the second run less that of the first."""
        return _change(self.a.area_m2, self.b.area_m2)

    @property
    def level_change_m(self) -> float | None:
        """Water level of the second run less that of the first."""
        return _change(self.a.level_m, self.b.level_m)

    @property
    def time_change_s(self) -> float | None:
        """Processing time of the second run less that of the first."""
        return _change(self.a.time_s, self.b.time_s)

    @property
    def exceeds_uncertainty(self) -> bool | None:
        """Whether the discharges differ by more than the stated uncertainties at 95 % allow; None if that is not known.

        The expanded uncertainties are combined as independent ones (JCGM 100:2008, 5.1.2). Two runs of the same video
        share most of their errors, so a change that exceeds even this has a cause.
        """
        change = self.discharge_change_m3s
        widths = [_expanded_m3s(self.a), _expanded_m3s(self.b)]
        known = [width for width in widths if width is not None]
        if change is None or len(known) < 2:
            return None
        return abs(change) > math.hypot(*known)

    @property
    def is_unchanged(self) -> bool:
        """Whether status, verdict and discharge are exactly the same."""
        a, b = self.a, self.b
        return (a.status, a.verdict, a.discharge_m3s) == (b.status, b.verdict, b.discharge_m3s)


@dataclass(frozen=True, slots=True)
class ComparisonTotals:
    """Figures over all jobs that have a discharge in both runs; None if there are none.

    ``mean_change_percent`` keeps the signs, the median and the largest are of the sizes of the changes.
    """

    compared: int
    unchanged: int
    beyond_uncertainty: int
    mean_change_percent: float | None
    median_change_percent: float | None
    largest_change_percent: float | None
    largest_change_job: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs; ``common_differences`` are those that all compared jobs share, each job's own list has the rest."""

    name_a: str
    name_b: str
    jobs: tuple[JobComparison, ...]
    only_in_a: tuple[str, ...]
    only_in_b: tuple[str, ...]
    common_differences: tuple[Difference, ...]
    totals: ComparisonTotals


def compare(a: ExportSource, b: ExportSource) -> Comparison:
    """Compare two runs, job by job of the same id, in the order of the first run.

    A result that cannot be read is a problem of its job and does not end the comparison.
    """
    second = {job.job_id: job for job in b.jobs}
    ids = {job.job_id for job in a.jobs}
    pairs = [(job, second[job.job_id]) for job in a.jobs if job.job_id in second]
    compared = [_compared(*pair) for pair in pairs]
    common = _common(job.differences for job in compared if job.a.discharge_m3s is not None is not job.b.discharge_m3s)
    jobs = tuple(_without(job, common) for job in compared)
    return Comparison(
        name_a=a.name or a.batch_id,
        name_b=b.name or b.batch_id,
        jobs=jobs,
        only_in_a=tuple(job.job_id for job in a.jobs if job.job_id not in second),
        only_in_b=tuple(job.job_id for job in b.jobs if job.job_id not in ids),
        common_differences=common,
        totals=_totals(jobs),
    )


def flattened(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Names and texts of nested values: ``{"stiv": {"num_pixels": 32}}`` gives ``stiv.num_pixels``."""
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from flattened(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", _text(value)


def _compared(a: ExportedJob, b: ExportedJob) -> JobComparison:
    (figures_a, made_a), (figures_b, made_b) = _read(a), _read(b)
    differences = () if made_a is None or made_b is None else tuple(_differences(made_a, made_b))
    return JobComparison(a.job_id, figures_a, figures_b, differences)


def _read(job: ExportedJob) -> tuple[JobFigures, dict[str, str] | None]:
    """Figures of a job and what made them; the rest of the result is forgotten at once."""
    if job.result_path is None:
        return JobFigures(job.status, problem=job.message), None
    try:
        result = JobResult.model_validate(job.result())
    except OSError as error:
        return JobFigures(job.status, problem=f"the result cannot be read ({error.strerror or error})"), None
    except (ValueError, ValidationError):
        return JobFigures(job.status, problem=f"the result file is damaged: {job.result_path}"), None
    figures = JobFigures(
        status=job.status,
        verdict=result.quality.verdict,
        discharge_m3s=result.discharge_m3s,
        uncertainty_percent=result.uncertainty.iso_u95,
        area_m2=result.area_m2,
        level_m=result.water_surface_elevation_m,
        alpha=result.alpha,
        time_s=result.timings_s.total,
    )
    return figures, _made_from(result)


def _made_from(result: JobResult) -> dict[str, str]:
    """Everything that a result rests on by name; inputs by their hash, since copies lie in different folders."""
    provenance = result.provenance
    made = {"water_surface_elevation_m": _text(result.water_surface_elevation_m), "alpha": _text(result.alpha)}
    made |= dict(flattened(provenance.parameters))
    made |= {f"input.{name}": file.sha256 for name, file in provenance.inputs.items()}
    made |= {f"version.{name}": version for name, version in provenance.libraries.items()}
    return made | {"version.ivytools": provenance.version}


def _differences(a: Mapping[str, str], b: Mapping[str, str]) -> Iterator[Difference]:
    for name in dict.fromkeys([*a, *b]):
        first, second = a.get(name, _ABSENT), b.get(name, _ABSENT)
        if first != second:
            yield Difference(name, first, second)


def _common(lists: Iterable[tuple[Difference, ...]]) -> tuple[Difference, ...]:
    """What is in all of several lists, in the order of the first; nothing is common to a single job."""
    known = list(lists)
    if len(known) < 2:
        return ()
    shared = set.intersection(*(set(each) for each in known))
    return tuple(difference for difference in known[0] if difference in shared)


def _without(job: JobComparison, common: tuple[Difference, ...]) -> JobComparison:
    own = tuple(difference for difference in job.differences if difference not in common)
    return JobComparison(job.job_id, job.a, job.b, own)


def _totals(jobs: tuple[JobComparison, ...]) -> ComparisonTotals:
    changes = {job.job_id: job.discharge_change_percent for job in jobs}
    known = {job_id: change for job_id, change in changes.items() if change is not None}
    largest = max(known, key=lambda job_id: abs(known[job_id]), default="")
    sizes = [abs(change) for change in known.values()]
    return ComparisonTotals(
        compared=len(known),
        unchanged=sum(job.is_unchanged for job in jobs),
        beyond_uncertainty=sum(job.exceeds_uncertainty is True for job in jobs),
        mean_change_percent=statistics.fmean(known.values()) if known else None,
        median_change_percent=statistics.median(sizes) if known else None,
        largest_change_percent=known[largest] if known else None,
        largest_change_job=largest,
    )


def _change(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else second - first


def _expanded_m3s(figures: JobFigures) -> float | None:
    if figures.discharge_m3s is None or figures.uncertainty_percent is None:
        return None
    return abs(figures.discharge_m3s) * figures.uncertainty_percent / 100.0


def _text(value: object) -> str:
    return "none" if value is None else str(value)
