"""``ivytools-batch resume`` and ``retry``: batches that go on."""

from __future__ import annotations

from typing import Any

import typer

from .options import (
    BatchFolder,
    BatchTimeout,
    DatabaseUrl,
    JobIds,
    JobsAtATime,
    JobTimeout,
    Json,
    MaxRetries,
    MemoryLimit,
    NoPlots,
    NoProgressTimeout,
    Quiet,
    RetryDelay,
    Strict,
    Threads,
    Verbose,
)
from .session import DEFAULT_EXECUTOR, open_run_controller


def resume(
    folder: BatchFolder,
    jobs_at_a_time: JobsAtATime = None,
    threads: Threads = None,
    memory_limit: MemoryLimit = None,
    job_timeout: JobTimeout = None,
    no_progress_timeout: NoProgressTimeout = None,
    batch_timeout: BatchTimeout = None,
    max_retries: MaxRetries = None,
    retry_delay: RetryDelay = None,
    strict: Strict = None,
    no_plots: NoPlots = False,
    database_url: DatabaseUrl = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Go on with a batch that was paused, interrupted or cancelled, or whose machine failed.

    What was finished is not done again, unless its scaffold or video has changed since; --strict refuses to go on then.
    """
    _go_on(locals(), None)


def retry(
    folder: BatchFolder,
    job_ids: JobIds = None,
    jobs_at_a_time: JobsAtATime = None,
    threads: Threads = None,
    memory_limit: MemoryLimit = None,
    job_timeout: JobTimeout = None,
    no_progress_timeout: NoProgressTimeout = None,
    batch_timeout: BatchTimeout = None,
    max_retries: MaxRetries = None,
    retry_delay: RetryDelay = None,
    strict: Strict = None,
    no_plots: NoPlots = False,
    database_url: DatabaseUrl = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Run jobs again that failed, timed out, ran out of memory or were cancelled: those named, or all of them.

    If the batch runs, the jobs join it; else it goes on here.
    """
    _go_on(locals(), job_ids or [])


def _go_on(given: dict[str, Any], retries: list[str] | None) -> None:
    with open_run_controller(given["quiet"], given["verbose"], given["json"], DEFAULT_EXECUTOR) as controller:
        code = controller.resume(
            given["folder"],
            changes=lambda: _changes(given),
            database_url=given["database_url"],
            strict=bool(given["strict"]),
            retries=retries,
        )
        raise typer.Exit(code)


def _changes(given: dict[str, Any]) -> dict[str, Any]:
    from .settings_given import changes_given

    # whether to be strict is asked anew each time, and where the database is does not change
    return changes_given({key: value for key, value in given.items() if key not in ("strict", "database_url")})
