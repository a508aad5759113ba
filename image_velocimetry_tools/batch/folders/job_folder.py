"""The folder of a job's results: filled beside its place, then put there at once, or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...domain.errors import OutputError
from ...formats.atomic_file import flush_folder
from ..faults import Fault, fault_point

PARTIAL, OLD = ".partial-", ".old-"
"""Between the id of a job and the number of an attempt: a folder being filled, one that is being replaced."""


@contextmanager
def job_folder(jobs_directory: Path, job_id: str, attempt: int = 1) -> Iterator[Path]:
    """A folder to write into; it becomes ``jobs_directory/<job_id>`` when the block ends without an error.

    Results of an earlier run stay until the new ones are complete. Whatever goes wrong, nothing partial is left; after
    a power cut :func:`tidy_job_folder` puts things right.

    Raises
    ------
    OutputError
        If the folder cannot be written, or the disk is full.
    """
    final = jobs_directory / job_id
    partial = jobs_directory / f"{job_id}{PARTIAL}{attempt}"
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        yield partial
        fault_point(Fault.OUTPUTS_WRITTEN)
        _sync(partial)
        fault_point(Fault.BEFORE_RENAME)
        _put_in_place(partial, final, attempt)
        fault_point(Fault.RENAMED)
    except OSError as error:
        raise output_error(error, final) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def tidy_job_folder(jobs_directory: Path, job_id: str) -> None:
    """Clear up what attempts left that ended with the power, once none of them runs any more.

    Partial folders go. A folder that was moved aside comes back if nothing took its place, else it goes too.
    """
    final = jobs_directory / job_id
    for partial in jobs_directory.glob(f"{_escaped(job_id)}{PARTIAL}*"):
        shutil.rmtree(partial, ignore_errors=True)
    for old in sorted(jobs_directory.glob(f"{_escaped(job_id)}{OLD}*")):
        if final.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(final)


def _escaped(job_id: str) -> str:
    return "".join(f"[{character}]" if character in "*?[" else character for character in job_id)


def output_error(error: OSError, path: Path) -> OutputError:
    """The user's words for a file that cannot be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        what, remedy = "the disk is full", "Free some space or choose an output folder on another disk"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        what, remedy = "the folder cannot be written", "Choose another output folder or change its permissions"
    else:
        reason = error.strerror or str(error)
        what, remedy = f"the results cannot be written ({reason})", "Choose another output folder"
    return OutputError(what, where=str(path), remedy=remedy, stage="output")


def _sync(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as handle:
                os.fsync(handle.fileno())
        else:
            flush_folder(path)
    flush_folder(folder)


def _put_in_place(partial: Path, final: Path, attempt: int) -> None:
    old = final.with_name(f"{final.name}{OLD}{attempt}")
    if final.exists():
        shutil.rmtree(old, ignore_errors=True)
        final.rename(old)
        fault_point(Fault.OLD_MOVED)
    try:
        partial.rename(final)
    except OSError:
        if old.exists():
            old.rename(final)
        raise
    flush_folder(final.parent)
    shutil.rmtree(old, ignore_errors=True)
