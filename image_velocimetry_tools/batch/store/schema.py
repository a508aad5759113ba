"""The tables of a database: made when it is new, brought up to date when they are older."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, select

from .database import Database
from .errors import StoreError
from .tables import SCHEMA_VERSION, VERSION_TABLE, metadata, schema_version

MIGRATIONS = Path(__file__).with_name("migrations")


def prepare(database: Database) -> None:
    """Check the version of a database's tables; unless it is only read, make them or bring them up to date.

    Raises
    ------
    StoreError
        If the tables are newer than this program, those of another program, or missing or older and may only be read.
    """
    with database.read() as connection:
        version = _version(connection, database.location)
    if version == SCHEMA_VERSION:
        return
    if database.is_read_only:
        raise _cannot_read(version, database.location)
    # Another process may have been quicker: only within the transaction is the version certain.
    with database.write(enforce_references=False) as connection:
        version = _version(connection, database.location)
        if version is None:
            metadata.create_all(connection)
            connection.execute(schema_version.insert().values(version_num=SCHEMA_VERSION))
        elif version != SCHEMA_VERSION:
            upgrade(connection)


def upgrade(connection: Connection) -> None:
    """Run the migrations that a database lacks, within the transaction of ``connection``."""
    # Hardly ever needed, and a third of a second to import.
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")


def _version(connection: Connection, location: str) -> str | None:
    """The version of the tables; None if there are none yet."""
    present = set(inspect(connection).get_table_names())
    if VERSION_TABLE not in present:
        _refuse_foreign_tables(present & set(metadata.tables), location)
        return None
    version = connection.execute(select(schema_version.c.version_num)).scalar_one_or_none() or "0000"
    if not version.isdecimal() or int(version) > int(SCHEMA_VERSION):
        raise StoreError(
            f"the database was made by a newer version of the program (its schema is {_short(version)}, "
            f"this program knows {_short(SCHEMA_VERSION)})",
            where=location,
            remedy="Update the program, or use another output folder or database",
        )
    return str(version)


def _refuse_foreign_tables(tables: set[str], location: str) -> None:
    if tables:
        raise StoreError(
            f"the database has tables of another program ({', '.join(sorted(tables))})",
            where=location,
            remedy="Give the batches a database of their own",
        )


def _cannot_read(version: str | None, location: str) -> StoreError:
    if version is None:
        return StoreError(
            "the database holds no batches", where=location, remedy="Check the folder or the URL of the database"
        )
    return StoreError(
        f"the database was made by an older version of the program (its schema is {_short(version)}, "
        f"this program needs {_short(SCHEMA_VERSION)})",
        where=location,
        remedy="Run or resume a batch in it once, which brings it up to date",
    )


def _short(version: str) -> str:
    return version.lstrip("0") or "0"
