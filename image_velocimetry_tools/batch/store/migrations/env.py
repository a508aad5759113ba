"""What Alembic runs: the migrations, in the transaction that the store has begun."""

from __future__ import annotations

from alembic import context

from image_velocimetry_tools.batch.store.tables import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    # SQLite changes a table by making it anew.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
