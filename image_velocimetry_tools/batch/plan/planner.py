"""Jobs of a stored batch made ready to run: the scaffold read once, overrides applied when a job needs them."""

from __future__ import annotations

from pathlib import Path

from ...domain.errors import IvyError
from ..config import ProcessingResult, RunSettings, ScaffoldConfig
from ..folders.identity import JobIdentity, MethodChoice, identity_of
from ..folders.manifest import up_to_date, verified
from ..models import BatchJob, PlannedJob
from ..results.stored_result import stored_result_or_none
from .planning import plan_job


class JobPlanner:
    """Plans the jobs of one batch.

    Parameters
    ----------
    scaffold
        The site.
    settings, method
        How the batch is carried out, and with which velocimetry.
    jobs_directory
        Where results lie.
    """

    def __init__(
        self, scaffold: ScaffoldConfig, settings: RunSettings, method: MethodChoice, jobs_directory: Path
    ) -> None:
        self.scaffold, self.settings, self.method, self.jobs_directory = scaffold, settings, method, jobs_directory

    def planned(self, job: BatchJob) -> PlannedJob:
        """The job with the settings of its site.

        Raises
        ------
        IvyError
            If its overrides or level do not fit (any more).
        """
        planned, problems = plan_job(job, self.scaffold.scaffold, f"job {job.job_id}")
        if problems:
            raise IvyError.from_problems(problems)
        return planned

    def identity(self, planned: PlannedJob) -> JobIdentity:
        """What its result would be made from."""
        settings = self.settings
        return identity_of(planned, self.method, plots=settings.plots, save_project=settings.save_projects)

    def finished_result(self, planned: PlannedJob) -> ProcessingResult | None:
        """The whole result of exactly this job that lies in its folder, every file read; None if there is none."""
        folder = self.jobs_directory / planned.job.job_id
        if verified(folder, self.identity(planned)) is None:
            return None
        return stored_result_or_none(planned.job, self.jobs_directory)

    def up_to_date_result(self, planned: PlannedJob) -> ProcessingResult | None:
        """The result that makes the job unnecessary: same figures, same video, files there; None if it must run."""
        folder = self.jobs_directory / planned.job.job_id
        if up_to_date(folder, planned, self.identity(planned)) is None:
            return None
        return stored_result_or_none(planned.job, self.jobs_directory)
