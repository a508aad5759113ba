"""Presenter of the commands that look at a batch or steer it from another terminal."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from ...domain.errors import IvyError
from ..config import BatchResult, BatchVideoConfig, VideoConfig
from ..engine.inbox import AddJobs, Cancel, Pause
from ..events import AnyEvent, JobsAdded
from ..folders.state_folder import find_state
from ..following.from_outside import follow, standing
from ..following.monitoring import BatchMonitor
from ..following.picture_words import word
from ..following.result_rows import failure_lines
from ..following.status import batch_report, report_json, resume_command, state_words, status_facts, status_rows
from ..job.job_json import job_json
from ..models import BatchStatus, JobStatus, PlannedJob
from ..plan.planning import plan_videos, with_free_job_id
from ..plan.scaffold_loader import ScaffoldLoader
from ..plan.video_checks import look_into_videos
from ..results.stored_batch import job_results
from ..running.remote_control import give
from ..store import BatchStore
from ..store.records import JobRecord
from .guarded import guarded
from .view import COMPLETED, INTERRUPTED, PAUSED, SOME_FAILED, BatchView


class ControlController:
    """One method per command; each answers the exit code.

    Parameters
    ----------
    view
        Where sentences and tables go.
    """

    def __init__(
        self, view: BatchView, *, database_url: str | None = None, loader: ScaffoldLoader | None = None
    ) -> None:
        self._view, self._database_url = view, database_url
        self._loader = loader or ScaffoldLoader()

    def status(
        self, output_directory: Path, *, all_jobs: bool = False, write_json: Callable[[str], None] | None = None
    ) -> int:
        """Say how a batch stands, and which of its jobs run or did not succeed.

        Parameters
        ----------
        write_json
            Takes all of it, as one JSON object, instead of the view.
        """

        def command() -> int:
            report = batch_report(output_directory, database_url=self._database_url)
            if write_json is not None:
                write_json(json.dumps(report_json(report)))
                return COMPLETED
            self._view.facts(status_facts(report))
            rows = status_rows(report, all_jobs=all_jobs)
            if rows:
                self._view.table(("job", "status", "stage", "done", "time", "result or reason"), rows)
            return COMPLETED

        return guarded(self._view, command)

    def watch(
        self,
        output_directory: Path,
        monitor: BatchMonitor,
        *,
        after: int | None = None,
        until: Callable[[], bool] = lambda: False,
    ) -> int:
        """Show a batch that somebody else runs until it rests; an interruption ends the watching only.

        Parameters
        ----------
        after
            Number of the last event that is known already; only events from now on if None.
        until
            Asked now and then; ends the watching early.
        """

        def command() -> int:
            try:
                self._show(output_directory, monitor, after, until)
            except KeyboardInterrupt:
                monitor.close()
                self._view.say("no longer watched; the batch itself was not touched")
                return INTERRUPTED
            finally:
                monitor.close()
            return self._rested(output_directory)

        return guarded(self._view, command)

    def pause(self, output_directory: Path) -> int:
        """Let a running batch start no more jobs."""

        def command() -> int:
            give(output_directory, Pause(), database_url=self._database_url, loader=self._loader)
            running = _jobs(_running(self._standing_jobs(output_directory)))
            rest = f"; {running} will finish" if running else ""
            self._view.say(f"the batch starts no more jobs{rest}; go on with: {resume_command(output_directory)}")
            return COMPLETED

        return guarded(self._view, command)

    def cancel(self, output_directory: Path, job_ids: Sequence[str] = ()) -> int:
        """Cancel jobs, or the whole batch if none is named."""

        def command() -> int:
            cancel = Cancel(job_ids=tuple(dict.fromkeys(job_ids)))
            give(output_directory, cancel, database_url=self._database_url, loader=self._loader)
            jobs = self._standing_jobs(output_directory)
            if job_ids:
                self._view.say("; ".join(_fate(job) for job in jobs if job.job_id in job_ids))
                return COMPLETED
            running = _jobs(_running(jobs))
            rest = f"; {running} will be ended within 20 s" if running else ""
            self._view.say(f"the batch is cancelled{rest}; finished results are kept")
            return COMPLETED

        return guarded(self._view, command)

    def add(self, output_directory: Path, videos: Sequence[VideoConfig]) -> int:
        """Add videos to a batch; they are checked as those that it began with."""

        def command() -> int:
            planned = self._planned(output_directory, videos)
            add = AddJobs(jobs=tuple(job_json(one.job) for one in planned))
            answer = give(output_directory, add, database_url=self._database_url, loader=self._loader)
            ids = ", ".join(one.job.job_id for one in planned)
            here = f"run them with: {resume_command(output_directory)}"
            how = "it runs, and they with it" if answer.by_owner else here
            self._view.say(f"{_jobs(len(planned))} added to the batch ({ids}); {how}")
            return COMPLETED

        return guarded(self._view, command)

    def _show(
        self, output_directory: Path, monitor: BatchMonitor, after: int | None, until: Callable[[], bool]
    ) -> None:
        found = standing(output_directory, database_url=self._database_url)
        monitor.begin(found.batch, found.jobs)
        first = found.last_event if after is None else after
        for stored in follow(output_directory, after=first, database_url=self._database_url, until=until):
            monitor.event(stored, self._added(output_directory, stored.event))

    def _added(self, output_directory: Path, event: AnyEvent) -> list[JobRecord]:
        if not isinstance(event, JobsAdded):
            return []
        state, batch_id = find_state(output_directory, database_url=self._database_url)
        with BatchStore.open(state.database_url, read_only=True) as store:
            return [store.job(batch_id, job_id) for job_id in event.job_ids]

    def _rested(self, output_directory: Path) -> int:
        """Say how the batch came to rest; the exit code is that of a run that ends so."""
        report = batch_report(output_directory, database_url=self._database_url)
        state, _ = find_state(output_directory, database_url=self._database_url)
        result = BatchResult(video_results=tuple(job_results(report.standing.jobs, state)))
        for line in failure_lines(result):
            self._view.problem(line)
        self._view.say(f"{state_words(report)}; {len(result.successful)} of {result.total} jobs have a discharge")
        if report.standing.is_orphaned or report.standing.batch.status is BatchStatus.PAUSED:
            return PAUSED
        return COMPLETED if result.success else SOME_FAILED

    def _planned(self, output_directory: Path, videos: Sequence[VideoConfig]) -> list[PlannedJob]:
        found = standing(output_directory, database_url=self._database_url)
        scaffold = self._loader.load(found.batch.scaffold_path)
        planned = plan_videos(BatchVideoConfig(scaffold=scaffold, video=video) for video in videos)
        problems = look_into_videos(planned)
        if problems:
            raise IvyError.from_problems(problems)
        taken = [job.job_id for job in found.jobs]
        free: list[PlannedJob] = []
        for one, video in zip(planned, videos, strict=True):
            free.append(with_free_job_id(one, taken, video))
            taken.append(free[-1].job.job_id)
        return free

    def _standing_jobs(self, output_directory: Path) -> Sequence[JobRecord]:
        return standing(output_directory, database_url=self._database_url).jobs


def _fate(job: JobRecord) -> str:
    if job.status is JobStatus.RUNNING:
        return f"{job.job_id} will be ended within 20 s"
    return f"{job.job_id} is {word(job.status)}" + (f" ({job.reason})" if job.reason else "")


def _running(jobs: Sequence[JobRecord]) -> int:
    return sum(job.status is JobStatus.RUNNING for job in jobs)


def _jobs(count: int) -> str:
    """A number of jobs in words; empty for none."""
    return f"{count} {'job' if count == 1 else 'jobs'}" if count else ""
