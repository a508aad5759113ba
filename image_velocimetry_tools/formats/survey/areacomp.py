"""Cross-sections in the ``.mat`` files of AreaComp (version 3): surveys, their offsets, and the units of the file.

A survey has the columns station, stage (the surveyed elevation) and adjusted stage (AreaComp's elevation after the
stage offset). Which column counts:

* no stage offset: the adjusted stage, the column that USGS IVyTools uses (normally it equals the stage);
* a stage offset: the surveyed stage; the offset travels with the survey and is applied once, when surveys are merged.
  An adjusted stage that differs from their sum is reported as a warning, because one of the two is out of date.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...domain.errors import Problem, SectionError
from ...domain.section import Bank, SubSurvey
from ...domain.units import METRES_PER_FOOT, DisplayUnits
from ..atomic_file import write_bytes
from .areacomp_roughness import read_roughness, roughness_variables
from .matlab_v5 import MatlabFileError, MatlabValue, read_matlab

FloatArray = NDArray[np.float64]

_METRES = {DisplayUnits.ENGLISH: METRES_PER_FOOT, DisplayUnits.METRIC: 1.0}
_EDGES = {"LEW": Bank.LEFT, "REW": Bank.RIGHT}
_EXPORT = "Save the section again in AreaComp"
_CSV = "Make a .mat file of it in AreaComp; a CSV can be imported in the desktop application"
_MAX_BYTES = 64 * 1024**2
#: Survey and adjusted stage may differ by the rounding of their sum, in units of the file.
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class AreaCompSection:
    """Content of an AreaComp file, metres.

    ``sub_surveys`` are as surveyed, before their offsets; ``manning_n`` is the roughness of the subsections from left
    to right and ``subsection_bounds_m`` the stations between them; ``units`` are those the file was kept in.
    """

    sub_surveys: tuple[SubSurvey, ...]
    units: DisplayUnits
    manning_n: tuple[float, ...] = ()
    subsection_bounds_m: tuple[float, ...] = ()
    version: str = ""
    warnings: tuple[str, ...] = ()


def read_areacomp(source: bytes | str | Path, *, name: str = "") -> AreaCompSection:
    """Read an AreaComp file from its path or its content.

    Parameters
    ----------
    source
        The file or its bytes.
    name
        What error messages call the file; its path by default.

    Raises
    ------
    SectionError
        If it is missing, no MATLAB 5 file or damaged, in unknown units, or without a survey, and if a survey has fewer
        than two points, numbers that are not finite, or stations that go back. All problems are reported together.
    """
    where = name or ("the cross-section" if isinstance(source, bytes) else str(source))
    content = source if isinstance(source, bytes) else _content(Path(source))
    try:
        variables = read_matlab(content)
    except MatlabFileError as error:
        if where.lower().endswith(".csv"):
            raise SectionError("the cross-section must be an AreaComp file", where=where, remedy=_CSV) from error
        raise SectionError(f"the cross-section cannot be read: {error}", where=where, remedy=_EXPORT) from error
    units = _units(variables, where)
    problems: list[Problem] = []
    warnings: list[str] = []
    surveys = [
        _sub_survey(key, record, units, where, problems, warnings) for key, record in _records(variables).items()
    ]
    kept = [survey for survey in surveys if survey is not None]
    problems += _missing_surveys(variables, where)
    if not surveys and not problems:
        problems.append(Problem("the cross-section holds no survey", where, _EXPORT))
    manual = _manual_points(variables.get("manual_survey"), _METRES[units], where, problems)
    if problems:
        raise SectionError.from_problems(problems)
    roughness, bounds = read_roughness(variables, _METRES[units], where, warnings)
    return AreaCompSection(
        sub_surveys=(*kept, *manual),
        units=units,
        manning_n=roughness,
        subsection_bounds_m=bounds,
        version=_string(variables.get("version")),
        warnings=tuple(warnings),
    )


def write_areacomp(
    path: str | Path,
    surveys: Sequence[SubSurvey],
    units: DisplayUnits = DisplayUnits.METRIC,
    *,
    manning_n: Sequence[float] = (),
    subsection_bounds_m: Sequence[float] = (),
    max_stage_m: float | None = None,
) -> None:
    """Write surveys as an AreaComp file that USGS IVyTools opens.

    Parameters
    ----------
    path
        Target, replaced atomically.
    surveys
        Surveys in metres, before their offsets; their names become the names of the file's variables.
    units
        Units of the numbers in the file.
    manning_n, subsection_bounds_m
        Manning's n of the subsections from left to right, and the stations between them. The format has no way to leave
        it out: 0.03 stands for one that is not known.
    max_stage_m
        Highest elevation for ratings; that of the surveys by default.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    content = format_areacomp(
        surveys, units, manning_n=manning_n, subsection_bounds_m=subsection_bounds_m, max_stage_m=max_stage_m
    )
    write_bytes(path, content)


