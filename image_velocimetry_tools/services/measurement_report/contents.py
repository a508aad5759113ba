"""The contents of the report of a measurement, from whatever there is of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .blocks import Fact, Notice, ReportContents, Tone
from .parts.notice import notice_of, verdict_fact
from .parts.record import comments_part, description_part
from .parts.rectification import rectification_part
from .parts.space_time import space_time_part
from .parts.stations import station_part
from .parts.summary import rating_of, shown_date, stage_of, summary_part
from .parts.velocity import velocity_part
from .shown import NO_FIGURE, Shown, or_dash, percent
from .sources import ReportSources


def report_contents(sources: ReportSources, check: Callable[[], None] = lambda: None) -> ReportContents:
    """Everything that the report says, in the display units of the project.

    Parameters
    ----------
    sources
        The project and what follows from it; parts of which there is nothing say so in a sentence.
    check
        Called between the parts and for each point; it may raise to stop the work.
    """
    makers = (summary_part, description_part, comments_part, station_part, velocity_part, rectification_part)
    parts = []
    for maker in makers:
        check()
        parts.append(maker(sources))
    parts.append(space_time_part(sources, check))
    return replace(report_head(sources), parts=tuple(parts))


def report_head(sources: ReportSources) -> ReportContents:
    """The report without its parts: what stands on top of it and on every page."""
    notice, made = notice_of(sources), f"{sources.made:%Y-%m-%d %H:%M %Z}".strip()
    return ReportContents(
        title=_title(sources),
        heading=(*_heading(sources), verdict_fact(notice)),
        notice=notice,
        key_figures=_key_figures(sources, notice),
        parts=(),
        processed=f"{made}, IVyTools {sources.program_version}",
        author=sources.user,
    )


def _title(sources: ReportSources) -> str:
    told = sources.project.reporting
    return " ".join(part for part in (told.station_name.strip(), told.station_number.strip()) if part) or "No station"


def _heading(sources: ReportSources) -> tuple[Fact, ...]:
    told, number = sources.project.reporting, sources.project.reporting.measurement_number
    measurement = sources.discharge.measurement if sources.discharge else None
    return (
        Fact("Station", or_dash(told.station_name)),
        Fact("Number", or_dash(told.station_number)),
        Fact("Date", shown_date(told.measured_on)),
        Fact("Measurement", NO_FIGURE if number is None else f"{number}"),
        Fact("Discharge", Shown(sources.units).discharge(measurement.discharge.discharge_m3s if measurement else None)),
        Fact("Stage", stage_of(sources)),
        rating_of(sources),
    )


def _key_figures(sources: ReportSources, notice: Notice) -> tuple[Fact, ...]:
    shown, measurement = Shown(sources.units), sources.discharge.measurement if sources.discharge else None
    total, figures = (measurement.discharge, measurement.statistics) if measurement else (None, None)
    tone = Tone.PLAIN if notice.tone is Tone.GOOD else notice.tone
    return (
        Fact("discharge", shown.discharge(total.discharge_m3s if total else None), tone),
        Fact("95 % uncertainty (ISO 748)", percent(measurement.iso.u95 if measurement else None)),
        Fact("area", shown.area(total.area_m2 if total else None)),
        Fact("mean velocity", shown.velocity(figures.average_velocity_mps if figures else None)),
        Fact("water surface elevation", stage_of(sources)),
    )
