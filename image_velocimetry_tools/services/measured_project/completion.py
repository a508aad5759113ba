"""Velocities that USGS IVyTools saved, a batch's among them, made complete: what its files leave to the reader.

A station follows from the line, the survey and the level, as the batch has it. The decisions of whoever made the file
are found in its table of stations: rows that are not used, coefficients and velocities that are not those measured. The
table of a batch holds filled velocities in place of those that it set aside, which tells the latter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import IvyError
from ...domain.project import MeasuredVelocities, PointLayout, Project, StationEdit
from ...formats.project.arrays import decode_rows
from ...formats.project.tables import ALPHA
from ...numerics.section_line import line_stations
from ...numerics.velocity import normal_component, section_normal
from ..station_table import NOT_USED
from .discharge import discharge_of_project
from .figures import known_view
from .reviewed_velocities import reviewed_velocities

FloatArray = NDArray[np.float64]
Row = Mapping[str, object]

_NO_STATIONS = "the stations of its velocities cannot be computed: {}"
#: USGS IVyTools rounds its velocities to three decimals, and takes the tagline from rounded points.
_SAME_MPS, _SAME_SHARE = 0.002, 0.005


def completed(project: Project, state: Mapping[str, object]) -> tuple[Project, tuple[str, ...]]:
    """The project with complete velocities and the decisions in ``state``, and sentences on what is missing."""
    found = project.velocities
    if found is None:
        return project, ()
    is_of_batch = state.get("job_id") is not None
    found, warnings = _with_geometry(project, found, keeps_normals=is_of_batch)
    project = replace(project, velocities=found)
    try:
        rows = decode_rows(state.get("discharge_results") or {}, "discharge_results")
    except IvyError as error:
        return project, (*warnings, str(error))
    if not rows:
        return project, warnings
    row_of = _rows_of_points(rows, found.station_m)
    if row_of is None:
        return project, (*warnings, "its table of stations does not fit the points of its velocities; it is not used")
    return _with_decisions(project, found, row_of, is_of_batch, has_alpha="alpha" in state), warnings


def _with_geometry(
    project: Project, found: MeasuredVelocities, *, keeps_normals: bool
) -> tuple[MeasuredVelocities, tuple[str, ...]]:
    calibration, section = project.calibration, project.section
    view, level, warnings = known_view(calibration), calibration.water_surface_elevation_m, []
    if view is not None:
        rmse_m = found.rectification_rmse_m if np.isfinite(found.rectification_rmse_m) else view.residuals.rmse_m
        found = replace(found, pixel_size_m=view.raster.pixel_size_m, rectification_rmse_m=rmse_m)
    if section.line_px is not None and project.velocimetry.is_direction_set:
        downstream = section_normal(section.line_px, project.velocimetry.parameters.phi_origin_deg)
        found = replace(found, downstream=downstream)
        if not keeps_normals:
            # That program stores their amounts only.
            found = replace(found, normal_mps=normal_component(found.speed_mps, found.direction_deg, downstream))
    if project.grid.layout is not PointLayout.SECTION:
        return found, ()
    if view is None or section.line_px is None or section.survey is None or level is None:
        warnings.append(_NO_STATIONS.format("the rectification, the cross-section or its line is missing"))
        return found, tuple(warnings)
    to_world = view.raster.pixel_to_world
    try:
        line = line_stations(to_world(section.line_px), section.survey, level, section.start_bank)
        found = replace(found, station_m=line.station_of(to_world(found.xy_px)))
    except IvyError as error:
        warnings.append(_NO_STATIONS.format(error.problems[0].what))
    return found, tuple(warnings)


def _rows_of_points(rows: list[dict[str, object]], station_m: FloatArray) -> dict[int, Row] | None:
    """The row of each point, by station, or else by their order; the first and last row are the edges of water."""
    inner = rows[1:-1]
    stations = np.array([_number(row.get("Station Distance")) for row in inner])
    if not len(inner):
        return None
    if np.isfinite(stations).all() and np.isfinite(station_m).all():
        distance = np.abs(stations[:, np.newaxis] - station_m)
        nearest = distance.argmin(axis=1)
        tolerance_m = 1e-6 * max(1.0, float(np.ptp(station_m)))
        if (distance.min(axis=1) < tolerance_m).all() and len(set(nearest.tolist())) == len(inner):
            return dict(zip(nearest.tolist(), inner, strict=True))
    if len(inner) != len(station_m):
        return None
    is_reversed = (stations[-1] - stations[0]) * (station_m[-1] - station_m[0]) < 0.0
    return dict(enumerate(reversed(inner) if is_reversed else inner))


def _with_decisions(
    project: Project, found: MeasuredVelocities, row_of: Mapping[int, Row], is_of_batch: bool, *, has_alpha: bool
) -> Project:
    alphas = {index: _number(row.get(ALPHA)) for index, row in row_of.items()}
    known = {index: alpha for index, alpha in alphas.items() if 0.0 < alpha <= 1.0}
    usual = project.discharge.alpha
    if known and not has_alpha:
        usual = Counter(known.values()).most_common(1)[0][0]
    reviewed = reviewed_velocities(project).normal_mps
    edits = {}
    for index, row in row_of.items():
        alpha = known.get(index, usual)
        edit = StationEdit(alpha=alpha if abs(alpha - usual) > 1e-9 else None)
        velocity = _number(row.get("Surface Velocity"))
        if row.get("Status") == NOT_USED or (is_of_batch and velocity != found.normal_mps[index]):
            edit = replace(edit, is_used=False)
        elif not is_of_batch and _is_typed(velocity, float(reviewed[index])):
            edit = replace(edit, velocity_mps=velocity)
        if not edit.is_empty:
            edits[index] = edit
    project = replace(project, discharge=replace(project.discharge, alpha=usual, stations=edits))
    return _with_all_used(project, row_of) if is_of_batch else project


def _is_typed(velocity: float, measured: float) -> bool:
    """Whether a velocity of the table is another than the one at the point; where there was none the table says 0."""
    if not np.isfinite(velocity) or (velocity == 0.0 and not np.isfinite(measured)):
        return False
    return not abs(abs(velocity) - abs(measured)) <= max(_SAME_MPS, _SAME_SHARE * abs(velocity))


def _with_all_used(project: Project, row_of: Mapping[int, Row]) -> Project:
    """Points that the batch used, and that the checks would set aside now that its flags are lost, stay used."""
    try:
        is_used = discharge_of_project(project).is_used
    except IvyError:
        return project
    edits = dict(project.discharge.stations)
    for index in row_of:
        edit = edits.get(index, StationEdit())
        if edit.is_used is None and not is_used[index]:
            edits[index] = replace(edit, is_used=True)
    return replace(project, discharge=replace(project.discharge, stations=edits))


def _number(value: object) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300
    return float(value) if is_number and isinstance(value, int | float) else float("nan")