def format_areacomp(
    surveys: Sequence[SubSurvey],
    units: DisplayUnits = DisplayUnits.METRIC,
    *,
    manning_n: Sequence[float] = (),
    subsection_bounds_m: Sequence[float] = (),
    max_stage_m: float | None = None,
) -> bytes:
    """The content of an AreaComp file; see :func:`write_areacomp`."""
    from scipy.io import savemat

    factor = 1.0 / _METRES[units]
    roughness = roughness_variables(manning_n, subsection_bounds_m, surveys, factor)
    stream = io.BytesIO()
    savemat(stream, _variables(surveys, units, max_stage_m) | roughness)
    return stream.getvalue()


def _variables(surveys: Sequence[SubSurvey], units: DisplayUnits, max_stage_m: float | None) -> dict[str, Any]:
    factor = 1.0 / _METRES[units]
    levels = np.concatenate([survey.elevation_m + survey.stage_offset_m for survey in surveys])
    top = float(levels.max() if max_stage_m is None else max_stage_m) * factor
    variables: dict[str, Any] = {
        "version": "1.3.4",
        "userStationNumber": "",
        "units": units.value,
        "userDate": "",
        "userName": "",
        "Comments": {field: np.zeros((0, 0)) for field in ("Summary", "ChannelCharacteristics", "Comparison")},
        "maxStage": top,
        "minStage": float(levels.min()) * factor,
        "increment": 0.1,
    }
    variables |= {survey.name: _survey_record(survey, factor) for survey in surveys}
    return variables | {
        "survey_names": [survey.name for survey in surveys],
        "manual_survey": np.zeros((0, 2), dtype=object),
        "char_stage": top,
    }


def _survey_record(survey: SubSurvey, factor: float) -> dict[str, Any]:
    adjusted = survey.elevation_m + survey.stage_offset_m
    return {
        "stage": survey.stage_offset_m * factor,
        "stationOffset": survey.station_offset_m * factor,
        "file_id": survey.name,
        "survey_type": survey.survey_type,
        "csv_survey": np.column_stack([survey.station_m, survey.elevation_m, adjusted]) * factor,
        "start_edge": "LEW" if survey.start_edge is Bank.LEFT else "REW",
    }


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise SectionError("is far too large for a cross-section", where=str(path), remedy="Check the path")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        what = f"the cross-section cannot be read: {reason}"
        raise SectionError(what, where=str(path), remedy="Check the path") from error


def _units(variables: Mapping[str, MatlabValue], where: str) -> DisplayUnits:
    text = _string(variables.get("units")).strip()
    try:
        return DisplayUnits(text)
    except ValueError:
        what = f"is in unknown units '{text}'" if text else "does not name its units"
        raise SectionError(
            f"the cross-section {what}", where=where, remedy="Save it in AreaComp in English or Metric units"
        ) from None


def _records(variables: Mapping[str, MatlabValue]) -> dict[str, dict[str, MatlabValue]]:
    """Survey records by name, in the order of ``survey_names`` and then of the file."""
    records: dict[str, dict[str, MatlabValue]] = {}
    for key in [*_survey_names(variables), *variables]:
        value = variables.get(key)
        if key in records or not isinstance(value, list) or len(value) != 1:
            continue
        record = value[0]
        if isinstance(record, dict) and ("csv_survey" in record or "stationOffset" in record):
            records[key] = record
    return records


def _survey_names(variables: Mapping[str, MatlabValue]) -> list[str]:
    names = variables.get("survey_names")
    rows = [names] if isinstance(names, str) else names if isinstance(names, list) else []
    return [row.strip() for row in rows if isinstance(row, str) and row.strip()]


def _missing_surveys(variables: Mapping[str, MatlabValue], where: str) -> list[Problem]:
    records = _records(variables)
    missing = [name for name in _survey_names(variables) if name not in records]
    what = "the cross-section names the survey '{}' but does not hold it"
    return [Problem(what.format(name), where, _EXPORT) for name in missing]


