from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect
from sqlalchemy.schema import CreateIndex, CreateTable
from store_values import BATCH, a_stored_batch, started

from image_velocimetry_tools.batch.store import BatchStore, StoreError, schema, sqlite_url
from image_velocimetry_tools.batch.store.database import Database
from image_velocimetry_tools.batch.store.tables import SCHEMA_VERSION, VERSION_TABLE, metadata, schema_version

NEXT_VERSION = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    rebuild = "always" if op.get_bind().dialect.name == "sqlite" else "never"
    with op.batch_alter_table("batches", recreate=rebuild) as table:
        table.add_column(sa.Column("river", sa.Text(), nullable=False, server_default="Welton"))
"""


def structure(connection: Connection) -> dict[str, Any]:
    """Tables, columns, keys and indices as the database tells them."""
    found = inspect(connection)
    return {
        table: {
            "columns": [(c["name"], str(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(table)],
            "primary key": found.get_pk_constraint(table),
            "references": found.get_foreign_keys(table),
            "unique": found.get_unique_constraints(table),
            "indices": sorted(map(_comparable, found.get_indexes(table))),
        }
        for table in sorted(found.get_table_names())
    }


def _comparable(index: Any) -> str:
    # The condition of a partial index is reflected as an expression, which is equal to nothing but itself.
    options = {key: str(value) for key, value in index.get("dialect_options", {}).items()}
    return f"{index['name']} {index['column_names']} {index['unique']} {options}"


def set_version(url: str, version: str) -> None:
    database = Database(url)
    with database.write() as connection:
        connection.execute(schema_version.update().values(version_num=version))
    database.close()


@pytest.fixture
def migrated(url: str) -> Database:
    """A database whose tables were all made by the migrations."""
    database = Database(url)
    with database.write(enforce_references=False) as connection:
        schema.upgrade(connection)
    return database


def test_that_migrations_make_the_tables_that_the_program_uses(migrated: Database) -> None:
    with migrated.read() as connection:
        by_migrations = structure(connection)
    with migrated.write() as connection:
        metadata.drop_all(connection)
        metadata.create_all(connection)
        at_once = structure(connection)
    migrated.close()

    assert by_migrations == at_once
    assert set(by_migrations) == set(metadata.tables)


def test_that_the_newest_migration_is_the_version_of_the_tables(migrated: Database, url: str) -> None:
    with migrated.read() as connection:
        assert connection.scalar(schema_version.select()) == SCHEMA_VERSION
    migrated.close()

    with BatchStore.open(url) as store:
        a_stored_batch(store)
        assert store.record(started()) == 2


def test_that_the_text_of_the_sqlite_tables_is_the_same_either_way(tmp_path: Path) -> None:
    texts = []
    for name in ("migrated", "made"):
        database = Database(sqlite_url(tmp_path / name))
        with database.write(enforce_references=False) as connection:
            schema.upgrade(connection) if name == "migrated" else metadata.create_all(connection)
            query = "SELECT name, sql FROM sqlite_master ORDER BY name"
            texts.append([tuple(row) for row in connection.exec_driver_sql(query)])
        database.close()

    assert texts[0] == texts[1]
    assert any("AUTOINCREMENT" in (sql or "") for _, sql in texts[0])


def test_that_an_older_database_is_brought_up_to_date_with_what_it_holds(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with BatchStore.open(url) as store:
        a_stored_batch(store, 3)
        store.record(started())
        before = (store.batches(), store.jobs(BATCH), store.events_after(0))
    migrations = tmp_path / "100% new" / "migrations"
    shutil.copytree(schema.MIGRATIONS, migrations)
    (migrations / "versions" / "v0002_river.py").write_text(NEXT_VERSION)
    monkeypatch.setattr(schema, "MIGRATIONS", migrations)
    monkeypatch.setattr(schema, "SCHEMA_VERSION", "0002")

    with pytest.raises(StoreError, match=r"older version of the program \(its schema is 1, this program needs 2\)"):
        BatchStore.open(url, read_only=True)
    with BatchStore.open(url) as store:
        assert (store.batches(), store.jobs(BATCH), store.events_after(0)) == before
        store.delete_batch(BATCH)
        assert store.events_after(0) == []
    database = Database(url)
    with database.read() as connection:
        assert "river" in structure(connection)["batches"]["columns"][-1]
        assert connection.scalar(schema_version.select()) == "0002"
    database.close()


def test_that_a_migration_that_fails_changes_nothing(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with BatchStore.open(url) as store:
        a_stored_batch(store, 3)
        before = store.jobs(BATCH)
    migrations = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, migrations)
    (migrations / "versions" / "v0002_river.py").write_text(f"{NEXT_VERSION}    op.drop_table('no_such_table')\n")
    with monkeypatch.context() as newer:
        newer.setattr(schema, "MIGRATIONS", migrations)
        newer.setattr(schema, "SCHEMA_VERSION", "0002")
        with pytest.raises(StoreError, match="no_such_table"):
            BatchStore.open(url)

    with BatchStore.open(url) as store:
        assert store.jobs(BATCH) == before


@pytest.mark.parametrize("read_only", [False, True])
def test_that_a_newer_database_is_refused_with_both_versions(url: str, read_only: bool) -> None:
    BatchStore.open(url).close()
    set_version(url, "0041")

    with pytest.raises(StoreError, match=r"its schema is 41, this program knows 1\)\. Update the program"):
        BatchStore.open(url, read_only=read_only)


def test_that_tables_of_another_program_are_left_alone(url: str) -> None:
    database = Database(url)
    with database.write() as connection:
        connection.exec_driver_sql("CREATE TABLE jobs (salary INTEGER)")

    with pytest.raises(StoreError, match=r"tables of another program \(jobs\)"):
        BatchStore.open(url)

    with database.read() as connection:
        assert inspect(connection).get_table_names() == ["jobs"]
    database.close()


def test_that_reading_makes_no_tables(url: str) -> None:
    database = Database(url)
    with database.write():
        pass

    with pytest.raises(StoreError, match="holds no batches"):
        BatchStore.open(url, read_only=True)
    with database.read() as connection:
        assert inspect(connection).get_table_names() == []
    database.close()


def test_that_a_current_database_is_opened_without_alembic(tmp_path: Path) -> None:
    script = f"""
