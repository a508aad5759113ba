"""What a failure means to the user: an exception of a job told as a result."""

from __future__ import annotations

import errno
import logging
from dataclasses import replace as replace_fields

from ..domain.errors import FetchError, IvyError, OutputError, Problem
from .config import ProcessingResult
from .models import BatchJob, JobStatus

_log = logging.getLogger(__name__)
_DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
# another attempt finds the same; everything else may be a share that is away for a moment
_LASTING = (
    errno.ENOENT,
    errno.EACCES,
    errno.EPERM,
    errno.EROFS,
    errno.ENOTDIR,
    errno.EISDIR,
    errno.EEXIST,
    errno.ENAMETOOLONG,
    errno.EINVAL,
)
_REPORT = "Run it again; if it fails again, report it with the log file of the batch"


def is_disk_full(error: BaseException | None) -> bool:
    """Whether a full disk (or quota) is the cause of an error, however deep."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in _DISK_FULL:
            return True
        error = error.__cause__ or error.__context__
    return False


def can_pass(error: BaseException | None) -> bool:
    """Whether another attempt may succeed where this error came up: not bad input, not a defect of the program."""
    if is_disk_full(error) or isinstance(error, MemoryError):
        return True
    if isinstance(error, FetchError):
        return error.can_pass
    # a video that cannot be read is bad input, results that cannot be written are not
    cause = error.__cause__ if isinstance(error, OutputError) else error
    return isinstance(cause, OSError) and cause.errno not in _LASTING


def failed_result(job: BatchJob, error: Exception, stage: str, seconds: float) -> ProcessingResult:
    """The result of a job that raised.

    Parameters
    ----------
    stage
        Stage that the job had reported last; an error that knows its own stage goes before.
    """
    problems, stage = _explain(job, error, stage)
    return outcome(job, JobStatus.FAILED).model_copy(
        update={
            "stage": stage,
            "error_message": " ".join(str(replace_fields(problem, remedy="")) for problem in problems),
            "problems": tuple(str(problem) for problem in problems),
            "remedy": problems[0].remedy,
            "remedies": tuple(dict.fromkeys(problem.remedy for problem in problems if problem.remedy)),
            "processing_time_s": seconds,
        }
    )


def outcome(job: BatchJob, status: JobStatus, reason: str | None = None, stage: str = "") -> ProcessingResult:
    """The result of a job that has no figures, with the reason why."""
    return ProcessingResult(
        job_id=job.job_id,
        video_path=job.video_path,
        video_url=job.video_url,
        status=status,
        water_surface_elevation_m=job.water_surface_elevation_m,
        alpha=job.alpha,
        alpha_source=str(job.alpha_source),
        stage=stage,
        error_message=reason,
    )


def _explain(job: BatchJob, error: Exception, stage: str) -> tuple[tuple[Problem, ...], str]:
    if isinstance(error, IvyError):
        _log.warning("job %s failed: %s", job.job_id, error)
        return error.problems, error.stage or stage
    # The traceback is for us; it goes to the log file, while the user gets a sentence.
    _log.error("job %s failed unexpectedly", job.job_id, exc_info=error)
    if is_disk_full(error):
        return (Problem("the disk is full", remedy="Free some space and run again"),), stage or "output"
    if isinstance(error, MemoryError):
        return (Problem("the computer has not enough free memory for this job", remedy="Close other programs"),), stage
    what = f"an unexpected error of the program ({type(error).__name__}: {error or 'no message'})"
    return (Problem(what, remedy=_REPORT),), stage
