"""Measured velocities as the Velocimetry tab shows them: rows of the table, vectors in the picture, a summary."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...domain.angles import direction_vector
from ...domain.errors import IvyError
from ...domain.project import MeasuredVelocities, Project
from ...domain.units import UnitSystem
from ...domain.velocimetry import REJECTING, PointFlag
from ...services.measured_project.discharge import ProjectDischarge, discharge_of_project, own_flags
from ...services.measured_project.reviewed_velocities import ReviewedVelocities, VelocityOrigin, reviewed_velocities

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class AssessedVelocities:
    """Velocities after review and checks; arrays (n,) in the order of the points.

    ``discharge`` is None where none follows, for the reason ``why_no_discharge``.
    """

    measured: MeasuredVelocities
    reviewed: ReviewedVelocities
    flags: tuple[tuple[PointFlag, ...], ...]
    is_used: BoolArray
    discharge: ProjectDischarge | None
    why_no_discharge: str = ""


@dataclass(frozen=True, slots=True)
class VelocityRow:
    """One point of the table, display units; NaN where unknown. ``remarks`` are its flags in words."""

    name: str
    station: float
    speed: float
    direction_deg: float
    normal: float
    quality: float
    remarks: str
    is_used: bool
    is_reviewed: bool


@dataclass(frozen=True, slots=True, eq=False)
class Vectors:
    """Arrows from points (n, 2) along (n, 2), pixels of the picture."""

    xy_px: FloatArray
    uv_px: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class VectorDrawing:
    """The velocities as arrows: as measured, their component across the section, reviewed ones, and rejected ones."""

    measured: Vectors
    normal: Vectors
    reviewed: Vectors
    rejected: Vectors


def assessed(project: Project) -> AssessedVelocities | None:
    """The velocities of a project with what counts of them; None if there are none."""
    found = project.velocities
    if found is None:
        return None
    reviewed = reviewed_velocities(project)
    try:
        discharge = discharge_of_project(project)
    except IvyError as error:
        flags = own_flags(project, found, reviewed)
        is_used = np.array([not REJECTING.intersection(own) for own in flags], dtype=bool)
        is_used &= np.isfinite(reviewed.speed_mps)
        return AssessedVelocities(found, reviewed, flags, is_used, None, str(error.problems[0]))
    return AssessedVelocities(found, discharge.velocities, discharge.flags, discharge.is_used, discharge)


def velocity_rows(found: AssessedVelocities, units: UnitSystem) -> tuple[VelocityRow, ...]:
    """The rows of the table, in the order of the points."""
    measured, reviewed = found.measured, found.reviewed
    return tuple(
        VelocityRow(
            name=str(point + 1),
            station=float(measured.station_m[point]) * units.length,
            speed=float(reviewed.speed_mps[point]) * units.velocity,
            direction_deg=float(measured.direction_deg[point]),
            normal=float(reviewed.normal_mps[point]) * units.velocity,
            quality=float(measured.quality[point]),
            remarks=", ".join(found.flags[point]),
            is_used=bool(found.is_used[point]),
            is_reviewed=reviewed.origin[point] is not VelocityOrigin.MEASURED,
        )
        for point in range(len(measured.speed_mps))
    )


def vector_drawing(found: AssessedVelocities, px_per_mps: float) -> VectorDrawing:
    """The arrows at a scale; a reviewed velocity is drawn across the section, or along its direction without one."""
    measured, reviewed = found.measured, found.reviewed
    along = reviewed.speed_mps[:, np.newaxis] * direction_vector(measured.direction_deg)
    across = reviewed.normal_mps[:, np.newaxis] * measured.downstream
    decided = reviewed.is_decided
    plain, aside = found.is_used & ~decided, ~found.is_used & ~decided
    by_hand = np.where(np.isfinite(across), across, along)

    def vectors(flow_mps: FloatArray, wanted: BoolArray) -> Vectors:
        drawn = wanted & np.isfinite(flow_mps).all(axis=1)
        return Vectors(measured.xy_px[drawn], flow_mps[drawn] * px_per_mps)

    return VectorDrawing(
        vectors(along, plain), vectors(across, plain), vectors(by_hand, decided), vectors(along, aside)
    )


def summary_of(found: AssessedVelocities, units: UnitSystem) -> str:
    """How many points are usable, how fast the water is, and what follows."""
    used, count = int(found.is_used.sum()), len(found.is_used)
    parts = [f"{used} of {count} points usable"]
    normal = found.reviewed.normal_mps
    speeds = (normal if np.isfinite(normal).any() else found.reviewed.speed_mps)[found.is_used]
    if np.isfinite(speeds).any():
        parts.append(f"median velocity {np.nanmedian(speeds) * units.velocity:.3f} {units.velocity_label}")
    if found.discharge is None:
        return f"{', '.join(parts)}. No discharge: {found.why_no_discharge}"
    discharge = found.discharge.measurement.discharge.discharge_m3s * units.discharge
    parts.append(f"discharge {discharge:.3f} {units.discharge_label}")
    verdict = found.discharge.verdict
    return f"{', '.join(parts)}: {'not judged' if verdict is None else verdict}"
