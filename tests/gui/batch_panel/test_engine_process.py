"""The engine outlives the window, and says why it refuses."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tiny_batches import until

from image_velocimetry_tools.batch.following.from_outside import standing
from image_velocimetry_tools.batch.models import BatchStatus
from image_velocimetry_tools.gui.batch_panel.models.engine_process import EngineProcess
from image_velocimetry_tools.gui.batch_panel.models.follower import is_run
from image_velocimetry_tools.gui.batch_panel.models.jobs_sheet import read_sheet
from image_velocimetry_tools.gui.batch_panel.models.known_batches import has_batch
from image_velocimetry_tools.gui.batch_panel.models.set_up import SetUp, write_set_up

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("engines")]

DEADLINE_S = 60.0
WINDOW = """
import os, signal, sys
from pathlib import Path
from image_velocimetry_tools.gui.batch_panel.models.engine_process import EngineProcess
EngineProcess.run(Path(sys.argv[1]), Path(sys.argv[2]))
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def settings(inputs: Path, tmp_path: Path) -> Path:
    chosen = SetUp(output=tmp_path / "out", plots=False, save_projects=False)
    return write_set_up(chosen, read_sheet(inputs / "boneyard_batch.csv"), inputs / "scaffold_project.ivy")


def test_that_killing_the_window_harms_no_batch(settings: Path, tmp_path: Path) -> None:
    output = tmp_path / "out"
    window = subprocess.run([sys.executable, "-c", WINDOW, str(output), str(settings)], timeout=DEADLINE_S)
    assert window.returncode == -signal.SIGKILL
    until(lambda: has_batch(output) and standing(output).batch.status is BatchStatus.COMPLETED, "the batch completes")
    until(lambda: not is_run(output), "its process ends")


def test_that_a_refusal_is_told_in_the_words_of_the_engine(settings: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / "set_up" / "jobs.csv").write_text("video_path,water_surface_elevation\ngone.mp4,413\n")
    engine = EngineProcess.run(tmp_path / "out", settings)
    engine.wait(DEADLINE_S)
    assert "gone.mp4 does not exist" in str(engine.failure())
    assert not has_batch(tmp_path / "out")


def test_that_an_engine_that_cannot_even_begin_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "typer.py").write_text("raise ImportError('typer is damaged')")
    monkeypatch.setenv("PYTHONPATH", str(broken))
    engine = EngineProcess.resume(tmp_path / "out")
    engine.wait(DEADLINE_S)
    assert "typer is damaged" in str(engine.failure())


def test_that_an_engine_that_did_its_work_has_no_failure(settings: Path, tmp_path: Path) -> None:
    engine = EngineProcess.run(tmp_path / "out", settings)
    engine.wait(DEADLINE_S)
    assert engine.has_ended()
    assert engine.failure() is None
