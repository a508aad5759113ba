"""Batches run from the first check to the last result, or taken up where they stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ...domain.errors import IvyError
from ..config import BatchResult, BatchVideoConfig, RunSettings, ScaffoldConfig
from ..engine.batch_run import EventListener, JobFeeder
from ..engine.commands import retry
from ..engine.stop_control import StopControl
from ..folders.owner_lock import OwnerLock
from ..folders.state_folder import StateFolder
from ..job.attempt import CancelCheck, JobRunner, ProgressListener
from ..labels import BatchLabels
from ..models import PlannedJob
from ..plan.planning import plan_videos
from ..plan.scaffold_loader import ScaffoldLoader
from ..store import BatchStore
from .carrying_out import carry_out, carry_out_together, require_usable
from .open_batch import OpenBatch, created_batch, owned_output, taken_up_batch, written_batch
from .progress_listening import cancelled_by, told_progress


@dataclass(frozen=True, slots=True)
class Company:
    """Whoever goes along with a run: listeners, the wish to stop, a source of more jobs, a stand-in that measures."""

    progress: ProgressListener | None = None
    cancel: CancelCheck | None = None
    listener: EventListener | None = None
    control: StopControl | None = None
    feeder: JobFeeder | None = None
    runner: JobRunner | None = None


@dataclass(frozen=True, slots=True, eq=False)
class NewBatch:
    """A batch that is to be written down and run: jobs that are planned, their site, and how."""

    scaffold: ScaffoldConfig
    jobs: tuple[PlannedJob, ...]
    state: StateFolder
    settings: RunSettings
    labels: BatchLabels = field(default_factory=BatchLabels)
    warnings: tuple[str, ...] = ()
    watched: Mapping[str, Any] = field(default_factory=dict)


def run_new(batch: NewBatch, company: Company) -> BatchResult:
    """Write a batch down and run it until it rests; see :func:`created_batch` and :func:`carry_out`."""
    settings = batch.settings.model_copy(update=_in_process(company))
    require_usable(settings)
    with created_batch(
        batch.scaffold, batch.jobs, batch.state, settings, batch.labels, batch.warnings, batch.watched
    ) as opened:
        return _carried_out(opened, company)


def run_together(batches: Sequence[NewBatch], settings: RunSettings, company: Company) -> list[BatchResult]:
    """Run several batches on one engine, with one database for all of them.

    They share the engine fairly: higher priority first, then owner by owner, then batch by batch.

    Parameters
    ----------
    batches
        Their states lie in the same database; each has an output folder of its own.
    settings
        How many jobs run at a time, with what memory, and where; each batch keeps its other settings.

    Raises
    ------
    IvyError
        As :func:`run_new`; nothing has run then.
    """
    urls = {batch.state.database_url for batch in batches}
    for batch in batches:
        require_usable(batch.settings)
    if len(urls) != 1:
        raise ValueError("batches on one engine share one database")
    with ExitStack() as held:
        for batch in batches:
            held.enter_context(owned_output(batch.state))
        shared = batches[0].state.shared_lock
        if shared is not None:
            held.enter_context(OwnerLock(shared))
        store = held.enter_context(BatchStore.open(urls.pop()))
        opened = [
            written_batch(store, one.scaffold, one.jobs, one.state, one.settings, one.labels, one.warnings, one.watched)
            for one in batches
        ]
        control = company.control or StopControl()
        with cancelled_by(company.cancel, control):
            listener = told_progress(company.progress, company.listener)
            return carry_out_together(opened, settings, listener=listener, control=control, runner=company.runner)


def run_again(
    output_directory: Path,
    company: Company,
    *,
    database_url: str | None = None,
    changes: Mapping[str, Any] | None = None,
    strict: bool = False,
    retries: Sequence[str] | None = None,
    loader: ScaffoldLoader | None = None,
) -> BatchResult:
    """Go on with the batch of an output folder; see :func:`taken_up_batch`.

    Parameters
    ----------
    retries
        Ids of unsuccessful jobs to run again, all of them if empty, none if None.

    Raises
    ------
    IvyError
        If a job cannot be retried.
    """
    changed = {**(changes or {}), **_in_process(company)}
    with taken_up_batch(
        output_directory, database_url=database_url, changes=changed, strict=strict, loader=loader
    ) as opened:
        if retries is not None:
            jobs = opened.store.jobs(opened.batch_id)
            opened.store.record_all(retry(opened.batch, jobs, retries, starts=False).events)
        return _carried_out(opened, company)


def planned_videos(
    videos: Iterable[BatchVideoConfig | PlannedJob], scaffold: ScaffoldConfig | None
) -> tuple[tuple[PlannedJob, ...], ScaffoldConfig]:
    """Jobs that are ready to run, and their site.

    Raises
    ------
    VideoError
        With every problem of every video.
    IvyError
        If the videos are of several sites.
    """
    given = list(videos)
    jobs = [video for video in given if isinstance(video, PlannedJob)]
    configs = [video for video in given if isinstance(video, BatchVideoConfig)]
    if jobs and configs:
        raise ValueError("videos are either all configurations or all planned jobs")
    sites = {config.scaffold.scaffold_path: config.scaffold for config in configs}
    if len(sites) > 1:
        what = f"the videos are of {len(sites)} scaffolds"
        raise IvyError(what, remedy="Make a batch for each site; several can run at a time")
    site = scaffold or next(iter(sites.values()), None)
    if site is None:
        raise ValueError("planned jobs need the scaffold that they were planned with")
    return tuple(jobs or plan_videos(configs)), site


def _in_process(company: Company) -> dict[str, Any]:
    """A stand-in lives in this process, with whatever it is connected to, so its attempts do too."""
    return {} if company.runner is None else {"executor": "inline", "executor_settings": {}}


def _carried_out(opened: OpenBatch, company: Company) -> BatchResult:
    control = company.control or StopControl()
    with cancelled_by(company.cancel, control):
        return carry_out(
            opened,
            listener=told_progress(company.progress, company.listener),
            control=control,
            runner=company.runner,
            feeder=company.feeder,
        )
