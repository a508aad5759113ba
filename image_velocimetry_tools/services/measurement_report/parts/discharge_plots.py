"""The diagram of a discharge: velocities and shares of the panels above, the section below, over the same stations."""

from __future__ import annotations

import numpy as np

from ....domain.section import CrossSection
from ....domain.units import UnitSystem
from ...measured_project.discharge import ProjectDischarge
from ..drawings.axes import Axis, close_axis, draw_axes, value_axis
from ..drawings.drawing import Drawing, Sketch
from ..station_rows import StationRow, station_rows

_LEGEND = [
    ("circle", "used", "measured"),
    ("diamond", "filled", "filled in"),
    ("cross", "unused", "not used"),
    ("bar", "share-small", "share of the discharge"),
    ("triangle", "edge", "edge of water"),
]


def section_plot(found: ProjectDischarge, survey: CrossSection, units: UnitSystem) -> Drawing:
    """Velocities, shares of discharge and the section in display units."""
    wet = found.measurement.wetted
    first, last = wet.first_station_m * units.length, wet.last_station_m * units.length
    room = 0.04 * (last - first)
    x = close_axis(first - room, last + room, 62, 672, f"station ({units.length_label})", most_ticks=9)
    sketch = Sketch(720, 400, "Velocities, shares of the discharge and the cross-section over the station")
    rows = station_rows(found)
    y = _velocity_axis(rows, units)
    draw_axes(sketch, x, y, with_x_ticks=False)
    _shares(sketch, rows, found.measurement.discharge.discharge_m3s, units, x)
    _velocities(sketch, rows, found, units, x, y)
    _section(sketch, survey, found, units, x)
    sketch.legend((70, 16), _LEGEND)
    return sketch.drawing()


def _shares(sketch: Sketch, rows: tuple[StationRow, ...], total_m3s: float, units: UnitSystem, x: Axis) -> None:
    """Bars on an axis of their own at the right."""
    shares = {row: 100.0 * row.discharge_m3s / total_m3s for row in rows if row.counts and total_m3s}
    # bars take the lower half, below most velocities
    y = value_axis([0.0, 2.0 * max(shares.values(), default=1.0)], 185, 30, "", most_ticks=4)
    for row, share in shares.items():
        style = "share-small" if share < 5.0 else "share-middle" if share < 10.0 else "share-large"
        half = 0.42 * row.width_m
        left, right = (x.at((row.station_m + side) * units.length) for side in (-half, half))
        sketch.area([(left, y.start), (left, y.at(share)), (right, y.at(share)), (right, y.start)], style)
    for value, text in y.ticks:
        sketch.words((x.end + 6, y.at(value) + 4), f"{text} %", colour="quiet", size=11.0)


def _velocity_axis(rows: tuple[StationRow, ...], units: UnitSystem) -> Axis:
    # what was set aside may be wild; it must not flatten what counts
    values = [0.0, *(1.05 * row.surface_mps * units.velocity for row in rows if row.counts)]
    return value_axis(values, 185, 30, f"surface velocity ({units.velocity_label})", most_ticks=4)


def _velocities(
    sketch: Sketch, rows: tuple[StationRow, ...], found: ProjectDischarge, units: UnitSystem, x: Axis, y: Axis
) -> None:
    counted = [row for row in rows if row.counts]
    sketch.line([(x.start, y.at(0.0)), (x.end, y.at(0.0))], "zero")
    profile = [(x.at(row.station_m * units.length), y.at(row.surface_mps * units.velocity)) for row in counted]
    sketch.line(profile, "profile")
    for row, at in zip(counted, profile, strict=True):
        if row.point is not None:
            sketch.mark(at, "circle" if row.is_used else "diamond", "used" if row.is_used else "filled")
    is_used, raw = found.measurement.is_used, found.velocities.normal_mps
    for index in np.flatnonzero(~is_used & np.isfinite(raw)):
        at = x.at(float(found.station_m[index]) * units.length), y.at(float(raw[index]) * units.velocity)
        sketch.mark(at, "cross", "unused")


def _section(sketch: Sketch, survey: CrossSection, found: ProjectDischarge, units: UnitSystem, x: Axis) -> None:
    wet, factor = found.measurement.wetted, units.length
    level, deepest = wet.elevation_m * factor, max(wet.max_depth_m, 1e-3) * factor
    y = close_axis(
        level - 1.15 * deepest, level + 0.35 * deepest, 355, 210, f"elevation ({units.length_label})", most_ticks=5
    )
    draw_axes(sketch, x, y)
    inside = (survey.station_m > wet.first_station_m) & (survey.station_m < wet.last_station_m)
    bed = zip(survey.station_m[inside].tolist(), survey.elevation_m[inside].tolist(), strict=True)
    edges = [(x.at(station * factor), y.at(level)) for station in (wet.first_station_m, wet.last_station_m)]
    feet = [
        (x.at(wet.first_station_m * factor), y.at(level - wet.edge_depth_first_m * factor)),
        *((x.at(station * factor), y.at(min(elevation * factor, level))) for station, elevation in bed),
        (x.at(wet.last_station_m * factor), y.at(level - wet.edge_depth_last_m * factor)),
    ]
    sketch.area([edges[0], *feet, edges[1]], "water")
    depth = found.measurement.depth_m
    for station, at_depth in zip(found.station_m.tolist(), depth.tolist(), strict=True):
        if np.isfinite(station):
            at = x.at(station * factor)
            sketch.line([(at, y.at(level)), (at, y.at(level - at_depth * factor))], "vertical")
    _ground(sketch, survey, units, x, y)
    sketch.line(edges, "level")
    for edge in edges:
        sketch.mark(edge, "triangle", "edge")


def _ground(sketch: Sketch, survey: CrossSection, units: UnitSystem, x: Axis, y: Axis) -> None:
    """The surveyed line, cut off at the borders of the diagram."""
    station, elevation = survey.station_m * units.length, survey.elevation_m * units.length
    ends = np.clip([x.low, x.high], station[0], station[-1])
    inside = (station >= ends[0]) & (station <= ends[1])
    cut = np.interp(ends, station, elevation)
    points = [(ends[0], cut[0]), *zip(station[inside], elevation[inside], strict=True), (ends[1], cut[1])]
    sketch.line([(x.at(float(s)), y.at(float(e))) for s, e in points], "bed")
