"""The jobs CSV: one video and water level per row, the other columns optional.

Columns come in any order. UTF-8 (with or without a byte order mark), UTF-16 with a mark and Windows-1252 are read, and
commas, semicolons or tabs divide the cells; where they are not commas, a comma may be the decimal sign. Rows of blank
cells are skipped, but count for the default ids, as they do in USGS IVyTools; lines that are empty do not.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from ...domain.errors import JobsCsvError, Problem
from ..atomic_file import write_bytes
from ..clip_times import format_clip_time
from ..csv_text import DelimitedRow, delimiter_of, read_text, rows_of
from .header import COLUMNS, OPTIONAL_COLUMNS, REQUIRED_COLUMNS, JobColumns
from .job_ids import job_id_key
from .job_row import JobRow, JobsTable
from .override_columns import OVERRIDE_COLUMNS, PATH_COLUMNS
from .rows import RowReader

_WHAT = "jobs CSV"


def read_jobs_csv(
    path: str | Path,
    *,
    allow_unknown_columns: bool = False,
    default_alpha: float | None = None,
    override_columns: Mapping[str, Callable[[str], object]] = OVERRIDE_COLUMNS,
    check: Callable[[JobRow], Iterable[Problem]] = lambda row: (),
) -> JobsTable:
    """Read and check a jobs CSV.

    Parameters
    ----------
    path
        The file; relative paths in it start at its folder.
    allow_unknown_columns
        Carry columns that mean nothing through in ``JobRow.extra`` instead of refusing them.
    default_alpha
        Ratio of mean to surface velocity of rows that give none; None leaves it to the site.
    override_columns
        Columns that override a scaffold parameter, with the parser that checks their text.
    check
        What else may be wrong with a row whose cells fit; reported together with the cells of other rows.

    Raises
    ------
    JobsCsvError
        If the file is missing, empty, not text or without rows; if columns are missing, repeated or unknown; and, for
        all rows together with line, column and value, if a cell does not fit. Whether a video exists is not looked at.
    """
    path = Path(path)
    text, encoding = read_text(path, JobsCsvError, _WHAT)
    rows, delimiter = _split(text, str(path))
    columns = JobColumns.of(rows[0], str(path), allow_unknown_columns, override_columns)
    reader = RowReader(columns, path, decimal_comma=delimiter != ",", default_alpha=default_alpha)
    jobs = []
    for number, row in enumerate(rows[1:], start=1):
        if not row.is_blank:
            jobs.append(reader.job(row, number))
            reader.problems.extend(check(jobs[-1]) if jobs[-1] is not None else ())
    if not jobs:
        raise JobsCsvError(f"the {_WHAT} contains no data rows", where=str(path), remedy="Add one row per video")
    problems = [*reader.problems, *_repeated_ids(reader.ids, str(path))]
    if problems:
        raise JobsCsvError.from_problems(problems)
    kept = tuple(job for job in jobs if job is not None)
    warnings = [*_encoding_warning(encoding, path), *_same_clips(kept, str(path))]
    return JobsTable(kept, tuple(warnings))


def write_jobs_csv(path: str | Path, rows: Iterable[JobRow]) -> None:
    """Write rows as a jobs CSV (UTF-8, commas), atomically; videos below the CSV's folder get relative paths.

    Columns that no row fills are left out but for the required ones.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    path = Path(path)
    cells = [_cells(row, path.absolute().parent) for row in rows]
    filled = {name for row in cells for name, value in row.items() if value != ""}
    further = dict.fromkeys(name for row in cells for name in row if name not in COLUMNS)
    names = [name for name in (*COLUMNS, *further) if name in filled or name in REQUIRED_COLUMNS]
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(cells)
    write_bytes(path, stream.getvalue().encode("utf-8"))


def _split(text: str, where: str) -> tuple[list[DelimitedRow], str]:
    header = next((line for line in text.splitlines() if line.strip()), "")
    if not header:
        raise JobsCsvError(f"the {_WHAT} is empty", where=where, remedy=f"Begin with {','.join(REQUIRED_COLUMNS)}")
    delimiter = delimiter_of(header, lambda names: 1000 * sum(name in COLUMNS for name in names) + len(names))
    rows = list(rows_of(text, delimiter, JobsCsvError, where))
    while rows and rows[0].is_blank:
        del rows[0]
    if not rows:
        raise JobsCsvError(f"the {_WHAT} is empty", where=where, remedy=f"Begin with {','.join(REQUIRED_COLUMNS)}")
    return rows, delimiter


def _repeated_ids(ids: Mapping[int, str], where: str) -> list[Problem]:
    problems: list[Problem] = []
    first_lines: dict[str, int] = {}
    for line, job_id in ids.items():
        first = first_lines.setdefault(job_id_key(job_id), line)
        if first != line:
            what = f"the job id '{job_id}' is already taken by line {first}"
            place = f"{where}, line {line}, column 'job_id'"
            problems.append(Problem(what, place, "Give every job an id of its own; upper and lower case do not count"))
    return problems


def _encoding_warning(encoding: str, path: Path) -> list[str]:
    if encoding != "cp1252":
        return []
    return [f"{path}: the {_WHAT} is not UTF-8; it was read as Windows-1252, so check accented letters in paths"]


def _same_clips(rows: Sequence[JobRow], where: str) -> list[str]:
    warnings = []
    first_rows: dict[object, JobRow] = {}
    for row in rows:
        clip = (row.video_url or os.path.normcase(row.video_path), row.start_s, row.end_s, row.water_surface_elevation)
        first = first_rows.setdefault(clip, row)
        if first is not row:
            warnings.append(
                f"{where}, line {row.line}: job '{row.job_id}' measures the same clip of {row.video_path.name} at the"
                f" same level as job '{first.job_id}' (line {first.line})"
            )
    return warnings


def _cells(row: JobRow, folder: Path) -> dict[str, str]:
    cells: dict[str, str] = {name: "" for name in COLUMNS}
    for name in OPTIONAL_COLUMNS[2:]:
        value = getattr(row, name)
        cells[name] = "" if value is None else str(value)
    cells["video_path"] = row.video_url or _relative(row.video_path, folder)
    cells["water_surface_elevation"] = repr(row.water_surface_elevation)
    cells["start_time"] = "" if row.start_s is None else format_clip_time(row.start_s, 3)
    cells["end_time"] = "" if row.end_s is None else format_clip_time(row.end_s, 3)
    for name, value in row.overrides.items():
        cells[name] = _relative(Path(value), folder) if name in PATH_COLUMNS else value
    return cells | {name: value for name, value in row.extra.items() if name not in cells}


def _relative(path: Path, folder: Path) -> str:
    try:
        return path.absolute().relative_to(folder).as_posix()
    except ValueError:
        return str(path)
