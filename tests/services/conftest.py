"""A small generated river, and one measurement of it taken apart."""

from __future__ import annotations

from pathlib import Path

import pytest
from known_rivers import Parts, film, mill_site, mill_video, parts_of


@pytest.fixture(scope="session")
def mill_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of the mill at the level of its survey."""
    return film(mill_site(), mill_video(), tmp_path_factory.mktemp("mill") / "mill.mp4")


@pytest.fixture(scope="session")
def parts(mill_path: Path) -> Parts:
    """Every step of the measurement of it."""
    return parts_of(mill_site(), mill_path)
