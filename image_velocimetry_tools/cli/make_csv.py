"""``ivytools-batch make-csv``: a jobs CSV for a folder of videos."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..domain.units import DisplayUnits, unit_system
from .options import Quiet, Verbose
from .session import open_controller, open_view
from .terminal import TerminalView

if TYPE_CHECKING:
    from ..batch.inputs.folder_options import FolderOptions

CSV_NAME = "jobs.csv"


def make_csv(
    folder: Annotated[Path, typer.Argument(help="Folder of videos.", metavar="FOLDER")],
    stage_record: Annotated[
        Path | None, typer.Option(help="Levels over time: USGS NWIS tab file, or CSV with a time and a level column.")
    ] = None,
    wse: Annotated[float | None, typer.Option(help="One water surface elevation for all videos instead.")] = None,
    pattern: Annotated[str | None, typer.Option(help="Which files count, e.g. '*.mp4'; default: all videos.")] = None,
    recursive: Annotated[bool, typer.Option("--recursive", help="Look into subfolders too.")] = False,
    timezone: Annotated[
        str | None, typer.Option(help="Zone of the times in file names: America/Chicago, CDT, -05:00.")
    ] = None,
    datum_offset: Annotated[
        float,
        typer.Option(help="Added to every level, display units: gage datum to that of the control points."),
    ] = 0.0,
    units: Annotated[
        DisplayUnits | None,
        typer.Option(case_sensitive=False, help="Display units of the scaffold; levels of the record become these."),
    ] = None,
    max_gap: Annotated[
        float, typer.Option(min=0.0, help="Largest distance between the readings round a video, minutes.")
    ] = 30.0,
    column: Annotated[str | None, typer.Option(help="Level column of the record, if it has several.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="CSV to write; default: jobs.csv in the folder.")
    ] = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Write a jobs CSV for a folder of videos.

    Each video gets the level that a stage record has for its time: that in its name, else that in its metadata.
    Levels, offset included, must be in the display units of the scaffold: say them with --units, and a record that
    states another unit is converted. Nothing is extrapolated: a video without a
    level is left out and listed with the reason.
    """
    if (stage_record is None) == (wse is None):
        raise typer.BadParameter("give either --stage-record or --wse")
    view = open_view(quiet, verbose)
    controller = open_controller(view)
    from ..batch.inputs.folder_options import FolderOptions

    options = FolderOptions(
        pattern=pattern,
        recursive=recursive,
        wse=wse,
        stage_record=stage_record,
        column=column,
        timezone=timezone,
        datum_offset=datum_offset,
        max_gap_min=max_gap,
    )
    raise typer.Exit(controller.guarded(lambda: _write(view, folder, options, units, output or folder / CSV_NAME)))


def _write(view: TerminalView, folder: Path, options: FolderOptions, units: DisplayUnits | None, target: Path) -> int:
    from ..batch.inputs.folder import folder_rows
    from ..formats.jobs.jobs_csv import write_jobs_csv

    jobs = folder_rows(folder, options, units=None if units is None else unit_system(units))
    for warning in jobs.warnings:
        view.warn(warning)
    for problem in jobs.left_out:
        view.problem(f"left out: {problem}")
    if not jobs.rows:
        view.problem("no video has a water level; nothing was written")
        return 2
    write_jobs_csv(target, jobs.rows)
    view.say(f"{target}: {len(jobs.rows)} jobs, {len(jobs.left_out)} videos left out")
    if options.stage_record is not None and units is None:
        view.say("levels stand as in the stage record; with --units they become those of the scaffold")
    return 0
