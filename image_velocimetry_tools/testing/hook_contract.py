"""What every hook plugin must do, as tests: derive a class from :class:`HookContract` and let pytest collect it.

Examples
--------
::

    class TestMyHook(HookContract):
        spec = MY_HOOK

        def settings(self, folder):
            return {"path": str(folder / "log.csv")}
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from ..batch.engine.hook_runner import HookRunner
from ..batch.models import JobStatus
from ..plugins.hooks import BatchHooks, BatchNews, JobNews
from ..plugins.interfaces import PluginSpec
from ..plugins.settings_options import read_settings
from ..plugins.spec_checks import spec_problems

if TYPE_CHECKING:
    import pytest

DEADLINE_S = 60.0
ENDS = tuple(status for status in JobStatus if status.is_final)
FIGURES = {
    "total_discharge": 12.5,
    "area_m2": 20.0,
    "mean_velocity_mps": 0.625,
    "max_surface_velocity_mps": 1.1,
    "measured_discharge_fraction": 0.93,
    "quality": "good",
}


class HookContract:
    """Contract of ``ivytools.hooks``. Set ``spec`` and, where the defaults do not do, override :meth:`settings`."""

    spec: ClassVar[PluginSpec]

    def settings(self, folder: Path) -> Mapping[str, Any]:
        """Settings by name with which the hook can work in a test; ``folder`` is empty and may be written to."""
        return {}

    def make_hooks(self, folder: Path) -> BatchHooks:
        """The hook, as the program makes it."""
        hooks: BatchHooks = self.spec.create(read_settings(self.spec, self.settings(folder)))
        return hooks

    def test_that_the_spec_states_all_that_is_needed(self) -> None:
        assert spec_problems(self.spec, self.spec.name) == []

    def test_that_it_is_derived_from_the_base_of_all_hooks(self, tmp_path: Path) -> None:
        hooks = self.make_hooks(tmp_path)
        assert isinstance(hooks, BatchHooks), "a method that a later version adds must be there"
        hooks.close()

    def test_that_a_whole_batch_is_taken_without_an_error(self, tmp_path: Path) -> None:
        assert self._warnings(tmp_path, jobs=ENDS) == []

    def test_that_a_batch_without_jobs_is_taken_without_an_error(self, tmp_path: Path) -> None:
        assert self._warnings(tmp_path, jobs=()) == []

    def test_that_a_batch_may_go_on_after_an_interruption(self, tmp_path: Path) -> None:
        # Another process goes on where one was killed: the same batch starts again, with a job that has run before.
        interrupted = self.make_hooks(tmp_path)
        interrupted.on_batch_started(batch_news(tmp_path, "running"))
        interrupted.on_job_started(job_news(tmp_path, 1, JobStatus.RUNNING))
        assert self._warnings(tmp_path, jobs=(JobStatus.COMPLETED,)) == []
        interrupted.close()

    def test_that_it_may_be_closed_before_anything_was_told(self, tmp_path: Path) -> None:
        self.make_hooks(tmp_path).close()

    def test_that_nothing_is_printed(self, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        # The terminal belongs to the program: a live table and machine-readable events go there.
        self._warnings(tmp_path, jobs=(JobStatus.COMPLETED, JobStatus.FAILED))
        assert capfd.readouterr().out == ""

    def test_that_no_thread_outlives_it(self, tmp_path: Path) -> None:
        before = set(threading.enumerate())
        self._warnings(tmp_path, jobs=(JobStatus.COMPLETED,))
        left = [thread for thread in set(threading.enumerate()) - before if not thread.daemon]
        assert left == [], "a thread that is left keeps the program from ending"

    def _warnings(self, folder: Path, jobs: tuple[JobStatus, ...]) -> list[str]:
        """What is said of the hook while it is told of a batch, in the way the program does it."""
        warnings: list[str] = []
        runner = HookRunner([(self.spec.name, self.make_hooks(folder))], warnings.append)
        runner.batch_started(batch_news(folder, "running"))
        for number, status in enumerate(jobs, start=1):
            runner.job_started(job_news(folder, number, JobStatus.RUNNING))
            runner.job_finished(job_news(folder, number, status))
        runner.batch_finished(batch_news(folder, "completed" if jobs else "failed"))
        assert runner.close(DEADLINE_S), f"the hook did not end within {DEADLINE_S:g} s"
        return warnings


def batch_news(folder: Path, status: str) -> BatchNews:
    """News of a batch with a name that is not plain ASCII."""
    return BatchNews("b1", "Crue d'été", status, folder, {"completed": 1, "failed": 1})


def job_news(folder: Path, number: int, status: JobStatus) -> JobNews:
    """News of a job; only a completed one has figures, and one of them may be missing."""
    figures = {**FIGURES, "mean_velocity_mps": None} if status is JobStatus.COMPLETED else {}
    message = "decode: the file ends early\nCopy it again" if status.is_failure else ""
    batch = batch_news(folder, "running")
    return JobNews(batch, f"job_{number:03d}", status.value, 1, folder / "vidéo 1.mp4", message, figures)
