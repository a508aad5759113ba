"""Pictures of a result: the section with its velocities, and the space-time images."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ...domain.errors import OutputError
from ...domain.scaffold import Scaffold
from ...domain.units import UnitSystem, unit_system
from ...services.discharge_service import DischargeMeasurement
from ...services.measuring.measured_job import MeasuredJob
from ...services.measuring.verdict import Verdict
from ..models import BatchJob

_WATER, _BED = "#9ecae1", "#8c6d46"
_USED, _FILLED, _REJECTED = "#08519c", "#e6851e", "#b0b0b0"


@dataclass(frozen=True, slots=True, eq=False)
class DrawnDischarge:
    """What is drawn of a discharge; arrays (n,) in the order of the points, raw velocities NaN where unknown."""

    measurement: DischargeMeasurement
    station_m: NDArray[np.float64]
    normal_mps: NDArray[np.float64]
    verdict: Verdict


def write_plots(folder: Path, job: BatchJob, scaffold: Scaffold, measured: MeasuredJob) -> None:
    """Write ``section.png`` and one ``sti_<number>.png`` per point, numbered in the order of the section line.

    A space-time image has distance along the search line downwards and time to the right, as raw grey levels.

    Raises
    ------
    OutputError
        If a picture cannot be written.
    """
    points, normal_mps = measured.geometry.points, measured.velocities.normal_mps
    drawn = DrawnDischarge(measured.measurement, points.station_m, normal_mps, measured.verdict)
    write_section_plot(folder / "section.png", job, scaffold, drawn)
    images = folder / "space_time_images"
    images.mkdir()
    for number, image in enumerate(measured.velocities.stiv.space_time_images):
        encoded, data = cv2.imencode(".png", image)
        if not encoded:
            raise OutputError("a space-time image cannot be encoded", where=f"point {number + 1}", stage="output")
        (images / f"sti_{number:04d}.png").write_bytes(data.tobytes())


def write_section_plot(path: Path, job: BatchJob, scaffold: Scaffold, drawn: DrawnDischarge) -> None:
    """Draw the section below its velocities, in display units."""
    units = unit_system(scaffold.display_units)
    figure = Figure(figsize=(9.0, 6.5), layout="constrained")
    FigureCanvasAgg(figure)
    velocity, section = figure.subplots(2, 1, sharex=True, height_ratios=[1.0, 1.0])
    _draw_velocities(velocity, drawn, units)
    _draw_section(section, scaffold, drawn, units)
    discharge = drawn.measurement.discharge
    velocity.set_title(
        f"{job.job_id}: Q = {discharge.discharge_m3s * units.discharge:.4g} {units.discharge_label}, "
        f"area {discharge.area_m2 * units.area:.4g} {units.area_label}, "
        f"level {job.water_surface_elevation_m * units.length:.3f} {units.length_label}, {drawn.verdict.value}"
    )
    figure.savefig(path, dpi=110)


def _draw_velocities(axes: Axes, drawn: DrawnDischarge, units: UnitSystem) -> None:
    measurement = drawn.measurement
    station = drawn.station_m * units.length
    raw, final = drawn.normal_mps * units.velocity, measurement.velocity_mps * units.velocity
    order = np.argsort(station)
    known = order[np.isfinite(final[order])]
    axes.plot(station[known], final[known], color=_USED, linewidth=1.0, alpha=0.5)
    used, filled = measurement.is_used, measurement.is_filled
    axes.plot(station[used], raw[used], "o", color=_USED, markersize=5, label="measured")
    if filled.any():
        axes.plot(station[filled], final[filled], "D", color=_FILLED, markersize=5, label="filled")
    rejected = ~used & np.isfinite(raw)
    if rejected.any():
        axes.plot(station[rejected], raw[rejected], "x", color=_REJECTED, markersize=6, label="rejected estimate")
    axes.axhline(0.0, color="black", linewidth=0.6)
    axes.set_ylabel(f"surface velocity, normal ({units.velocity_label})")
    axes.legend(loc="best", fontsize=8)
    axes.grid(alpha=0.3)


def _draw_section(axes: Axes, scaffold: Scaffold, drawn: DrawnDischarge, units: UnitSystem) -> None:
    section, wet = scaffold.section, drawn.measurement.wetted
    level = wet.elevation_m * units.length
    station, elevation = section.station_m * units.length, section.elevation_m * units.length
    first, last = wet.first_station_m * units.length, wet.last_station_m * units.length
    axes.fill_between(station, elevation, level, where=elevation <= level, color=_WATER, alpha=0.6, interpolate=True)
    axes.plot(station, elevation, color=_BED, linewidth=2.0)
    axes.plot([first, last], [level, level], color=_USED, linewidth=1.2)
    axes.plot([first, last], [level, level], "v", color="black", markersize=7, label="edges of water")
    points = drawn.station_m * units.length
    depth = drawn.measurement.depth_m * units.length
    axes.vlines(points, level - depth, level, color=_USED, linewidth=0.7, alpha=0.6)
    shown = max(float(depth.max()), 1e-3)
    axes.set_ylim(level - 1.25 * shown, level + 0.5 * shown)
    margin = 0.04 * (last - first)
    axes.set_xlim(first - margin, last + margin)
    axes.set_xlabel(f"station ({units.length_label})")
    axes.set_ylabel(f"elevation ({units.length_label})")
    axes.legend(loc="best", fontsize=8)
    axes.grid(alpha=0.3)
