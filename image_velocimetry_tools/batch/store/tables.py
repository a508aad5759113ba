"""The tables of the store, the same for SQLite and PostgreSQL.

What has a model of its own (jobs, results, settings, events) is kept as its JSON text; what queries ask for has a
column. A change here needs a migration and a new :data:`SCHEMA_VERSION`.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    true,
)
from sqlalchemy.types import TypeDecorator

SCHEMA_VERSION = "0001"
"""Version of the tables below, the newest in ``migrations/versions``."""

VERSION_TABLE = "ivytools_schema"


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; SQLite keeps no time zone, so it is taken off and put on again."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as the database keeps it."""
        if value is None:
            return None
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment with its time zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _number() -> Column[int]:
    # Only an INTEGER primary key counts up on SQLite; it has 64 bits there.
    return Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def _batch_id() -> Column[Any]:
    return Column("batch_id", String, ForeignKey("batches.batch_id", ondelete="CASCADE"), nullable=False)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

schema_version = Table(
    VERSION_TABLE,
    metadata,
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name=f"{VERSION_TABLE}_pkc"),
)

batch_numbers = Table("batch_numbers", metadata, _number(), sqlite_autoincrement=True)
"""Gives every batch a number that no other had."""

batches = Table(
    "batches",
    metadata,
    _number(),
    Column("batch_id", String, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("owner", Text, nullable=False),
    Column("status", String, nullable=False),
    Column("output_directory", Text, nullable=False),
    Column("scaffold_path", Text, nullable=False),
    Column("display_units", String, nullable=False),
    Column("settings", Text, nullable=False),
    Column("inputs", Text, nullable=False),
    Column("warnings", Text, nullable=False),
    Column("model", Text, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("started", UtcDateTime),
    Column("finished", UtcDateTime),
    Index(None, "output_directory"),
    sqlite_autoincrement=True,
)

jobs = Table(
    "jobs",
    metadata,
    _batch_id(),
    Column("job_id", String, nullable=False),
    Column("position", Integer, nullable=False),
    Column("job", Text, nullable=False),
    Column("status", String, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("stage", String, nullable=False),
    Column("fraction", Double, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("retries", Integer, nullable=False),
    Column("not_before", UtcDateTime),
    Column("memory_bytes", BigInteger),
    Column("runs_alone", Boolean, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", BigInteger),
    Column("pid_created", Double),
    Column("reason", Text, nullable=False),
    Column("result", Text),
    Column("estimate", Text, nullable=False),
    Column("inputs", Text, nullable=False),
    Column("started", UtcDateTime),
    Column("finished", UtcDateTime),
    Column("peak_memory_bytes", BigInteger),
    Column("log_tail", Text, nullable=False),
    PrimaryKeyConstraint("batch_id", "job_id"),
    Index(None, "batch_id", "position", unique=True),
    Index(None, "batch_id", "status"),
)

attempts = Table(
    "attempts",
    metadata,
    Column("batch_id", String, nullable=False),
    Column("job_id", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("started", UtcDateTime, nullable=False),
    Column("finished", UtcDateTime),
    Column("outcome", String),
    Column("reason", Text, nullable=False),
    Column("threads", Integer, nullable=False),
    Column("memory_bytes", BigInteger),
    Column("peak_memory_bytes", BigInteger),
    Column("host", Text, nullable=False),
    Column("log_tail", Text, nullable=False),
    PrimaryKeyConstraint("batch_id", "job_id", "number"),
    ForeignKeyConstraint(["batch_id", "job_id"], ["jobs.batch_id", "jobs.job_id"], ondelete="CASCADE"),
)

events = Table(
    "events",
    metadata,
    _number(),
    _batch_id(),
    Column("job_id", String),
    Column("type", String, nullable=False),
    Column("is_transient", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Index(None, "batch_id", "number"),
    sqlite_autoincrement=True,
)
# Transient events are few and replaced all the time: an index of them alone keeps that cheap however long the log is.
Index(
    "ix_events_transient",
    events.c.batch_id,
    events.c.job_id,
    events.c.type,
    sqlite_where=events.c.is_transient.is_(true()),
    postgresql_where=events.c.is_transient.is_(true()),
)
