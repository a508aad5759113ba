"""A database for each test, once in a file and once on a PostgreSQL server if there is one."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from image_velocimetry_tools.batch.store import BatchStore, sqlite_url

SERVER = os.environ.get("IVYTOOLS_TEST_POSTGRESQL", "")


@pytest.fixture
def postgresql_url() -> Iterator[str]:
    if not SERVER:
        pytest.skip("IVYTOOLS_TEST_POSTGRESQL names no server")
    import psycopg

    schema = f"test_{secrets.token_hex(6)}"
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        separator = "&" if "?" in SERVER else "?"
        yield f"{SERVER}{separator}options=-csearch_path%3D{schema}"
        connection.execute("SET client_min_messages TO error")
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "batches.sqlite")
    found: str = request.getfixturevalue("postgresql_url")
    return found


@pytest.fixture
def store(url: str) -> Iterator[BatchStore]:
    with BatchStore.open(url) as opened:
        yield opened
