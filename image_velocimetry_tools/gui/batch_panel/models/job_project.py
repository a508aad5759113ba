"""The project of a finished job, which opens in the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ....batch.job.attempt import result_path
from ....batch.models import JobStatus
from ....batch.recompute.project_of_result import project_of_result
from ....domain.errors import IvyError
from .live_table import status_words

WITHOUT_IMAGES = (
    "This batch kept no space-time images: velocities, checks and discharge of its jobs are shown as they were "
    "measured, but there is nothing to review them on. To have the images, start the batch again into the same folder "
    "with 'Save a project per job'."
)


@dataclass(frozen=True, slots=True)
class JobProject:
    """A file to open; ``has_images`` is false where it had to be made from the result alone."""

    path: Path
    has_images: bool = True


def project_of_job(folder: Path, job_id: str, status: JobStatus) -> JobProject:
    """The ``.ivy`` that the batch saved for a job, or one made from its result.

    Raises
    ------
    IvyError
        If the job has no result, or the site has changed since; it says how to get one.
    """
    result = result_path(folder / "jobs", job_id)
    project = result.with_suffix(".ivy")
    if project.is_file():
        return JobProject(project)
    if not result.is_file():
        what = f"the job {job_id} has no result: it is {status_words(status)}"
        raise IvyError(what, remedy="Wait for it, or see its message in the table")
    return JobProject(project_of_result(folder, job_id), has_images=False)
