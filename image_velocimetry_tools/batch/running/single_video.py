"""One video measured in this process, without a batch round it."""

from __future__ import annotations

import logging
from pathlib import Path

from ...domain.errors import IvyError
from ..config import BatchVideoConfig, ProcessingResult
from ..failures import failed_result
from ..folders.output_folder import log_file, prepare_output_directory, remove_if_empty
from ..job.attempt import CancelCheck, JobRunner, ProgressListener, StageProgress, run_job
from ..models import JobProgress, JobStatus
from ..plan.planning import INPUT_STAGE, job_of_video, plan_video


def measure_video(
    runner: JobRunner,
    config: BatchVideoConfig,
    output_directory: Path,
    *,
    plots: bool = True,
    save_project: bool = False,
    progress: ProgressListener | None = None,
    cancel: CancelCheck | None = None,
) -> ProcessingResult:
    """Measure one video; the result goes to ``output_directory/jobs/<job_id>/<job_id>.json``.

    Returns
    -------
    ProcessingResult
        With ``success`` False and a reason if the video cannot be measured; its ``stage`` is ``"input"`` if that was
        clear before anything ran.

    Raises
    ------
    OutputError
        If the output folder cannot be used.
    """
    try:
        planned = plan_video(config)
    except IvyError as error:
        return _refused(config, error)
    was_there = output_directory.expanduser().exists()
    folder = prepare_output_directory(output_directory)
    try:
        # A single measurement leaves a log only if the program itself failed.
        with log_file(folder, level=logging.ERROR):
            result, _ = run_job(
                runner,
                planned,
                folder / "jobs",
                plots=plots,
                save_project=save_project,
                progress=_stage_listener(planned.job.job_id, progress),
                cancel=cancel,
            )
        return result
    finally:
        remove_if_empty(folder / "jobs", *(() if was_there else (folder,)))


def _refused(config: BatchVideoConfig, error: IvyError) -> ProcessingResult:
    try:
        job = job_of_video(config)
    except IvyError:
        untimed = config.video.model_copy(update={"start_time": None, "end_time": None})
        job = job_of_video(config.model_copy(update={"video": untimed}))
    return failed_result(job, error, INPUT_STAGE, 0.0)


def _stage_listener(job_id: str, progress: ProgressListener | None) -> StageProgress | None:
    if progress is None:
        return None
    return lambda stage, fraction: progress(JobProgress(job_id, 1, 1, JobStatus.RUNNING, stage, fraction))
