"""Velocities and discharge under the keys of project files, whoever measured them."""

from __future__ import annotations

import numpy as np

from ...domain.units import UnitSystem
from ..project.arrays import encode_rows, encode_string_array
from ..project.figures import DischargeFigures
from ..project.job_measurement import JobPoints
from ..project.tables import discharge_rows


def velocity_keys(points: JobPoints) -> dict[str, object]:
    """Points and velocities as measured; what a reviewer made of them follows from the lines."""
    grid = np.column_stack([points.x_px, points.y_px]).astype(float)
    # The grid of USGS IVyTools is whole pixels; ours is not, and is kept beside it.
    whole = encode_string_array(np.rint(np.nan_to_num(grid)).astype(int))
    keys: dict[str, object] = {
        "results_grid": whole,
        "results_grid_world": whole,
        "grid_points": encode_string_array(grid),
        "stiv_magnitudes": encode_string_array(np.asarray(points.speed_mps, dtype=float)),
        "stiv_directions": encode_string_array(np.asarray(points.direction_deg, dtype=float)),
        "stiv_magnitude_normals": encode_string_array(np.asarray(points.normal_mps, dtype=float)),
        "stiv_exists": True,
    }
    if points.theta_deg is not None:
        keys["thetas"] = encode_string_array(np.asarray(points.theta_deg, dtype=float))
    return keys


def discharge_result_keys(found: DischargeFigures) -> dict[str, object]:
    """A discharge with its table and uncertainties."""
    return {
        "discharge_results": encode_rows(discharge_rows(found.stations)),
        "discharge_summary": {
            "total_discharge": found.discharge_m3s,
            "total_area": found.area_m2,
            "ISO_uncertainty": found.iso_u95,
            "IVE_uncertainty": found.ive_u95,
        },
        **{name: dict(table) for name, table in found.uncertainties.items()},
    }


def saved_discharge_note(discharge_m3s: float, iso_u95: float | None, units: UnitSystem) -> str:
    """What the comments say of the discharge on every save, as USGS IVyTools words it."""
    note = f"File Saved Q = {discharge_m3s * units.discharge:.2f} ({units.discharge_label})"
    return note if iso_u95 is None else f"{note} (ISO Uncert.) {100.0 * iso_u95:.2f}%"
