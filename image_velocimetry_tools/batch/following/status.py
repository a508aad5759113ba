"""How a batch stands, for whoever asks: everything that its rows, its log and its owner's lock tell."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..events import BatchSampled
from ..folders.owner_lock import describe_owner
from ..folders.state_folder import find_state, without_password
from ..models import BatchStatus, JobStatus
from ..store import BatchStore
from .from_outside import Standing, standing
from .picture import BatchPicture, JobRow
from .picture_words import (
    attempt_words,
    count_words,
    discharge_words,
    display_units,
    memory_words,
    rate_words,
    rest_words,
    time_words,
    word,
)

_RECENT_EVENTS = 1000
_ALWAYS_LISTED = (
    JobStatus.RUNNING,
    JobStatus.FAILED,
    JobStatus.TIMED_OUT,
    JobStatus.OUT_OF_MEMORY,
    JobStatus.CANCELLED,
    JobStatus.INTERRUPTED,
)


@dataclass(frozen=True, slots=True, eq=False)
class BatchReport:
    """A batch as it stood at ``at``. ``run_by`` says which process runs it, empty if none does."""

    standing: Standing
    picture: BatchPicture
    at: datetime
    database: str
    run_by: str

    @property
    def can_be_resumed(self) -> bool:
        """Whether there is work left that nobody does."""
        left = (JobStatus.PENDING, JobStatus.INTERRUPTED, JobStatus.RUNNING)
        rests = self.standing.batch.status in (BatchStatus.CREATED, BatchStatus.PAUSED)
        has_work = any(self.picture.counts[status] for status in left)
        return not self.standing.has_owner and has_work and (rests or self.standing.is_orphaned)

    @property
    def resume_command(self) -> str:
        """What goes on with it, to be typed into a shell."""
        return resume_command(self.standing.batch.output_directory)


def batch_report(output_directory: Path, *, database_url: str | None = None) -> BatchReport:
    """How the batch of a folder stands.

    Raises
    ------
    IvyError
        If the folder holds no batch or its database cannot be read.
    """
    found = standing(output_directory, database_url=database_url)
    state, batch_id = find_state(output_directory, database_url=database_url)
    picture = BatchPicture(found.batch, found.jobs)
    if found.has_owner:
        with BatchStore.open(state.database_url, read_only=True) as store:
            for stored in store.events_after(found.last_event - _RECENT_EVENTS, batch_id):
                if isinstance(stored.event, BatchSampled):
                    picture.bring_forward(stored.event)
    run_by = describe_owner(state.own) if found.has_owner else ""
    return BatchReport(found, picture, datetime.now(UTC), without_password(state.database_url), run_by)


def resume_command(output_directory: Path) -> str:
    """What goes on with the batch of a folder, to be typed into a shell."""
    return f"ivytools-batch resume {shlex.quote(str(output_directory))}"


def status_facts(report: BatchReport) -> list[tuple[str, str]]:
    """The batch as labels with values."""
    batch, picture = report.standing.batch, report.picture
    times = (time_words(picture.elapsed_s(report.at)), rest_words(picture.sample))
    facts = [
        ("batch", f"{batch.name} ({batch.batch_id})"),
        ("description", batch.description),
        ("state", state_words(report)),
        ("jobs", f"{picture.total}: {count_words(picture)}"),
        ("done", f"{100.0 * picture.fraction:.0f} %"),
        ("time", ", ".join(part for part in times if part)),
        ("pace", rate_words(picture.sample)),
        ("memory", memory_words(picture.sample)),
        ("owner", batch.owner),
        ("scaffold", str(batch.scaffold_path)),
        ("results", str(batch.output_directory)),
        ("database", report.database),
    ]
    return [(label, value) for label, value in facts if value]


def state_words(report: BatchReport) -> str:
    """In words how the batch stands, and how it goes on if nobody runs it."""
    status = word(report.standing.batch.status)
    if report.standing.is_orphaned:
        return f"interrupted: no process runs it; go on with: {report.resume_command}"
    if report.can_be_resumed:
        return f"{status}; go on with: {report.resume_command}"
    return f"{status}, run by {report.run_by}" if report.run_by else status


def status_rows(report: BatchReport, *, all_jobs: bool = False) -> list[tuple[str, ...]]:
    """Rows of the table of jobs: all of them, or those that run or did not succeed."""
    picture, units = report.picture, display_units(report.picture)
    rows: list[tuple[str, ...]] = []
    for row in picture.rows.values():
        if not all_jobs and row.status not in _ALWAYS_LISTED:
            continue
        is_gone = row.status is JobStatus.RUNNING and report.standing.is_orphaned
        status = "interrupted" if is_gone else word(row.status)
        parts = (attempt_words(row, picture.max_retries), discharge_words(row, units), " ".join(row.message.split()))
        done = f"{100.0 * row.job_fraction:.0f} %" if row.status is JobStatus.RUNNING else ""
        said = ", ".join(part for part in parts if part)
        rows.append((row.job_id, status, row.stage, done, time_words(row.elapsed_s(report.at)), said))
    return rows


def report_json(report: BatchReport) -> dict[str, Any]:
    """The report as values that JSON knows; SI, times in seconds and UTC."""
    batch, picture = report.standing.batch, report.picture
    sample = picture.sample
    return {
        "batch_id": batch.batch_id,
        "name": batch.name,
        "description": batch.description,
        "priority": batch.priority,
        "owner": batch.owner,
        "status": batch.status.value,
        "is_running": report.standing.has_owner,
        "is_interrupted": report.standing.is_orphaned,
        "run_by": report.run_by or None,
        "resume_command": report.resume_command if report.can_be_resumed else None,
        "output_directory": str(batch.output_directory),
        "scaffold_path": str(batch.scaffold_path),
        "database": report.database,
        "created": _iso(batch.created),
        "started": _iso(batch.started),
        "finished": _iso(batch.finished),
        "elapsed_s": picture.elapsed_s(report.at),
        "total": picture.total,
        "counts": {status.value: picture.counts[status] for status in JobStatus},
        "fraction": picture.fraction,
        "jobs_per_minute": sample.jobs_per_minute if sample is not None else None,
        "seconds_to_go": sample.seconds_to_go if sample is not None else None,
        "seconds_to_go_range": sample.seconds_to_go_range if sample is not None else None,
        "memory_bytes": sample.memory_bytes if sample is not None else None,
        "memory_limit_bytes": sample.memory_limit_bytes if sample is not None else None,
        "slots": sample.slots if sample is not None else None,
        "waiting_for": sample.waiting_for if sample is not None else "",
        "warnings": list(batch.warnings),
        "last_event": report.standing.last_event,
        "jobs": [_job_json(row, report) for row in picture.rows.values()],
    }


def _job_json(row: JobRow, report: BatchReport) -> dict[str, Any]:
    return {
        "job_id": row.job_id,
        "title": row.title,
        "status": row.status.value,
        "stage": row.stage,
        "fraction": row.job_fraction,
        "attempt": row.attempt,
        "retries": row.retries,
        "max_retries": report.picture.max_retries,
        "not_before": _iso(row.not_before),
        "started": _iso(row.started),
        "finished": _iso(row.finished),
        "elapsed_s": row.elapsed_s(report.at),
        "message": row.message,
        "discharge_m3s": row.discharge_m3s,
        "quality": row.quality,
    }


def _iso(when: datetime | None) -> str | None:
    return when.isoformat() if when is not None else None
