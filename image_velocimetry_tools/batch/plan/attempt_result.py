"""The result that an attempt at a job left, though nobody said so."""

from __future__ import annotations

from pathlib import Path

from ...domain.errors import IvyError
from ..config import ProcessingResult
from ..folders.identity import stamp
from ..folders.manifest import FILE_NAME as MANIFEST_NAME
from ..folders.manifest import read_manifest
from ..store.records import JobRecord
from .planner import JobPlanner

_CLOCK_STEP_S = 0.02
"""Times of files come from a coarser clock."""


def result_of_attempt(job: JobRecord, planner: JobPlanner) -> ProcessingResult | None:
    """The whole result that the present attempt at a job put in place without saying so; None if there is none.

    A folder of an earlier run is of another attempt, or older than this one.
    """
    folder = planner.jobs_directory / job.job_id
    manifest = read_manifest(folder)
    if manifest is None or manifest.attempt != job.attempt or _is_older(folder / MANIFEST_NAME, job):
        return None
    try:
        return planner.finished_result(planner.planned(job.job))
    except IvyError:
        # its inputs no longer fit: the attempt that follows says so
        return None


def _is_older(manifest: Path, job: JobRecord) -> bool:
    written = stamp(manifest)
    if written is None or job.started is None:
        return True
    return written.mtime_ns / 1e9 < job.started.timestamp() - _CLOCK_STEP_S
