"""The examples of the documentation do what they say, page by page, on the demonstration case."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

import pytest
from documented_examples import Terminal, blocks, examples, pages_with_examples, prepare

from image_velocimetry_tools.cli.main import app

POSTGRESQL = os.environ.get("IVYTOOLS_TEST_POSTGRESQL", "")


@contextmanager
def _database() -> Iterator[dict[str, str]]:
    """An empty part of the database server."""
    import psycopg

    schema = f"docs_{secrets.token_hex(6)}"
    with psycopg.connect(POSTGRESQL, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        separator = "&" if "?" in POSTGRESQL else "?"
        yield {"IVYTOOLS_DATABASE_URL": f"{POSTGRESQL}{separator}options=-csearch_path%3D{schema}"}
        connection.execute("SET client_min_messages TO error")
        connection.execute(f"DROP SCHEMA {schema} CASCADE")


@contextmanager
def _cluster() -> Iterator[dict[str, str]]:
    """A Dask cluster with one worker process on this machine."""
    from distributed import LocalCluster

    with LocalCluster(n_workers=1, threads_per_worker=2, memory_limit=0, dashboard_address=None) as cluster:
        yield {"SCHEDULER": cluster.scheduler_address}


def _service(name: str) -> AbstractContextManager[dict[str, str]] | None:
    """What a block needs, as the variables by which it is found; None if it is not to be had here."""
    if name == "postgresql":
        return _database() if POSTGRESQL else None
    if name == "cluster":
        return _cluster() if _is_installed("distributed") else None
    library = {"dask": "distributed"}.get(name, name)
    return nullcontext({}) if not library or _is_installed(library) else None


def _is_installed(library: str) -> bool:
    return importlib.util.find_spec(library) is not None


def _parse(words: list[str]) -> None:
    """Read a command line as the program does, and carry nothing out."""
    from typer.main import get_command

    command = get_command(app)
    name, *rest = words
    while hasattr(command, "commands"):
        name, *rest = rest
        command = command.commands[name]
    command.make_context(name, rest)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("bash") is None, reason="the examples are written for a POSIX shell")
@pytest.mark.parametrize("page", pages_with_examples(), ids=lambda page: page.stem)
def test_that_the_examples_of_a_page_work(page: Path, tmp_path: Path) -> None:
    terminal = Terminal(prepare(tmp_path))
    try:
        for block in blocks(page):
            service = _service(block.needs)
            if service is None:
                for example in examples(block):
                    _parse(example.words)
                continue
            with service as terminal.variables:
                terminal.do(block, f"{page.name}, line {block.line}")
        terminal.close(page.name)
    finally:
        terminal.leave()
