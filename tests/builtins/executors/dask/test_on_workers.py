"""What attempts find on the machine of a worker, and what they cannot do there."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from pathlib import Path

import distributed
import pytest
from worker_work import FillScratch, WriteInto

from image_velocimetry_tools.builtins.executors.dask import executor as executor_module
from image_velocimetry_tools.builtins.executors.dask.connection import connect
from image_velocimetry_tools.builtins.executors.dask.settings import DaskSettings
from image_velocimetry_tools.plugins.executors import ExitCause
from image_velocimetry_tools.testing.attempt_work import PrintLines, ReturnValue

from .conftest import Bench


@pytest.mark.parametrize("dies", [False, True])
def test_that_large_files_of_an_attempt_are_removed_however_it_ends(bench: Bench, tmp_path: Path, dies: bool) -> None:
    record = tmp_path / "record"
    ended = bench.run(FillScratch(dies, record))
    assert ended.cause is (ExitCause.KILLED if dies else ExitCause.FINISHED), ended
    file = Path(record.read_text())
    assert file.name == "large file"
    assert not file.parent.exists()


def test_that_work_writes_into_a_shared_folder(bench: Bench, tmp_path: Path) -> None:
    assert bench.run(WriteInto(tmp_path)).cause is ExitCause.FINISHED
    assert (tmp_path / "result").read_text() == "done"


def test_that_a_folder_that_a_worker_does_not_have_is_named(bench: Bench, tmp_path: Path) -> None:
    ended = bench.run(WriteInto(tmp_path / "share"))
    assert ended.cause is ExitCause.RAISED
    assert f"{tmp_path / 'share'}: the worker " in ended.detail
    assert "has no such folder. Put the output of the batch on a share" in ended.detail
    assert not (tmp_path / "share").exists()


def test_that_a_worker_with_another_version_is_named(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executor_module, "__version__", "0.0.1")
    ended = bench.run(ReturnValue())
    assert ended.cause is ExitCause.RAISED
    assert "the batch was started by 0.0.1. Install the same version on every worker." in ended.detail


def test_that_differing_versions_of_dask_are_logged(
    dask_settings: DaskSettings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    found = {"warning": "python: 3.11 here,\n 3.13 there"}
    monkeypatch.setattr(distributed.client.version_module, "error_message", lambda *several: found)
    with warnings.catch_warnings(), caplog.at_level(logging.WARNING):
        warnings.simplefilter("error")
        connect(dask_settings).close()
    assert "differ in their versions: python: 3.11 here, 3.13 there" in caplog.text


def test_that_a_log_that_cannot_be_written_keeps_no_end_back(
    bench: Bench, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    bench.folder = tmp_path / "file"
    bench.folder.write_text("in the way")
    ended = bench.run(PrintLines(("a line",)))
    assert ended.cause is ExitCause.FINISHED
    assert "a line" in ended.log_tail
    assert "the log of an attempt cannot be written" in caplog.text


def test_that_what_an_earlier_attempt_logged_stays(bench: Bench) -> None:
    log = bench.folder / "only.log"
    log.write_text("before\n")
    bench.run(PrintLines(("after",)))
    assert log.read_text().startswith("before\n")
    assert "after" in log.read_text().splitlines()


def test_that_attempts_of_other_programs_are_not_heard(
    bench: Bench, dask_settings: DaskSettings, tmp_path: Path
) -> None:
    other = Bench(dask_settings, tmp_path / "other")
    other.start("theirs", ReturnValue(1))
    assert other.ended("theirs").value == 1
    assert bench.run(ReturnValue(2)).value == 2
    assert {message.key for message in bench.heard} == {"only"}
    other.executor.close()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root may write anywhere")
def test_that_a_folder_that_a_worker_may_not_write_into_is_named(bench: Bench, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    assert "may not write into this folder" in bench.run(WriteInto(locked)).detail
