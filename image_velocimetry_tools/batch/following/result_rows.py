"""Results as lines and rows for people, in display units."""

from __future__ import annotations

from collections.abc import Sequence

from ...domain.alpha import alpha_words
from ...domain.units import UnitSystem
from ..config import BatchResult, ProcessingResult

MOST_ROWS = 100


def result_row_header(units: UnitSystem) -> Sequence[str]:
    """Titles of the columns of :func:`result_row`."""
    return ("job", "status", f"discharge ({units.discharge_label})", "± ISO 95 %", "measured", "quality", "time (s)")


def shown_results(result: BatchResult) -> list[ProcessingResult]:
    """What fits a terminal: all of a small batch, what did not succeed of a large one."""
    if result.total <= MOST_ROWS:
        return list(result.video_results)
    return [one for one in result.video_results if not one.success][:MOST_ROWS]


def result_row(result: ProcessingResult, units: UnitSystem) -> tuple[str, ...]:
    """One job in a table."""
    return (
        result.job_id,
        str(result.status),
        figure(result.total_discharge, units.discharge),
        percent(result.uncertainty_iso_95pct),
        percent(_times_100(result.measured_discharge_fraction)),
        result.quality,
        f"{result.processing_time_s:.1f}" if result.processing_time_s else "",
    )


def failure_lines(result: BatchResult) -> list[str]:
    """A line for every problem of every job that failed, then those of the batch."""
    lines = []
    for one in result.failed:
        stage = f" in stage {one.stage}" if one.stage else ""
        word = str(one.status).replace("_", " ")
        lines += [f"{one.job_id} {word}{stage}: {problem}" for problem in one.problems or (one.error_message or "",)]
    return [*lines, *result.problems]


def result_facts(result: ProcessingResult, units: UnitSystem) -> list[tuple[str, str]]:
    """The figures of one measurement for people."""
    iso, ive = percent(result.uncertainty_iso_95pct), percent(result.uncertainty_ive_95pct)
    return [
        ("job", result.job_id),
        ("discharge", figure(result.total_discharge, units.discharge, units.discharge_label)),
        ("uncertainty (95 %)", f"{iso} by ISO 748, {ive} by IVE"),
        ("alpha", "" if result.alpha is None else alpha_words(result.alpha, result.alpha_source)),
        ("wetted area", figure(result.area_m2, units.area, units.area_label)),
        ("mean velocity", figure(result.mean_velocity_mps, units.velocity, units.velocity_label)),
        ("largest surface velocity", figure(result.max_surface_velocity_mps, units.velocity, units.velocity_label)),
        ("measured share of discharge", percent(_times_100(result.measured_discharge_fraction))),
        ("quality", "; ".join((result.quality, *result.quality_reasons))),
        *(("remark", remark) for remark in result.quality_remarks),
        ("result", str(result.result_path)),
    ]


def figure(value_si: float | None, factor: float, label: str = "") -> str:
    return "" if value_si is None else f"{value_si * factor:.4g} {label}".rstrip()


def percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} %"


def _times_100(value: float | None) -> float | None:
    return None if value is None else 100.0 * value
