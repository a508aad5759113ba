"""Result files read for a recomputation, and written with its figures in place of the old ones."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from ...domain.alpha import AlphaSource
from ...domain.errors import IvyError
from ...domain.quality import QualityFigures
from ...domain.section import CrossSection
from ...domain.velocimetry import PointFlag
from ...numerics.section_line import LineStations
from ...services.measuring.recomputation import RecomputedDischarge, StoredVelocities, VelocityFilter
from ..job.discharge_results import discharge_fields, edge_results, number_or_none, point_fields, quality_result
from ..job.result import JobResult, PointResult, Recomputed

FloatArray = NDArray[np.float64]

_MEASURE_AGAIN = "Measure the job again, with: ivytools-batch run --force"
_CAN_BE_NONE = frozenset({"camera_shift_px", "camera_shift_share"})


def stored_velocities(result: JobResult, stations_m: FloatArray | None = None) -> StoredVelocities:
    """The velocities of a result, at other stations if the section is another.

    Raises
    ------
    IvyError
        If the result lacks something.
    """
    points, recomputed = result.points, result.provenance.recomputed
    return StoredVelocities(
        station_m=_column([point.station_m for point in points]) if stations_m is None else stations_m,
        speed_mps=_column([point.surface_velocity_mps for point in points]),
        normal_mps=_column([point.normal_velocity_mps for point in points]),
        quality=_column([point.quality for point in points]),
        spread=_column([point.spread for point in points]),
        dispersion=_column([point.dispersion for point in points]),
        flags=tuple(_flags(point) for point in points),
        fastest_mps=_fastest_mps(result),
        rectification_rmse_m=_rectification_rmse_m(result),
        filtered_by=VelocityFilter() if recomputed is None else VelocityFilter(**recomputed.velocity_filter),
    )


def stored_figures(result: JobResult) -> QualityFigures:
    """The figures on which the verdict of a result rests.

    Raises
    ------
    IvyError
        If one is missing.
    """
    stored = result.quality.figures
    values: dict[str, Any] = {
        field.name: _required(stored, field.name)
        for field in fields(QualityFigures)
        if field.name in stored or field.default is MISSING
    }
    for name, value in values.items():
        if value is None and name not in _CAN_BE_NONE:
            # JSON has null for a figure that is not a number
            values[name] = float("nan")
    return QualityFigures(**values)


def parsed_result(text: str) -> JobResult:
    """The content of a result file.

    Raises
    ------
    IvyError
        If it is damaged, or of a version of the program that wrote less.
    """
    try:
        return JobResult.model_validate(json.loads(text))
    except (ValueError, ValidationError) as error:
        raise IvyError("its result file is damaged", remedy=_MEASURE_AGAIN) from error


def renewed_result(
    result: JobResult,
    recomputed: RecomputedDischarge,
    alpha: float,
    line: LineStations,
    section: CrossSection,
    note: Recomputed | None,
) -> JobResult:
    """A result with the figures of its recomputation, and a note of it; what the video decided stays."""
    level_m = result.water_surface_elevation_m
    speeds = _column([point.surface_velocity_mps for point in result.points])[recomputed.is_used]
    return result.model_copy(
        update={
            "alpha": alpha,
            "alpha_source": result.alpha_source if alpha == result.alpha else AlphaSource.GIVEN.value,
            **discharge_fields(recomputed.measurement, speeds),
            "quality": quality_result(
                recomputed.verdict, recomputed.reasons, recomputed.figures, result.quality.remarks
            ),
            "points": _points(result, recomputed, line, section),
            "edges": edge_results(recomputed.measurement, line, section, level_m),
            "provenance": result.provenance.model_copy(update={"recomputed": note}),
        }
    )


def _points(
    result: JobResult, recomputed: RecomputedDischarge, line: LineStations, section: CrossSection
) -> tuple[PointResult, ...]:
    stations = recomputed.station_m
    distances = line.distance_from_start(stations, section, result.water_surface_elevation_m)
    renewed = []
    for i, of_discharge in enumerate(point_fields(recomputed.measurement, stations)):
        own = {
            "station_m": float(stations[i]),
            "distance_from_edge_m": float(distances[i]),
            "froude": number_or_none(recomputed.froude[i]),
            "flags": tuple(flag.value for flag in recomputed.flags[i]),
        }
        renewed.append(result.points[i].model_copy(update=own | of_discharge))
    return tuple(renewed)


def _flags(point: PointResult) -> tuple[PointFlag, ...]:
    try:
        return tuple(PointFlag(flag) for flag in point.flags)
    except ValueError as error:
        what = f"its result holds a flag that this version of the program does not know ({error})"
        raise IvyError(what, remedy="Update the program, or measure the job again") from error


def _fastest_mps(result: JobResult) -> float:
    """The largest measurable speed; JSON has null for a method without a limit."""
    stored = _required(result.provenance.parameters, "fastest_measurable_mps")
    return float("inf") if stored is None else float(stored)


def _rectification_rmse_m(result: JobResult) -> float:
    """Error of the control points; results of the first version hold only its share of the width."""
    stored = result.provenance.parameters.get("rectification_rmse_m")
    if stored is not None:
        return float(stored)
    return float(_required(result.quality.figures, "gcp_rmse_share_of_width")) * result.wetted_width_m


def _required(values: Mapping[str, Any], name: str) -> Any:
    if name not in values:
        what = f"its result was written by an older version of the program and lacks '{name}'"
        raise IvyError(what, remedy=_MEASURE_AGAIN)
    return values[name]


def _column(values: Sequence[float | None]) -> FloatArray:
    return np.array([float("nan") if value is None else value for value in values], dtype=float)
