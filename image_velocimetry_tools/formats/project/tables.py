"""The tables of a measured job as USGS IVyTools lays them out: velocities at points, and stations of the discharge."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

import numpy as np

from ...domain.angles import direction_vector, geographic_direction
from ...numerics.velocity import section_normal, tagline_direction
from .job_measurement import JobMeasurement, JobPoints, JobStations

ALPHA = "α (alpha)"

# The header lacks a parenthesis in every file that USGS IVyTools ever wrote; its reader skips the line.
_STIV_HEADER = (
    "X (pixel),Y (pixel,U (m/s),V (m/s),Magnitude (m/s),Normal Magnitude (m/s),"
    "Vector Direction (deg),Tagline Direction (deg),Mean Flow Direction (deg)"
)


def discharge_rows(stations: JobStations) -> list[dict[str, object]]:
    """The discharge table as rows with the columns of USGS IVyTools, SI."""
    columns = [
        np.asarray(values, dtype=float)
        for values in (
            stations.station_m,
            stations.width_m,
            stations.depth_m,
            stations.area_m2,
            stations.surface_velocity_mps,
            np.broadcast_to(np.asarray(stations.alpha, dtype=float), np.shape(stations.station_m)),
            stations.discharge_m3s,
        )
    ]
    names = ("Station Distance", "Width", "Depth", "Area", "Surface Velocity", ALPHA, "Unit Discharge")
    rows = []
    for index, (used, *values) in enumerate(zip(np.asarray(stations.used, dtype=bool), *columns, strict=True)):
        row: dict[str, object] = {"ID": index, "Status": "Used" if used else "Not Used"}
        rows.append(row | {name: float(value) for name, value in zip(names, values, strict=True)})
    return rows


def stiv_results_csv(job: JobMeasurement, flow_direction_deg: float) -> str:
    """Text of ``stiv_results.csv``; ``flow_direction_deg`` tells the section's two normals apart."""
    line = np.asarray(job.line_px, dtype=float)
    normal = section_normal(line, flow_direction_deg)
    return points_csv(job.points, tagline_direction(line), float(geographic_direction(normal[0], normal[1])))


def points_csv(points: JobPoints, tagline_deg: float, flow_deg: float) -> str:
    """Text of ``stiv_results.csv`` with the geographic directions of the tagline and of the flow."""
    speed = np.asarray(points.speed_mps, dtype=float)
    vectors = speed[:, np.newaxis] * direction_vector(points.direction_deg)
    constants = np.tile([tagline_deg, flow_deg], (len(speed), 1))
    # The vectors have y down, the file has y up.
    table = np.column_stack(
        [
            points.x_px,
            points.y_px,
            vectors[:, 0],
            -vectors[:, 1],
            speed,
            points.normal_mps,
            points.direction_deg,
            constants,
        ]
    )
    stream = io.StringIO()
    np.savetxt(stream, table, fmt="%1.3f", delimiter=",", header=_STIV_HEADER, comments="")
    return stream.getvalue()


def discharge_csv(rows: Sequence[Mapping[str, object]]) -> str:
    """Text of ``discharge_table.csv``."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]) if rows else ["ID"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()