def _sub_survey(
    name: str,
    record: Mapping[str, MatlabValue],
    units: DisplayUnits,
    where: str,
    problems: list[Problem],
    warnings: list[str],
) -> SubSurvey | None:
    place = f"{where}, survey '{name}'"
    table = _table(record)
    if table is None:
        problems.append(Problem("the survey holds no table of stations and elevations", place, _EXPORT))
        return None
    found = [*_table_problems(table, place), *_record_problems(record, place)]
    if found:
        problems += found
        return None
    offset = _scalar(record.get("stage"))
    elevation = table[:, 1] if offset or table.shape[1] < 3 else table[:, 2]
    if offset and table.shape[1] > 2 and np.abs(table[:, 1] + offset - table[:, 2]).max() > _ROUNDING:
        warnings.append(
            f"{place}: the adjusted stages are not the surveyed ones plus the stage offset of {offset:g};"
            " the surveyed ones plus the offset are used"
        )
    factor = _METRES[units]
    return SubSurvey(
        name=name,
        station_m=table[:, 0] * factor,
        elevation_m=elevation * factor,
        survey_type=_string(record.get("survey_type")).strip() or "CSV",
        station_offset_m=_scalar(record.get("stationOffset")) * factor,
        stage_offset_m=offset * factor,
        start_edge=_EDGES[_string(record.get("start_edge")).strip().upper() or "LEW"],
    )


def _table(record: Mapping[str, MatlabValue]) -> FloatArray | None:
    """The survey's table without rows that hold no number at all; ADCP and SVMAQ surveys name it after their kind."""
    names = [key for key in record if key == "csv_survey"] + sorted(key for key in record if key.endswith("_survey"))
    for key in names:
        value = record[key]
        if isinstance(value, np.ndarray) and value.ndim == 2 and value.shape[1] >= 2:
            table: FloatArray = value.astype(float)
            return np.delete(table, np.flatnonzero(np.isnan(table).all(axis=1)), axis=0)
    return None


def _table_problems(table: FloatArray, place: str) -> list[Problem]:
    if len(table) < 2:
        return [Problem(f"the survey has {len(table)} points; a section needs at least 2", place, _EXPORT)]
    bad = np.flatnonzero(~np.isfinite(table[:, :3]).all(axis=1))
    if bad.size:
        return [Problem(f"point {bad[0] + 1} is not a finite number", place, _EXPORT)]
    back = np.flatnonzero(np.diff(table[:, 0]) < 0)
    if back.size:
        row = int(back[0])
        what = f"the stations are not sorted: point {row + 2} at {table[row + 1, 0]:g} follows {table[row, 0]:g}"
        return [Problem(what, place, "Sort the survey by station in AreaComp")]
    return []


def _record_problems(record: Mapping[str, MatlabValue], place: str) -> list[Problem]:
    found: list[Problem] = []
    edge = _string(record.get("start_edge")).strip()
    if edge and edge.upper() not in _EDGES:
        found.append(Problem(f"the start edge is '{edge}', not LEW or REW", place, _EXPORT))
    for key in ("stage", "stationOffset"):
        if not np.isfinite(_scalar(record.get(key))):
            found.append(Problem(f"the offset '{key}' is not a finite number", place, _EXPORT))
    return found


def _manual_points(value: MatlabValue, factor: float, where: str, problems: list[Problem]) -> tuple[SubSurvey, ...]:
    """Points added by hand (station, stage) as a survey of their own, sorted by station."""
    points = _pairs(value)
    if points is None or not np.isfinite(points).all():
        problems.append(Problem("the points added by hand are not pairs of numbers", where, _EXPORT))
        return ()
    if len(points) == 0:
        return ()
    points = points[np.argsort(points[:, 0], kind="stable")] * factor
    return (SubSurvey("manual", points[:, 0], points[:, 1], survey_type="manual"),)


def _pairs(value: MatlabValue) -> FloatArray | None:
    if value is None or isinstance(value, str):
        return np.zeros((0, 2))
    if isinstance(value, np.ndarray):
        numbers = value.astype(float)
        return numbers.reshape(-1, 2) if numbers.size == 0 or numbers.shape[-1] == 2 else None
    cells = [_scalar(cell) if isinstance(cell, np.ndarray) else np.nan for cell in value]
    # Cells come column by column, so all stations precede all stages.
    return np.array(cells).reshape(2, -1).T if len(cells) % 2 == 0 else None


def _scalar(value: object) -> float:
    """The only number of an array; no value is zero, as AreaComp reads it."""
    numbers = _flat(value)
    return float(numbers[0]) if numbers.size else 0.0


def _flat(value: object) -> FloatArray:
    return value.astype(float).ravel() if isinstance(value, np.ndarray) else np.zeros(0)


def _string(value: object) -> str:
    return value if isinstance(value, str) else ""
