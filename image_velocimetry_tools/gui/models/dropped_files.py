"""Where a file belongs that is dropped on the window."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ..presenters.dialogs import FileKind


class Destination(StrEnum):
    """What a file is for."""

    PROJECT = "project"
    VIDEO = "video"
    FRAMES = "frames"
    IMAGE = "calibration image"
    POINTS = "control points"
    SECTION = "cross-section"
    JOBS = "table of jobs"
    UNKNOWN = "unknown"


_JOBS_WORD = "video_path"
_POINT_WORDS = ("# id", "pixel", "use in")
_SECTION_WORDS = ("station", "elev", "depth", "stage")
# control points as well as a section can be given so
_PLAN_WORDS = ("easting", "northing", "rechtswert", "hochwert")
_MOST_HEADER_BYTES = 4096


def destination_of(path: Path) -> Destination:
    """What a file is for, by its name, and for tables by their header; UNKNOWN leaves it to the user."""
    if path.is_dir():
        return Destination.FRAMES
    if path.suffix.lower() == ".csv":
        return _table_destination(path)
    for kind, destination in (
        (FileKind.PROJECT, Destination.PROJECT),
        (FileKind.VIDEO, Destination.VIDEO),
        (FileKind.IMAGE, Destination.IMAGE),
        (FileKind.SECTION, Destination.SECTION),
    ):
        if kind.fits(path):
            return destination
    return Destination.UNKNOWN


@dataclass(frozen=True, slots=True)
class Drop:
    """Files that were dropped together, by what they are for; ``others`` in their order."""

    projects: tuple[Path, ...]
    videos: tuple[Path, ...]
    jobs: tuple[Path, ...]
    others: tuple[tuple[Path, Destination], ...]


def sorted_drop(paths: Iterable[Path]) -> Drop:
    """What each of the dropped files is for."""
    known = [(path, destination_of(path)) for path in paths]

    def those(wanted: Destination) -> tuple[Path, ...]:
        return tuple(path for path, destination in known if destination is wanted)

    named = (Destination.PROJECT, Destination.VIDEO, Destination.JOBS)
    others = tuple((path, destination) for path, destination in known if destination not in named)
    return Drop(those(Destination.PROJECT), those(Destination.VIDEO), those(Destination.JOBS), others)


def _table_destination(path: Path) -> Destination:
    try:
        with path.open("rb") as stream:
            header = stream.read(_MOST_HEADER_BYTES).decode("utf-8", "replace")
    except OSError:
        return Destination.UNKNOWN  # whoever opens it says what is wrong
    words = header.lstrip("\ufeff \t\r\n").partition("\n")[0].lower()
    if _JOBS_WORD in words:
        return Destination.JOBS
    if any(word in words for word in _POINT_WORDS):
        return Destination.POINTS
    if any(word in words for word in _SECTION_WORDS) and not any(word in words for word in _PLAN_WORDS):
        return Destination.SECTION
    return Destination.UNKNOWN
