"""Batches for tests of crashes; whatever a test leaves running is ended after it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tiny_batches import TinyBatch


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if sys.platform == "win32":
        for item in items:
            if "crash" in item.path.parts:
                item.add_marker(pytest.mark.skip(reason="kills with signals"))


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Callable[..., TinyBatch]]:
    """Makes batches."""
    made: list[TinyBatch] = []

    def make(jobs: Mapping[str, Any] | int = 6, /, name: str = "case", **settings: Any) -> TinyBatch:
        made.append(TinyBatch(tmp_path / name, jobs, **settings))
        return made[-1]

    yield make
    for batch in made:
        batch.close()
