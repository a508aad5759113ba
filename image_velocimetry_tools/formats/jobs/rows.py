"""Rows of a jobs CSV turned into jobs, with every cell that does not fit collected."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo

from ...domain.errors import IvyError, Problem
from ...domain.video_url import file_name_of_url, is_url
from ..cell_numbers import parse_number, parse_whole_number, with_decimal_point
from ..clip_times import REMEDY as TIME_REMEDY
from ..clip_times import parse_clip_time
from ..csv_text import DelimitedRow
from .header import JobColumns
from .job_ids import job_id_problem, numbered_job_id
from .job_row import JobRow
from .override_columns import PATH_COLUMNS

#: What spreadsheets and scripts write for a missing value; NaN is none of them, it is a number gone wrong.
_MISSING = {"", "na", "n/a", "#n/a", "null"}
_Value = TypeVar("_Value")
_REMEDIES = {
    "start_time": TIME_REMEDY,
    "end_time": TIME_REMEDY,
    "alpha": "0.85 is usual",
    "job_id": "Use letters, digits, '.', '-' and '_'",
}


def _required(text: str) -> str:
    if text.lower() in _MISSING:
        raise ValueError("is missing")
    return text


def _path(text: str) -> str:
    if any(ord(character) < 32 for character in text):
        raise ValueError(f"holds a control character: {text!r}")
    return _required(text)


def _optional(text: str) -> str | None:
    return None if text.lower() in _MISSING else text


def _number(text: str, info: ValidationInfo) -> float:
    return _expecting(parse_number, text, info)


def _number_or_none(text: str, info: ValidationInfo) -> float | None:
    return None if _optional(text) is None else _number(text, info)


def _alpha(text: str, info: ValidationInfo) -> float | None:
    value: float | None = _context(info)["alpha"] if _optional(text) is None else _number(text, info)
    if value is not None and not 0.0 < value <= 1.0:
        raise ValueError(f"must lie above 0 and be at most 1, not '{text}'")
    return value


def _count_or_none(text: str, info: ValidationInfo) -> int | None:
    if _optional(text) is None:
        return None
    value = _expecting(parse_whole_number, text, info)
    if value < 0:
        raise ValueError(f"must not be negative, not '{text}'")
    return value


def _time_or_none(text: str) -> float | None:
    if _optional(text) is None:
        return None
    try:
        return parse_clip_time(text)
    except IvyError as error:
        raise ValueError(error.problems[0].what) from None


def _job_id(text: str) -> str:
    problem = job_id_problem(text)
    if problem:
        raise ValueError(f"'{text}' {problem}")
    return text


def _expecting(parse: Callable[[str, bool], _Value], text: str, info: ValidationInfo) -> _Value:
    _required(text)
    try:
        return parse(text, _context(info)["decimal_comma"])
    except ValueError as error:
        raise ValueError(f"must be {error}, not '{text}'") from None


def _context(info: ValidationInfo) -> dict[str, Any]:
    return info.context or {}


_Text = Annotated[str | None, BeforeValidator(_optional)]
_Time = Annotated[float | None, BeforeValidator(_time_or_none)]


class _Row(BaseModel):
    """The named cells of one row, as text before and as values after validation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    video_path: Annotated[str, BeforeValidator(_path)]
    water_surface_elevation: Annotated[float, BeforeValidator(_number)]
    job_id: Annotated[str, BeforeValidator(_job_id)]
    alpha: Annotated[float | None, BeforeValidator(_alpha)]
    start_time: _Time = None
    end_time: _Time = None
    measurement_number: Annotated[int | None, BeforeValidator(_count_or_none)] = None
    measurement_date: _Text = None
    measurement_time: _Text = None
    gage_height: Annotated[float | None, BeforeValidator(_number_or_none)] = None
    comments: _Text = None


