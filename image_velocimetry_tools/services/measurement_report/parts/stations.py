"""The discharge station by station: diagram and table."""

from __future__ import annotations

from ...measured_project.discharge import ProjectDischarge
from ..blocks import Column, Figure, Paragraph, Part, Table
from ..shown import Shown, number, percent
from ..sources import ReportSources
from ..station_rows import StationRow, station_rows
from .discharge_plots import section_plot


def station_part(sources: ReportSources) -> Part:
    """Diagram and table of the stations, or why there are none."""
    found, survey = sources.discharge, sources.project.section.survey
    if found is None or survey is None:
        why = sources.discharge_problem
        text = "There is no discharge" + (f": {why}." if why else ".")
        return Part("Discharge stations", (Paragraph(text),))
    caption = (
        "Above: surface velocity normal to the section, and the share of each panel in the discharge (bars: below 5 % "
        "green, to 10 % orange, above red). Below: the surveyed section with the water level and the stations. "
        "The areas of the panels add up to the mid-section area; the area in the summary is the exact wetted area."
    )
    figure = Figure(section_plot(found, survey, sources.units), caption)
    return Part("Discharge stations", (figure, _table(sources, found)))


def _table(sources: ReportSources, found: ProjectDischarge) -> Table:
    units, shown = sources.units, Shown(sources.units)
    length, rows = units.length_label, station_rows(found)
    columns = (
        Column("No.", is_number=True, share=0.55),
        Column("Status", share=0.9),
        Column(f"Station ({length})", is_number=True, share=0.9),
        Column(f"Width ({length})", is_number=True, share=0.8),
        Column(f"Depth ({length})", is_number=True, share=0.8),
        Column(f"Area ({units.area_label})", is_number=True, share=0.85),
        Column(f"Surface velocity ({units.velocity_label})", is_number=True, share=1.05),
        Column("α", is_number=True, share=0.65),
        Column(f"Discharge ({units.discharge_label})", is_number=True, share=1.1),
        Column("% of total", is_number=True, share=0.75),
        Column("Remarks", share=2.3),
    )
    total = found.measurement.discharge
    totals = (
        *("", "Total", "", shown.length(float(total.width_m.sum()), bare=True), ""),
        *(shown.area(total.area_midsection_m2, bare=True), "", ""),
        *(shown.discharge(total.discharge_m3s, bare=True), percent(1.0, 0), ""),
    )
    quiet = frozenset(index for index, row in enumerate(rows) if not row.counts)
    cells = tuple(_cells(row, shown, total.discharge_m3s) for row in rows)
    return Table("Stations", columns, cells, quiet, totals)


def _cells(row: StationRow, shown: Shown, total_m3s: float) -> tuple[str, ...]:
    share = row.discharge_m3s / total_m3s if total_m3s else None
    return (
        "" if row.point is None else f"{row.point + 1}",
        row.status,
        shown.length(row.station_m, bare=True),
        shown.length(row.width_m, bare=True),
        shown.length(row.depth_m, bare=True),
        shown.area(row.area_m2, bare=True),
        shown.velocity(row.surface_mps, bare=True),
        number(row.alpha, 3),
        shown.discharge(row.discharge_m3s, bare=True),
        percent(share),
        row.remarks,
    )
