"""``ivytools-batch make-csv``: a jobs CSV for a folder of videos."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import Quiet, Verbose
from .session import open_controller, open_view
from .terminal import TerminalView

if TYPE_CHECKING:
    from ..batch.folder_jobs import FolderJobs

CSV_NAME = "jobs.csv"


@dataclass(frozen=True, slots=True)
class LevelSource:
    """Where the water levels come from: a stage record, or one level for all."""

    stage_record: Path | None
    wse: float | None
    column: str | None
    timezone: str | None
    datum_offset: float
    max_gap_min: float


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
        float, typer.Option(help="Added to every level of the record: gage datum to that of the control points.")
    ] = 0.0,
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
    Levels, offset included, must be in the display units of the scaffold. Nothing is extrapolated: a video without a
    level is left out and listed with the reason.
    """
    if (stage_record is None) == (wse is None):
        raise typer.BadParameter("give either --stage-record or --wse")
    view = open_view(quiet, verbose)
    source = LevelSource(stage_record, wse, column, timezone, datum_offset, max_gap)
    target = output or folder / CSV_NAME
    code = open_controller(view).guarded(lambda: _write(view, folder, pattern, recursive, source, target))
    raise typer.Exit(code)


def _write(
    view: TerminalView, folder: Path, pattern: str | None, recursive: bool, source: LevelSource, target: Path
) -> int:
    from ..batch.folder_jobs import find_videos
    from ..formats.jobs_csv import write_jobs_csv

    jobs = _jobs(view, folder, find_videos(folder, pattern, recursive=recursive), source)
    for problem in jobs.left_out:
        view.problem(f"left out: {problem}")
    if not jobs.rows:
        view.problem("no video has a water level; nothing was written")
        return 2
    write_jobs_csv(target, jobs.rows)
    view.say(f"{target}: {len(jobs.rows)} jobs, {len(jobs.left_out)} videos left out")
    return 0


def _jobs(view: TerminalView, folder: Path, videos: list[Path], source: LevelSource) -> FolderJobs:
    from datetime import timedelta

    from ..batch.folder_jobs import jobs_at_level, jobs_from_record
    from ..formats.stage_record import read_stage_record

    if source.stage_record is None:
        return jobs_at_level(folder, videos, source.wse or 0.0)
    record = read_stage_record(
        source.stage_record,
        column=source.column,
        timezone=source.timezone,
        datum_offset=source.datum_offset,
        max_gap=timedelta(minutes=source.max_gap_min),
    )
    for warning in record.warnings:
        view.warn(warning)
    return jobs_from_record(folder, videos, record, datum_offset=source.datum_offset)
