"""``ivytools-batch watch``: a batch followed from another terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import BatchFolder, DatabaseUrl, Json, Quiet, Verbose
from .session import open_view


def watch(
    folder: BatchFolder,
    after: Annotated[
        int | None,
        typer.Option(min=0, help="With --json: print the events after this number too; 0 for all that are kept."),
    ] = None,
    database_url: DatabaseUrl = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show a batch that runs elsewhere until it rests.

    Ctrl+C ends the watching, not the batch. The exit code is that of the run: 0 all completed, 1 some job failed,
    3 paused or interrupted.
    """
    if after is not None and not json:
        raise typer.BadParameter("--after goes with --json")
    view = open_view(quiet, verbose, json)
    from ..batch.controllers.control import ControlController
    from .monitors import open_monitor
    from .monitors.json_lines import JsonLines

    monitor = open_monitor(view, json=json)
    controller = ControlController(view, database_url=database_url)
    code = controller.watch(
        folder, monitor, after=after, until=lambda: isinstance(monitor, JsonLines) and monitor.reader_is_gone
    )
    raise typer.Exit(code)
