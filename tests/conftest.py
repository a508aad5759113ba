"""Fixtures that every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[1]
DEFAULT_SHARED_DATA = REPOSITORY.parent / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder with the larger reference cases, which do not travel with the source; the test skips without it."""
    folder = Path(os.environ.get("IVYTOOLS_SHARED_DATA") or DEFAULT_SHARED_DATA)
    if not folder.is_dir():
        pytest.skip(f"no reference data in {folder} (set IVYTOOLS_SHARED_DATA)")
    return folder
