"""Batches, jobs, attempts and events."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0001"
down_revision = None

# Written out, not taken from the program's tables: those change, this version does not.
_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)


def _numbered(name: str, *columns: SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("number", name=f"pk_{name}"),
        sqlite_autoincrement=True,
    )


def upgrade() -> None:
    """Make the tables."""
    _numbered("batch_numbers")
    _make_batches()
    _make_jobs()
    _make_attempts()
    _make_events()


def _make_batches() -> None:
    _numbered(
        "batches",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("output_directory", sa.Text(), nullable=False),
        sa.Column("scaffold_path", sa.Text(), nullable=False),
        sa.Column("display_units", sa.String(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("created", _MOMENT, nullable=False),
        sa.Column("started", _MOMENT),
        sa.Column("finished", _MOMENT),
        sa.UniqueConstraint("batch_id", name="uq_batches_batch_id"),
    )
    op.create_index("ix_batches_output_directory", "batches", ["output_directory"])


def _make_jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("fraction", sa.Double(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("retries", sa.Integer(), nullable=False),
        sa.Column("not_before", _MOMENT),
        sa.Column("memory_bytes", sa.BigInteger()),
        sa.Column("runs_alone", sa.Boolean(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.BigInteger()),
        sa.Column("pid_created", sa.Double()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("result", sa.Text()),
        sa.Column("estimate", sa.Text(), nullable=False),
        sa.Column("inputs", sa.Text(), nullable=False),
        sa.Column("started", _MOMENT),
        sa.Column("finished", _MOMENT),
        sa.Column("peak_memory_bytes", sa.BigInteger()),
        sa.Column("log_tail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "job_id", name="pk_jobs"),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.batch_id"], name="fk_jobs_batch_id", ondelete="CASCADE"),
    )
    op.create_index("ix_jobs_batch_id_position", "jobs", ["batch_id", "position"], unique=True)
    op.create_index("ix_jobs_batch_id_status", "jobs", ["batch_id", "status"])


def _make_attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("started", _MOMENT, nullable=False),
        sa.Column("finished", _MOMENT),
        sa.Column("outcome", sa.String()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("threads", sa.Integer(), nullable=False),
        sa.Column("memory_bytes", sa.BigInteger()),
        sa.Column("peak_memory_bytes", sa.BigInteger()),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("log_tail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", "job_id", "number", name="pk_attempts"),
        sa.ForeignKeyConstraint(
            ["batch_id", "job_id"],
            ["jobs.batch_id", "jobs.job_id"],
            name="fk_attempts_batch_id_job_id",
            ondelete="CASCADE",
        ),
    )


def _make_events() -> None:
    _numbered(
        "events",
        sa.Column("batch_id", sa.String(), nullable=False),
        sa.Column("job_id", sa.String()),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("is_transient", sa.Boolean(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.batch_id"], name="fk_events_batch_id", ondelete="CASCADE"),
    )
    op.create_index("ix_events_batch_id_number", "events", ["batch_id", "number"])
    transient = sa.column("is_transient", sa.Boolean()).is_(sa.true())
    op.create_index(
        "ix_events_transient",
        "events",
        ["batch_id", "job_id", "type"],
        sqlite_where=transient,
        postgresql_where=transient,
    )
