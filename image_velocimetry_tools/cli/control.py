"""``ivytools-batch pause``, ``cancel`` and ``add``: a batch steered from another terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from .options import Alpha, BatchFolder, DatabaseUrl, JobIds, Quiet, Verbose
from .session import open_view

if TYPE_CHECKING:
    from ..batch.controllers.control import ControlController


def pause(
    folder: BatchFolder, database_url: DatabaseUrl = None, quiet: Quiet = False, verbose: Verbose = False
) -> None:
    """Let a running batch start no more jobs; those that run finish. 'resume' goes on."""
    raise typer.Exit(_controller(database_url, quiet, verbose).pause(folder))


def cancel(
    folder: BatchFolder,
    job_ids: JobIds = None,
    database_url: DatabaseUrl = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Cancel jobs, or the whole batch if none is named: those that run are ended, those that wait are skipped."""
    raise typer.Exit(_controller(database_url, quiet, verbose).cancel(folder, job_ids or []))


def add(
    folder: BatchFolder,
    videos: Annotated[list[str], typer.Argument(help="Videos to measure, or their URLs.", metavar="VIDEO...")],
    wse: Annotated[float, typer.Option(help="Water surface elevation in the scaffold's display units and datum.")],
    alpha: Alpha = None,
    start: Annotated[str | None, typer.Option(help="Start of the clip: ss, mm:ss or hh:mm:ss.s.")] = None,
    end: Annotated[str | None, typer.Option(help="End of the clip: ss, mm:ss or hh:mm:ss.s.")] = None,
    job_id: Annotated[str | None, typer.Option(help="Name of the result; the default is that of the video.")] = None,
    database_url: DatabaseUrl = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
) -> None:
    """Add videos of one water level to a batch, whether it runs or not.

    Everything is checked before. A batch that is over is opened again; 'resume' runs it.
    """
    if job_id is not None and len(videos) > 1:
        raise typer.BadParameter("--job-id names a single job; give one video, or leave it out")
    controller = _controller(database_url, quiet, verbose)
    from ..batch.config import VideoConfig

    settings = [
        VideoConfig(
            video_path=video, water_surface_elevation=wse, alpha=alpha, start_time=start, end_time=end, job_id=job_id
        )
        for video in videos
    ]
    raise typer.Exit(controller.add(folder, settings))


def _controller(database_url: str | None, quiet: bool, verbose: bool) -> ControlController:
    view = open_view(quiet, verbose)
    from ..batch.controllers.control import ControlController

    return ControlController(view, database_url=database_url)
