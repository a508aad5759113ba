"""Putting a batch right after its process ended without a word: what the rows say is held against what lies there.

A whole result whose end nobody wrote down is adopted, so that nothing finished is done twice; an attempt of which
nothing whole is left counts as interrupted and runs again. Done under the owner's lock, before anything else.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
from collections.abc import Sequence
from pathlib import Path

import psutil

from ...domain.errors import IvyError
from ..engine.commands import CANCELLED_BEFORE
from ..events import AnyEvent, BatchCancelled, BatchInterrupted, JobAdopted, JobInterrupted, JobReopened, JobSkipped
from ..folders.identity import JobIdentity
from ..folders.job_folder import OLD, PARTIAL, tidy_job_folder
from ..folders.manifest import read_manifest
from ..folders.recomputation_record import still_holds
from ..models import BatchStatus, JobStatus
from ..plan.attempt_result import result_of_attempt
from ..plan.planner import JobPlanner
from ..store import BatchStore
from ..store.records import BatchRecord, JobRecord

_LEFTOVER = re.compile(rf"^(?P<job>.+)(?:{re.escape(PARTIAL)}|{re.escape(OLD)})[^/]*$")
_LONGEST_WAIT_S = 10.0


def reconcile(store: BatchStore, batch: BatchRecord, planner: JobPlanner) -> BatchRecord:
    """Bring the rows of a batch and its folders into agreement; the answer is the batch as it stands then."""
    running = store.jobs(batch.batch_id, (JobStatus.RUNNING,))
    for job in running:
        end_survivor(job)
    tidy_jobs_directory(planner.jobs_directory)
    events: list[AnyEvent] = [_adopted_or_interrupted(job, planner) for job in running]
    if batch.status in (BatchStatus.RUNNING, BatchStatus.PAUSING, BatchStatus.CANCELLING):
        events.append(BatchInterrupted(batch_id=batch.batch_id))
    store.record_all(events)
    if batch.status is BatchStatus.CANCELLING:
        _finish_cancelling(store, batch.batch_id)
    return store.batch(batch.batch_id)


def changed_results(jobs: Sequence[JobRecord], planner: JobPlanner) -> dict[str, str]:
    """Finished jobs whose result no longer holds, by id, with the reason: inputs changed, or files gone."""
    return {job.job_id: reason for job in jobs if _has_result(job) and (reason := _why_stale(job, planner))}


def reopened(batch_id: str, changed: dict[str, str]) -> list[AnyEvent]:
    """The events that let jobs with a stale result run again."""
    return [JobReopened(batch_id=batch_id, job_id=job_id, reason=reason) for job_id, reason in changed.items()]


def tidy_jobs_directory(jobs_directory: Path) -> None:
    """Clear up what broken-off attempts left; no attempt may run."""
    with contextlib.suppress(FileNotFoundError):
        found = (_LEFTOVER.match(name) for name in os.listdir(jobs_directory))
        for job_id in sorted({match["job"] for match in found if match}):
            tidy_job_folder(jobs_directory, job_id)


def end_survivor(job: JobRecord) -> None:
    """End the process of an attempt that has outlived the one that watched it, with all that it started."""
    if job.pid is None or job.host != socket.gethostname():
        return
    try:
        process = psutil.Process(job.pid)
        if job.pid_created is not None and abs(process.create_time() - job.pid_created) > 1.0:
            return
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    psutil.wait_procs(family, timeout=_LONGEST_WAIT_S)


def _adopted_or_interrupted(job: JobRecord, planner: JobPlanner) -> AnyEvent:
    result = result_of_attempt(job, planner)
    if result is not None:
        return JobAdopted(batch_id=job.batch_id, job_id=job.job_id, result=result)
    return JobInterrupted(batch_id=job.batch_id, job_id=job.job_id, attempt=job.attempt)


def _finish_cancelling(store: BatchStore, batch_id: str) -> None:
    waiting = store.jobs(batch_id, (JobStatus.PENDING,))
    skipped = [JobSkipped(batch_id=batch_id, job_id=job.job_id, reason=CANCELLED_BEFORE) for job in waiting]
    store.record_all([*skipped, BatchCancelled(batch_id=batch_id)])


def _has_result(job: JobRecord) -> bool:
    return job.status is JobStatus.COMPLETED or (job.status is JobStatus.SKIPPED and job.result is not None)


def _lacks_outputs(folder: Path, wanted: JobIdentity) -> bool:
    manifest = read_manifest(folder)
    if manifest is None:
        return False
    have = manifest.identity
    return have.has_plots < wanted.has_plots or have.has_project < wanted.has_project


def _why_stale(job: JobRecord, planner: JobPlanner) -> str:
    try:
        planned = planner.planned(job.job)
    except IvyError as error:
        return f"the site no longer fits the job ({error.problems[0].what})"
    if planner.up_to_date_result(planned) is not None:
        return ""
    if still_holds(job.inputs, planner.jobs_directory / job.job_id, planned, planner.identity(planned)):
        return ""
    stored = job.inputs.get("identity", {})
    now = planner.identity(planned)
    if stored and (stored.get("velocity"), stored.get("discharge")) != (now.velocity, now.discharge):
        return "the scaffold, a file that it uses or the way of measuring has changed"
    if job.job.video_url is None and not job.job.video_path.exists():
        # nothing to measure again from, and the result itself may be whole
        return "" if planner.finished_result(planned) is not None else "its result is gone or damaged"
    if _lacks_outputs(planner.jobs_directory / job.job_id, now):
        return "it has no plots or no project, which are wanted now"
    return "its video has changed, or its result is gone or damaged"
