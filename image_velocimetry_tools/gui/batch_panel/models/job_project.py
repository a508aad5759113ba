"""The project of a finished job, which opens in the window."""

from __future__ import annotations

from pathlib import Path

from ....batch.attempt import result_path
from ....batch.models import JobStatus
from ....batch.picture_words import word
from ....domain.errors import IvyError


def project_of_job(folder: Path, job_id: str, status: JobStatus) -> Path:
    """The ``.ivy`` that the batch saved for a job.

    Raises
    ------
    IvyError
        If the job has no result, or the batch saved no projects; it says how to get one.
    """
    result = result_path(folder / "jobs", job_id)
    project = result.with_suffix(".ivy")
    if project.is_file():
        return project
    if not result.is_file():
        what = f"the job {job_id} has no result: it is {word(status)}"
        raise IvyError(what, remedy="Wait for it, or see its message in the table")
    raise IvyError(
        f"the batch saved no project for the job {job_id}",
        where=str(folder),
        remedy="Set the batch up again with 'Save a project per job' and the same folder: it then saves one for each",
    )
