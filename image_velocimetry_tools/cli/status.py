"""``ivytools-batch status``: how a batch stands."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import BatchFolder, DatabaseUrl, Quiet, Verbose
from .session import open_view


def status(
    folder: BatchFolder,
    database_url: DatabaseUrl = None,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show how a batch stands, whoever runs it: its progress, the jobs that run and those that did not succeed.

    With --verbose all jobs are listed.
    """
    view = open_view(quiet, verbose, json)
    from ..batch.controllers.control import ControlController

    controller = ControlController(view, database_url=database_url)
    raise typer.Exit(controller.status(folder, all_jobs=verbose, write_json=print if json else None))
