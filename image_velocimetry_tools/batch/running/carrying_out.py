"""An open batch carried out: executor, gate and hooks as its settings say, then the engine works until it rests."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from ...plugins.executors import EXECUTOR_GROUP, Executor, WorkContext
from ...plugins.registry import plugin_registry
from ..config import BatchResult, RunSettings
from ..engine.batch_run import BatchRun, EventListener, JobFeeder
from ..engine.engine import BatchEngine, start_or_resume
from ..engine.gate import Gate
from ..engine.hook_news import HookListener, made_hooks
from ..engine.hook_runner import HookRunner
from ..engine.stop_control import StopControl
from ..engine.work import MeasureJob
from ..folders.job_folder import output_error
from ..folders.output_folder import log_file, remove_if_empty
from ..job.attempt import JobRunner
from ..models import PlannedJob
from ..results.stored_batch import stored_batch_result
from ..store.records import StoredEvent
from .open_batch import OpenBatch

_log = logging.getLogger(__name__)
_LAST_HOOKS_S = 30.0


def require_usable(settings: RunSettings) -> None:
    """Check the plugins that a batch names, before anything of it is written down.

    Raises
    ------
    IvyError
        If the executor or a hook cannot be used, or their settings will not do.
    """
    plugin_registry().settings(EXECUTOR_GROUP, settings.executor, settings.executor_settings)
    for _, hooks in made_hooks(settings):
        hooks.close()


def carry_out(
    opened: OpenBatch,
    *,
    listener: EventListener | None = None,
    control: StopControl | None = None,
    runner: JobRunner | None = None,
    feeder: JobFeeder | None = None,
) -> BatchResult:
    """Run a batch until it rests: it is over, or paused.

    Parameters
    ----------
    listener
        Told every event.
    control
        The wish to stop, from outside.
    runner
        What measures a job in place of the program's own executor of jobs.
    feeder
        Brings further jobs while the batch runs.

    Raises
    ------
    IvyError
        If the executor or a hook cannot be made.
    KeyboardInterrupt
        As it comes, after what ran has been ended; the batch is paused then.
    """
    settings = opened.planner.settings
    with log_file(opened.state.output_directory), ExitStack() as held:
        engine = held.enter_context(engine_for(settings, runner, control))
        _add(engine, opened, held.enter_context(_with_hooks(settings, listener)), feeder)
        engine.run()
    return _result_of(opened, engine)


def carry_out_together(
    batches: Sequence[OpenBatch],
    settings: RunSettings,
    *,
    listener: EventListener | None = None,
    control: StopControl | None = None,
    runner: JobRunner | None = None,
) -> list[BatchResult]:
    """Run several batches on one engine until all of them rest; see :func:`carry_out`.

    Parameters
    ----------
    batches
        All in one store.
    settings
        Executor, jobs at a time and memory of the engine.
    """
    with ExitStack() as held:
        engine = held.enter_context(engine_for(settings, runner, control))
        for opened in batches:
            _add(engine, opened, held.enter_context(_with_hooks(opened.planner.settings, listener)), None)
        engine.run()
    return [_result_of(opened, engine) for opened in batches]


def _add(engine: BatchEngine, opened: OpenBatch, listener: EventListener, feeder: JobFeeder | None) -> None:
    run = BatchRun(opened.store, opened.batch_id, opened.planner, opened.state, listener, feeder)
    _make_folder(opened.planner.jobs_directory)
    for notice in opened.notices:
        run.notice(notice)
    start_or_resume(run)
    engine.add(run)


def _make_folder(folder: Path) -> None:
    """Make the folder of the jobs: workers elsewhere look whether it is there, not to fill a disk of their own."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise output_error(error, folder) from error


def _result_of(opened: OpenBatch, engine: BatchEngine) -> BatchResult:
    remove_if_empty(opened.planner.jobs_directory)
    result = stored_batch_result(opened.store, opened.state, opened.batch_id)
    return result.model_copy(update={"problems": engine.problems(opened.batch_id)})


@contextmanager
def _with_hooks(settings: RunSettings, listener: EventListener | None) -> Iterator[EventListener]:
    """A listener that also tells the hooks of the settings; at the end they get time to be told everything."""
    hooks = made_hooks(settings)
    if not hooks:
        yield listener or (lambda run, stored: None)
        return
    runner = HookRunner(hooks, _log.warning)
    telling = HookListener(runner)

    def listen(run: BatchRun, stored: StoredEvent) -> None:
        telling(run, stored)
        if listener is not None:
            listener(run, stored)

    try:
        yield listen
    finally:
        runner.close(_LAST_HOOKS_S)


@contextmanager
def engine_for(
    settings: RunSettings, runner: JobRunner | None = None, control: StopControl | None = None
) -> Iterator[BatchEngine]:
    """An engine as the settings want it, closed at the end."""
    executor: Executor = plugin_registry().create(EXECUTOR_GROUP, settings.executor, settings.executor_settings)
    engine = BatchEngine(executor, Gate(settings, executor), work_factory(runner), control)
    try:
        yield engine
    finally:
        engine.close()


def work_factory(
    runner: JobRunner | None = None,
) -> Callable[[BatchRun, PlannedJob, int, int], Callable[[WorkContext], Any]]:
    """What makes the work of attempts."""

    def work(run: BatchRun, planned: PlannedJob, attempt: int, threads: int) -> MeasureJob:
        settings, planner = run.planner.settings, run.planner
        return MeasureJob(
            planned,
            planner.jobs_directory,
            attempt,
            planner.method,
            plots=settings.plots,
            save_project=settings.save_projects,
            threads=threads,
            runner=runner,
        )

    return work
