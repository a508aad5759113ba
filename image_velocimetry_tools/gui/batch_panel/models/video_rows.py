"""Videos that are added to the jobs table: each becomes a row, with its level where that can be told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ....batch.inputs.folder import folder_rows
from ....batch.inputs.folder_jobs import find_videos, is_video_name
from ....batch.inputs.folder_options import FolderOptions
from ....domain.errors import IvyError, Problem
from ....domain.typed_numbers import is_typed_number
from ....domain.typed_quantities import typed_quantity
from ....domain.units import UnitSystem
from ....formats.jobs.job_row import JobRow
from ..shown import ShownLevels

_OPTION = re.compile(r" \(--[a-z-]+\)")


@dataclass(frozen=True, slots=True)
class VideoRows:
    """Rows by column, and sentences about videos that have no level; ``units`` are those of the levels, if any."""

    rows: tuple[Mapping[str, str], ...]
    remarks: tuple[str, ...] = ()
    units: UnitSystem | None = None


def videos_among(paths: Iterable[Path]) -> list[Path]:
    """The videos among dropped files; of a folder all that lie in it or below.

    Raises
    ------
    IvyError
        If there is none.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            found |= dict.fromkeys(find_videos(path, recursive=True))
        elif is_video_name(path):
            found[path.absolute()] = None
    if not found:
        raise IvyError("none of the files is a video", remedy="Add videos such as .mp4, .mov or .avi")
    return list(found)


def rows_of_videos(videos: Sequence[Path], levels: ShownLevels, units: UnitSystem) -> VideoRows:
    """A row per video; levels as ``levels`` say, blank where they do not.

    Parameters
    ----------
    units
        Of a level and an offset that were typed, and of the levels that result: a stage record in another unit is
        converted if it says so.

    Raises
    ------
    IvyError
        If the level or the stage record cannot be used.
    """
    if levels.source == "none":
        return VideoRows(tuple(_bare(video) for video in videos))
    try:
        found = folder_rows(videos[0].parent, _options(levels, units), videos=videos, units=units)
    except IvyError as error:
        raise IvyError.from_problems(map(_in_words_of_the_window, error.problems)) from error
    known = {row.video_path: row for row in found.rows}
    rows = tuple(_with_level(known[video], levels) if video in known else _bare(video) for video in videos)
    left_out = (str(_in_words_of_the_window(problem)) for problem in found.left_out)
    return VideoRows(rows, (*found.warnings, *left_out), units)


def level_words(levels: ShownLevels) -> str:
    """Where levels come from, in a few words."""
    if levels.source == "constant":
        unit = levels.unit if is_typed_number(levels.level) else ""
        return f"{levels.level} {unit} for all".replace("  ", " ")
    if levels.source == "record":
        return f"from {Path(levels.record).name}"
    return "typed into the table"


def _in_words_of_the_window(problem: Problem) -> Problem:
    """The problem without the options of the command line, which fields of the form stand for here."""
    return replace(problem, remedy=_OPTION.sub("", problem.remedy))


def _options(levels: ShownLevels, units: UnitSystem) -> FolderOptions:
    if levels.source == "constant":
        return FolderOptions(wse=_number(levels.level, "the water level", units.length_label))
    if not levels.record:
        raise IvyError("no stage record was chosen", remedy="Choose its file")
    return FolderOptions(
        stage_record=Path(levels.record),
        column=levels.column.strip() or None,
        timezone=levels.timezone.strip() or None,
        datum_offset=_number(levels.datum_offset or "0", "the datum offset", units.length_label),
        max_gap_min=abs(_number(levels.max_gap_min or "30", "the largest gap", "min")),
    )


def _number(text: str, what: str, unit: str) -> float:
    try:
        return typed_quantity(text, unit)
    except IvyError as error:
        raise IvyError(f"{what} must be a number, not '{text}'", remedy=error.remedy) from None


def _bare(video: Path) -> dict[str, str]:
    return {"job_id": video.stem, "video_path": str(video.absolute())}


def _with_level(row: JobRow, levels: ShownLevels) -> dict[str, str]:
    cells = {
        "job_id": row.job_id,
        "video_path": str(row.video_path),
        "water_surface_elevation": f"{row.water_surface_elevation:.10g}",
    }
    if levels.source == "record":
        cells |= {"measurement_date": row.measurement_date or "", "measurement_time": row.measurement_time or ""}
        cells["gage_height"] = "" if row.gage_height is None else f"{row.gage_height:.10g}"
    return cells
