"""The real program in a process of its own: it opens with everything in it, and says so."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2] / "batch_test_data" / "inputs" / "scaffold_project.ivy"


def _checked(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    folders = {name: str(home / name.lower()) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")}
    environment = os.environ | folders | {"QT_QPA_PLATFORM": "offscreen"}
    command = [sys.executable, "-m", "image_velocimetry_tools.gui.application", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120, check=False)


@pytest.mark.slow
def test_that_the_program_opens_with_a_project_and_every_tab_and_ends(tmp_path: Path) -> None:
    done = _checked(tmp_path, "--check", str(PROJECT))
    assert done.returncode == 0, done.stderr
    assert "all tabs" in done.stdout
    assert "offscreen" in done.stdout
