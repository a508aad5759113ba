"""``errors.log``: what went wrong in a batch, for people; there is none when nothing did."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ...domain.errors import output_error
from ..atomic_file import write_bytes

FILE_NAME = "errors.log"


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One failed job: where in its processing, why, and what the user can do."""

    job_id: str
    video_path: str
    stage: str
    reasons: tuple[str, ...]
    remedies: tuple[str, ...] = ()
    note: str = ""


def write_errors_log(path: Path, entries: Iterable[ErrorEntry]) -> None:
    """Write the log in one step, or remove an old one when there is nothing to say.

    Raises
    ------
    OutputError
        If the file can neither be written nor removed.
    """
    text = "\n".join(_paragraph(entry) for entry in entries)
    if text:
        write_bytes(path, text.encode("utf-8"))
        return
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise output_error(path, error) from error


def _paragraph(entry: ErrorEntry) -> str:
    lines = [f"job:        {entry.job_id}", f"video:      {entry.video_path}"]
    lines += [f"stage:      {entry.stage or 'unknown'}"]
    lines += [f"reason:     {reason}" for reason in entry.reasons]
    lines += [f"what to do: {remedy}" for remedy in dict.fromkeys(entry.remedies) if remedy]
    lines += [f"note:       {entry.note}"] if entry.note else []
    return "\n".join(lines) + "\n"
