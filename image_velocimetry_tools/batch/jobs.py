"""From the rows of a jobs CSV to jobs that can run on a scaffold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..domain.errors import IvyError, Problem
from ..domain.video import Clip
from ..formats.jobs.job_row import JobRow
from ..formats.jobs.jobs_csv import read_jobs_csv
from .config import ScaffoldConfig
from .models import BatchJob, PlannedJob
from .plan.alpha import alpha_of
from .plan.job_checks import video_problems
from .plan.planning import INPUT_STAGE, plan_job

if TYPE_CHECKING:
    from .inputs.validity import DatedSettings


@dataclass(frozen=True, slots=True)
class JobList:
    """Jobs in the order of their CSV or folder, and what the user should know about them.

    ``left_out`` are videos of a folder that give no job, each with the reason.
    """

    jobs: tuple[PlannedJob, ...]
    warnings: tuple[str, ...] = ()
    left_out: tuple[Problem, ...] = ()


class BatchCSVParser:
    """Reads jobs CSVs and holds every row against the scaffold.

    Parameters
    ----------
    allow_unknown_columns
        Carry columns that mean nothing to the program through to the summary, rather than refuse them.
    validity
        Settings with dates, for what a row leaves blank.
    """

    def __init__(self, allow_unknown_columns: bool = False, validity: DatedSettings | None = None) -> None:
        self._allow_unknown_columns = allow_unknown_columns
        self._validity = validity

    def parse(self, csv_path: Path | str, scaffold: ScaffoldConfig) -> JobList:
        """Read and check all rows; levels are converted from the scaffold's display units.

        Raises
        ------
        JobsCsvError
            With every problem of every row, each with line, column and value.
        """
        path = Path(csv_path).expanduser()
        planned: list[PlannedJob] = []

        def check(row: JobRow) -> list[Problem]:
            job, problems = _checked(row, scaffold, f"{path}, line {row.line}", self._validity)
            planned.extend([job] if job is not None else [])
            return problems

        try:
            table = read_jobs_csv(path, allow_unknown_columns=self._allow_unknown_columns, check=check)
        except IvyError as error:
            error.stage = INPUT_STAGE
            raise
        return JobList(tuple(planned), table.warnings)


def job_of_row(row: JobRow, scaffold: ScaffoldConfig) -> BatchJob:
    """The job that a row asks for, SI."""
    alpha, alpha_source = alpha_of(row.alpha, scaffold.scaffold, row.alpha_source)
    return BatchJob(
        job_id=row.job_id,
        video_path=row.video_path,
        video_url=row.video_url,
        water_surface_elevation_m=row.water_surface_elevation / scaffold.units.length,
        alpha=alpha,
        alpha_source=alpha_source,
        clip=Clip(row.start_s, row.end_s, scaffold.scaffold.frame_step),
        measurement_number=row.measurement_number,
        measurement_date=row.measurement_date,
        measurement_time=row.measurement_time,
        gage_height=row.gage_height,
        comments=row.comments,
        overrides=row.overrides,
        extra=row.extra,
        line=row.line,
    )


def _checked(
    row: JobRow, scaffold: ScaffoldConfig, where: str, validity: DatedSettings | None
) -> tuple[PlannedJob | None, list[Problem]]:
    problems = video_problems(row.video_path, f"{where}, column 'video_path'") if row.video_url is None else []
    if validity is not None and not problems:
        row, problems = validity.applied(row, where)
        if problems:
            return None, problems
    try:
        planned, found = plan_job(job_of_row(row, scaffold), scaffold.scaffold, where)
    except IvyError as error:
        return None, [*problems, *error.problems]
    return planned, [*problems, *found]
