"""``ivytools-batch report``, ``export`` and ``compare``: what came of batches, also while they run."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from ..plugins.exporters import EXPORTER_GROUP
from .options import BatchFolder, DatabaseUrl, Quiet, Verbose
from .plugin_options import command_with_plugin_options, plugin_settings
from .session import open_view

if TYPE_CHECKING:
    from ..batch.controllers.results import ResultsController

#: Class of a command that takes the options of exporters.
ExportCommand = command_with_plugin_options(EXPORTER_GROUP)


def report(
    ctx: typer.Context,
    folder: BatchFolder,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File, or folder for several forms; default: report.* in DIR."),
    ] = None,
    forms: Annotated[
        list[str] | None, typer.Option("--format", help="html, json or csv; repeatable. By default html.")
    ] = None,
    gauged_column: Annotated[
        str | None,
        typer.Option(help="Column of the jobs CSV, or of --gauged-file, that holds gauged discharges to compare with."),
    ] = None,
    gauged_file: Annotated[
        Path | None, typer.Option(help="Gauged discharges: a CSV by job_id or over time, or a USGS NWIS file.")
    ] = None,
    gauged_timezone: Annotated[
        str | None, typer.Option(help="Zone of times that state none: America/Chicago, CDT, -05:00.")
    ] = None,
    database_url: DatabaseUrl = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write the report of a batch: totals, quality, rating curve, every job, failures with their reasons.

    It may still run; the report has what is finished then. An older report is replaced.
    """
    with _open_controller(database_url, quiet, verbose) as controller:
        from ..batch.results.export_wish import ExportWish

        shared = {"gauged_column": gauged_column, "gauged_file": gauged_file, "gauged_timezone": gauged_timezone}
        wish = ExportWish(output=output, shared=shared, plugin_settings=plugin_settings(ctx))
        raise typer.Exit(controller.report(folder, forms or [], wish))


def export(
    ctx: typer.Context,
    folder: BatchFolder,
    to: Annotated[
        list[str],
        typer.Option("--to", help="points, netcdf, zip, video, playlist or what 'plugins list' names; repeatable."),
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File, or folder for several; by default in DIR/exports, named after it."),
    ] = None,
    failed: Annotated[
        bool | None, typer.Option("--failed/--no-failed", help="With or without the jobs that have no result.")
    ] = None,
    names: Annotated[
        str | None,
        typer.Option(help="Names in the archive: numbered, original, or a pattern such as '{number}_{title}'."),
    ] = None,
    prefix: Annotated[str | None, typer.Option(help="Text before every name in the archive.")] = None,
    database_url: DatabaseUrl = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write the results of a batch as a table, NetCDF file, archive, video or playlist.

    It may still run; the export has what is finished then, and what is missing is said. An older file of the same name
    is replaced when the new one is complete. Ctrl+C cancels and leaves nothing of an unfinished file.
    """
    with _open_controller(database_url, quiet, verbose) as controller:
        from ..batch.results.export_wish import ExportWish, naming

        shared = {"include_failed": failed, "prefix": prefix, **naming(names)}
        wish = ExportWish(tuple(to), output, shared, plugin_settings(ctx))
        raise typer.Exit(controller.export(folder, wish))


def compare(
    first: Annotated[Path, typer.Argument(help="Output folder of a batch.", metavar="A")],
    second: Annotated[Path, typer.Argument(help="Output folder of another batch.", metavar="B")],
    all_jobs: Annotated[bool, typer.Option("--all", help="Show the unchanged jobs too.")] = False,
    tolerance: Annotated[
        float | None,
        typer.Option(min=0.0, help="Exit code 1 if a discharge changed by more percent than this, came or went."),
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Write the table of all jobs to this file too.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print everything as one JSON object instead, SI.")] = False,
    database_url: DatabaseUrl = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Show two batches side by side: how the jobs changed from A to B, and which parameters and inputs differ."""
    view = open_view(quiet, verbose, json)
    from ..batch.controllers.results import ResultsController

    code = ResultsController(view, database_url=database_url).compare(
        first,
        second,
        all_jobs=all_jobs,
        tolerance_percent=tolerance,
        csv_path=csv,
        write_json=print if json else None,
    )
    raise typer.Exit(code)


@contextmanager
def _open_controller(database_url: str | None, quiet: bool, verbose: bool) -> Iterator[ResultsController]:
    view = open_view(quiet, verbose)
    from ..batch.controllers.results import ResultsController

    with cancel_on_interrupt() as cancel:
        yield ResultsController(view, database_url=database_url, cancel=cancel)


@contextmanager
def cancel_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl+C, or a request to terminate, has asked to stop; the second one ends the work wherever it is."""
    asked: list[int] = []

    def interrupted(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    before = {number: signal.signal(number, interrupted) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
