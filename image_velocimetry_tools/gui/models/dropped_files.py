"""Where a file belongs that is dropped on the window."""

from __future__ import annotations

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
    UNKNOWN = "unknown"


_POINT_WORDS = ("# id", "pixel", "use in")
_SECTION_WORDS = ("station", "elev", "depth", "stage")
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


def _table_destination(path: Path) -> Destination:
    try:
        with path.open("rb") as stream:
            header = stream.read(_MOST_HEADER_BYTES).decode("utf-8", "replace")
    except OSError:
        return Destination.UNKNOWN  # whoever opens it says what is wrong
    words = header.lstrip("\ufeff \t\r\n").partition("\n")[0].lower()
    if any(word in words for word in _POINT_WORDS):
        return Destination.POINTS
    if any(word in words for word in _SECTION_WORDS):
        return Destination.SECTION
    return Destination.UNKNOWN