import sys
from image_velocimetry_tools.batch.store import BatchStore
for _ in range(2):
    BatchStore.open({sqlite_url(tmp_path / "b.sqlite")!r}).close()
heavy = {{"alembic", "psycopg", "numpy.testing", "cv2", "av", "scipy", "matplotlib"}} & set(sys.modules)
sys.exit(", ".join(heavy) or 0)
"""
    subprocess.run([sys.executable, "-c", script], check=True)


def test_that_the_index_of_transient_events_serves_their_removal(tmp_path: Path) -> None:
    with BatchStore.open(sqlite_url(tmp_path / "b.sqlite")):
        pass
    database = Database(sqlite_url(tmp_path / "b.sqlite"))
    query = "EXPLAIN QUERY PLAN DELETE FROM events WHERE events.is_transient IS 1 AND batch_id = 'b' AND job_id = 'j'"
    with database.read() as connection:
        plan = " ".join(str(row) for row in connection.exec_driver_sql(query))
    database.close()

    assert "ix_events_transient" in plan


def test_that_every_table_can_be_made_on_either_database() -> None:
    from sqlalchemy.dialects import postgresql, sqlite

    for dialect in (sqlite.dialect(), postgresql.dialect()):
        for table in metadata.sorted_tables:
            assert f"CREATE TABLE {table.name}" in str(CreateTable(table).compile(dialect=dialect))
            for index in table.indexes:
                assert "INDEX" in str(CreateIndex(index).compile(dialect=dialect))
    assert VERSION_TABLE in metadata.tables
