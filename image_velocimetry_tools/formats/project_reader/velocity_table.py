"""The table of velocities in a project, for files whose state has lost them."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from ..project.archive import IvyProject
from ..project.keys import STIV_RESULTS
from ..project.values import ProjectValues
from .record import MOST_POINTS

_VELOCITIES = ("stiv_magnitudes", "magnitudes_mps")
_LEAST_COLUMNS = 7


def with_velocity_table(project: IvyProject, values: ProjectValues) -> ProjectValues:
    """The state of a project, completed by its table of velocities if it has none of its own."""
    if STIV_RESULTS not in project.names or any(values.has(key) for key in _VELOCITIES):
        return values
    content = values.attempt(partial(project.read, STIV_RESULTS))
    if content is None:
        return values
    table = _numbers(content)
    if table is None:
        values.warn(f"its table '{STIV_RESULTS}' cannot be read; its velocities are missing")
        return values
    if not len(table):
        return values
    values.warn(f"its velocities are those of '{STIV_RESULTS}', which are rounded to 3 decimals")
    x_px, y_px, _, _, speed, normal, direction = table.T[:_LEAST_COLUMNS]
    known = {key: value for key, value in values.data.items() if value is not None}
    columns = {
        "stiv_magnitudes": speed.tolist(),
        "stiv_directions": direction.tolist(),
        "stiv_magnitude_normals": normal.tolist(),
    }
    if not (values.has("grid_points") or values.has("results_grid")):
        columns["grid_points"] = np.column_stack([x_px, y_px]).tolist()
    return replace(values, data={**values.data, **columns, **known})


def _numbers(content: bytes) -> NDArray[np.float64] | None:
    """The rows below the header; None if they are no numbers."""
    # the header is broken in every file that USGS IVyTools ever wrote
    lines = [line for line in content.decode("utf-8", "replace").splitlines()[1:] if line.strip()]
    if not lines:
        return np.empty((0, _LEAST_COLUMNS))
    try:
        table = np.loadtxt(io.StringIO("\n".join(lines[: MOST_POINTS + 1])), delimiter=",", ndmin=2)
    except ValueError:
        return None
    return table if table.shape[1] >= _LEAST_COLUMNS and len(table) <= MOST_POINTS else None
