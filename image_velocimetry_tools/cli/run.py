"""``ivytools-batch run``: the jobs of a CSV."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import AllowUnknown, NoPlots, Quiet, Scaffold, Verbose
from .session import open_controller, open_view


def run(
    scaffold: Scaffold,
    jobs: Annotated[Path, typer.Argument(help="CSV with one job per row.", metavar="JOBS.csv")],
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the results.")],
    stop_on_first_failure: Annotated[
        bool, typer.Option("--stop-on-first-failure", help="Skip what comes after the first job that fails.")
    ] = False,
    save_projects: Annotated[
        bool, typer.Option("--save-projects", help="Save a project per job that opens in the desktop application.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check everything and say what would run; write nothing.")
    ] = False,
    allow_unknown_columns: AllowUnknown = False,
    no_plots: NoPlots = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Measure the jobs of a CSV.

    OUTPUT/batch_summary.csv has one row per job, OUTPUT/jobs the results; results of the same job ids are replaced.
    """
    controller = open_controller(open_view(quiet, verbose))
    processor = controller.processor(
        scaffold,
        jobs,
        output,
        stop_on_first_failure=stop_on_first_failure,
        save_projects=save_projects,
        plots=not no_plots,
        allow_unknown_columns=allow_unknown_columns,
    )
    raise typer.Exit(controller.run(processor, dry_run=dry_run))