class RowReader:
    """Turns rows into jobs; ``problems`` collects what does not fit, ``ids`` the ids by line."""

    def __init__(self, columns: JobColumns, path: Path, *, decimal_comma: bool, default_alpha: float | None) -> None:
        self.problems: list[Problem] = []
        self.ids: dict[int, str] = {}
        self._columns = columns
        self._path = path
        self._folder = path.absolute().parent
        self._context = {"decimal_comma": decimal_comma, "alpha": default_alpha}

    def job(self, row: DelimitedRow, number: int) -> JobRow | None:
        """The job of a row, the ``number``-th of the file; None if something is wrong with it."""
        if any(row.cells[len(self._columns.names) :]):
            what = f"the row has {len(row.cells)} cells, the header {len(self._columns.names)}"
            self._report(row, "", what, "Put quotes around text that holds the delimiter")
            return None
        problems_before = len(self.problems)
        cells = {name: self._cell(row, index) for name, index in self._columns.known.items()}
        cells["job_id"] = cells.get("job_id") or numbered_job_id(number)
        cells.setdefault("alpha", "")
        values = self._validated(row, cells)
        self._check_clip(row, cells)
        self.ids[row.line] = cells["job_id"]
        overrides = self._overrides(row)
        if values is None or len(self.problems) > problems_before:
            return None
        has_url = is_url(values.video_path)
        return JobRow(
            job_id=values.job_id,
            video_path=Path(file_name_of_url(values.video_path)) if has_url else self._absolute(values.video_path),
            video_url=values.video_path if has_url else None,
            water_surface_elevation=values.water_surface_elevation,
            start_s=values.start_time,
            end_s=values.end_time,
            alpha=values.alpha,
            measurement_number=values.measurement_number,
            measurement_date=values.measurement_date,
            measurement_time=values.measurement_time,
            gage_height=values.gage_height,
            comments=values.comments,
            overrides=overrides,
            extra={name: self._cell(row, index) for name, index in self._columns.extra.items()},
            line=row.line,
        )

    def _validated(self, row: DelimitedRow, cells: dict[str, str]) -> _Row | None:
        try:
            return _Row.model_validate(cells, context=self._context)
        except ValidationError as failure:
            for detail in failure.errors():
                column = str(detail["loc"][0])
                what = str(detail.get("ctx", {}).get("error", detail["msg"]))
                self._report(row, column, what, _REMEDIES.get(column, "Correct the cell"))
        return None

    def _check_clip(self, row: DelimitedRow, cells: dict[str, str]) -> None:
        start, end = cells.get("start_time", ""), cells.get("end_time", "")
        try:
            first, last = _time_or_none(start), _time_or_none(end)
        except ValueError:
            return
        if last is not None and last <= (first or 0.0):
            self._report(row, "end_time", f"'{end}' is not after the start ('{start or '0'}')", "Give a later end")

    def _overrides(self, row: DelimitedRow) -> dict[str, str]:
        found = {}
        for name, (index, parse) in self._columns.overrides.items():
            text = self._cell(row, index)
            if _optional(text) is None:
                continue
            if self._context["decimal_comma"]:
                text = with_decimal_point(text)
            try:
                parse(text)
            except ValueError as error:
                self._report(row, self._columns.names[index], f"must be {error}, not '{text}'", "Correct the cell")
                continue
            if name in PATH_COLUMNS:
                text = self._file(row, index, text)
            found[name] = text
        return found

    def _file(self, row: DelimitedRow, index: int, text: str) -> str:
        path = self._absolute(text)
        if not _is_file(path):
            column = self._columns.names[index]
            self._report(row, column, f"the file '{path}' does not exist", "Check the path; it starts at the jobs CSV")
        return str(path)

    def _absolute(self, text: str) -> Path:
        path = Path(os.path.normpath(self._folder / os.path.expanduser(text)))
        # A file made on Windows: its backslashes part folders unless there is a file of that very name.
        if os.sep == "/" and "\\" in text and not _is_file(path):
            return Path(os.path.normpath(self._folder / text.replace("\\", "/")))
        return path

    def _cell(self, row: DelimitedRow, index: int) -> str:
        return row.cells[index] if index < len(row.cells) else ""

    def _report(self, row: DelimitedRow, column: str, what: str, remedy: str) -> None:
        place = f"{self._path}, line {row.line}"
        self.problems.append(Problem(what, f"{place}, column '{column}'" if column else place, remedy))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
