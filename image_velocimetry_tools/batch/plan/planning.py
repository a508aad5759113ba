"""From what a script asks for to jobs that can run: units to SI, text to times, overrides applied, all checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from ...domain.errors import IvyError, Problem, VideoError
from ...domain.scaffold import Scaffold
from ...domain.video import Clip
from ...domain.video_url import file_name_of_url, is_url
from ...formats.jobs.job_ids import job_id_key, job_id_problem, safe_job_id
from ..config import BatchVideoConfig, VideoConfig
from ..models import BatchJob, PlannedJob
from .alpha import alpha_of
from .job_checks import alpha_problems, level_problems, video_problems
from .overrides import apply_overrides

INPUT_STAGE = "input"


def job_of_video(config: BatchVideoConfig) -> BatchJob:
    """The job that a configuration asks for, its frame step that of the scaffold; nothing is checked but the times.

    Raises
    ------
    IvyError
        If a time of the clip cannot be read.
    """
    video, scaffold = config.video, config.scaffold
    path, url = _place(video.video_path)
    alpha, alpha_source = alpha_of(video.alpha, scaffold.scaffold)
    return BatchJob(
        job_id=video.job_id if video.job_id is not None else safe_job_id(path.stem),
        video_path=path,
        video_url=url,
        water_surface_elevation_m=video.water_surface_elevation / scaffold.units.length,
        alpha=alpha,
        alpha_source=alpha_source,
        clip=_clip(video, scaffold.scaffold.frame_step),
        measurement_number=video.measurement_number,
        measurement_date=video.measurement_date,
        measurement_time=video.measurement_time,
        gage_height=video.gage_height,
        comments=video.comments,
        title=video.title,
        overrides={name: str(value) for name, value in video.overrides.items()},
    )


def plan_video(config: BatchVideoConfig) -> PlannedJob:
    """A job that is ready to run.

    Raises
    ------
    VideoError
        With every problem of the video, the clip, the level, alpha, the job id and the overrides.
    """
    problems: list[Problem] = []
    try:
        job = job_of_video(config)
    except IvyError as error:
        raise _input_error(error.problems) from error
    if job_id_problem(job.job_id):
        what = f"the job id {job.job_id!r} {job_id_problem(job.job_id)}"
        problems.append(Problem(what, remedy="Use letters, digits, '.', '-' and '_'"))
    if job.video_url is None:
        problems += video_problems(job.video_path)
    try:
        planned, found = plan_job(job, config.scaffold.scaffold)
    except IvyError as error:
        raise _input_error([*problems, *error.problems]) from error
    problems += found
    if problems:
        raise _input_error(problems)
    return planned


def plan_job(job: BatchJob, scaffold: Scaffold, where: str = "") -> tuple[PlannedJob, list[Problem]]:
    """Apply the overrides of a job and hold its level and alpha against the section that results.

    Raises
    ------
    JobsCsvError
        If an override does not fit.
    """
    own = apply_overrides(scaffold, job.overrides, where)
    planned = PlannedJob(replace(job, clip=replace(job.clip, frame_step=own.frame_step)), own)
    level_place, alpha_place = (
        f"{where}, column '{column}'" if where else "" for column in ("water_surface_elevation", "alpha")
    )
    problems = level_problems(own, job.water_surface_elevation_m, level_place)
    return planned, problems + alpha_problems(job.alpha, alpha_place)


def plan_videos(configs: Iterable[BatchVideoConfig]) -> list[PlannedJob]:
    """Jobs for several videos; ids that come from equal file names are numbered.

    Raises
    ------
    VideoError
        With every problem of every video; nothing has run then.
    """
    planned: list[PlannedJob] = []
    problems: list[Problem] = []
    for position, config in enumerate(configs, start=1):
        try:
            planned.append(with_free_job_id(plan_video(config), [p.job.job_id for p in planned], config.video))
        except IvyError as error:
            where = f"video {position} ({_place(config.video.video_path)[0].name})"
            problems += [replace(problem, where=problem.where or where) for problem in error.problems]
    if problems:
        raise _input_error(problems)
    return planned


def with_free_job_id(planned: PlannedJob, taken: Sequence[str], video: VideoConfig) -> PlannedJob:
    """The same job under an id that no other has; an id that the user chose is never changed.

    Raises
    ------
    VideoError
        If the user chose an id that is taken.
    """
    used = {job_id_key(job_id) for job_id in taken}
    job_id, number = planned.job.job_id, 2
    if job_id_key(job_id) in used and video.job_id is not None:
        raise _input_error([Problem(f"the job id {job_id!r} is used twice", remedy="Give every job an id of its own")])
    while job_id_key(job_id) in used:
        job_id, number = f"{planned.job.job_id}_{number}", number + 1
    return PlannedJob(replace(planned.job, job_id=job_id), planned.scaffold)


def _place(video: Path | str) -> tuple[Path, str | None]:
    """Absolute path of a video, or the name of its file and its URL."""
    if is_url(str(video)):
        return Path(file_name_of_url(str(video))), str(video)
    return Path(video).expanduser().absolute(), None


def _clip(video: VideoConfig, frame_step: int) -> Clip:
    from ...formats.clip_times import parse_clip_time

    start, end = (
        parse_clip_time(str(value)) if value is not None and str(value).strip() else None
        for value in (video.start_time, video.end_time)
    )
    if end is not None and end <= (start or 0.0):
        what = f"the end of the clip ({video.end_time}) is not after its start ({video.start_time or 0})"
        raise VideoError(what, remedy="Give an end that is later than the start")
    return Clip(start, end, frame_step)


def _input_error(problems: Iterable[Problem]) -> IvyError:
    error = VideoError.from_problems(problems)
    error.stage = INPUT_STAGE
    return error
