"""``ivytools-batch validate``: every problem at once, before anything runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import AllowUnknown, Quiet, Scaffold, Verbose
from .session import open_controller, open_view


def validate(
    scaffold: Scaffold,
    jobs: Annotated[Path | None, typer.Argument(help="CSV with one job per row.", metavar="JOBS.csv")] = None,
    allow_unknown_columns: AllowUnknown = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Check a scaffold, and a jobs CSV with its videos."""
    controller = open_controller(open_view(quiet, verbose))
    raise typer.Exit(controller.validate(scaffold, jobs, allow_unknown_columns=allow_unknown_columns))
