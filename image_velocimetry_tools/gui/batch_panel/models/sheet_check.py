"""The jobs table held against its site by the same checks as a run, each problem put where it belongs in the table."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ....batch.config import ScaffoldConfig
from ....batch.inputs.validity import DatedSettings
from ....batch.jobs import BatchCSVParser, JobList
from ....batch.models import PlannedJob
from ....batch.plan.video_checks import look_into_videos
from ....domain.errors import Cancelled, IvyError, Problem
from ....domain.video import VideoMetadata
from ....formats.jobs.job_ids import numbered_job_id
from .jobs_sheet import SheetContent
from .sheet_columns import title_of

Place = tuple[int, int]
_PLACE = re.compile(r", line (\d+)(?:, column '([^']+)')?$")


@dataclass(frozen=True, slots=True)
class SheetCheck:
    """What a check found: sentences by cell (row, column), those that belong to no cell, and mere warnings.

    ``columns`` are the names of the columns of the table.
    """

    marks: Mapping[Place, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[tuple[str, Place | None], ...]:
        """All sentences in the order of the table, with the cell that each is about, if it is about one."""
        of_cells = [
            (f"Row {row + 1}, {title_of(self.columns[column])}: {line}", (row, column))
            for (row, column), told in sorted(self.marks.items())
            for line in told.splitlines()
        ]
        return (*of_cells, *((one, None) for one in (*self.others, *self.warnings)))

    @property
    def problem_count(self) -> int:
        """How much is wrong."""
        return len(self.marks) + len(self.others)


class RememberedProbe:
    """Reads the facts of a video once, as long as its file does not change."""

    def __init__(self, probe: Callable[[Path], VideoMetadata] | None = None) -> None:
        self._probe = probe
        self._known: dict[tuple[Path, int, int], VideoMetadata | IvyError] = {}

    def __call__(self, path: Path) -> VideoMetadata:
        """Facts of a video.

        Raises
        ------
        IvyError
            If it cannot be read.
        """
        key = _state_of(path)
        found = self._known.get(key) if key is not None else None
        if found is None:
            try:
                found = self._read(path)
            except IvyError as error:
                found = error
            if key is not None:
                self._known[key] = found
        if isinstance(found, IvyError):
            raise found
        return found

    def _read(self, path: Path) -> VideoMetadata:
        if self._probe is None:
            from ....media.probing import probe

            self._probe = probe
        return self._probe(path)


def check_sheet(
    content: SheetContent,
    scaffold: ScaffoldConfig,
    *,
    default_alpha: str = "",
    allow_unknown_columns: bool = False,
    validity: DatedSettings | None = None,
    probe: Callable[[Path], VideoMetadata] | None = None,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> SheetCheck:
    """Everything that a run would refuse, and what it would warn of.

    Parameters
    ----------
    default_alpha
        What rows that leave alpha blank get.
    validity
        Settings with dates, for what a row leaves blank.
    probe
        Reads the facts of a video.

    Raises
    ------
    Cancelled
        If ``is_cancelled`` answers true.
    """
    with tempfile.TemporaryDirectory(prefix="ivytools-") as folder:
        path = Path(folder) / "jobs.csv"
        text, lines = content.as_csv(path.parent, default_alpha)
        path.write_text(text, encoding="utf-8", newline="")
        found = _Sorted(content, path, lines)
        jobs = found.parsed(BatchCSVParser(allow_unknown_columns, validity), path, scaffold)
        if jobs is None and not found.marks and not allow_unknown_columns:
            # a column that is refused must not hide what is wrong in the others
            jobs = found.parsed(BatchCSVParser(True, validity), path, scaffold)
        if jobs is not None:
            found.warn(jobs)
            found.take(_of_videos(jobs.jobs, probe, is_cancelled))
    return SheetCheck(found.marks, tuple(found.others), tuple(found.warnings), content.columns)


def _of_videos(
    jobs: Sequence[PlannedJob], probe: Callable[[Path], VideoMetadata] | None, is_cancelled: Callable[[], bool]
) -> list[Problem]:
    known = probe or RememberedProbe()

    def unless_cancelled(path: Path) -> VideoMetadata:
        if is_cancelled():
            raise Cancelled
        return known(path)

    return look_into_videos(jobs, unless_cancelled)


class _Sorted:
    """Puts problems to the cells that they are about."""

    def __init__(self, content: SheetContent, path: Path, lines: Sequence[int]) -> None:
        self.marks: dict[Place, str] = {}
        self.others: list[str] = []
        self.warnings: list[str] = []
        self._taken: set[Problem] = set()
        self._columns = content.columns
        self._path, self._folder = str(path), f"{path.parent}{os.sep}"
        self._rows = {line: row for row, line in enumerate(lines)}
        self._ids = self._rows_by_id(content)

    def parsed(self, parser: BatchCSVParser, path: Path, scaffold: ScaffoldConfig) -> JobList | None:
        """The jobs of a file; None if something is wrong, which is taken in."""
        try:
            return parser.parse(path, scaffold)
        except IvyError as error:
            self.take(error.problems)
            return None

    def take(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            if problem in self._taken:
                continue
            self._taken.add(problem)
            sentence = self._sentence(problem)
            row, column = self._place(problem.where)
            if row is not None and column in self._columns:
                self._mark((row, self._columns.index(column)), sentence)
            elif row is not None:
                self.others.append(f"Row {row + 1}: {sentence}")
            else:
                self.others.append(sentence)

    def warn(self, jobs: JobList) -> None:
        for warning in jobs.warnings:
            text = warning.replace(f"{self._path}, ", "").replace(f"{self._path}: ", "")
            told = re.sub(r"line (\d+)", self._row_of_line, text)
            self.warnings.append(f"{told[:1].upper()}{told[1:]}")

    def _row_of_line(self, match: re.Match[str]) -> str:
        row = self._rows.get(int(match[1]))
        return match[0] if row is None else f"row {row + 1}"

    def _place(self, where: str) -> tuple[int | None, str]:
        match = _PLACE.search(where)
        if match is not None:
            return self._rows.get(int(match[1])), match[2] or "video_path"
        if where.startswith("job "):
            return self._ids.get(where.removeprefix("job ")), "video_path"
        return None, ""

    def _mark(self, place: Place, sentence: str) -> None:
        before = self.marks.get(place)
        self.marks[place] = sentence if before is None else f"{before}\n{sentence}"

    def _sentence(self, problem: Problem) -> str:
        what = problem.what.replace(f"{self._path}: ", "").replace(self._folder, "")
        what = re.sub(r"line (\d+)", self._row_of_line, what)
        text = f"{what[:1].upper()}{what[1:]}."
        return f"{text} {problem.remedy}." if problem.remedy else text

    @staticmethod
    def _rows_by_id(content: SheetContent) -> dict[str, int]:
        index = content.columns.index("job_id") if "job_id" in content.columns else None
        ids = (row[index] if index is not None else "" for row in content.rows)
        return {job_id or numbered_job_id(row + 1): row for row, job_id in enumerate(ids)}


def _state_of(path: Path) -> tuple[Path, int, int] | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return path, status.st_size, status.st_mtime_ns
