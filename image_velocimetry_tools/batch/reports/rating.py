"""The rating curve of a batch: which results take part, and the curve in display units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ...domain.units import UnitSystem
from .reported_job import ReportedJob

if TYPE_CHECKING:
    from ...numerics.rating_curve import RatingCurve

_DRAWN = 81


@dataclass(frozen=True, slots=True)
class RatedJob:
    """One measurement against the rating curve."""

    job_id: str
    verdict: str
    level_m: float
    discharge_m3s: float
    rated_m3s: float
    residual_percent: float
    standardised_residual: float
    is_outlier: bool


@dataclass(frozen=True, slots=True)
class RatedLevel:
    """The curve at one level with the 95 % limits of the curve, m³/s."""

    level_m: float
    rated_m3s: float
    lower_m3s: float
    upper_m3s: float


@dataclass(frozen=True, slots=True)
class BatchRating:
    """Q = a (h - h0)^b in SI, the measurements against it, and the curve drawn out.

    ``num_left_out`` counts results that took no part: rejected by their verdict, or of zero or reverse flow. ``notes``
    are for the reader.
    """

    a: float
    b: float
    h0_m: float
    standard_error_percent: float
    lowest_level_m: float
    highest_level_m: float
    num_used: int
    jobs: tuple[RatedJob, ...]
    curve: tuple[RatedLevel, ...]
    notes: tuple[str, ...] = ()

    def formula(self, units: UnitSystem) -> str:
        """The curve as text in display units: level and h0 in their length, Q in their discharge."""
        a = self.a * units.discharge / units.length**self.b
        h0 = self.h0_m * units.length
        zero = f"h − {h0:.3f}" if h0 >= 0.0 else f"h + {-h0:.3f}"
        return f"Q = {a:.4g} ({zero})^{self.b:.3f}"


def rating_of(jobs: Sequence[ReportedJob], outlier_limit: float) -> tuple[BatchRating | None, str]:
    """The rating curve of the results, or None and a sentence that says why there is none."""
    from ...numerics.rating_curve import RatingCurveError, fit_rating_curve

    taking_part, notes = _taking_part(jobs)
    if not taking_part:
        return None, "There is no result yet that a rating curve could rest on."
    levels = [job.level_m for job in taking_part if job.level_m is not None]
    discharges = [job.measurement.discharge_m3s for job in taking_part if job.measurement is not None]
    try:
        curve = fit_rating_curve(levels, discharges, outlier_limit=outlier_limit)
    except RatingCurveError as error:
        return None, " ".join([_sentence(str(error)), *notes])
    if curve.is_zero_held:
        notes.append(
            "The measurements do not determine the level of zero flow h₀; it rests at the limit of the search. "
            "Do not extrapolate the curve."
        )
    if curve.is_outlier.sum() > 0.25 * curve.is_outlier.size:
        notes.append("More than a quarter of the points lie off the curve: the site may have changed over the period.")
    rated = curve.discharge_at(curve.level_m)
    return BatchRating(
        a=curve.a,
        b=curve.b,
        h0_m=curve.h0_m,
        standard_error_percent=curve.standard_error_percent,
        lowest_level_m=curve.lowest_level_m,
        highest_level_m=curve.highest_level_m,
        num_used=curve.num_used,
        jobs=tuple(
            RatedJob(
                job_id=job.job_id,
                verdict=job.measurement.verdict if job.measurement else "",
                level_m=float(curve.level_m[i]),
                discharge_m3s=float(curve.discharge_m3s[i]),
                rated_m3s=float(rated[i]),
                residual_percent=100.0 * float(curve.residual[i]),
                standardised_residual=float(curve.standardised_residual[i]),
                is_outlier=bool(curve.is_outlier[i]),
            )
            for i, job in enumerate(taking_part)
        ),
        curve=_drawn(curve),
        notes=tuple(notes),
    ), ""


def _taking_part(jobs: Sequence[ReportedJob]) -> tuple[list[ReportedJob], list[str]]:
    """Jobs with a level and a discharge to be trusted, and sentences about those that are left out."""
    measured = [job for job in jobs if job.measurement is not None and job.level_m is not None]
    rejected = [job for job in measured if job.measurement is not None and job.measurement.is_rejected]
    kept = [job for job in measured if job.measurement is not None and not job.measurement.is_rejected]
    flowing = [job for job in kept if job.measurement is not None and job.measurement.discharge_m3s > 0.0]
    notes = []
    if rejected:
        notes.append(f"{_results(len(rejected))} with the verdict rejected took no part.")
    if len(flowing) < len(kept):
        notes.append(f"{_results(len(kept) - len(flowing))} of zero or reverse flow took no part.")
    return flowing, notes


def _results(count: int) -> str:
    return f"{count} result{'s' if count != 1 else ''}"


def _drawn(curve: RatingCurve) -> tuple[RatedLevel, ...]:
    """The curve from a quarter of the range of levels below the measurements, at most to h0, to as far above."""
    spread_m = curve.highest_level_m - curve.lowest_level_m
    lowest_m = max(curve.h0_m, curve.lowest_level_m - 0.25 * spread_m)
    levels = [lowest_m + i / (_DRAWN - 1) * (curve.highest_level_m + 0.25 * spread_m - lowest_m) for i in range(_DRAWN)]
    lower, upper = curve.confidence_band(levels)
    rated = curve.discharge_at(levels)
    return tuple(RatedLevel(level, float(rated[i]), float(lower[i]), float(upper[i])) for i, level in enumerate(levels))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
