"""The public Python API.

Levels that go in are in the scaffold's display units, results are SI. Importing this module is cheap: what a function
needs is imported when it is called.

Examples
--------
>>> from image_velocimetry_tools.api import process_video
>>> result = process_video(scaffold_path="site.ivy", video_path="flood.mp4",
...                        water_surface_elevation=318.2, output_directory="out")      # doctest: +SKIP
>>> result.total_discharge if result.success else result.error_message               # doctest: +SKIP
4.132
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from .batch.config import BatchResult, ProcessingResult, ScaffoldConfig
    from .batch.job.attempt import CancelCheck
    from .batch.models import JobProgress

__all__ = ["load_scaffold", "process_batch_csv", "process_video"]

Time = str | float | None


def load_scaffold(scaffold_path: Path | str) -> ScaffoldConfig:
    """Load an ``.ivy`` project and check that it can serve as the scaffold of measurements.

    Parameters
    ----------
    scaffold_path
        The project file.

    Returns
    -------
    ScaffoldConfig
        ``scaffold`` (SI), ``display_units`` and ``warnings``.

    Raises
    ------
    ScaffoldError
        With every problem of the file at once.
    """
    from .batch.plan.scaffold_loader import ScaffoldLoader

    return ScaffoldLoader().load(scaffold_path)


def process_video(
    *,
    scaffold_path: Path | str,
    video_path: Path | str,
    water_surface_elevation: float,
    output_directory: Path | str,
    alpha: float | None = None,
    start_time: Time = None,
    end_time: Time = None,
    job_id: str | None = None,
    measurement_number: int | None = None,
    measurement_date: str | None = None,
    measurement_time: str | None = None,
    gage_height: float | None = None,
    comments: str | None = None,
    overrides: dict[str, object] | None = None,
    plots: bool = True,
    save_project: bool = False,
    progress: Callable[[JobProgress], None] | None = None,
    cancel: CancelCheck | None = None,
) -> ProcessingResult:
    """Measure the discharge in one video.

    Parameters
    ----------
    scaffold_path, video_path
        The project that was set up for the site, and the video.
    water_surface_elevation
        Level in the scaffold's display units and in the datum of its ground control points.
    output_directory
        Folder for the results; ``jobs/<job_id>/<job_id>.json`` is written there.
    alpha
        Ratio of mean to surface velocity, above 0 and at most 1; None is that which was set in the scaffold's project,
        else 0.85. ``ProcessingResult.alpha`` and ``alpha_source`` say which was used.
    start_time, end_time
        The clip: seconds, or ``ss``, ``mm:ss``, ``hh:mm:ss.s``; None is the start or the end of the video.
    job_id
        Name of the result; the default is made from the name of the video.
    measurement_number, measurement_date, measurement_time, gage_height, comments
        Carried along to the result.
    overrides
        Scaffold parameters for this video, named as the columns of a jobs CSV (``{"stiv_num_pixels": 32}``).
    plots, save_project
        Draw the section and the space-time images; save a project that opens in the desktop application.
    progress, cancel
        Called with every step; asked often whether to stop (``threading.Event().is_set``, say).

    Returns
    -------
    ProcessingResult
        With ``success`` False, ``stage``, ``error_message`` and ``remedy`` if the video cannot be measured.

    Raises
    ------
    ScaffoldError
        If the scaffold cannot be used.
    OutputError
        If the output folder cannot be used.
    """
    from .batch.config import BatchVideoConfig, VideoConfig
    from .batch.orchestrator import BatchOrchestrator

    orchestrator = BatchOrchestrator()
    video = VideoConfig(
        video_path=video_path,
        water_surface_elevation=water_surface_elevation,
        alpha=alpha,
        start_time=start_time,
        end_time=end_time,
        job_id=job_id,
        measurement_number=measurement_number,
        measurement_date=measurement_date,
        measurement_time=measurement_time,
        gage_height=gage_height,
        comments=comments,
        overrides=overrides or {},
    )
    return orchestrator.process_video(
        config=BatchVideoConfig(scaffold=orchestrator.load_scaffold(scaffold_path), video=video),
        output_directory=output_directory,
        plots=plots,
        save_project=save_project,
        progress=progress,
        cancel=cancel,
    )


def process_batch_csv(
    *,
    scaffold_path: Path | str,
    batch_csv_path: Path | str,
    output_directory: Path | str,
    jobs: int | Literal["auto"] = "auto",
    stop_on_first_failure: bool = False,
    save_projects: bool = False,
    plots: bool = True,
    allow_unknown_columns: bool = False,
    resume: bool = False,
    progress: Callable[[JobProgress], None] | None = None,
    cancel: CancelCheck | None = None,
    **settings: Any,
) -> BatchResult:
    """Measure every job of a CSV; a job that fails does not stop the others.

    Every attempt runs in a process of its own. The batch survives whatever ends this process: jobs whose result is up
    to date are skipped when it is run again.

    Parameters
    ----------
    scaffold_path, batch_csv_path
        The project that was set up for the site, and the jobs.
    output_directory
        Folder for ``jobs/``, ``batch_summary.csv`` and, when something failed, ``errors.log``.
    jobs
        Jobs at a time; by default as many as cores and memory allow.
    stop_on_first_failure
        Skip what comes after the first job that fails.
    save_projects, plots
        Save a project per job; draw the section and the space-time images of every job.
    allow_unknown_columns
        Carry unknown columns through to the summary, rather than refuse them.
    resume
        Go on with the batch that the folder holds, if it holds one: its own jobs and settings count then, but for
        ``jobs`` and ``settings`` that are given here.
    progress, cancel
        Called with every step; asked often whether to stop (``threading.Event().is_set``, say).
    settings
        Any other field of :class:`RunSettings`: ``threads``, ``memory_limit``, ``job_timeout_s``, ``max_retries``,
        ``method``, ``executor``, ``force``, ...

    Returns
    -------
    BatchResult
        ``video_results`` in CSV order, ``successful``, ``failed``, ``get_discharge_summary()``.

    Raises
    ------
    ScaffoldError
        If the scaffold cannot be used.
    JobsCsvError
        With every problem of every row; nothing has run then.
    OutputError
        If the output folder cannot be used.
    IvyError
        If a setting will not do, or another process runs the batch of this folder.
    KeyboardInterrupt
        As it comes; what ran has been ended then, and the batch can be resumed.
    """
    from .batch.orchestrator import BatchOrchestrator
    from .batch.processor import BatchProcessor

    orchestrator = BatchOrchestrator()
    if resume and orchestrator.holds_batch(output_directory):
        return orchestrator.resume_folder(output_directory, progress=progress, cancel=cancel, jobs=jobs, **settings)
    processor = BatchProcessor(
        scaffold_path,
        batch_csv_path,
        output_directory,
        stop_on_first_failure=stop_on_first_failure,
        save_ivy_projects=save_projects,
        plots=plots,
        allow_unknown_columns=allow_unknown_columns,
        orchestrator=orchestrator,
        progress=progress,
        cancel=cancel,
        jobs=jobs,
        **settings,
    )
    processor.run()
    return processor.result
