"""The tables of a measurement as CSV text: for spreadsheets in display units, for programs in SI."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path

import numpy as np

from ...domain.angles import geographic_direction
from ...domain.errors import OutputError
from ...domain.project import MeasuredVelocities, PointLayout
from ...formats.project.job_measurement import JobPoints, JobStations
from ...formats.project.tables import discharge_csv, discharge_rows, points_csv
from ...formats.survey.gcp_csv import format_gcp_csv
from ...numerics.velocity import tagline_direction
from ..cross_section_service import CrossSectionService
from ..measured_project.discharge import ProjectDischarge
from .geojson_points import geojson_text
from .sources import ReportSources
from .station_rows import StationRow, station_rows
from .velocity_rows import COLUMNS, velocity_rows


class CsvTable(StrEnum):
    """Tables that can be exported, by the names of their files."""

    STATIONS = "stations.csv"
    """Discharge stations in display units."""
    DISCHARGE_TABLE = "discharge_table.csv"
    """Discharge stations, SI, as project files hold them."""
    VELOCITIES = "velocities.csv"
    """Measured and reviewed velocities with quality and flags, SI."""
    STIV_RESULTS = "stiv_results.csv"
    """Measured velocities, SI, as project files hold them."""
    CONTROL_POINTS = "ground_control_points.csv"
    """Ground control points with their errors, coordinates in display units."""
    SECTION = "cross_section.csv"
    """The surveyed section in display units."""
    STAGE_TABLE = "stage_table.csv"
    """Wetted geometry over the stage in display units."""
    COMMENTS = "comments.csv"
    """All comments."""
    VELOCITY_POINTS = "velocities.geojson"
    """The velocities as GeoJSON points in the coordinates of the site, SI."""


def csv_text(table: CsvTable, sources: ReportSources) -> str:
    """The text of a table.

    Raises
    ------
    OutputError
        If the project has nothing for it.
    """
    return _WRITERS[table](sources)


def _stations(sources: ReportSources) -> str:
    units, found = sources.units, _required_discharge(sources)
    length, total = units.length_label, found.measurement.discharge.discharge_m3s
    header = (
        *("No.", "Status", f"Station ({length})", f"Width ({length})", f"Depth ({length})"),
        *(f"Area ({units.area_label})", f"Surface velocity ({units.velocity_label})", "α"),
        *(f"Discharge ({units.discharge_label})", "Share of total (%)", "Remarks"),
    )

    def cells(row: StationRow) -> tuple[object, ...]:
        number = "" if row.point is None else row.point + 1
        lengths = (value * units.length for value in (row.station_m, row.width_m, row.depth_m))
        share = 100.0 * row.discharge_m3s / total if total else float("nan")
        return (
            *(number, row.status, *lengths, row.area_m2 * units.area, row.surface_mps * units.velocity, row.alpha),
            *(row.discharge_m3s * units.discharge, share, row.remarks),
        )

    return _text(header, map(cells, station_rows(found)))


def _discharge_table(sources: ReportSources) -> str:
    """Stations that take no part have no width, area or discharge there, but their velocity."""
    rows = station_rows(_required_discharge(sources))
    counts = np.array([row.counts for row in rows])

    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        return np.array([getattr(row, name) for row in rows], dtype=float)

    velocity = column("surface_mps")
    velocity[[0, -1]] = 0.0
    stations = JobStations(
        station_m=column("station_m"),
        width_m=np.where(counts, column("width_m"), 0.0),
        depth_m=column("depth_m"),
        area_m2=np.where(counts, column("area_m2"), 0.0),
        surface_velocity_mps=velocity,
        alpha=column("alpha"),
        discharge_m3s=np.where(counts, column("discharge_m3s"), 0.0),
        used=counts,
    )
    return discharge_csv(discharge_rows(stations))


def _velocities(sources: ReportSources) -> str:
    _required_velocities(sources)
    return _text(COLUMNS, velocity_rows(sources))


def _velocity_points(sources: ReportSources) -> str:
    return geojson_text(sources, _required_velocities(sources))


def _stiv_results(sources: ReportSources) -> str:
    found = _required_velocities(sources)
    points = JobPoints(
        x_px=found.xy_px[:, 0],
        y_px=found.xy_px[:, 1],
        speed_mps=found.speed_mps,
        direction_deg=found.direction_deg,
        normal_mps=found.normal_mps,
    )
    flow_deg = float(geographic_direction(*found.downstream)) if np.isfinite(found.downstream).all() else float("nan")
    return points_csv(points, _tagline_deg(found), flow_deg)


def _tagline_deg(found: MeasuredVelocities) -> float:
    """Direction of the line along which the points lie; NaN if they lie on a regular grid."""
    lines = {
        PointLayout.SECTION: found.basis.section.line_px,
        PointLayout.LINE: found.basis.grid.line_px,
        PointLayout.REGULAR: None,
    }
    line = lines[found.basis.grid.layout]
    return float("nan") if line is None else tagline_direction(line)


def _control_points(sources: ReportSources) -> str:
    points = sources.project.calibration.points
    if not len(points):
        raise OutputError("there are no ground control points", remedy="Import them on the Orthorectification tab")
    left = list(sources.rectification.residuals) if sources.rectification else []
    errors: list[tuple[float, float, float]] = []
    for point in points.points:
        is_tested = point.is_digitised and (point.use_in_rectification or point.use_in_validation)
        error = left.pop(0) if left and is_tested else None
        nothing = float("nan")
        errors.append((error.dx_px, error.dy_px, error.total_px) if error else (nothing, nothing, nothing))
    return format_gcp_csv(points, sources.project.display_units, errors)


def _section(sources: ReportSources) -> str:
    survey, units = sources.project.section.survey, sources.units
    if survey is None:
        raise _no_section()
    header = (f"Station ({units.length_label})", f"Elevation ({units.length_label})")
    return _text(header, zip(survey.station_m * units.length, survey.elevation_m * units.length, strict=True))


def _stage_table(sources: ReportSources) -> str:
    survey, units = sources.project.section.survey, sources.units
    if survey is None:
        raise _no_section()
    table = CrossSectionService().table(survey)
    length = units.length_label
    header = (
        *(f"Stage ({length})", f"Area ({units.area_label})", f"Top width ({length})"),
        *(f"Wetted perimeter ({length})", f"Hydraulic radius ({length})"),
    )
    columns = (
        table.elevation_m * units.length,
        table.area_m2 * units.area,
        table.top_width_m * units.length,
        table.wetted_perimeter_m * units.length,
        table.hydraulic_radius_m * units.length,
    )
    return _text(header, zip(*columns, strict=True))


def _comments(sources: ReportSources) -> str:
    rows = ((c.category.value, c.user, c.stamp, c.text) for c in sources.project.comments)
    return _text(("Category", "User", "Time", "Comment"), rows)


_WRITERS: dict[CsvTable, Callable[[ReportSources], str]] = {
    CsvTable.STATIONS: _stations,
    CsvTable.DISCHARGE_TABLE: _discharge_table,
    CsvTable.VELOCITIES: _velocities,
    CsvTable.STIV_RESULTS: _stiv_results,
    CsvTable.CONTROL_POINTS: _control_points,
    CsvTable.SECTION: _section,
    CsvTable.STAGE_TABLE: _stage_table,
    CsvTable.COMMENTS: _comments,
    CsvTable.VELOCITY_POINTS: _velocity_points,
}
# Spreadsheets take UTF-8 for what it is only with a mark; programs that read project tables trip over it.
WITH_MARK = frozenset({CsvTable.STATIONS, CsvTable.SECTION, CsvTable.STAGE_TABLE, CsvTable.COMMENTS})


def encoded_csv(table: CsvTable, sources: ReportSources) -> bytes:
    """The bytes of a table, UTF-8."""
    return csv_text(table, sources).encode("utf-8-sig" if table in WITH_MARK else "utf-8")


def target_file(target: Path, table: CsvTable) -> Path:
    """The file to write: in a folder that of the table's own name."""
    return target / table.value if target.is_dir() else target


def _required_discharge(sources: ReportSources) -> ProjectDischarge:
    if sources.discharge is None:
        why = f" ({sources.discharge_problem})" if sources.discharge_problem else ""
        raise OutputError(f"there is no discharge to export{why}", remedy="Complete the measurement first")
    return sources.discharge


def _required_velocities(sources: ReportSources) -> MeasuredVelocities:
    if sources.project.velocities is None:
        raise OutputError("there are no velocities to export", remedy="Measure them on the Velocimetry tab")
    return sources.project.velocities


def _no_section() -> OutputError:
    return OutputError("there is no cross-section to export", remedy="Import it on the Cross-Section tab")


def _text(header: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return stream.getvalue()


def _cell(value: object) -> str:
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float | np.floating):
        # twelve digits keep millimetres of projected coordinates, and hide that 318.211 ft went through metres
        return f"{value:.12g}" if np.isfinite(value) else ""
    return str(value)
