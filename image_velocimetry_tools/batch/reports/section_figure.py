"""The section of one job: velocities above, bed and water below, over the same stations."""

from __future__ import annotations

import numpy as np

from ...domain.units import UnitSystem
from .reported_job import ReportedJob, SectionProfile
from .svg import Axis, Diagram, fixed_axis, value_axis

_USED, _FILLED, _REJECTED = "used", "filled", "unused"
_LEGEND = [
    ("circle", _USED, "measured"),
    ("diamond", _FILLED, "filled in"),
    ("cross", _REJECTED, "rejected estimate"),
    ("triangle", "edge", "edge of water"),
]


def section_figure(job: ReportedJob, units: UnitSystem) -> str:
    """The section of a job in display units; empty without its points."""
    if job.measurement is None or job.measurement.section is None:
        return ""
    section = job.measurement.section
    first, last = section.edge_station_m[0] * units.length, section.edge_station_m[-1] * units.length
    room = 0.03 * (last - first)
    x = fixed_axis(first - room, last + room, 70, 705, f"station ({units.length_label})", most_ticks=8)
    diagram = Diagram(720, 370, f"Section of {job.job_id}: velocities and depths over the station")
    _velocities(diagram, section, units, x)
    _bed(diagram, section, units, x, (job.level_m or 0.0) * units.length)
    diagram.legend((76, 14), _LEGEND)
    return diagram.svg()


def _velocities(diagram: Diagram, section: SectionProfile, units: UnitSystem, x: Axis) -> None:
    raw, filled = section.velocity_mps * units.velocity, section.filled_mps * units.velocity
    station = section.station_m * units.length
    final = np.where(section.is_used, raw, filled)
    # A rejected estimate may be wild; it must not flatten those that count.
    shown = final[np.isfinite(final)] if np.isfinite(final).any() else raw
    y = value_axis([0.0, *(1.05 * shown).tolist()], 165, 28, f"velocity ({units.velocity_label})", most_ticks=4)
    diagram.frame(x, y, with_x_ticks=False)
    known = np.isfinite(final)
    if known.any():
        profile = zip(station[known].tolist(), final[known].tolist(), strict=True)
        diagram.line([(x.px(s), y.px(v)) for s, v in profile], "profile")
    for i in range(len(station)):
        at_x = x.px(float(station[i]))
        if section.is_used[i] and known[i]:
            diagram.mark((at_x, y.px(float(final[i]))), "circle", _USED)
            continue
        if known[i]:
            diagram.mark((at_x, y.px(float(final[i]))), "diamond", _FILLED)
        if np.isfinite(raw[i]):
            diagram.mark((at_x, min(max(y.px(float(raw[i])), y.end_px), y.start_px)), "cross", _REJECTED)


def _bed(diagram: Diagram, section: SectionProfile, units: UnitSystem, x: Axis, level: float) -> None:
    station = np.concatenate([section.edge_station_m[:1], section.station_m, section.edge_station_m[-1:]])
    depth = np.concatenate([section.edge_depth_m[:1], section.depth_m, section.edge_depth_m[-1:]]) * units.length
    deepest = max(float(np.nanmax(depth)), 1e-3)
    y = fixed_axis(
        level - 1.15 * deepest, level + 0.25 * deepest, 325, 185, f"elevation ({units.length_label})", most_ticks=4
    )
    diagram.frame(x, y)
    bed = [(x.px(s * units.length), y.px(level - d)) for s, d in zip(station.tolist(), depth.tolist(), strict=True)]
    surface = [(bed[0][0], y.px(level)), (bed[-1][0], y.px(level))]
    diagram.area([surface[0], *bed, surface[1]], "water")
    for at in bed[1:-1]:
        diagram.segment((at[0], y.px(level)), at, "vertical")
    diagram.line([surface[0], *bed, surface[1]], "bed")
    for edge in surface:
        diagram.mark(edge, "triangle", "edge")
