"""The panel without Qt, the panel with Qt, and batches for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import create_autospec

import psutil
import pytest
from panel_host import TestHost

from image_velocimetry_tools.gui.batch_panel.presenters.panel import BatchPanelPresenter
from image_velocimetry_tools.gui.batch_panel.presenters.view import BatchPanelView

INPUTS = Path(__file__).parents[3] / "batch_test_data" / "inputs"
DEADLINE_S = 20.0
_MARK = "IVYTOOLS_PANEL_TEST"


@pytest.fixture
def inputs() -> Path:
    """The demonstration case: three videos, in feet."""
    return INPUTS


@pytest.fixture
def view() -> Any:
    view = create_autospec(BatchPanelView, instance=True)
    view.ask_levels.return_value = None
    view.ask_export.return_value = None
    return view


@pytest.fixture
def host() -> TestHost:
    host = TestHost(project=INPUTS / "scaffold_project.ivy")
    host.dialogs.open_file.return_value = None
    host.dialogs.open_folder.return_value = None
    return host


@pytest.fixture
def presenter(view: Any, host: TestHost) -> Iterator[BatchPanelPresenter]:
    presenter = BatchPanelPresenter(view, host, ("stiv", "klt"))
    yield presenter
    presenter.close()


@pytest.fixture
def engines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Engines that are started are marked; none outlives its test."""
    monkeypatch.setenv(_MARK, str(tmp_path))
    yield
    left = [process for process in psutil.process_iter() if _is_marked(process, str(tmp_path))]
    _, left = psutil.wait_procs(left, timeout=DEADLINE_S)  # one that is about to end takes a moment
    for process in left:
        process.kill()
    assert not left, "an engine outlived its test"


def _is_marked(process: psutil.Process, value: str) -> bool:
    try:
        is_mine = process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE
        return not is_mine and process.environ().get(_MARK) == value
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False
