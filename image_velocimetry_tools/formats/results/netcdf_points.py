"""All points of a batch as a NetCDF file after the CF conventions (version 1.11), jobs by points.

Rows shorter than the longest one are filled up: the incomplete multidimensional layout (CF 9.3.2), which xarray opens
as one rectangular data set. The classic format with 64-bit offsets is read by every NetCDF library.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Literal

import numpy as np
from numpy.typing import NDArray

from ...domain.velocimetry import PointFlag

CONVENTIONS = "CF-1.11"
VERDICTS = ("good", "doubtful", "rejected")
_FILL_DOUBLE = 9.969209968386869e36
_FILL_BYTE = -127
_FILL_INT = -2147483647
_KINDS: dict[str, tuple[str, Any]] = {
    "f8": ("d", np.float64(_FILL_DOUBLE)),
    "i1": ("b", np.int8(_FILL_BYTE)),
    "i4": ("i", np.int32(_FILL_INT)),
}
FLAG_MEANINGS: dict[str, str] = {flag.value: flag.name.lower() for flag in PointFlag}
_OTHER_FLAG = "other"
COORDINATES = ("job_id", "time", "station")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the file: its name, kind (``text``, ``f8``, ``i1``, ``i4``) and CF attributes."""

    name: str
    long_name: str
    units: str = ""
    kind: Literal["text", "f8", "i1", "i4"] = "f8"
    standard_name: str = ""
    attributes: Mapping[str, object] | None = None


def _flags(meanings: Sequence[str], *, are_bits: bool = False) -> dict[str, object]:
    if are_bits:
        masks = np.array([1 << bit for bit in range(len(meanings))], dtype=np.int32)
        return {"flag_masks": masks, "flag_meanings": " ".join(meanings)}
    return {"flag_values": np.arange(len(meanings), dtype=np.int8), "flag_meanings": " ".join(meanings)}


_SINCE = {"calendar": "standard", "comment": "clock time as given with the job; its time zone is not known"}

JOB_VARIABLES = (
    Variable("job_id", "name of the job", kind="text"),
    Variable("status", "how the job ended", kind="text"),
    Variable("video", "video that was measured", kind="text"),
    Variable("measurement_date", "date of the measurement as given", kind="text"),
    Variable("measurement_time", "time of the measurement as given", kind="text"),
    Variable("time", "time of the measurement", "seconds since 1970-01-01 00:00:00", "f8", "time", _SINCE),
    Variable(
        "water_surface_elevation",
        "level of the water in the datum of the control points",
        "m",
        "f8",
        "water_surface_height_above_reference_datum",
    ),
    Variable(
        "discharge",
        "discharge, positive downstream",
        "m3 s-1",
        "f8",
        "water_volume_transport_in_river_channel",
    ),
    Variable("uncertainty_iso", "expanded uncertainty of the discharge at 95 %, ISO 748", "percent"),
    Variable("uncertainty_ive", "expanded uncertainty of the discharge at 95 %, interpolated variance", "percent"),
    Variable("alpha", "ratio of mean to surface velocity", "1"),
    Variable("area", "wetted area of the section", "m2"),
    Variable("wetted_width", "width of the water surface", "m"),
    Variable("mean_velocity", "discharge over wetted area", "m s-1"),
    Variable("measured_fraction", "share of the discharge in panels of measured points", "1"),
    Variable("verdict", "how far the discharge can be trusted", kind="i1", attributes=_flags(VERDICTS)),
    Variable("point_count", "number of points of the job", "1", "i4"),
)
POINT_VARIABLES = (
    Variable("station", "station of the survey", "m"),
    Variable("distance_from_edge", "distance from the edge of water at the start of the section line", "m"),
    Variable("x_pixel", "column in the rectified image", "1"),
    Variable("y_pixel", "row in the rectified image", "1"),
    Variable("depth", "depth of the water", "m"),
    Variable("surface_velocity", "speed of the surface, raw estimate", "m s-1"),
    Variable("normal_velocity", "component of the surface velocity across the section, positive downstream", "m s-1"),
    Variable("direction", "direction of motion, clockwise from up in the rectified image", "degree"),
    Variable("quality", "quality of the velocity, 0 to 1", "1"),
    Variable(
        "flags",
        "what was noticed about the velocity",
        kind="i4",
        attributes=_flags((*FLAG_MEANINGS.values(), _OTHER_FLAG), are_bits=True),
    ),
    Variable("used", "whether the velocity counts", kind="i1", attributes=_flags(("not_used", "used"))),
    Variable("filled_velocity", "velocity across the section that counts in place of a rejected one", "m s-1"),
    Variable("unit_discharge", "discharge per width", "m2 s-1"),
    Variable("panel_discharge", "discharge of the panel of the point", "m3 s-1"),
)


