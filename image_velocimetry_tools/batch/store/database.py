"""The connection to the database: one that writes, or one that only reads."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, exc, make_url
from sqlalchemy.pool import QueuePool

from ..folders.state_folder import SQLITE
from .errors import StoreError, explain

_LOCK_WAIT_S = 10.0
_CONNECT_TIMEOUT_S = 10
# Any number of our own: processes that write to the same PostgreSQL database take turns by it.
_POSTGRESQL_WRITE_LOCK = 0x69767974
# Nested use would be a mistake of ours: it ends in an error, not in a second connection.
_SINGLE_CONNECTION: dict[str, Any] = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0, "pool_timeout": 1.0}


class Database:
    """A database by its URL, with a single connection.

    Parameters
    ----------
    url
        ``sqlite:///path`` or ``postgresql://user:password@host:port/name``.
    read_only
        Refuse to write; then an SQLite file must exist.

    Raises
    ------
    StoreError
        If the URL is none, or the SQLite file or its folder does not exist.
    """

    def __init__(self, url: str, *, read_only: bool = False) -> None:
        self.is_read_only = read_only
        self.file: Path | None = None
        self._password = ""
        if url.startswith(SQLITE):
            self.file = Path(url.removeprefix(SQLITE)).absolute()
            self.location = str(self.file)
            self._engine = _file_engine(self.file, read_only)
        else:
            server = _server_url(url)
            self._password = str(server.password or server.query.get("password", ""))
            self.location = f"{server.host or 'localhost'}:{server.port or 5432}/{server.database or ''}"
            self._engine = _server_engine(server, read_only)

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file."""
        return self.file is not None

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection whose statements each see what is committed."""
        with self._explained(), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def write(self, *, enforce_references: bool = True) -> Iterator[Connection]:
        """A transaction: everything that is done in it counts, or nothing if it ends with an error.

        Only one runs at a time, so that numbers of events become visible in their order.

        Parameters
        ----------
        enforce_references
            Whether SQLite deletes what refers to a deleted row; a migration that rebuilds a table must not.
        """
        with (
            self._explained(),
            self._engine.connect() as connection,
            self._references(connection, enforce_references),
            connection.begin(),
        ):
            connection.exec_driver_sql(self._take_turn)
            yield connection

    @contextlib.contextmanager
    def _references(self, connection: Connection, enforced: bool) -> Iterator[None]:
        if enforced or not self.is_sqlite:
            yield
            return
        # SQLite ignores the setting within a transaction; through the driver none begins.
        cursor = connection.connection.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")
        try:
            yield
        finally:
            cursor.execute("PRAGMA foreign_keys=ON")

    @property
    def _take_turn(self) -> str:
        if self.is_sqlite:
            return "BEGIN IMMEDIATE"
        wait = f"set_config('lock_timeout', '{_LOCK_WAIT_S:g}s', true)"
        return f"SELECT {wait}, pg_advisory_xact_lock({_POSTGRESQL_WRITE_LOCK})"

    def close(self) -> None:
        """Close the connection; the last one of an SQLite database tidies up its log."""
        self._engine.dispose()

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (exc.DBAPIError, sqlite3.Error, UnicodeEncodeError) as error:
            explained = explain(error, self.location, self.file, self._password)
            raise explained from explained.__cause__


def _file_engine(file: Path, read_only: bool) -> Engine:
    if read_only and not file.is_file():
        raise StoreError("there is no database of batches", where=str(file), remedy="Give the folder of a batch")
    if not file.parent.is_dir():
        raise StoreError("the folder does not exist", where=str(file.parent), remedy="Create it or choose another")

    def connect() -> sqlite3.Connection:
        return _connect_file(file, read_only)

    return create_engine("sqlite://", creator=connect, **_SINGLE_CONNECTION)


def _connect_file(file: Path, read_only: bool) -> sqlite3.Connection:
    mode = "mode=ro" if read_only else "mode=rwc"
    if read_only and _is_on_read_only_media(file):
        mode = "mode=ro&immutable=1"
    # No implicit transactions: reads see the newest state, and writes begin theirs themselves.
    connection = sqlite3.connect(
        f"{file.as_uri()}?{mode}", uri=True, timeout=_LOCK_WAIT_S, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA foreign_keys=ON")
    if not read_only:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
    return connection


def _is_on_read_only_media(file: Path) -> bool:
    # Beside a database with a write-ahead log SQLite wants to create files even for reading, unless nobody can write.
    return not os.access(file.parent, os.W_OK) and not file.with_name(f"{file.name}-wal").exists()


def _server_url(text: str) -> URL:
    try:
        url = make_url(text)
    except (exc.ArgumentError, ValueError):
        # The cause may repeat the password.
        raise _no_url() from None
    if url.get_backend_name() not in ("postgresql", "postgres"):
        raise _no_url()
    return url.set(drivername="postgresql+psycopg")


def _no_url() -> StoreError:
    return StoreError(
        "the URL of the database is not understood",
        remedy="Write sqlite:///path/of/file or postgresql://user:password@host:port/name",
    )


def _server_engine(url: URL, read_only: bool) -> Engine:
    timeout = {} if "connect_timeout" in url.query else {"connect_timeout": _CONNECT_TIMEOUT_S}
    try:
        engine = create_engine(url, connect_args=timeout, pool_pre_ping=True, **_SINGLE_CONNECTION)
    except ImportError as error:
        raise StoreError(
            "the driver for PostgreSQL is not installed", remedy='Install it with: pip install "psycopg[binary]"'
        ) from error
    return engine.execution_options(postgresql_readonly=True) if read_only else engine
