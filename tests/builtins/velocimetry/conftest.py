"""A small generated river."""

from __future__ import annotations

from pathlib import Path

import pytest
from known_rivers import film, mill_site, mill_video


@pytest.fixture(scope="session")
def mill_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A video of the mill at the level of its survey."""
    return film(mill_site(), mill_video(), tmp_path_factory.mktemp("mill") / "mill.mp4")
