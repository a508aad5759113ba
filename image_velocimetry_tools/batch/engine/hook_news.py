"""From the events of a batch to what hooks are told."""

from __future__ import annotations

from collections import Counter

from ...plugins.hooks import HOOK_GROUP, BatchHooks, BatchNews, JobNews
from ...plugins.registry import plugin_registry
from ..config import RunSettings
from ..events import (
    BatchCancelled,
    BatchCompleted,
    BatchFailed,
    BatchResumed,
    BatchStarted,
    JobAdopted,
    JobEvent,
    JobSkipped,
    JobStarted,
)
from ..store.records import StoredEvent
from .batch_run import BatchRun
from .hook_runner import HookRunner


def made_hooks(settings: RunSettings) -> list[tuple[str, BatchHooks]]:
    """The hooks that a batch names.

    Raises
    ------
    IvyError
        If one cannot be used; nothing has run then.
    """
    registry = plugin_registry()
    return [(name, registry.create(HOOK_GROUP, name, settings.hook_settings.get(name, {}))) for name in settings.hooks]


class HookListener:
    """Tells hooks what happens; a job whose retry is still to come has not finished."""

    def __init__(self, runner: HookRunner) -> None:
        self._runner = runner

    def __call__(self, run: BatchRun, stored: StoredEvent) -> None:
        """Pass an event on, if hooks know its kind."""
        event = stored.event
        if isinstance(event, BatchStarted | BatchResumed):
            self._runner.batch_started(batch_news(run))
        elif isinstance(event, BatchCompleted | BatchFailed | BatchCancelled):
            self._runner.batch_finished(batch_news(run))
        elif isinstance(event, JobStarted):
            self._runner.job_started(job_news(run, event.job_id))
        elif isinstance(event, JobEvent) and _is_end(run, event):
            self._runner.job_finished(job_news(run, event.job_id))


def _is_end(run: BatchRun, event: JobEvent) -> bool:
    ends = isinstance(event, JobAdopted | JobSkipped) or hasattr(event, "result")
    return ends and run.jobs[event.job_id].status.is_final


def batch_news(run: BatchRun) -> BatchNews:
    """A batch as hooks see it."""
    batch = run.batch
    counts = Counter(str(job.status) for job in run.jobs.values())
    return BatchNews(batch.batch_id, batch.name, str(batch.status), run.state.output_directory, counts)


def job_news(run: BatchRun, job_id: str) -> JobNews:
    """A job as hooks see it."""
    job = run.jobs[job_id]
    result = job.result.model_dump(mode="json") if job.result is not None else {}
    return JobNews(
        batch=batch_news(run),
        job_id=job_id,
        status=str(job.status),
        attempt=job.attempt,
        video_path=job.job.video_path,
        video_url=job.job.video_url,
        message=job.reason,
        result=result,
    )
