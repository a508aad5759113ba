"""The work of one attempt, as it is sent to where it runs.

Covers the way from a planned job to the value that comes back; whatever happens in between becomes part of that value.
The process that runs it needs neither database nor terminal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from ...domain.scaffold import Scaffold
from ...plugins.executors import WorkContext
from ..config import ProcessingResult
from ..failures import can_pass, is_disk_full
from ..folders.identity import MethodChoice
from ..job.attempt import JobRunner, run_job
from ..models import BatchJob, PlannedJob

if TYPE_CHECKING:
    from ..job.result import JobResult


class WorkValue(BaseModel):
    """What comes back: the outcome of the job, and what the engine must know of its failure.

    ``can_pass``: another attempt may succeed. ``is_out_of_memory``, ``is_disk_full``: that was the cause.
    """

    model_config = ConfigDict(frozen=True)

    result: ProcessingResult
    can_pass: bool = False
    is_out_of_memory: bool = False
    is_disk_full: bool = False


@dataclass(frozen=True, slots=True)
class MeasureJob:
    """Measures one job; called with the context of the attempt.

    Parameters
    ----------
    runner
        What measures; the program's own executor of jobs with ``method`` if None.
    threads
        Cores to use.
    scratch_folder
        Takes a video that must be fetched; ``jobs_directory`` if None.
    """

    planned: PlannedJob
    jobs_directory: Path
    attempt: int
    method: MethodChoice
    plots: bool = True
    save_project: bool = False
    threads: int | None = None
    runner: JobRunner | None = None
    scratch_folder: Path | None = None

    @property
    def shared_folders(self) -> tuple[Path, ...]:
        """The folder that the machine where the job runs must share with the one that started the batch."""
        return (self.jobs_directory,)

    def with_scratch_folder(self, folder: Path) -> MeasureJob:
        """The same work, fetching into a folder that somebody else removes."""
        return replace(self, scratch_folder=folder)

    def __call__(self, context: WorkContext) -> dict[str, Any]:
        """Carry the job out; the answer is a :class:`WorkValue` as JSON."""
        result, error = run_job(
            self.runner or _OwnRunner(self.method, self.threads),
            self.planned,
            self.jobs_directory,
            plots=self.plots,
            save_project=self.save_project,
            attempt=self.attempt,
            progress=context.progress,
            cancel=context.is_cancelled,
            scratch_folder=self.scratch_folder,
        )
        value = WorkValue(
            result=result,
            can_pass=can_pass(error),
            is_out_of_memory=isinstance(error, MemoryError),
            is_disk_full=is_disk_full(error),
        )
        return value.model_dump(mode="json")


@dataclass(frozen=True, slots=True)
class _OwnRunner:
    """The program's own executor of jobs; it is made within the job, so that what goes wrong there is the job's."""

    method: MethodChoice
    threads: int | None

    def execute(self, job: BatchJob, scaffold: Scaffold, jobs_directory: Path, **options: Any) -> JobResult:
        from ..job.executor import JobExecutor
        from .fenced_method import created_method

        executor = JobExecutor(stiv_service=created_method(self.method), threads=self.threads, method=self.method)
        return executor.execute(job, scaffold, jobs_directory, **options)
