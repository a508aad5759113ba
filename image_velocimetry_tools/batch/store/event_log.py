"""Writing events: the change of the rows and the line of the log, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Insert, bindparam, delete, insert, select, true, update

from ..events import AnyEvent, JobEvent, JobStarted
from ..models import BatchStatus, JobStatus
from .errors import NotFoundError
from .event_effects import JobState, attempt_effects, batch_effects, is_late, job_effects
from .row_mapping import event_row
from .tables import attempts, batches, events, jobs

NOT_RECORDED = 0
"""Stands for the number of an event that came too late to be of interest."""

_JOB_KEY = (jobs.c.batch_id == bindparam("key_batch"), jobs.c.job_id == bindparam("key_job"))
_JOB_STATE = select(jobs.c.status, jobs.c.attempt, jobs.c.retries).where(*_JOB_KEY)
_UPDATE_JOB = update(jobs).where(*_JOB_KEY)
_UPDATE_ATTEMPT = update(attempts).where(
    attempts.c.batch_id == bindparam("key_batch"),
    attempts.c.job_id == bindparam("key_job"),
    attempts.c.number == bindparam("key_number"),
)
_BATCH_STATE = select(batches.c.status, batches.c.started).where(batches.c.batch_id == bindparam("key_batch"))
_UPDATE_BATCH = update(batches).where(batches.c.batch_id == bindparam("key_batch"))
_FORGET = delete(events).where(events.c.is_transient.is_(true()), events.c.batch_id == bindparam("key_batch"))
_FORGET_OF_BATCH = _FORGET.where(events.c.job_id.is_(None), events.c.type == bindparam("key_type"))
_FORGET_OF_JOB = _FORGET.where(events.c.job_id == bindparam("key_job"))
_FORGET_OF_JOB_AND_TYPE = _FORGET_OF_JOB.where(events.c.type == bindparam("key_type"))
_APPEND = insert(events)


def record(connection: Connection, event: AnyEvent) -> int:
    """Apply an event to the rows and append it.

    Returns
    -------
    int
        Its number, or :data:`NOT_RECORDED` if it tells of an attempt that is over.

    Raises
    ------
    InvalidTransition, NotFoundError
        If the state forbids it, or there is no such batch or job; the caller ends the transaction.
    """
    if isinstance(event, JobEvent):
        if not _apply_to_job(connection, event):
            return NOT_RECORDED
    else:
        _apply_to_batch(connection, event)
    return append(connection, event)


def append(connection: Connection, event: AnyEvent) -> int:
    """Append an event to the log; a transient one takes the place of the one before it."""
    row = event_row(event)
    if event.is_transient:
        statement = _FORGET_OF_BATCH if row["job_id"] is None else _FORGET_OF_JOB_AND_TYPE
        connection.execute(statement, {"key_batch": row["batch_id"], "key_job": row["job_id"], "key_type": row["type"]})
    return inserted_number(connection, _APPEND, row)


def inserted_number(connection: Connection, statement: Insert, row: Mapping[str, Any]) -> int:
    """Insert a row into a table that numbers its rows; its number."""
    key = connection.execute(statement, row).inserted_primary_key
    assert key is not None
    number: int = key[0]
    return number


def _apply_to_job(connection: Connection, event: JobEvent) -> bool:
    key = {"key_batch": event.batch_id, "key_job": event.job_id}
    row = connection.execute(_JOB_STATE, key).one_or_none()
    if row is None:
        raise no_job(event.batch_id, event.job_id)
    state = JobState(JobStatus(row.status), row.attempt, row.retries)
    if is_late(event, state):
        return False
    values = job_effects(event, state)
    if values:
        connection.execute(_UPDATE_JOB, key | values)
    _apply_to_attempt(connection, event, state)
    if event.job_change is not None:
        # Whether it begins or ends: its progress of before means nothing any more.
        connection.execute(_FORGET_OF_JOB, key)
    return True


def _apply_to_attempt(connection: Connection, event: JobEvent, state: JobState) -> None:
    if isinstance(event, JobStarted):
        connection.execute(insert(attempts), _new_attempt(event))
        return
    values = attempt_effects(event, state)
    if values:
        key = {"key_batch": event.batch_id, "key_job": event.job_id, "key_number": state.attempt}
        connection.execute(_UPDATE_ATTEMPT, key | values)


def _new_attempt(event: JobStarted) -> dict[str, Any]:
    return {
        "batch_id": event.batch_id,
        "job_id": event.job_id,
        "number": event.attempt,
        "started": event.at,
        "reason": "",
        "threads": event.threads,
        "memory_bytes": event.memory_bytes or None,
        "host": "",
        "log_tail": "[]",
    }


def _apply_to_batch(connection: Connection, event: AnyEvent) -> None:
    key = {"key_batch": event.batch_id}
    row = connection.execute(_BATCH_STATE, key).one_or_none()
    if row is None:
        raise no_batch(event.batch_id)
    values = batch_effects(event, BatchStatus(row.status), is_first_start=row.started is None)
    if values:
        connection.execute(_UPDATE_BATCH, key | values)


def no_batch(batch_id: str) -> NotFoundError:
    """The error of a batch that does not exist."""
    return NotFoundError(
        "there is no such batch", where=f"batch {batch_id}", remedy="List the batches to see their ids"
    )


def no_job(batch_id: str, job_id: str) -> NotFoundError:
    """The error of a job that does not exist."""
    return NotFoundError(
        "there is no such job",
        where=f"batch {batch_id}, job {job_id}",
        remedy="Check the id in the status of the batch",
    )
