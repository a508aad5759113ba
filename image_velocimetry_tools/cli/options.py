"""Options that several commands share, so that they mean and say the same everywhere."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

SETTINGS, INPUT, STATE, SHOWN = "How it runs", "What is measured", "Where its state lies", "What is shown"

Scaffold = Annotated[
    Path, typer.Argument(help="Project file (.ivy) that was set up by hand for the site.", metavar="SCAFFOLD")
]
OptionalScaffold = Annotated[
    Path | None, typer.Argument(help="Project file (.ivy) that was set up by hand for the site.", metavar="SCAFFOLD")
]
Jobs = Annotated[
    Path | None, typer.Argument(help="CSV with one job per row, or a folder of videos.", metavar="JOBS.csv|FOLDER")
]
Output = Annotated[Path | None, typer.Option("--output", "-o", help="Folder for the results.")]
BatchFolder = Annotated[Path, typer.Argument(help="Output folder of a batch.", metavar="DIR")]
JobIds = Annotated[list[str] | None, typer.Argument(help="Ids of jobs; without any, all that it can mean.")]

Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Print more about what is being done.")]
Json = Annotated[bool, typer.Option("--json", help="Print events, one JSON object a line.")]
NoPlots = Annotated[bool, typer.Option("--no-plots", help="Draw no section and no space-time images.")]
AllowUnknown = Annotated[
    bool,
    typer.Option("--allow-unknown-columns", help="Carry unknown columns through to the summary, do not refuse them."),
]

Alpha = Annotated[
    float | None, typer.Option(help="Ratio of mean to surface velocity; default: that of the project, else 0.85.")
]

Config = Annotated[Path | None, typer.Option(help="YAML file with any of these options as keys.")]
Template = Annotated[str | None, typer.Option(help="Named template of settings; see 'templates'.")]
Name = Annotated[str | None, typer.Option(help="Name of the batch, 100 characters at most.")]
Description = Annotated[str | None, typer.Option(help="What the batch is for.")]
Priority = Annotated[int | None, typer.Option(help="0 to 10; the highest goes first where batches share an engine.")]

Pattern = Annotated[str | None, typer.Option(help="Which files of the folder count, e.g. '*.mp4'.")]
Recursive = Annotated[bool | None, typer.Option("--recursive", help="Look into subfolders too.")]
Wse = Annotated[float | None, typer.Option(help="One water level for all videos, display units of the scaffold.")]
StageRecord = Annotated[
    Path | None,
    typer.Option(
        help="Levels over time: USGS NWIS tab file, or CSV. Converted from the unit that it states (00065: ft; stage_m;"
        " (ft)) to the scaffold's display units; taken to be in these if it states none."
    ),
]
Column = Annotated[str | None, typer.Option(help="Level column of the stage record, if it has several.")]
Timezone = Annotated[str | None, typer.Option(help="Zone of the times in file names: America/Chicago, CDT, -05:00.")]
DatumOffset = Annotated[
    float | None,
    typer.Option(help="Added to every level, display units of the scaffold: gage datum to that of the control points."),
]
MaxGap = Annotated[
    str | None, typer.Option(help="Largest distance between the readings round a video: minutes, or 90s, 1h.")
]
Watch = Annotated[bool | None, typer.Option("--watch", help="Go on watching the folder; new videos join the batch.")]
Validity = Annotated[
    Path | None, typer.Option(help="CSV of sections, alphas and other settings that hold from a date on.")
]

JobsAtATime = Annotated[str | None, typer.Option("--jobs", help="Jobs at a time, or 'auto': by cores and memory.")]
Threads = Annotated[int | None, typer.Option(help="Cores of each job; shared out if not given.")]
MemoryLimit = Annotated[str | None, typer.Option(help="Memory for all jobs together: 4GB, 75%.")]
JobTimeout = Annotated[str | None, typer.Option(help="Longest time of a job: 90, 15m, 2h.")]
NoProgressTimeout = Annotated[str | None, typer.Option(help="Longest time without any progress of a job.")]
BatchTimeout = Annotated[str | None, typer.Option(help="Longest time of the batch; it can be resumed then.")]
MaxRetries = Annotated[
    int | None, typer.Option(help="How often a job is tried again when the cause of its failure can pass.")
]
RetryDelay = Annotated[str | None, typer.Option(help="Pause before the first of these; it doubles each time.")]
StartAt = Annotated[datetime | None, typer.Option(help="When to begin, local time: '2026-05-14 22:00'.")]
Method = Annotated[str | None, typer.Option(help="Velocimetry method; 'plugins list' names them.")]
Executor = Annotated[str | None, typer.Option(help="Where jobs run; 'plugins list' names them.")]
Scheduler = Annotated[str | None, typer.Option(help="Address of the Dask scheduler, for --executor dask.")]
Hooks = Annotated[list[str] | None, typer.Option("--hook", help="What is told of the batch, e.g. notify; repeatable.")]
Force = Annotated[bool | None, typer.Option("--force", help="Measure again what is up to date.")]
Strict = Annotated[
    bool | None, typer.Option("--strict", help="Refuse to go on where doubt would otherwise only be said.")
]
StopOnFirst = Annotated[
    bool | None, typer.Option("--stop-on-first-failure", help="Skip what comes after the first job that fails.")
]
SaveProjects = Annotated[
    bool | None,
    typer.Option("--save-projects", help="Save a project per job that opens in the desktop application."),
]
StateDir = Annotated[Path | None, typer.Option(help="Folder for the state of the batch, if not that of the results.")]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(help="Database for the state: postgresql://user:password@host/name.", envvar="IVYTOOLS_DATABASE_URL"),
]
