"""Records as rows and back."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Row

from ..config import ProcessingResult, RunSettings
from ..events import EVENTS, AnyEvent, JobEvent
from ..job.job_json import job_from_json, job_json
from ..models import BatchStatus, JobStatus
from .attempt_record import AttemptRecord
from .errors import StoreError
from .json_text import from_text, json_text, model_text
from .records import BatchRecord, JobRecord, StoredEvent

AnyRow = Row[Any, Any]

_BATCH_KEYS = tuple(field.name for field in fields(BatchRecord))
_JOB_KEYS = tuple(field.name for field in fields(JobRecord))
_ATTEMPT_KEYS = tuple(field.name for field in fields(AttemptRecord))


def batch_row(batch: BatchRecord) -> dict[str, Any]:
    """A batch as values of its columns."""
    values = {key: getattr(batch, key) for key in _BATCH_KEYS}
    return values | {
        "output_directory": str(batch.output_directory),
        "scaffold_path": str(batch.scaffold_path),
        "settings": model_text(batch.settings),
        "status": batch.status.value,
        "inputs": json_text(dict(batch.inputs)),
        "warnings": json_text(batch.warnings),
    }


def batch_from_row(row: AnyRow) -> BatchRecord:
    """The batch of a row."""
    values = _values(row, _BATCH_KEYS)
    with _readable(f"batch {row.batch_id}"):
        values["settings"] = RunSettings.model_validate(from_text(row.settings))
        values["status"] = BatchStatus(row.status)
    values["output_directory"], values["scaffold_path"] = Path(row.output_directory), Path(row.scaffold_path)
    values["inputs"], values["warnings"] = from_text(row.inputs), tuple(from_text(row.warnings))
    return BatchRecord(**values)


def job_row(job: JobRecord) -> dict[str, Any]:
    """A job as values of its columns."""
    values = {key: getattr(job, key) for key in _JOB_KEYS}
    return values | {
        "job_id": job.job_id,
        "job": json_text(job_json(job.job)),
        "status": job.status.value,
        "result": None if job.result is None else model_text(job.result),
        "estimate": json_text(dict(job.estimate)),
        "inputs": json_text(dict(job.inputs)),
        "log_tail": json_text(job.log_tail),
    }


def job_from_row(row: AnyRow) -> JobRecord:
    """The job of a row."""
    values = _values(row, _JOB_KEYS)
    with _readable(f"job {row.job_id}"):
        values["job"] = job_from_json(from_text(row.job))
        values["status"] = JobStatus(row.status)
        values["result"] = None if row.result is None else ProcessingResult.model_validate(from_text(row.result))
    values["estimate"], values["inputs"] = from_text(row.estimate), from_text(row.inputs)
    values["log_tail"] = tuple(from_text(row.log_tail))
    return JobRecord(**values)


def attempt_from_row(row: AnyRow) -> AttemptRecord:
    """The attempt of a row."""
    values = _values(row, _ATTEMPT_KEYS)
    values["outcome"] = None if row.outcome is None else JobStatus(row.outcome)
    values["log_tail"] = tuple(from_text(row.log_tail))
    return AttemptRecord(**values)


def event_row(event: AnyEvent) -> dict[str, Any]:
    """An event as values of its columns."""
    return {
        "batch_id": event.batch_id,
        "job_id": event.job_id if isinstance(event, JobEvent) else None,
        "type": event.type,
        "is_transient": event.is_transient,
        "body": model_text(event),
    }


def event_from_row(row: AnyRow) -> StoredEvent:
    """The event of a row."""
    with _readable(f"event {row.number}"):
        return StoredEvent(row.number, EVENTS.validate_python(from_text(row.body)))


def _values(row: AnyRow, keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: row._mapping[key] for key in keys}


@contextlib.contextmanager
def _readable(where: str) -> Iterator[None]:
    try:
        yield
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            "what the database says of it is not understood",
            where=where,
            remedy="It was probably written by a newer version of the program: update this one",
        ) from error
