"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
DEFAULT_SHARED_DATA = REPOSITORY.parent / "shared" / "data"
# whole programs take longest; begun first, they leave no core idle at the end
LONGEST_FIRST = ("docs", "crash", "end_to_end")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the folders of long tests first."""

    def rank(item: pytest.Item) -> int:
        folder = item.path.relative_to(REPOSITORY / "tests").parts[0] if REPOSITORY in item.path.parents else ""
        return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)

    items.sort(key=rank)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with the larger reference cases, which do not travel with the source; the test skips without it."""
    folder = Path(os.environ.get("IVYTOOLS_SHARED_DATA") or DEFAULT_SHARED_DATA)
    if not folder.is_dir():
        pytest.skip(f"no reference data in {folder} (set IVYTOOLS_SHARED_DATA)")
    return folder
