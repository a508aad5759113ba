"""``ivytools-batch run`` and ``plan``: a list of jobs, carried out or only looked through."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import Json, Quiet, Verbose
from .run_options import RunOptions, takes_run_options
from .session import DEFAULT_EXECUTOR, open_run_controller


@takes_run_options
def run(
    ctx: typer.Context,
    options: RunOptions,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything and say what would run; write nothing. As 'plan'.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Measure the jobs of a CSV, or the videos of a folder.

    OUTPUT/batch_summary.csv has one row per job, OUTPUT/jobs the results. What is up to date is skipped. The batch can
    be watched, paused, cancelled and resumed from anywhere by its output folder. Ctrl+C lets running jobs finish, a
    second one cancels, a third leaves at once.
    """
    executor = None if dry_run else options.executor or DEFAULT_EXECUTOR
    with open_run_controller(quiet, verbose, json, executor) as controller:
        wanted = options.wanted(ctx)
        raise typer.Exit(controller.plan(wanted) if dry_run else controller.run(wanted))


@takes_run_options
def plan(ctx: typer.Context, options: RunOptions, quiet: Quiet = False, verbose: Verbose = False) -> None:
    """Say what 'run' would do: which jobs run or are skipped and why, and what that takes.

    Everything is checked, every video looked into, and nothing written.
    """
    wanted = options.wanted(ctx)
    with open_run_controller(quiet, verbose) as controller:
        raise typer.Exit(controller.plan(wanted))
