"""An engine whose executor does as a test says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_parts import EngineCase, engine_case

from image_velocimetry_tools.batch.config import ScaffoldConfig
from image_velocimetry_tools.batch.engine import mailbox


@pytest.fixture
def case(tmp_path: Path, site: ScaffoldConfig, monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineCase]:
    monkeypatch.setattr(mailbox, "_LOOK_EVERY_S", 0.0)
    with engine_case(tmp_path, site) as made:
        yield made
