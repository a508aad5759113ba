"""Batches, jobs and events, kept in a database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select, update

from ..config import RunSettings
from ..events import AnyEvent, BatchCreated, JobsAdded
from ..models import JobStatus
from . import event_log, schema
from .attempt_record import AttemptRecord
from .database import Database
from .errors import StoreError
from .json_text import from_text, json_text, model_text
from .records import BatchRecord, JobRecord, StoredEvent
from .row_mapping import attempt_from_row, batch_from_row, batch_row, event_from_row, job_from_row, job_row
from .tables import attempts, batch_numbers, batches, events, jobs

_PAGE = 500


class BatchStore:
    """Batches with their jobs, attempts and events, in a database that other processes may read meanwhile.

    A store is used by one thread at a time. Every method may raise :class:`StoreError`, and :class:`OutputError` when
    the disk is full.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen: int | None = None

    @classmethod
    def open(cls, url: str, *, read_only: bool = False) -> Self:
        """Open a database; when writing, its tables are made or brought up to date.

        Parameters
        ----------
        url
            ``sqlite:///path`` (see :func:`sqlite_url`) or ``postgresql://user:password@host:port/name``.

        Raises
        ------
        StoreError
            If the database cannot be reached, is damaged, or is of a newer version of the program.
        """
        database = Database(url, read_only=read_only)
        try:
            schema.prepare(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def close(self) -> None:
        """Close the connection."""
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Batches and jobs are written down

    def next_batch_id(self) -> str:
        """An id that no batch of the database has had, and nobody else is given."""
        with self._database.write() as connection:
            while True:
                batch_id = f"batch_{event_log.inserted_number(connection, insert(batch_numbers), {}):03d}"
                if not _has_batch(connection, batch_id):
                    return batch_id

    def create_batch(self, batch: BatchRecord, job_records: Sequence[JobRecord]) -> None:
        """Write down a batch with its jobs, in their order.

        Raises
        ------
        StoreError
            If there is a batch of that id, or two jobs have the same id.
        """
        created = replace(batch, created=batch.created or datetime.now(UTC))
        with self._database.write() as connection:
            if _has_batch(connection, batch.batch_id):
                raise StoreError(
                    "there is already a batch of that id", where=f"batch {batch.batch_id}", remedy="Choose another id"
                )
            connection.execute(insert(batches), batch_row(created) | {"model": "{}"})
            _insert_jobs(connection, batch.batch_id, job_records)
            event = BatchCreated(batch_id=batch.batch_id, name=batch.name, jobs=len(job_records))
            event_log.append(connection, event)

    def add_jobs(self, batch_id: str, job_records: Sequence[JobRecord]) -> None:
        """Write down further jobs of a batch, after those that it has.

        Raises
        ------
        StoreError
            If there is no such batch, or it has a job of the same id.
        """
        with self._database.write() as connection:
            _require_batch(connection, batch_id)
            _insert_jobs(connection, batch_id, job_records)
            event_log.append(connection, JobsAdded(batch_id=batch_id, job_ids=tuple(r.job_id for r in job_records)))

    def delete_batch(self, batch_id: str) -> None:
        """Forget a batch with its jobs, attempts and events."""
        with self._database.write() as connection:
            _require_batch(connection, batch_id)
            connection.execute(delete(batches).where(batches.c.batch_id == batch_id))

    # What happens is recorded

    def record(self, event: AnyEvent) -> int:
        """Apply an event to its batch or job and append it to the log, both or neither.

        Returns
        -------
        int
            Number of the event; 0 if it tells of an attempt that is over already, and was left out.

        Raises
        ------
        InvalidTransition
            If the present state forbids the event; nothing is written then.
        NotFoundError
            If there is no such batch or job.
        """
        return self.record_all([event])[0]

    def record_all(self, news: Sequence[AnyEvent]) -> list[int]:
        """Record several events, all or none; see :meth:`record`."""
        with self._database.write() as connection:
            return [event_log.record(connection, event) for event in news]

    def update_settings(self, batch_id: str, settings: RunSettings) -> None:
        """Change how a batch is carried out from now on."""
        self._update_batch(batch_id, {"settings": model_text(settings)})

    def set_model(self, batch_id: str, model: Mapping[str, Any]) -> None:
        """Keep what the batch has learned about the cost of its jobs."""
        self._update_batch(batch_id, {"model": json_text(dict(model))})

    def set_estimates(self, batch_id: str, estimates: Mapping[str, Mapping[str, Any]]) -> None:
        """Keep what is expected of jobs, by their id."""
        self._update_jobs(batch_id, [{"key": key, "estimate": json_text(dict(e))} for key, e in estimates.items()])

    def set_inputs(self, batch_id: str, job_id: str, inputs: Mapping[str, Any]) -> None:
        """Keep the stamps of a job's files."""
        self._update_jobs(batch_id, [{"key": job_id, "inputs": json_text(dict(inputs))}])

    # Batches and jobs as they stand

    def batch(self, batch_id: str) -> BatchRecord:
        """A batch; NotFoundError if there is none of that id."""
        with self._database.read() as connection:
            row = connection.execute(select(batches).where(batches.c.batch_id == batch_id)).one_or_none()
        if row is None:
            raise event_log.no_batch(batch_id)
        return batch_from_row(row)

    def batches(self) -> list[BatchRecord]:
        """All batches in the order in which they were created."""
        with self._database.read() as connection:
            return [batch_from_row(row) for row in connection.execute(select(batches).order_by(batches.c.number))]

    def latest_batch(self, output_directory: Path) -> BatchRecord | None:
        """The batch created last of those that write into a folder, whose path is given as when they were created."""
        query = select(batches).where(batches.c.output_directory == str(output_directory))
        with self._database.read() as connection:
            row = connection.execute(query.order_by(batches.c.number.desc()).limit(1)).one_or_none()
        return None if row is None else batch_from_row(row)

    def model(self, batch_id: str) -> dict[str, Any]:
        """What the batch has learned about the cost of its jobs; empty before it has."""
        with self._database.read() as connection:
            text = connection.scalar(select(batches.c.model).where(batches.c.batch_id == batch_id))
        if text is None:
            raise event_log.no_batch(batch_id)
        model: dict[str, Any] = from_text(text)
        return model

    def job(self, batch_id: str, job_id: str) -> JobRecord:
        """A job; NotFoundError if there is none of that id."""
        query = select(jobs).where(jobs.c.batch_id == batch_id, jobs.c.job_id == job_id)
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise event_log.no_job(batch_id, job_id)
        return job_from_row(row)

    def jobs(self, batch_id: str, statuses: Collection[JobStatus] | None = None) -> list[JobRecord]:
        """The jobs of a batch in their order, all or those that stand in one of ``statuses``."""
        with self._database.read() as connection:
            return [job_from_row(row) for row in connection.execute(_jobs_query(batch_id, statuses))]

    def iter_jobs(self, batch_id: str, statuses: Collection[JobStatus] | None = None) -> Iterator[JobRecord]:
        """Like :meth:`jobs`, but read some at a time, for large batches; the store may be used meanwhile.

        Each job is as it stands when it is read; one that changes before that may be left out or come with its change.
        """
        position = -1
        while True:
            query = _jobs_query(batch_id, statuses).where(jobs.c.position > position).limit(_PAGE)
            with self._database.read() as connection:
                page = connection.execute(query).all()
            for row in page:
                yield job_from_row(row)
            if len(page) < _PAGE:
                return
            position = page[-1].position

    def counts(self, batch_id: str) -> dict[JobStatus, int]:
        """How many jobs of a batch stand in each status; every status is there."""
        query = select(jobs.c.status, func.count()).where(jobs.c.batch_id == batch_id).group_by(jobs.c.status)
        with self._database.read() as connection:
            found: Counter[str] = Counter({row[0]: row[1] for row in connection.execute(query)})
        return {status: found[status.value] for status in JobStatus}

    def attempts(self, batch_id: str, job_id: str) -> list[AttemptRecord]:
        """The attempts at a job in their order."""
        query = select(attempts).where(attempts.c.batch_id == batch_id, attempts.c.job_id == job_id)
        with self._database.read() as connection:
            return [attempt_from_row(row) for row in connection.execute(query.order_by(attempts.c.number))]

    # What happened

    def events_after(self, number: int, batch_id: str | None = None, limit: int = 1000) -> list[StoredEvent]:
        """Events with a greater number, of one batch or of all, at most ``limit`` of them, in their order."""
        query = select(events.c.number, events.c.body).where(events.c.number > number)
        if batch_id is not None:
            query = query.where(events.c.batch_id == batch_id)
        with self._database.read() as connection:
            return [event_from_row(row) for row in connection.execute(query.order_by(events.c.number).limit(limit))]

    def last_event(self, batch_id: str | None = None) -> int:
        """Number of the newest event, of one batch or of all; 0 if there is none."""
        query = select(func.max(events.c.number))
        if batch_id is not None:
            query = query.where(events.c.batch_id == batch_id)
        with self._database.read() as connection:
            return connection.scalar(query) or 0

    def has_changed(self) -> bool:
        """Whether another process wrote since this was asked last; True the first time.

        Cheap enough to be asked ten times a second. On PostgreSQL it tells of new events, this store's among them.
        """
        if self._database.is_sqlite:
            with self._database.read() as connection:
                seen = connection.exec_driver_sql("PRAGMA data_version").scalar_one()
        else:
            seen = self.last_event()
        changed = seen != self._seen
        self._seen = seen
        return changed

    def _update_batch(self, batch_id: str, values: Mapping[str, Any]) -> None:
        with self._database.write() as connection:
            _require_batch(connection, batch_id)
            connection.execute(update(batches).where(batches.c.batch_id == batch_id).values(**values))

    def _update_jobs(self, batch_id: str, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        with self._database.write() as connection:
            _require_jobs(connection, batch_id, {row["key"] for row in rows})
            statement = update(jobs).where(jobs.c.batch_id == batch_id, jobs.c.job_id == bindparam("key"))
            connection.execute(statement, rows)


def _jobs_query(batch_id: str, statuses: Collection[JobStatus] | None) -> Select[Any]:
    query = select(jobs).where(jobs.c.batch_id == batch_id).order_by(jobs.c.position)
    return query if statuses is None else query.where(jobs.c.status.in_([status.value for status in statuses]))


def _has_batch(connection: Connection, batch_id: str) -> bool:
    return connection.scalar(select(batches.c.number).where(batches.c.batch_id == batch_id)) is not None


def _require_batch(connection: Connection, batch_id: str) -> None:
    if not _has_batch(connection, batch_id):
        raise event_log.no_batch(batch_id)


def _present_ids(connection: Connection, batch_id: str) -> set[str]:
    return set(connection.scalars(select(jobs.c.job_id).where(jobs.c.batch_id == batch_id)))


def _require_jobs(connection: Connection, batch_id: str, job_ids: set[str]) -> None:
    missing = job_ids - _present_ids(connection, batch_id)
    if missing:
        raise event_log.no_job(batch_id, min(missing))


def _insert_jobs(connection: Connection, batch_id: str, records: Sequence[JobRecord]) -> None:
    occurrences = Counter(record.job_id for record in records)
    twice = {job_id for job_id, count in occurrences.items() if count > 1}
    twice |= _present_ids(connection, batch_id) & set(occurrences)
    if twice:
        raise StoreError(
            f"a batch cannot have two jobs of the same id ({', '.join(sorted(twice)[:5])})",
            where=f"batch {batch_id}",
            remedy="Give each job an id of its own",
        )
    last = connection.scalar(select(func.max(jobs.c.position)).where(jobs.c.batch_id == batch_id))
    first = 0 if last is None else last + 1
    rows = [job_row(r) | {"batch_id": batch_id, "position": first + i} for i, r in enumerate(records)]
    if rows:
        connection.execute(insert(jobs), rows)
