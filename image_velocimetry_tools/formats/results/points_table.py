"""The tidy table of points: a CSV with one line per point of every job, SI, UTF-8, as analysis programs like it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import IO


@dataclass(frozen=True, slots=True)
class PointRow:
    """One line of the table; the names of the fields are those of the columns, None is an empty cell.

    The job's figures are repeated on each of its lines. ``point`` counts from 1 along the section line, ``flags`` are
    divided by semicolons. ``measurement_date`` and ``measurement_time`` are as the user gave them.
    """

    job_id: str
    measurement_date: str | None
    measurement_time: str | None
    water_surface_elevation_m: float
    discharge_m3s: float
    alpha: float
    verdict: str
    point: int
    station_m: float
    distance_from_edge_m: float
    x_px: float
    y_px: float
    depth_m: float
    surface_velocity_mps: float | None
    normal_velocity_mps: float | None
    direction_deg: float | None
    quality: float
    flags: str
    used: bool
    filled_velocity_mps: float | None
    unit_discharge_m2s: float | None
    panel_width_m: float | None
    panel_discharge_m3s: float | None


COLUMNS = tuple(field.name for field in fields(PointRow))
_cells = attrgetter(*COLUMNS)


class PointsTable:
    """Writes the table row by row into a binary stream, so that its length needs no memory."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._write([COLUMNS])

    def write(self, rows: Iterable[PointRow]) -> None:
        """Append rows."""
        self._write([_cell(value) for value in _cells(row)] for row in rows)

    def _write(self, rows: Iterable[Iterable[str]]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\r\n").writerows(rows)
        self._stream.write(text.getvalue().encode("utf-8"))


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    # twelve digits keep millimetres of projected coordinates, and hide that 318.211 ft went through metres
    return f"{value:.12g}" if isinstance(value, float) else str(value)
