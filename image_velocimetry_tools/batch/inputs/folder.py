"""A folder of videos in place of a jobs CSV: the same jobs, held against the same scaffold.

Ids mirror the tree: the video ``2017/june/a.mp4`` becomes the job ``2017__june__a``. So do the results, which lie side
by side in ``jobs/<job_id>`` as those of a CSV do; a reader finds them by id alone, whatever way the jobs came in.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from ...domain.errors import IvyError, Problem, VideoError
from ...domain.units import UnitSystem
from ...formats.clip_times import parse_clip_time
from ...formats.jobs.job_row import JobRow
from ..config import ScaffoldConfig
from ..jobs import JobList, job_of_row
from ..models import PlannedJob
from ..plan.job_checks import level_problems
from ..plan.planning import INPUT_STAGE, plan_job
from .folder_jobs import FolderJobs, Probe, about_video, find_videos, jobs_at_level, jobs_from_record
from .folder_options import FolderOptions
from .validity import DatedSettings


def folder_rows(
    folder: Path,
    options: FolderOptions,
    *,
    videos: Sequence[Path] | None = None,
    taken_ids: Iterable[str] = (),
    ignored: Iterable[Path] = (),
    probe: Probe | None = None,
    units: UnitSystem | None = None,
) -> FolderJobs:
    """A row per video that has a level, and the others with the reason.

    Parameters
    ----------
    folder
        The folder in which ids begin.
    videos
        Which videos; those that :func:`find_videos` finds if None.
    taken_ids
        Ids of jobs that there are already.
    ignored
        Folders that are not looked into, such as that of the results.
    probe
        What reads the metadata of a video.
    units
        Units of the levels, which are the scaffold's display units; those of a stage record in another unit are
        converted to them. None leaves levels as the user gave them.

    Raises
    ------
    VideoError
        If there is no video, or levels come from no source or from two.
    StageRecordError
        If the record cannot be used.
    """
    options.require_levels()
    start_s, end_s = _clip(options)
    if videos is None:
        videos = find_videos(folder, options.pattern, recursive=options.recursive, ignored=ignored)
    if options.stage_record is None:
        found = jobs_at_level(folder, videos, options.wse or 0.0, taken=taken_ids)
    else:
        found = _from_record(folder, videos, options.stage_record, options, taken_ids, probe, units)
    rows = [replace(row, start_s=start_s, end_s=end_s, alpha=options.alpha) for row in found.rows]
    return replace(found, rows=tuple(rows))


def folder_job_list(
    folder: Path,
    scaffold: ScaffoldConfig,
    options: FolderOptions,
    *,
    videos: Sequence[Path] | None = None,
    taken_ids: Iterable[str] = (),
    ignored: Iterable[Path] = (),
    validity: DatedSettings | None = None,
    probe: Probe | None = None,
) -> JobList:
    """The jobs of a folder, ready to run; parameters as those of :func:`folder_rows`.

    A video that has no level, or a level that the section does not reach, or for whose date ``validity`` says nothing,
    is left out and said, unless ``options`` are strict. ``validity`` are settings with dates; an alpha that ``options``
    were made with goes before theirs.

    Raises
    ------
    VideoError
        With the problems of all videos: if one is left out and ``options`` are strict, or if none is left.
    IvyError
        As :func:`folder_rows`; for a level for all videos that the section does not reach.
    """
    try:
        options.require_levels()
        if validity is None:
            _check_common_level(scaffold, options)
        found = folder_rows(
            folder,
            options,
            videos=videos,
            taken_ids=taken_ids,
            ignored=ignored,
            probe=probe,
            units=scaffold.units,
        )
        jobs, problems = _planned(found.rows, scaffold, validity)
        left_out = [*found.left_out, *problems]
        if left_out and (options.strict or not jobs):
            raise VideoError.from_problems(left_out)
    except IvyError as error:
        error.stage = INPUT_STAGE
        raise
    return JobList(tuple(jobs), found.warnings, tuple(left_out))


def _planned(
    rows: Sequence[JobRow], scaffold: ScaffoldConfig, validity: DatedSettings | None
) -> tuple[list[PlannedJob], list[Problem]]:
    jobs: list[PlannedJob] = []
    left_out: list[Problem] = []
    for row in rows:
        if validity is not None:
            row, undated = validity.applied(row, str(row.video_path))
            if undated:
                left_out += undated
                continue
        planned, problems = plan_job(job_of_row(row, scaffold), scaffold.scaffold)
        left_out += [about_video(row.video_path, problem) for problem in problems]
        jobs += [] if problems else [planned]
    return jobs, left_out


def _from_record(
    folder: Path,
    videos: Sequence[Path],
    record_path: Path,
    options: FolderOptions,
    taken_ids: Iterable[str],
    probe: Probe | None,
    units: UnitSystem | None,
) -> FolderJobs:
    from ...formats.stage.stage_record import read_stage_record

    record = read_stage_record(
        record_path,
        column=options.column,
        timezone=options.timezone,
        datum_offset=options.datum_offset,
        max_gap=timedelta(minutes=options.max_gap_min),
        units=units,
    )
    return jobs_from_record(folder, videos, record, datum_offset=options.datum_offset, probe=probe, taken=taken_ids)


def _check_common_level(scaffold: ScaffoldConfig, options: FolderOptions) -> None:
    """A level for all videos is checked once, so that one mistake is one sentence."""
    if options.wse is None:
        return
    problems = level_problems(scaffold.scaffold, options.wse / scaffold.units.length, "the water level for all videos")
    if problems:
        raise VideoError.from_problems(problems)


def _clip(options: FolderOptions) -> tuple[float | None, float | None]:
    start, end = (
        parse_clip_time(str(value)) if value is not None and str(value).strip() else None
        for value in (options.start_time, options.end_time)
    )
    if end is not None and end <= (start or 0.0):
        what = f"the end of the clip ({options.end_time}) is not after its start ({options.start_time or 0})"
        raise VideoError(what, remedy="Give an end that is later than the start")
    return start, end
