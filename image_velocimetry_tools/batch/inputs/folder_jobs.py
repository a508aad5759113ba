"""A folder of videos turned into rows of jobs: the time of each video is looked up in a stage record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePath

from ...domain.errors import IvyError, Problem, VideoError
from ...domain.video import VideoMetadata
from ...formats.jobs.job_ids import job_id_key, safe_job_id
from ...formats.jobs.job_row import JobRow
from ...formats.stage.stage_record import StageRecord
from ...media.creation_time import find_time
from ..plan.job_checks import video_problems

VIDEO_SUFFIXES = frozenset({".mp4", ".mov", ".m4v", ".avi", ".mkv", ".mts", ".m2ts", ".mpg", ".mpeg", ".wmv", ".webm"})
_RENAME = "Put date and time into the file name, such as 20170630-115500"

Probe = Callable[[Path], VideoMetadata]


@dataclass(frozen=True, slots=True)
class FolderJobs:
    """Rows of jobs, the videos that got none with the reason, and what the user should know."""

    rows: tuple[JobRow, ...]
    left_out: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


def find_videos(
    folder: Path, pattern: str | None = None, *, recursive: bool = False, ignored: Iterable[Path] = ()
) -> list[Path]:
    """Videos of a folder, sorted by path; hidden files are none.

    Parameters
    ----------
    pattern
        Which file names count, such as ``"*.mp4"``; every usual video format if None.
    recursive
        Look into subfolders too.
    ignored
        Folders that are not looked into, such as that of the results.

    Raises
    ------
    VideoError
        If there is no such folder, the pattern is no file name pattern, or no video is found.
    """
    if not folder.is_dir():
        raise VideoError("the folder of videos does not exist", where=str(folder), remedy="Check the path")
    try:
        found = sorted(path for path in _matching(folder, pattern or "*", recursive) if path.is_file())
    except (ValueError, NotImplementedError) as error:
        what = f"'{pattern}' is not a pattern of file names ({error})"
        raise VideoError(what, remedy="Use a pattern such as '*.mp4'") from error
    inner = [path.absolute() for path in ignored if path.absolute() != folder.absolute()]
    videos = [
        path
        for path in found
        if (pattern or path.suffix.lower() in VIDEO_SUFFIXES)
        and not path.name.startswith(".")
        and not _is_below(path.absolute(), inner)
    ]
    if not videos:
        looked_for = f"file that matches '{pattern}'" if pattern else "video"
        remedy = "Check the pattern, or look into subfolders with --recursive"
        raise VideoError(f"the folder holds no {looked_for}", where=str(folder), remedy=remedy)
    return videos


def is_video_name(name: PurePath, pattern: str | None = None) -> bool:
    """Whether a file may be one of the videos that are meant, by its name within the folder.

    Hidden files are none: they are what systems keep beside the real ones (``._clip.mp4``).
    """
    if name.name.startswith("."):
        return False
    return name.match(pattern.removeprefix("**/")) if pattern else name.suffix.lower() in VIDEO_SUFFIXES


def jobs_at_level(folder: Path, videos: Iterable[Path], level: float, *, taken: Iterable[str] = ()) -> FolderJobs:
    """A job per video, all at one water level (display units of the scaffold); ``taken`` are ids of other jobs."""
    return _collect(folder, videos, lambda path: JobRow("", path.absolute(), level), taken)


def jobs_from_record(
    folder: Path,
    videos: Iterable[Path],
    record: StageRecord,
    *,
    datum_offset: float = 0.0,
    probe: Probe | None = None,
    taken: Iterable[str] = (),
) -> FolderJobs:
    """A job per video whose time has a level in the record; ids mirror the folder tree with ``__`` for ``/``.

    Parameters
    ----------
    record
        The record, its datum offset added already.
    datum_offset
        That offset; it is taken off again for the ``gage_height`` of a row.
    probe
        What reads the facts of a video whose name tells no time; :func:`media.probing.probe` if None.
    taken
        Ids of other jobs, which no video gets.
    """
    probe = probe or _default_probe()

    def row(path: Path) -> JobRow:
        when = recording_time(path, probe)
        level = record.level_at(when)
        if when.tzinfo is not None:
            when = when.astimezone(record.zone or record.display_zone)
        return JobRow(
            job_id="",
            video_path=path.absolute(),
            water_surface_elevation=_tidy(level),
            measurement_date=f"{when:%Y-%m-%d}",
            measurement_time=f"{when:%H:%M:%S}",
            gage_height=_tidy(level - datum_offset),
        )

    return replace(_collect(folder, videos, row, taken), warnings=record.warnings)


def recording_time(path: Path, probe: Probe) -> datetime:
    """When a video was recorded: the time in its name, else that in its metadata.

    The name goes before, because it is what people see and correct; cameras often write local time as if it were UTC.

    Raises
    ------
    VideoError
        If neither tells a time of day, or the video cannot be read.
    """
    found = find_time(path.stem)
    if found is not None and found.resolution != "day":
        return found.moment
    metadata = probe(path)
    if metadata.creation_time is None or metadata.creation_time_source != "metadata":
        what = "neither the name nor the metadata of the video tells when it was recorded"
        raise VideoError(what, where=str(path), remedy=_RENAME)
    return metadata.creation_time


def _collect(
    folder: Path, videos: Iterable[Path], row_of: Callable[[Path], JobRow], taken_ids: Iterable[str]
) -> FolderJobs:
    rows: list[JobRow] = []
    left_out: list[Problem] = []
    taken = {job_id_key(job_id) for job_id in taken_ids}
    for path in videos:
        problems = video_problems(path)
        try:
            row = row_of(path) if not problems else None
        except IvyError as error:
            problems, row = list(error.problems), None
        left_out += [about_video(path, problem) for problem in problems]
        if row is not None:
            rows.append(replace(row, job_id=_free_id(_within(folder, path), taken)))
    return FolderJobs(tuple(rows), tuple(left_out))


def about_video(path: Path, problem: Problem) -> Problem:
    """The problem with the video named first, wherever it was found."""
    if str(path) in problem.where or str(path) in problem.what:
        return problem
    return Problem(f"{problem.where}: {problem.what}" if problem.where else problem.what, str(path), problem.remedy)


def _within(folder: Path, path: Path) -> Path:
    """The path of a video from the folder on; a video from elsewhere goes by its name."""
    try:
        return path.absolute().relative_to(folder.absolute())
    except ValueError:
        return Path(path.name)


def _is_below(path: Path, folders: Iterable[Path]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _free_id(relative: Path, taken: set[str]) -> str:
    stem = safe_job_id("__".join(relative.with_suffix("").parts))
    candidates: Iterator[str] = (stem if number == 1 else f"{stem}_{number}" for number in range(1, len(taken) + 2))
    job_id = next(candidate for candidate in candidates if job_id_key(candidate) not in taken)
    taken.add(job_id_key(job_id))
    return job_id


def _matching(folder: Path, pattern: str, recursive: bool) -> Sequence[Path]:
    return list(folder.rglob(pattern) if recursive else folder.glob(pattern))


def _tidy(level: float) -> float:
    """A micrometre is less than any gauge resolves, and hides what floating point adds."""
    return round(level, 6)


def _default_probe() -> Probe:
    from ...media.probing import probe

    return probe
