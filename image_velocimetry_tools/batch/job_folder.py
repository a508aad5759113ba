"""The folder of a job's results: filled beside its place, then put there at once, or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..domain.errors import OutputError


@contextmanager
def job_folder(jobs_directory: Path, job_id: str) -> Iterator[Path]:
    """A folder to write into; it becomes ``jobs_directory/<job_id>`` when the block ends without an error.

    Results of an earlier run stay until the new ones are complete. Whatever goes wrong, nothing partial is left.

    Raises
    ------
    OutputError
        If the folder cannot be written, or the disk is full.
    """
    final = jobs_directory / job_id
    partial = jobs_directory / f"{job_id}.partial-{os.getpid()}"
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        yield partial
        _sync(partial)
        _put_in_place(partial, final)
    except OSError as error:
        raise output_error(error, final) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


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


def _put_in_place(partial: Path, final: Path) -> None:
    old = final.with_name(f"{final.name}.old-{os.getpid()}")
    if final.exists():
        shutil.rmtree(old, ignore_errors=True)
        final.rename(old)
    try:
        partial.rename(final)
    except OSError:
        if old.exists():
            old.rename(final)
        raise
    shutil.rmtree(old, ignore_errors=True)
