"""The example plugin, installed like anybody's package and used by a program of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "examples" / "ivytools-discharge-log"

USE = """
import sys
from pathlib import Path
from image_velocimetry_tools.batch.engine.hook_runner import HookRunner
from image_velocimetry_tools.batch.models import JobStatus
from image_velocimetry_tools.plugins.registry import PluginRegistry
from image_velocimetry_tools.testing.hook_contract import batch_news, job_news

folder, warnings = Path(sys.argv[1]), []
hooks = PluginRegistry().create("ivytools.hooks", "discharge-log", {"separator": ";"})
runner = HookRunner([("discharge-log", hooks)], warnings.append)
runner.batch_started(batch_news(folder, "running"))
runner.job_finished(job_news(folder, 1, JobStatus.COMPLETED))
runner.batch_finished(batch_news(folder, "completed"))
assert runner.close(60.0) and not warnings, warnings
"""


def python(site: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the example is installed, from a copy, since building leaves files behind."""
    work = tmp_path_factory.mktemp("example")
    shutil.copytree(EXAMPLE, work / "source", ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]
    options = ["--no-deps", "--no-build-isolation", "--target", str(work / "site")]
    done = subprocess.run([*pip, *options, str(work / "source")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return work / "site"


def test_that_the_installed_example_passes_the_check(site: Path) -> None:
    done = python(site, "-c", "from image_velocimetry_tools.cli.plugins import app; app()", "check", "discharge-log")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "hook discharge-log (ivytools-discharge-log 1.0.0): ready\n"


def test_that_the_installed_example_writes_its_log(site: Path, tmp_path: Path) -> None:
    done = python(site, "-c", USE, str(tmp_path))
    assert done.returncode == 0, done.stderr
    header, line = (tmp_path / "discharge_log.csv").read_text(encoding="utf-8").splitlines()
    assert header.startswith("finished_utc;batch;job_id;status;discharge_m3s")
    assert line.split(";")[1:5] == ["Crue d'été", "job_001", "completed", "12.5"]


def test_that_the_example_is_left_out_in_safe_mode(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IVYTOOLS_SAFE_MODE", "1")
    done = python(site, "-c", USE, "/nowhere")
    assert done.returncode != 0
    assert "the hook 'discharge-log' of ivytools-discharge-log 1.0.0 is left out" in done.stderr


def test_that_the_tests_of_the_example_pass_where_it_is_installed(site: Path) -> None:
    folder = site.parent / "source"
    done = python(site, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder / "tests"))
    assert done.returncode == 0, done.stdout
