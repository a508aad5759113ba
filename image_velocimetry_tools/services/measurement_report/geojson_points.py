"""The velocities as GeoJSON points, for geographic information systems."""

from __future__ import annotations

import json
import math

import numpy as np
from numpy.typing import NDArray

from ...domain.angles import direction_vector
from ...domain.errors import OutputError
from ...domain.project import MeasuredVelocities
from ...numerics.rectification import Rectification
from .sources import ReportSources
from .velocity_rows import COLUMNS, velocity_rows

_NOTE = "X and Y in metres, in the coordinate system of the control points; not longitude and latitude"
_LEFT_OUT = frozenset({"x_m", "y_m"})


def geojson_text(sources: ReportSources, found: MeasuredVelocities) -> str:
    """A feature for each point, at its place in the coordinates of the site, with everything that is known of it.

    ``x_velocity_mps`` and ``y_velocity_mps`` are the measured velocity along the axes of the site, for arrows.

    Raises
    ------
    OutputError
        If the image cannot be rectified, so that nobody knows where the points lie.
    """
    if sources.rectification is None:
        why = f" ({sources.rectification_problem})" if sources.rectification_problem else ""
        what = f"the points have no place on the ground{why}"
        raise OutputError(what, remedy="Complete the Orthorectification tab, or leave this table out")
    motion = _motion_mps(sources.rectification.rectification, found)
    features = []
    for row, (x_mps, y_mps) in zip(velocity_rows(sources), motion, strict=True):
        known = dict(zip(COLUMNS, row, strict=True))
        place = [_plain(known["x_m"]), _plain(known["y_m"])]
        facts = {name: _plain(value) for name, value in known.items() if name not in _LEFT_OUT}
        facts |= {"x_velocity_mps": _plain(x_mps), "y_velocity_mps": _plain(y_mps)}
        geometry = {"type": "Point", "coordinates": place}
        features.append({"type": "Feature", "id": facts["point"], "geometry": geometry, "properties": facts})
    whole = {"type": "FeatureCollection", "name": "velocities", "coordinates_are": _NOTE, "features": features}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _motion_mps(plane: Rectification, found: MeasuredVelocities) -> NDArray[np.float64]:
    """Velocities (n, 2) along the X and Y of the site; flips of the rectified image are undone."""
    steps = plane.raster_to_world(found.xy_px + direction_vector(found.direction_deg)) - plane.raster_to_world(
        found.xy_px
    )
    lengths = np.linalg.norm(steps, axis=1, keepdims=True)
    return np.asarray(found.speed_mps[:, None] * steps / lengths)


def _plain(value: object) -> object:
    """A value as JSON holds it; null for what is not known."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return float(f"{value:.12g}") if math.isfinite(value) else None
    return None if value == "" else value
