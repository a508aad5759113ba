"""The commands ``report``, ``export`` and ``compare``."""

from __future__ import annotations

import json
import signal
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from batch_folders import batch_folder
from example_exporters import install_example_exporters
from typer.testing import Result

from image_velocimetry_tools.batch.controllers import results as results_controller
from image_velocimetry_tools.cli import plugin_options
from image_velocimetry_tools.cli.results import cancel_on_interrupt
from image_velocimetry_tools.plugins.registry import PluginRegistry

Invoke = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return batch_folder(tmp_path / "a")


@pytest.fixture
def example_exporters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with exporters is installed beside ours."""
    install_example_exporters(tmp_path, monkeypatch)
    registry = PluginRegistry()
    monkeypatch.setattr(results_controller, "plugin_registry", lambda: registry)
    monkeypatch.setattr(plugin_options, "_registry", lambda: registry)


def test_that_report_writes_the_forms_that_are_asked_for(invoke: Invoke, folder: Path) -> None:
    done = invoke("report", folder, "--format", "html", "--format", "json", "--report-html-outlier-limit", 2.5)
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout == f"written: {folder / 'report.html'}\nwritten: {folder / 'report.json'}\n"


def test_that_gauged_discharges_can_be_given(invoke: Invoke, folder: Path, tmp_path: Path) -> None:
    gauged = tmp_path / "gauged.csv"
    gauged.write_text("job_id,note,q\njob_001,windy,10\n")
    target = tmp_path / "r.json"
    assert invoke("report", folder, "-o", target, "--gauged-file", gauged, "--gauged-column", "q", "-q").output == ""
    (pair,) = json.loads(target.read_text(encoding="utf-8"))["gauged_comparison"]["pairs"]
    assert pair["gauged_m3s"] == 10.0


def test_that_export_takes_several_and_options_of_their_own(invoke: Invoke, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "new"
    named = ("--no-failed", "--names", "original", "--prefix", "may_", "--zip-space-time-images")
    done = invoke("export", folder, "--to", "zip", "--to", "points", "-o", out, *named)
    assert done.exit_code == 0
    assert done.stderr == "warning: job_003: no result, failed (too little of the water has texture).\n"
    with zipfile.ZipFile(out / "Boneyard_May-zip.zip") as archive:
        assert "may_job_001/space_time_images/sti_0000.png" in archive.namelist()
        assert not any("job_003" in name for name in archive.namelist())


def test_that_options_of_an_export_that_is_not_wanted_are_refused(invoke: Invoke, folder: Path) -> None:
    done = invoke("export", folder, "--to", "points", "--zip-names", "original")
    assert done.exit_code == 2
    assert done.stderr == "error: there are options for zip, which is not used. Choose zip, or leave them out.\n"
    assert not (folder / "exports").exists()


@pytest.mark.usefixtures("example_exporters")
def test_that_an_exporter_of_another_package_can_be_used(invoke: Invoke, folder: Path, tmp_path: Path) -> None:
    done = invoke("export", folder, "--to", "ids", "--ids-prefix", "#", "-o", tmp_path / "ids.txt")
    assert done.exit_code == 0
    assert (tmp_path / "ids.txt").read_text() == "#job_001 #job_002 #job_003 #job_004 "


@pytest.mark.usefixtures("example_exporters")
@pytest.mark.parametrize(("exporter", "word"), [("interrupt", "Cancelled"), ("deaf", "Interrupted")])
def test_that_an_interrupted_export_leaves_nothing(invoke: Invoke, folder: Path, exporter: str, word: str) -> None:
    before, handler = set(folder.iterdir()), signal.getsignal(signal.SIGINT)
    done = invoke("export", folder, "--to", exporter)
    assert done.exit_code == 130
    assert done.stderr == (
        f"error: {word}; what was finished before is kept, and of the rest nothing is left behind.\n"
    )
    assert set(folder.iterdir()) == before
    assert signal.getsignal(signal.SIGINT) is handler


def test_that_the_first_interrupt_asks_and_the_second_ends() -> None:
    with cancel_on_interrupt() as cancel:
        assert not cancel()
        signal.raise_signal(signal.SIGTERM)
        assert cancel()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_that_compare_shows_tables_and_judges(invoke: Invoke, folder: Path, tmp_path: Path) -> None:
    other = batch_folder(
        tmp_path / "b", change=lambda result: result.model_copy(update={"discharge_m3s": result.discharge_m3s * 1.02})
    )
    done = invoke("compare", folder, other, "--csv", tmp_path / "c.csv", "--tolerance", 5)
    assert done.exit_code == 0
    assert "job_004  completed" in done.stdout
    assert "Discharge of B against A: +2.00 % on average" in done.stdout
    assert (tmp_path / "c.csv").exists()
    judged = invoke("compare", folder, other, "--tolerance", 1.5, "--quiet")
    assert (judged.exit_code, judged.stdout) == (1, "")
    assert "3 jobs changed by more than 1.5 %" in judged.stderr


def test_that_compare_prints_nothing_but_json_if_asked(invoke: Invoke, folder: Path) -> None:
    done = invoke("compare", folder, folder, "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    assert json.loads(done.stdout)["totals"]["unchanged"] == 4


@pytest.mark.parametrize("command", [("report",), ("export", "--to", "points"), ("compare", ".")])
def test_that_a_folder_without_a_batch_is_one_sentence(
    invoke: Invoke, tmp_path: Path, command: tuple[str, ...]
) -> None:
    done = invoke(*command, tmp_path)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "the folder holds no batch. Give the output folder of an earlier 'ivytools-batch run'." in done.stderr
