"""One entrance to the batch subsystem for every surface: single videos, lists of videos, batches built in steps."""

from __future__ import annotations

import itertools
import logging
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ..domain.errors import IvyError
from .attempt import CancelCheck, JobRunner, StageProgress, run_job
from .config import BatchResult, BatchVideoConfig, ProcessingResult, ScaffoldConfig
from .failures import failed_result
from .models import BatchStatus, JobProgress, JobStatus, PlannedJob
from .output_folder import log_file, prepare_output_directory, remove_if_empty
from .planning import INPUT_STAGE, job_of_video, plan_video, plan_videos, with_free_job_id
from .scaffold_loader import ScaffoldLoader
from .sequence import ProgressListener, RunOptions, SequentialRun

LONGEST_NAME = 100
HIGHEST_PRIORITY = 10


@dataclass(slots=True)
class Batch:
    """A batch that is built up video by video, and what came of it."""

    batch_id: str
    name: str
    description: str = ""
    priority: int = 5
    output_directory: Path | None = None
    status: BatchStatus = BatchStatus.CREATED
    jobs: list[PlannedJob] = field(default_factory=list)
    result: BatchResult | None = None


class BatchOrchestrator:
    """Measures videos one after the other.

    Parameters
    ----------
    executor
        What measures one video; :class:`JobExecutor` if None.
    scaffold_loader
        What reads scaffolds; :class:`ScaffoldLoader` if None.
    """

    def __init__(self, executor: JobRunner | None = None, scaffold_loader: ScaffoldLoader | None = None) -> None:
        self._executor = executor
        self._loader = scaffold_loader or ScaffoldLoader()
        self._batches: dict[str, Batch] = {}
        self._numbers = itertools.count(1)
        self.last_run: SequentialRun | None = None

    def load_scaffold(self, path: Path | str) -> ScaffoldConfig:
        """Load and check a scaffold; see :meth:`ScaffoldLoader.load`."""
        return self._loader.load(path)

    def process_video(
        self,
        *,
        config: BatchVideoConfig,
        output_directory: Path | str,
        plots: bool = True,
        save_project: bool = False,
        progress: ProgressListener | None = None,
        cancel: CancelCheck | None = None,
    ) -> ProcessingResult:
        """Measure one video; the result goes to ``output_directory/jobs/<job_id>/<job_id>.json``.

        Returns
        -------
        ProcessingResult
            With ``success`` False and a reason if the video cannot be measured; its ``stage`` is ``"input"`` if that
            was clear before anything ran.

        Raises
        ------
        OutputError
            If the output folder cannot be used.
        """
        try:
            planned = plan_video(config)
        except IvyError as error:
            return _refused(config, error)
        was_there = Path(output_directory).expanduser().exists()
        folder = prepare_output_directory(Path(output_directory))
        try:
            # A single measurement leaves a log only if the program itself failed.
            with log_file(folder, level=logging.ERROR):
                result, _ = run_job(
                    self._runner(),
                    planned,
                    folder / "jobs",
                    plots=plots,
                    save_project=save_project,
                    progress=_single_job_listener(planned.job.job_id, progress),
                    cancel=cancel,
                )
            return result
        finally:
            remove_if_empty(folder / "jobs", *(() if was_there else (folder,)))

    def process_batch(
        self,
        *,
        videos: Iterable[BatchVideoConfig | PlannedJob],
        output_directory: Path | str,
        stop_on_first_failure: bool = False,
        plots: bool = True,
        save_projects: bool = False,
        progress: ProgressListener | None = None,
        cancel: CancelCheck | None = None,
    ) -> BatchResult:
        """Measure many videos, one after the other; a video that fails does not stop the others.

        Parameters
        ----------
        videos
            Configurations, which are all checked before anything runs, or jobs that are planned already.
        progress
            Called with a :class:`JobProgress` at every step.
        cancel
            Asked often (``threading.Event().is_set``, say); once it answers True the running job is cancelled and the
            rest skipped.

        Raises
        ------
        VideoError
            With every problem of every video, before anything runs.
        OutputError
            If the output folder cannot be used.
        KeyboardInterrupt
            After the files of the batch have been brought up to date; ``last_run.result()`` has the results.
        """
        self.last_run = None
        jobs = _planned(videos)
        folder = prepare_output_directory(Path(output_directory))
        options = RunOptions(plots, save_projects, stop_on_first_failure)
        self.last_run = SequentialRun(self._runner(), jobs, folder, options, progress=progress, cancel=cancel)
        with log_file(folder):
            return self.last_run.run()

    def create_batch(
        self,
        *,
        name: str,
        description: str = "",
        priority: int = 5,
        output_directory: Path | str | None = None,
    ) -> str:
        """Begin a batch in memory; the answer is its id.

        Raises
        ------
        IvyError
            If the name is empty or longer than 100 characters, or the priority not within 0 to 10.
        """
        if not 1 <= len(name.strip()) <= LONGEST_NAME:
            raise IvyError(f"the name of a batch has 1 to {LONGEST_NAME} characters", where=repr(name))
        if not 0 <= priority <= HIGHEST_PRIORITY:
            raise IvyError(f"the priority lies within 0 and {HIGHEST_PRIORITY}, not {priority}", where=repr(name))
        batch_id = f"batch_{next(self._numbers):03d}"
        folder = Path(output_directory) if output_directory is not None else None
        self._batches[batch_id] = Batch(batch_id, name.strip(), description, priority, folder)
        return batch_id

    def add_video_to_batch(self, batch_id: str, *, config: BatchVideoConfig) -> str:
        """Add a video to a batch that has not started; the answer is its job id.

        Raises
        ------
        IvyError
            If there is no such batch or it has started.
        VideoError
            With every problem of the video; the batch is as it was before.
        """
        batch = self._unstarted(batch_id)
        planned = with_free_job_id(plan_video(config), [p.job.job_id for p in batch.jobs], config.video)
        batch.jobs.append(planned)
        return planned.job.job_id

    def start_batch(
        self,
        batch_id: str,
        *,
        output_directory: Path | str | None = None,
        stop_on_first_failure: bool = False,
        plots: bool = True,
        save_projects: bool = False,
        progress: ProgressListener | None = None,
        cancel: CancelCheck | None = None,
    ) -> BatchResult:
        """Run a batch to its end; see :meth:`process_batch`.

        Raises
        ------
        IvyError
            If there is no such batch, it has started already, is empty, or has no output folder.
        """
        batch = self._unstarted(batch_id)
        folder = output_directory or batch.output_directory
        if not batch.jobs:
            raise IvyError("the batch has no videos", where=batch_id, remedy="Add a video before starting it")
        if folder is None:
            raise IvyError("the batch has no output folder", where=batch_id, remedy="Give output_directory")
        batch.status, batch.output_directory = BatchStatus.RUNNING, Path(folder)
        try:
            batch.result = self.process_batch(
                videos=batch.jobs,
                output_directory=folder,
                stop_on_first_failure=stop_on_first_failure,
                plots=plots,
                save_projects=save_projects,
                progress=progress,
                cancel=cancel,
            )
        finally:
            # An interrupted batch has a result too; one that never began can be started again.
            batch.status = BatchStatus.CREATED
            if self.last_run is not None:
                batch.status, batch.result = self.last_run.status, self.last_run.result()
        return batch.result

    def get_batch(self, batch_id: str) -> Batch:
        """A batch with its jobs, status and result.

        Raises
        ------
        IvyError
            If there is no such batch.
        """
        if batch_id not in self._batches:
            known = ", ".join(self._batches) or "none"
            raise IvyError(f"there is no batch {batch_id!r}", remedy=f"Known batches: {known}")
        return self._batches[batch_id]

    def _unstarted(self, batch_id: str) -> Batch:
        batch = self.get_batch(batch_id)
        if batch.status is not BatchStatus.CREATED:
            what = f"the batch is {batch.status} and can be neither changed nor started"
            raise IvyError(what, where=batch_id, remedy="Create another batch")
        return batch

    def _runner(self) -> JobRunner:
        if self._executor is None:
            from .job_executor import JobExecutor

            self._executor = JobExecutor()
        return self._executor


def _planned(videos: Iterable[BatchVideoConfig | PlannedJob]) -> list[PlannedJob]:
    given = list(videos)
    jobs = [video for video in given if isinstance(video, PlannedJob)]
    configs = [video for video in given if isinstance(video, BatchVideoConfig)]
    if jobs and configs:
        raise ValueError("videos are either all configurations or all planned jobs")
    return jobs or plan_videos(configs)


def _refused(config: BatchVideoConfig, error: IvyError) -> ProcessingResult:
    try:
        job = job_of_video(config)
    except IvyError:
        untimed = config.video.model_copy(update={"start_time": None, "end_time": None})
        job = job_of_video(config.model_copy(update={"video": untimed}))
    return failed_result(job, error, INPUT_STAGE, 0.0)


def _single_job_listener(job_id: str, progress: ProgressListener | None) -> StageProgress | None:
    if progress is None:
        return None
    return lambda stage, fraction: progress(JobProgress(job_id, 1, 1, JobStatus.RUNNING, stage, fraction))
