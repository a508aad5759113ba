"""One entrance to the batch subsystem for scripts: single videos, lists of videos, batches built in steps.

Measuring one video needs no store; what a batch needs is imported when a batch is run.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..domain.errors import IvyError
from .config import BatchResult, BatchVideoConfig, ProcessingResult, RunSettings, ScaffoldConfig
from .folders.state_folder import state_folder
from .job.attempt import CancelCheck, JobRunner, ProgressListener
from .labels import BatchLabels
from .models import BatchStatus, PlannedJob
from .plan.changed_settings import changed_settings
from .plan.planning import plan_video, with_free_job_id
from .plan.scaffold_loader import ScaffoldLoader
from .running.built_batch import Batch
from .running.single_video import measure_video

if TYPE_CHECKING:
    from .running.batch_runs import Company
    from .store.records import StoredEvent


class BatchOrchestrator:
    """Measures videos.

    Parameters
    ----------
    executor
        What measures one video; :class:`JobExecutor` if None. One that is given measures in this process, job by job.
    scaffold_loader
        What reads scaffolds; :class:`ScaffoldLoader` if None.
    """

    def __init__(self, executor: JobRunner | None = None, scaffold_loader: ScaffoldLoader | None = None) -> None:
        self._executor = executor
        self._loader = scaffold_loader or ScaffoldLoader()
        self._batches: dict[str, Batch] = {}
        self._numbers = itertools.count(1)

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
        """Measure one video; see :func:`measure_video`."""
        return measure_video(
            self._runner(),
            config,
            Path(output_directory),
            plots=plots,
            save_project=save_project,
            progress=progress,
            cancel=cancel,
        )

    def process_batch(
        self,
        *,
        videos: Iterable[BatchVideoConfig | PlannedJob],
        output_directory: Path | str,
        scaffold: ScaffoldConfig | None = None,
        settings: RunSettings | None = None,
        labels: BatchLabels | None = None,
        progress: ProgressListener | None = None,
        cancel: CancelCheck | None = None,
        **changes: Any,
    ) -> BatchResult:
        """Measure many videos of one site; a video that fails does not stop the others.

        The batch is written down first, so that it can be followed, paused, cancelled and, after a crash, resumed from
        anywhere by its output folder.

        Parameters
        ----------
        videos
            Configurations, which are all checked before anything runs, or jobs that are planned already (then of
            ``scaffold``).
        settings, changes
            How the batch is carried out, and fields of it that are different (``jobs=2``, ``plots=False``).
        progress
            Called with a :class:`JobProgress` at every step.
        cancel
            Asked often (``threading.Event().is_set``, say); once it answers True the batch is cancelled.

        Raises
        ------
        VideoError
            With every problem of every video, before anything runs.
        OutputError
            If the output folder cannot be used.
        KeyboardInterrupt
            As it comes; the batch is paused then and can be resumed.
        """
        from .running.batch_runs import NewBatch, planned_videos, run_new

        jobs, site = planned_videos(videos, scaffold)
        place = state_folder(Path(output_directory))
        new = NewBatch(site, jobs, place, changed_settings(settings, changes), labels or BatchLabels())
        return run_new(new, self._company(progress, cancel))

    def resume_folder(
        self,
        output_directory: Path | str,
        *,
        strict: bool = False,
        retries: Sequence[str] | None = None,
        progress: ProgressListener | None = None,
        cancel: CancelCheck | None = None,
        **changes: Any,
    ) -> BatchResult:
        """Go on with the batch of an output folder: what was finished is not done again.

        Parameters
        ----------
        strict
            Refuse to go on where scaffold or videos changed since; else the jobs concerned run again.
        retries
            Ids of unsuccessful jobs to run again, all of them if empty, none if None.
        changes
            Settings (of :class:`RunSettings`) that are different from now on.

        Raises
        ------
        IvyError
            If the folder holds no batch, somebody runs it, its inputs are gone, or a job cannot be retried.
        """
        from .running.batch_runs import run_again

        return run_again(
            Path(output_directory),
            self._company(progress, cancel),
            changes=changes,
            strict=strict,
            retries=retries,
            loader=self._loader,
        )

    def create_batch(
        self,
        *,
        name: str,
        description: str = "",
        priority: int = 5,
        output_directory: Path | str | None = None,
        settings: RunSettings | None = None,
    ) -> str:
        """Begin a batch in memory; the answer is its id.

        Raises
        ------
        IvyError
            If the name is empty or longer than 100 characters, or the priority not within 0 to 10.
        """
        labels = BatchLabels(name.strip(), description, priority).checked()
        batch_id = f"batch_{next(self._numbers):03d}"
        folder = Path(output_directory) if output_directory is not None else None
        self._batches[batch_id] = Batch(batch_id, labels, folder, settings or RunSettings())
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
        batch.site = batch.site or config.scaffold
        return planned.job.job_id

    def start_batch(
        self,
        batch_id: str,
        *,
        output_directory: Path | str | None = None,
        wait: bool = True,
        progress: ProgressListener | None = None,
        cancel: CancelCheck | None = None,
        **changes: Any,
    ) -> BatchResult:
        """Run a batch; see :meth:`process_batch`.

        Parameters
        ----------
        wait
            Return when the batch rests. If False it runs in a thread and the answer is an empty result:
            :meth:`events` tells how it goes, :meth:`wait_for_batch` waits.

        Raises
        ------
        IvyError
            If there is no such batch, it has started already, is empty, or has no output folder.
        """
        from .running.background_batch import BackgroundBatch

        batch = self._unstarted(batch_id)
        folder = output_directory or batch.output_directory
        if not batch.jobs:
            raise IvyError("the batch has no videos", where=batch_id, remedy="Add a video before starting it")
        if folder is None:
            raise IvyError("the batch has no output folder", where=batch_id, remedy="Give output_directory")
        batch.output_directory, batch.status = Path(folder), BatchStatus.RUNNING
        settings, company = changed_settings(batch.settings, changes), self._company(progress, cancel)
        if wait:
            return self._run(batch, settings, company, lambda: None)
        batch.background = BackgroundBatch(lambda created: self._run(batch, settings, company, created), batch_id)
        batch.background.wait_until_created()
        return BatchResult(output_directory=batch.output_directory)

    def wait_for_batch(self, batch_id: str) -> BatchResult:
        """Wait for a batch that was started with ``wait=False``; what it raised is raised here.

        Raises
        ------
        IvyError
            If there is no such batch, or it was not started so.
        """
        batch = self.get_batch(batch_id)
        if batch.background is None:
            what = "the batch does not run in the background"
            raise IvyError(what, where=batch_id, remedy="Start it with wait=False")
        return batch.background.result()

    def events(self, batch_id: str, *, after: int = 0) -> Iterator[StoredEvent]:
        """Events of a started batch as they happen, until it rests; from any thread.

        Raises
        ------
        IvyError
            If there is no such batch or it has not started.
        """
        from .following.from_outside import follow

        return follow(self._folder_of(batch_id), after=after)

    def pause_batch(self, batch_id: str) -> None:
        """Start no more jobs of a batch; those that run finish. No new job starts after this returns."""
        from .engine.inbox import Pause
        from .running.remote_control import give

        give(self._folder_of(batch_id), Pause(), loader=self._loader)

    def cancel_batch(self, batch_id: str, job_ids: Sequence[str] = ()) -> None:
        """Cancel jobs of a batch, or all of it if none is named."""
        from .engine.inbox import Cancel
        from .running.remote_control import give

        give(self._folder_of(batch_id), Cancel(job_ids=tuple(job_ids)), loader=self._loader)

    def resume_batch(self, batch_id: str) -> BatchResult:
        """Go on with a batch that was paused or interrupted."""
        return self._again(batch_id)

    def retry_batch(self, batch_id: str, job_ids: Sequence[str] = ()) -> BatchResult:
        """Run unsuccessful jobs of a batch that rests again, all of them if none is named."""
        return self._again(batch_id, retries=job_ids)

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

    @property
    def given_executor(self) -> JobRunner | None:
        """The stand-in that measures, if one was given."""
        return self._executor

    def holds_batch(self, output_directory: Path | str) -> bool:
        """Whether a folder holds a batch that can be resumed."""
        from .folders.state_folder import find_state

        try:
            find_state(Path(output_directory))
        except IvyError:
            return False
        return True

    def stored_result(self, output_directory: Path | str) -> BatchResult:
        """What came of the batch of a folder up to now; empty if it holds none."""
        from .folders.state_folder import find_state
        from .results.stored_batch import stored_batch_result
        from .store import BatchStore

        if not self.holds_batch(output_directory):
            return BatchResult()
        state, batch_id = find_state(Path(output_directory))
        with BatchStore.open(state.database_url, read_only=True) as store:
            return stored_batch_result(store, state, batch_id)

    def _again(self, batch_id: str, **how: Any) -> BatchResult:
        folder = self._folder_of(batch_id)
        batch = self._batches[batch_id]
        batch.result = self.resume_folder(folder, **how)
        batch.status = _status_of(folder)
        return batch.result

    def _run(self, batch: Batch, settings: RunSettings, company: Company, created: Callable[[], None]) -> BatchResult:
        from dataclasses import replace

        from .running.batch_runs import NewBatch, run_new

        assert batch.site is not None
        assert batch.output_directory is not None
        began = False

        def listen(run: Any, stored: StoredEvent) -> None:
            nonlocal began
            began, batch.status = True, run.batch.status
            created()

        place = state_folder(batch.output_directory)
        new = NewBatch(batch.site, tuple(batch.jobs), place, settings, batch.labels)
        try:
            batch.result = run_new(new, replace(company, listener=listen))
        finally:
            # one that never began can be started again
            batch.status = _status_of(batch.output_directory) if began else BatchStatus.CREATED
        return batch.result

    def _company(self, progress: ProgressListener | None, cancel: CancelCheck | None) -> Company:
        from .running.batch_runs import Company

        return Company(progress=progress, cancel=cancel, runner=self._executor)

    def _unstarted(self, batch_id: str) -> Batch:
        batch = self.get_batch(batch_id)
        if batch.status is not BatchStatus.CREATED:
            what = f"the batch is {batch.status} and can be neither changed nor started"
            raise IvyError(what, where=batch_id, remedy="Create another batch")
        return batch

    def _folder_of(self, batch_id: str) -> Path:
        batch = self.get_batch(batch_id)
        if batch.output_directory is None or batch.status is BatchStatus.CREATED:
            raise IvyError("the batch has not started", where=batch_id, remedy="Start it first")
        return batch.output_directory

    def _runner(self) -> JobRunner:
        if self._executor is not None:
            return self._executor
        from .job.executor import JobExecutor

        return JobExecutor()


def _status_of(folder: Path) -> BatchStatus:
    from .following.from_outside import standing

    return standing(folder).batch.status
