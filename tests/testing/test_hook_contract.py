"""The contract of hooks: that good hooks pass it, and that each of its tests can fail."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from image_velocimetry_tools.plugins.hooks import BatchHooks, BatchNews, JobNews
from image_velocimetry_tools.plugins.interfaces import PluginSpec
from image_velocimetry_tools.testing.hook_contract import HookContract


class Plain(BatchHooks):
    """Does nothing."""

    def __init__(self, settings: object) -> None:
        self.settings = settings


class TestPlainHook(HookContract):
    spec = PluginSpec("plain", "Does nothing", Plain)


class Printing(Plain):
    def on_batch_started(self, batch: BatchNews) -> None:
        print("hello")


class ExpectingFigures(Plain):
    def on_job_finished(self, job: JobNews) -> None:
        float(job.result["total_discharge"])


class Dividing(Plain):
    def on_batch_finished(self, batch: BatchNews) -> None:
        print(1 / batch.counts.get("jobs", 0), end="")


class LeavingThreads(Plain):
    release = threading.Event()
    thread: threading.Thread

    def on_batch_started(self, batch: BatchNews) -> None:
        LeavingThreads.thread = threading.Thread(target=self.release.wait, args=(60.0,), daemon=False)
        self.thread.start()


def contract(create: Callable[[Any], Any], name: str = "bad", title: str = "Bad") -> HookContract:
    made = type("Contract", (HookContract,), {"spec": PluginSpec(name, title, create)})
    checks: HookContract = made()
    return checks


def test_that_a_bad_spec_is_found() -> None:
    with pytest.raises(AssertionError):
        contract(Plain, title="").test_that_the_spec_states_all_that_is_needed()


def test_that_a_hook_of_another_class_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="a later version"):
        contract(lambda settings: object()).test_that_it_is_derived_from_the_base_of_all_hooks(tmp_path)


def test_that_a_hook_that_expects_figures_of_failed_jobs_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        contract(ExpectingFigures).test_that_a_whole_batch_is_taken_without_an_error(tmp_path)


def test_that_a_hook_that_expects_jobs_is_found(tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        contract(Dividing).test_that_a_batch_without_jobs_is_taken_without_an_error(tmp_path)


def test_that_a_hook_that_prints_is_found(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(AssertionError):
        contract(Printing).test_that_nothing_is_printed(tmp_path, capfd)


def test_that_a_hook_that_leaves_a_thread_is_found(tmp_path: Path) -> None:
    try:
        with pytest.raises(AssertionError, match="keeps the program from ending"):
            contract(LeavingThreads).test_that_no_thread_outlives_it(tmp_path)
    finally:
        LeavingThreads.release.set()
        LeavingThreads.thread.join(60.0)