def flag_bits(flags: Sequence[str]) -> int:
    """The flags of a point as one number, by the masks of the variable ``flags``."""
    names = list(FLAG_MEANINGS)
    bits = 0
    for flag in flags:
        bits |= 1 << (names.index(flag) if flag in FLAG_MEANINGS else len(names))
    return bits


class PointsDataset:
    """Collects jobs as compact arrays, then writes them."""

    def __init__(self) -> None:
        self._jobs: list[Mapping[str, Any]] = []
        self._points: list[NDArray[np.float64]] = []

    def __len__(self) -> int:
        return len(self._jobs)

    def add(self, job: Mapping[str, Any], points: Sequence[Mapping[str, Any]]) -> None:
        """Take a job and its points: values by the names of the variables, None where there is none.

        ``point_count`` is counted here.
        """
        self._jobs.append({**job, "point_count": len(points)})
        # one array per job, None becoming NaN; a double holds every flag number exactly
        values = [[row[variable.name] for row in points] for variable in POINT_VARIABLES]
        self._points.append(np.array(values, dtype=np.float64))

    def write(self, stream: IO[bytes], attributes: Mapping[str, str]) -> None:
        """Write the file into a new file on disk; ``attributes`` are global ones beside ``Conventions``."""
        from scipy.io import netcdf_file

        # scipy closes what it writes to, whatever becomes of it; the caller's stream is to stay open
        with os.fdopen(os.dup(stream.fileno()), "wb") as own, netcdf_file(own, "w", version=2) as file:
            for name, text in {"Conventions": CONVENTIONS, **attributes}.items():
                setattr(file, name, text.encode("utf-8"))
            self._fill(file)

    def _fill(self, file: Any) -> None:
        width = max((job["point_count"] for job in self._jobs), default=0)
        file.createDimension("job", len(self._jobs))
        file.createDimension("point", width)
        for variable in JOB_VARIABLES:
            values = [job[variable.name] for job in self._jobs]
            if variable.kind == "text":
                _write_text(file, variable, values)
            else:
                _write_numbers(file, variable, ("job",), _filled(values, variable))
        for index, variable in enumerate(POINT_VARIABLES):
            rows = [points[index] for points in self._points]
            _write_numbers(file, variable, ("job", "point"), _rectangle(rows, width, variable))


def _filled(values: Sequence[Any], variable: Variable) -> NDArray[Any]:
    code, fill = _KINDS[variable.kind]
    return np.array([fill if value is None else value for value in values], dtype=np.dtype(code))


def _rectangle(rows: Sequence[NDArray[np.float64]], width: int, variable: Variable) -> NDArray[Any]:
    code, fill = _KINDS[variable.kind]
    table = np.full((len(rows), width), fill, dtype=np.dtype(code))
    for row, values in zip(table, rows, strict=True):
        row[: len(values)] = np.where(np.isnan(values), fill, values)
    return table


def _write_numbers(file: Any, variable: Variable, dimensions: tuple[str, ...], values: NDArray[Any]) -> None:
    code, fill = _KINDS[variable.kind]
    written = file.createVariable(variable.name, code, dimensions)
    written[:] = values
    written._FillValue = fill
    _describe(written, variable)
    if variable.name not in COORDINATES:
        written.coordinates = " ".join(COORDINATES[: 1 + len(dimensions)]).encode("ascii")


def _write_text(file: Any, variable: Variable, values: Sequence[Any]) -> None:
    encoded = [("" if value is None else str(value)).encode("utf-8") for value in values]
    length = max(1, *map(len, encoded))
    file.createDimension(f"{variable.name}_length", length)
    written = file.createVariable(variable.name, "c", ("job", f"{variable.name}_length"))
    padded = b"".join(text.ljust(length, b"\0") for text in encoded)
    written[:] = np.frombuffer(padded, dtype="S1").reshape(len(encoded), length)
    setattr(written, "_Encoding", b"utf-8")  # noqa: B010
    _describe(written, variable)


def _describe(written: Any, variable: Variable) -> None:
    described: dict[str, object] = {"long_name": variable.long_name}
    described |= {"units": variable.units} if variable.units else {}
    described |= {"standard_name": variable.standard_name} if variable.standard_name else {}
    for name, value in (described | dict(variable.attributes or {})).items():
        setattr(written, name, value.encode("utf-8") if isinstance(value, str) else value)
