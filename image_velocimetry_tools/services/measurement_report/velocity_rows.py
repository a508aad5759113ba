"""The tidy table of velocities: one line per point, SI, measured and reviewed values beside each other."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ...domain.project import PointReview
from ..measured_project.reviewed_velocities import reviewed_velocities
from .sources import ReportSources

COLUMNS = (
    *("point", "station_m", "x_px", "y_px", "x_m", "y_m", "depth_m"),
    *("speed_mps", "direction_deg", "normal_velocity_mps", "reviewed_normal_velocity_mps", "origin"),
    *("quality", "peak", "ambiguity", "spread", "dispersion", "streak_angle_deg", "search_line_deg"),
    *("froude", "used", "filled_velocity_mps", "flags", "comment"),
)


def velocity_rows(sources: ReportSources) -> Iterator[tuple[object, ...]]:
    """Rows in the order of the points; NaN where something is not known."""
    found, discharge = sources.project.velocities, sources.discharge
    if found is None:
        return
    reviewed = reviewed_velocities(sources.project)
    unknown = np.full(len(found.speed_mps), np.nan)
    world = np.stack([unknown, unknown], axis=1)
    if sources.rectification is not None:
        world = sources.rectification.rectification.raster_to_world(found.xy_px)
    measurement = discharge.measurement if discharge else None
    depth = measurement.depth_m if measurement else unknown
    filled = np.where(measurement.is_filled, measurement.velocity_mps, np.nan) if measurement else unknown
    froude = discharge.froude if discharge else unknown
    flags = discharge.flags if discharge else reviewed.flags
    for i in range(len(unknown)):
        yield (
            *(i + 1, found.station_m[i], *found.xy_px[i], *world[i], depth[i]),
            *(found.speed_mps[i], found.direction_deg[i], found.normal_mps[i]),
            *(reviewed.normal_mps[i], reviewed.origin[i].value),
            *(found.quality[i], found.peak[i], found.ambiguity[i], found.spread[i], found.dispersion[i]),
            *(found.theta_deg[i], found.search_line_deg[i], froude[i]),
            *(bool(measurement.is_used[i]) if measurement else "", filled[i]),
            *("; ".join(flag.value for flag in flags[i]), sources.project.reviews.get(i, PointReview()).comment),
        )
