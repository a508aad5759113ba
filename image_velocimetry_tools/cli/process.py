"""``ivytools-batch process``: one video, one discharge."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .options import Alpha, NoPlots, Quiet, Scaffold, Verbose
from .session import open_controller, open_view

DEFAULT_OUTPUT = Path("ivytools_output")


def process(
    scaffold: Scaffold,
    video: Annotated[str, typer.Argument(help="Video to measure, or its URL.", metavar="VIDEO")],
    wse: Annotated[float, typer.Option(help="Water surface elevation in the scaffold's display units and datum.")],
    alpha: Alpha = None,
    start: Annotated[str | None, typer.Option(help="Start of the clip: ss, mm:ss or hh:mm:ss.s.")] = None,
    end: Annotated[str | None, typer.Option(help="End of the clip: ss, mm:ss or hh:mm:ss.s.")] = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for the results.")] = DEFAULT_OUTPUT,
    job_id: Annotated[str | None, typer.Option(help="Name of the result; the default is that of the video.")] = None,
    save_project: Annotated[bool, typer.Option(help="Save a project that opens in the desktop application.")] = False,
    no_plots: NoPlots = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Measure one video.

    The result is OUTPUT/jobs/JOB_ID/JOB_ID.json; a result of the same name is replaced.
    """
    view = open_view(quiet, verbose)
    controller = open_controller(view)
    from ..batch.config import VideoConfig

    settings = VideoConfig(
        video_path=video,
        water_surface_elevation=wse,
        alpha=alpha,
        start_time=start,
        end_time=end,
        job_id=job_id,
    )
    code = controller.process(scaffold, settings, output, plots=not no_plots, save_project=save_project)
    raise typer.Exit(code)
