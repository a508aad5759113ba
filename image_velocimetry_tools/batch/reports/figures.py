"""The diagrams about a whole batch: discharge over time, rating curve with residuals, measured against gauged."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ...domain.units import UnitSystem
from .display import Display
from .gauged import GaugedComparison
from .rating import BatchRating, RatedLevel
from .reported_job import ReportedJob
from .svg import Axis, Diagram, fixed_axis, seconds_of, time_axis, value_axis

_SHAPE_OF = {"good": "circle", "doubtful": "diamond", "rejected": "cross"}
_VERDICT_LEGEND = [(_SHAPE_OF[verdict], verdict, verdict) for verdict in ("good", "doubtful", "rejected")]


def discharge_over_time(jobs: Sequence[ReportedJob], units: UnitSystem) -> str:
    """Discharges with their 95 % uncertainty; over time if every result has one, else in the order of the jobs."""
    measured = [job for job in jobs if job.measurement is not None]
    if not measured:
        return ""
    x, positions = _time_or_order(measured)
    bounds = [bound for job in measured for bound in _limits(job)]
    y = value_axis(
        [0.0, *(bound * units.discharge for bound in bounds)], 290, 34, f"discharge ({units.discharge_label})"
    )
    display, diagram = Display(units), Diagram(980, 340, "Discharge over time")
    diagram.frame(x, y)
    for job, position in zip(measured, positions, strict=True):
        assert job.measurement is not None
        verdict, q = job.measurement.verdict, job.measurement.discharge_m3s
        lower, upper = _limits(job)
        at = x.px(position)
        if upper > lower:
            diagram.segment((at, y.px(lower * units.discharge)), (at, y.px(upper * units.discharge)), "whisker")
        hint = f"{job.job_id}: {display.discharge(q)}, level {display.level(job.level_m)}, {verdict}"
        diagram.mark((at, y.px(q * units.discharge)), _shape(verdict), verdict, hint)
    diagram.legend((76, 18), [*_VERDICT_LEGEND, ("dash", "whisker", "95 % uncertainty (ISO 748)")])
    return diagram.svg()


def _time_or_order(measured: Sequence[ReportedJob]) -> tuple[Axis, list[float]]:
    moments = [job.measured_at for job in measured if job.measured_at is not None]
    if len(moments) == len(measured):
        day = f" ({moments[0]:%Y-%m-%d})" if len({moment.date() for moment in moments}) == 1 else ""
        axis = time_axis(moments, 70, 945, f"time of measurement{day}", most_ticks=7)
        return axis, [seconds_of(moment) for moment in moments]
    numbers = [float(job.number) for job in measured]
    wide = value_axis((min(numbers) - 0.5, max(numbers) + 0.5), 70, 945, "number of the job", most_ticks=12)
    whole = tuple(tick for tick in wide.ticks if tick[0] == round(tick[0]))
    return Axis(min(numbers) - 0.5, max(numbers) + 0.5, 70, 945, _within(whole, numbers), wide.title), numbers


def _within(ticks: Sequence[tuple[float, str]], values: Sequence[float]) -> tuple[tuple[float, str], ...]:
    return tuple((value, f"{value:.0f}") for value, _ in ticks if min(values) <= value <= max(values))


def _limits(job: ReportedJob) -> tuple[float, float]:
    if job.measurement is None:
        return math.nan, math.nan
    q, u95 = job.measurement.discharge_m3s, job.measurement.iso_u95_percent or 0.0
    reach = abs(q) * u95 / 100.0
    return q - reach, q + reach


def rating_figure(rating: BatchRating, units: UnitSystem) -> str:
    """Level over discharge with the curve and its 95 % band; beside it the residuals at the same levels."""
    length, flow = units.length, units.discharge
    levels = [point.level_m * length for point in rating.curve] + [job.level_m * length for job in rating.jobs]
    y = value_axis(levels, 350, 34, f"water level ({units.length_label})")
    shown = [
        0.0,
        *(job.discharge_m3s * flow for job in rating.jobs),
        *(point.rated_m3s * flow for point in rating.curve),
    ]
    x = value_axis(shown, 70, 640, f"discharge ({units.discharge_label})")
    # One wild outlier must not flatten the others: it is drawn at the edge instead.
    largest = 1.5 * max([5.0, *(abs(job.residual_percent) for job in rating.jobs if not job.is_outlier)])
    residual = value_axis((-largest, largest), 692, 965, "residual (% of the rated discharge)", most_ticks=5)
    diagram = Diagram(980, 400, "Rating curve: water level over discharge, and residuals")
    diagram.frame(x, y)
    diagram.frame(residual, y, with_y_ticks=False)
    diagram.segment((residual.px(0.0), y.start_px), (residual.px(0.0), y.end_px), "zero")
    diagram.clipped(x, y, "rating-area")
    band = [(point.lower_m3s, point.level_m) for point in rating.curve]
    band += [(point.upper_m3s, point.level_m) for point in reversed(rating.curve)]
    diagram.area([(x.px(q * flow), y.px(level * length)) for q, level in band], "band")
    for part, style in _parts_of(rating):
        diagram.line([(x.px(p.rated_m3s * flow), y.px(p.level_m * length)) for p in part], style)
    diagram.end_clip()
    _rated_points(diagram, rating, units, (x, y, residual))
    legend = [*_VERDICT_LEGEND[:2], ("ring", "ring", "outlier"), ("dash", "curve", "rating curve, 95 % band")]
    diagram.legend((76, 18), legend)
    return diagram.svg()


def _rated_points(diagram: Diagram, rating: BatchRating, units: UnitSystem, axes: tuple[Axis, Axis, Axis]) -> None:
    x, y, residual = axes
    display = Display(units)
    for job in rating.jobs:
        hint = (
            f"{job.job_id}: {display.discharge(job.discharge_m3s)} at {display.level(job.level_m)}, "
            f"{display.signed_percent(job.residual_percent)} from the curve"
        )
        height = y.px(job.level_m * units.length)
        shown = min(max(job.residual_percent, residual.low), residual.high)
        for at in ((x.px(job.discharge_m3s * units.discharge), height), (residual.px(shown), height)):
            if job.is_outlier:
                diagram.mark(at, "ring", "ring")
            diagram.mark(at, _shape(job.verdict), job.verdict, hint)


def _parts_of(rating: BatchRating) -> list[tuple[Sequence[RatedLevel], str]]:
    """The curve within the measurements, and dashed what lies below and above them."""
    points = rating.curve
    first = next(i for i, point in enumerate(points) if point.level_m >= rating.lowest_level_m)
    last = next(i for i in reversed(range(len(points))) if points[i].level_m <= rating.highest_level_m)
    parts: list[tuple[Sequence[RatedLevel], str]] = [(points[first : last + 1], "curve")]
    if first > 0:
        parts.append((points[: first + 1], "curve beyond"))
    if last < len(points) - 1:
        parts.append((points[last:], "curve beyond"))
    return parts


def gauged_figure(gauged: GaugedComparison, units: UnitSystem) -> str:
    """Measured over gauged discharge with the line of agreement and those of 10 % deviation."""
    if not gauged.pairs:
        return ""
    flow = units.discharge
    values = [value * flow for pair in gauged.pairs for value in (pair.gauged_m3s, pair.measured_m3s)]
    low, high = min(0.0, *values), 1.05 * max(0.0, *values) or 1.0
    x = fixed_axis(low, high, 70, 430, f"gauged discharge ({units.discharge_label})")
    y = fixed_axis(low, high, 394, 34, f"measured discharge ({units.discharge_label})")
    diagram = Diagram(445, 440, "Measured against gauged discharge")
    diagram.frame(x, y)
    diagram.clipped(x, y, "gauged-area")
    for factor, style in ((1.0, "zero"), (0.9, "limit"), (1.1, "limit")):
        diagram.segment((x.px(0.0), y.px(0.0)), (x.px(high), y.px(high * factor)), style)
    diagram.end_clip()
    display = Display(units)
    for pair in gauged.pairs:
        measured, against = display.discharge(pair.measured_m3s), display.discharge(pair.gauged_m3s)
        hint = f"{pair.job_id}: measured {measured}, gauged {against}"
        at = (x.px(pair.gauged_m3s * flow), y.px(pair.measured_m3s * flow))
        diagram.mark(at, _shape(pair.verdict), pair.verdict, hint)
    diagram.legend((76, 18), [*_VERDICT_LEGEND, ("dash", "limit", "± 10 %")])
    return diagram.svg()


def _shape(verdict: str) -> str:
    return _SHAPE_OF.get(verdict, "circle")
